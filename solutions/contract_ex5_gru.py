"""What the functions of unit 5 take and give (SPEC: names, shapes, caches, gradients)."""

from unrolled.contract import Function, PerStep, ProducedBy, array, dict_of, tuple_of

xt = array("xt", "n_x", "m")
x = array("x", "n_x", "m", "T_x")
a0 = array("a0", "n_a", "m")
a_prev = array("a_prev", "n_a", "m")
a_next = array("a_next", "n_a", "m")
parameters = dict_of(
    "parameters",
    array("Wz", "n_a", "n_a + n_x"),
    array("Wr", "n_a", "n_a + n_x"),
    array("Wh", "n_a", "n_a + n_x"),
    array("Wy", "n_y", "n_a"),
    array("bz", "n_a", "1"),
    array("br", "n_a", "1"),
    array("bh", "n_a", "1"),
    array("by", "n_y", "1"),
)
gates = tuple(array(name, "n_a", "m") for name in ("zt", "rt", "hht"))
cell_cache = tuple_of("cache", a_next, a_prev, *gates, xt, parameters)
caches = tuple_of("caches", PerStep("list of cell caches", cell_cache, "T_x"), x)
parameter_gradients = tuple(
    spec
    for gate in "zrh"
    for spec in (array(f"dW{gate}", "n_a", "n_a + n_x"), array(f"db{gate}", "n_a", "1"))
)

FUNCTIONS = (
    Function(
        name="gru_cell_forward",
        arguments=(xt, a_prev, parameters),
        returns=tuple_of("", a_next, array("yt_pred", "n_y", "m"), cell_cache),
        section="ch5_gru#ch5-one-step",
    ),
    Function(
        name="gru_forward",
        arguments=(x, a0, parameters),
        returns=tuple_of(
            "", array("a", "n_a", "m", "T_x"), array("y", "n_y", "m", "T_x"), caches
        ),
        section="ch5_gru#ch5-unrolling",
        companions=("gru_cell_forward",),
    ),
    Function(
        name="gru_cell_backward",
        arguments=(
            array("da_next", "n_a", "m"),
            ProducedBy(cell_cache, by="gru_cell_forward", index=2),
        ),
        returns=dict_of(
            "gradients",
            array("dxt", "n_x", "m"),
            array("da_prev", "n_a", "m"),
            *parameter_gradients,
        ),
        section="ch5_gru#ch5-backward",
        gradient_of="gru_cell_forward",
        upstream=(("da_next", 0),),
    ),
    Function(
        name="gru_backward",
        arguments=(
            array("da", "n_a", "m", "T"),
            ProducedBy(caches, by="gru_forward", index=2),
        ),
        returns=dict_of(
            "gradients",
            array("dx", "n_x", "m", "T"),
            array("da0", "n_a", "m"),
            *parameter_gradients,
        ),
        section="ch5_gru#ch5-carry",
        companions=("gru_cell_backward",),
        gradient_of="gru_forward",
        upstream=(("da", 0),),
    ),
)

# The notebook's example: small, all sizes different. In the second visible case `da` holds
# fewer steps than `x`.
EXAMPLE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6, "T": 6}
SECOND = {"n_x": 4, "n_a": 2, "n_y": 3, "m": 1, "T_x": 5, "T": 3}

# Large where inputs are, so that every softmax meets scores which it must not overflow at.
LARGE = ("Wy", "by")

EQUATIONS = {  # of the book, for what the reference computes on its way
    "gru_cell_forward": {
        "zt": "eq-ch5-update",
        "rt": "eq-ch5-reset",
        "hht": "eq-ch5-candidate",
        "a_next": "eq-ch5-state",
        "yt_pred": "eq-ch5-prediction",
        "cache": "eq-ch5-cache",
    },
    "gru_cell_backward": {
        "dzz": "eq-ch5-delta-z",
        "dzh": "eq-ch5-delta-h",
        "dra": "eq-ch5-s",
        "dzr": "eq-ch5-delta-r",
        "da_prev": "eq-ch5-da-prev",
        "dxt": "eq-ch5-dx",
    },
}
