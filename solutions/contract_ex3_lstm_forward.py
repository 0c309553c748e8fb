"""What the functions of unit 3 take and give (SPEC: names, shapes, caches)."""

from pathlib import Path

from autograder.unit.course import Course
from autograder.unit.source import reference
from autograder.unit.unit import load_module
from unrolled.contract import Function, PerStep, array, dict_of, tuple_of

HERE = Path(__file__).resolve().parent

xt = array("xt", "n_x", "m")
x = array("x", "n_x", "m", "T_x")
a0 = array("a0", "n_a", "m")
a_prev = array("a_prev", "n_a", "m")
c_prev = array("c_prev", "n_a", "m")
a_next = array("a_next", "n_a", "m")
c_next = array("c_next", "n_a", "m")
parameters = dict_of(
    "parameters",
    array("Wf", "n_a", "n_a + n_x"),
    array("bf", "n_a", "1"),
    array("Wi", "n_a", "n_a + n_x"),
    array("bi", "n_a", "1"),
    array("Wc", "n_a", "n_a + n_x"),
    array("bc", "n_a", "1"),
    array("Wo", "n_a", "n_a + n_x"),
    array("bo", "n_a", "1"),
    array("Wy", "n_y", "n_a"),
    array("by", "n_y", "1"),
)
cell_cache = tuple_of(
    "cache",
    a_next,
    c_next,
    a_prev,
    c_prev,
    array("ft", "n_a", "m"),
    array("it", "n_a", "m"),
    array("cct", "n_a", "m"),
    array("ot", "n_a", "m"),
    xt,
    parameters,
)
caches = tuple_of("caches", PerStep("list of cell caches", cell_cache, "T_x"), x)

FUNCTIONS = (
    Function(
        name="lstm_cell_forward",
        arguments=(xt, a_prev, c_prev, parameters),
        returns=tuple_of("", a_next, c_next, array("yt_pred", "n_y", "m"), cell_cache),
        section="ch3_lstm_forward#ch3-one-step",
    ),
    Function(
        name="lstm_forward",
        arguments=(x, a0, parameters),
        returns=tuple_of(
            "",
            array("a", "n_a", "m", "T_x"),
            array("y", "n_y", "m", "T_x"),
            array("c", "n_a", "m", "T_x"),
            caches,
        ),
        section="ch3_lstm_forward#ch3-unrolling",
        companions=("lstm_cell_forward",),
    ),
)

# The notebook's example: small, all sizes different. The second visible case catches what one
# size cannot.
EXAMPLE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6}
SECOND = {"n_x": 4, "n_a": 2, "n_y": 3, "m": 1, "T_x": 3}


def __getattr__(name):
    """Give `MAKERS`, the functions of unit 4 that try the caches.

    They are made when asked for, since unit 4 reads this file.
    """
    if name != "MAKERS":
        raise AttributeError(name)
    backward = load_module(HERE / "contract_ex4_lstm_backward.py")
    right = reference("ex4_lstm_backward", Course(HERE.parent, HERE))
    return {f.name: (getattr(right, f.name), f) for f in backward.FUNCTIONS}


# Large where inputs are, so that every softmax meets scores which it must not overflow at.
LARGE = ("Wy", "by")

EQUATIONS = {  # of the book, for what the reference computes on its way
    "lstm_cell_forward": {
        "concat": "eq-ch3-stack",
        "ft": "eq-ch3-forget",
        "it": "eq-ch3-input",
        "cct": "eq-ch3-candidate",
        "c_next": "eq-ch3-cell-state",
        "ot": "eq-ch3-output",
        "a_next": "eq-ch3-hidden-state",
        "yt_pred": "eq-ch3-prediction",
        "cache": "eq-ch3-cache",
    },
}
