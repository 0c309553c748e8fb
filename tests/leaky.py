"""A unit of a leaky integrator, forward and backward: what units with gradients ask of the
machinery.
"""

from pathlib import Path

from own_settings import put_settings

from autograder.unit.course import Course

NAME = "ex2_leaky"

SOURCE = '''\
# %% role="given" id="imports"
import numpy as np

# %% role="solve" task="leaky_forward"
def leaky_forward(x, a0, parameters):
    """Unroll a = tanh(w x + (1 - k) a_prev + b)."""
    caches = []
    ### START CODE HERE ### (≈5 lines)
    #: a = None
    w, k, b = parameters["w"], parameters["k"], parameters["b"]
    a = np.zeros(x.shape)
    a_next = a0
    for t in range(x.shape[2]):
        a_prev = a_next
        a_next = np.tanh(w * x[:, :, t] + (1 - k) * a_prev + b)
        a[:, :, t] = a_next
        caches.append((a_next, a_prev, x[:, :, t], parameters))
    ### END CODE HERE ###
    return a, caches

# %% role="solve" task="leaky_backward"
def leaky_backward(da, caches):
    """Carry gradients back through every step."""
    ### START CODE HERE ### (≈9 lines)
    #: gradients = None
    dx = np.zeros(da.shape)
    da_prev = np.zeros(da.shape[:2])
    db = 0.0
    for t in reversed(range(da.shape[2])):
        a_next, a_prev, xt, parameters = caches[t]
        dz = (da[:, :, t] + da_prev) * (1 - a_next**2)
        dx[:, :, t] = parameters["w"] * dz
        da_prev = (1 - parameters["k"]) * dz
        db = db + dz.sum(axis=1, keepdims=True)
    gradients = {"dx": dx, "da0": da_prev, "db": db}
    ### END CODE HERE ###
    return gradients

# %% role="check" task="leaky_forward" points=10
check(leaky_forward)

# %% role="check" task="leaky_backward" points=10
check(leaky_backward)
'''

CONTRACT = """\
from unrolled.contract import Function, PerStep, ProducedBy, array, dict_of, tuple_of

x, a0 = array("x", "n", "m", "T_x"), array("a0", "n", "m")
parameters = dict_of("parameters", array("w", "n", "1"), array("k", "n", "1"), array("b", "n", "1"))
step = tuple_of("cache", array("a_next", "n", "m"), array("a_prev", "n", "m"),
                array("xt", "n", "m"), parameters)
caches = PerStep("caches", step, "T_x")
da = array("da", "n", "m", "T")
gradients = dict_of("gradients", array("dx", "n", "m", "T"), array("da0", "n", "m"),
                    array("db", "n", "1"))
FUNCTIONS = (
    Function("leaky_forward", (x, a0, parameters),
             tuple_of("", array("a", "n", "m", "T_x"), caches), "ch2#forward"),
    Function("leaky_backward", (da, ProducedBy(caches, by="leaky_forward", index=1)),
             gradients, "ch2#backward"),
)
EXAMPLE = {"n": 3, "m": 4, "T_x": 6, "T": 5}
SECOND = {"n": 2, "m": 1, "T_x": 3, "T": 2}
"""

MISTAKES = {
    "not-carried": ("(da[:, :, t] + da_prev)", "da[:, :, t]"),
    "bias-by-mean": ("dz.sum(", "dz.mean("),
    "bias-of-last-step": ("db = db + dz", "db = dz"),
    "bias-shape": ("axis=1, keepdims=True", "axis=1"),
    "da0-is-da": ('"da0": da_prev', '"da0": da'),
    "derivative-missing": (" * (1 - a_next**2)", ""),
    "tanh-twice": ("a_next**2", "np.tanh(a_next) ** 2"),
    "key-missing": (', "db": db', ""),
    "all-steps": ("reversed(range(da.shape[2]))", "reversed(range(len(caches)))"),
}

ENTRY = """
[[misconception]]
id = "{}"
function = "leaky_backward"
edits = [['{}', '{}']]
symptom = "A symptom."
hint = "A hint."
section = "ch2#slip"
error = "IndexError: .*out of bounds"
"""


def make(root: Path) -> Course:
    """Write the course into an empty folder."""
    solutions = root / "solutions"
    (solutions / "misconceptions").mkdir(parents=True)
    put_settings(root)
    mistakes = "".join(ENTRY.format(id_, *edit) for id_, edit in MISTAKES.items())
    for path, text in (
        (f"{NAME}.py", SOURCE),
        (f"contract_{NAME}.py", CONTRACT),
        (f"misconceptions/{NAME}.toml", mistakes),
    ):
        (solutions / path).write_text(text, encoding="utf-8")
    return Course(root)
