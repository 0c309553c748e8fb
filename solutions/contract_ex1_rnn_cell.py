"""What the functions of unit 1 take and give (SPEC: names, shapes, caches)."""

from unrolled.contract import Function, PerStep, array, dict_of, tuple_of

xt = array("xt", "n_x", "m")
x = array("x", "n_x", "m", "T_x")
a0 = array("a0", "n_a", "m")
a_prev = array("a_prev", "n_a", "m")
a_next = array("a_next", "n_a", "m")
parameters = dict_of(
    "parameters",
    array("Wax", "n_a", "n_x"),
    array("Waa", "n_a", "n_a"),
    array("Wya", "n_y", "n_a"),
    array("ba", "n_a", "1"),
    array("by", "n_y", "1"),
)
cell_cache = tuple_of("cache", a_next, a_prev, xt, parameters)

FUNCTIONS = (
    Function(
        name="rnn_cell_forward",
        arguments=(xt, a_prev, parameters),
        returns=tuple_of("", a_next, array("yt_pred", "n_y", "m"), cell_cache),
        section="ch1_rnn_cell#ch1-one-step",
    ),
    Function(
        name="rnn_forward",
        arguments=(x, a0, parameters),
        returns=tuple_of(
            "",
            array("a", "n_a", "m", "T_x"),
            array("y_pred", "n_y", "m", "T_x"),
            tuple_of("caches", PerStep("list of cell caches", cell_cache, "T_x"), x),
        ),
        section="ch1_rnn_cell#ch1-unrolling",
        companions=("rnn_cell_forward",),
    ),
)

# The notebook's example: small, all sizes different. The second visible case catches what one
# size cannot.
EXAMPLE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6}
SECOND = {"n_x": 4, "n_a": 2, "n_y": 3, "m": 1, "T_x": 3}

# Large where inputs are, so that every softmax meets scores which it must not overflow at.
LARGE = ("Wya", "by")

EQUATIONS = {  # of the book, for what the reference computes on its way
    "rnn_cell_forward": {
        "a_next": "eq-ch1-state",
        "yt_pred": "eq-ch1-prediction",
        "cache": "eq-ch1-cache",
    },
}
