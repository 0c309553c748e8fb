"""A function with a loop and a helper, run with its lines watched."""

import numpy as np

from unrolled.check.watch import watch

CODE = """
import numpy as np

def helper(z):
    return np.tanh(z)

def step(x, W):
    total = np.zeros(x.shape)
    for t in range(3):
        z = W @ x + t
        a = helper(z)
        total += a
    alias = total
    alias[0] = 7.0
    return {"a": a, "total": total}

def fails(x):
    y = x[0]
    return y + missing

def slow(n):
    k = 0
    while k < n:
        k += 1
    return k
"""
SPACE: dict = {}
exec(compile(CODE, "<watched>", "exec"), SPACE)
X, W = np.array([[0.5], [-1.0]]), np.array([[1.0, 2.0], [0.0, 0.5]])


def watched(name, *arguments):
    function = SPACE[name]
    return watch(function, lambda: function(*arguments), texts={"<watched>": CODE})
