"""A function with one loop, what its lines come to, and where a wrong one departs."""

import numpy as np

from autograder.release.landmarks import without_equals
from autograder.release.recorder import Recorder
from autograder.release.telling import recorded, telling
from autograder.unit.unit import copied
from unrolled.check.landmarks import Landmarks
from unrolled.check.locate import Run, locate
from unrolled.contract import Function, array, dict_of

RIGHT = """
import numpy as np

def backward(da, x, W):
    dW = np.zeros(W.shape)
    dx = np.zeros(x.shape)
    carry = np.zeros(da.shape[:2])
    for t in reversed(range(x.shape[2])):
        total = da[:, :, t] + carry
        dz = total * (1 - np.tanh(x[:, :, t]) ** 2)
        dx[:, :, t] = W.T @ dz
        dW += dz @ x[:, :, t].T
        carry = W.T @ dz
    return {"dx": dx, "dW": dW}
"""

CONTRACT = Function(
    "backward",
    (array("da", "n", "m", "T"), array("x", "n", "m", "T"), array("W", "n", "n")),
    dict_of("gradients", array("dx", "n", "m", "T"), array("dW", "n", "n")),
    section="ch2#one",
)

rng = np.random.default_rng(3)

CASE = (
    rng.standard_normal((3, 2, 4)),
    rng.standard_normal((3, 2, 4)),
    rng.standard_normal((3, 3)),
)


def module(text):
    space: dict = {}
    exec(compile(text, "<cell>", "exec"), space)
    return space["backward"]


WANT = module(RIGHT)(*CASE)


def landmarks():
    recorder = Recorder()
    told = telling([(RIGHT, True)], recorder)
    marks = recorded(told.backward, CASE, recorder)
    names = frozenset({"dx", "dW", "carry", "dz", "total"})
    return Landmarks(without_equals(marks), recorder.forms(), names)


KNOWN = landmarks()


def where(text):
    function = module(text)
    run = Run(
        CONTRACT,
        function,
        lambda: function(*copied(CASE)),
        WANT,
        KNOWN,
        {"<cell>": text},
    )
    found = locate(run)
    return None if found is None else found.where
