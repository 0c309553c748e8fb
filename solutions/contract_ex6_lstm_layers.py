"""What the functions and classes of unit 6 take and give.

In the SPEC: layouts, initialisers, layers, stacks.
"""

import numpy as np

from unrolled.contract import Function, ProducedBy, array, dict_of, tuple_of

FOUR = "4 * n_a"
PAGE = "ch6_lstm_layers"


def seed_of(number):
    """A seed from a number that was drawn."""
    return (int(abs(float(number)) * 10**6),)


def lengths_of(chance, steps):
    """Give each example a length from 1 to T_x.

    The first one is the longest that there is room for.
    """
    lengths = 1 + np.floor(len(steps) * (np.abs(10 * np.float64(chance)) % 1)).astype(
        int
    )
    lengths[0] = max(1, len(steps) - 1)
    return (lengths,)


def within_reach(inputs, upstream):
    """Bring inputs and upstream gradients between -2 and 2.

    Of gates that are quite shut, single precision cannot tell the gradient from zero.
    """
    return 2 * np.tanh(inputs / 2), 2 * np.tanh(upstream / 2)


MAKERS = {
    "seed_of": (
        seed_of,
        Function(
            "seed_of", (array("number"),), tuple_of("", array("seed")), section=""
        ),
    ),
    "lengths_of": (
        lengths_of,
        Function(
            "lengths_of",
            (array("chance", "m"), array("steps", "T_x")),
            tuple_of("", array("lengths", "m")),
            section="",
        ),
    ),
}

x, da = array("x", "n_x", "m", "T_x"), array("da", "n_a", "m", "T_x")
MAKERS["within_reach"] = (
    within_reach,
    Function(
        "within_reach",
        (array("inputs", "n_x", "m", "T_x"), array("upstream", "n_a", "m", "T_x")),
        tuple_of("", x, da),
        section="",
    ),
)
gate_weights = tuple(array(f"W{gate}", "n_a", "n_a + n_x") for gate in "fioc")
gate_biases = tuple(array(f"b{gate}", "n_a", "1") for gate in "fioc")
fused = (array("Wx", FOUR, "n_x"), array("Wh", FOUR, "n_a"), array("b", FOUR, "1"))
gradients = tuple(array(f"d{one.name}", *one.axes) for one in fused)
seed = ProducedBy(array("seed"), by="seed_of", index=0)


def states(*names):
    """One array a name, of the hidden state's shape over all steps."""
    return tuple(array(name, "n_a", "m", "T_x") for name in names)


FUNCTIONS = (
    Function(
        name="convert_layouts",
        arguments=(x,),
        returns=tuple_of(
            "", array("x_batch", "m", "T_x", "n_x"), array("x_time", "T_x", "m", "n_x")
        ),
        section=f"{PAGE}#ch6-layouts",
    ),
    Function(
        name="last_states",
        arguments=(
            array("a", "n_a", "m", "T_x"),
            ProducedBy(array("lengths", "m"), by="lengths_of", index=0),
        ),
        returns=tuple_of(
            "", array("outputs", "n_a", "m", "T_x"), array("last", "n_a", "m")
        ),
        section=f"{PAGE}#ch6-lengths",
    ),
    Function(
        name="initial_weights",
        arguments=(array("W", "n_a", "n_x"), array("U", "n_a", "n_a"), seed),
        returns=dict_of(
            "weights",
            *(
                array(name, "n_a", "n_x")
                for name in ("uniform", "glorot", "glorot_sigmoid", "he")
            ),
            array("orthogonal", "n_a", "n_a"),
        ),
        section=f"{PAGE}#ch6-initialisers",
    ),
    Function(
        name="fuse_gates",
        arguments=(dict_of("parameters", *gate_weights, *gate_biases),),
        returns=dict_of("weights", *fused),
        section=f"{PAGE}#ch6-fused",
    ),
    Function(
        name="ReLU",
        arguments=(array("z", "n_a", "m"), array("ds", "n_a", "m")),
        returns=tuple_of("", array("s", "n_a", "m"), array("dz", "n_a", "m")),
        section=f"{PAGE}#ch6-activations",
        driver="use_activation",
    ),
    Function(
        name="LSTMLayer",
        arguments=(
            dict_of("weights", *fused),
            ProducedBy(x, by="within_reach", index=0),
            ProducedBy(da, by="within_reach", index=1),
        ),
        returns=tuple_of(
            "",
            *states("a"),
            array("dx", "n_x", "m", "T_x"),
            *gradients,
            *states("a_goes_on"),
            array("dx_goes_on", "n_x", "m", "T_x"),
            array("dWh_goes_on", FOUR, "n_a"),
            array("da0", "n_a", "m"),
            array("dc0", "n_a", "m"),
            *states("a_after_reset", "a_after_update", "a_exchanged"),
            array("dx_exchanged", "n_x", "m", "T_x"),
        ),
        section=f"{PAGE}#ch6-layer",
        driver="use_layer",
    ),
    Function(
        name="StackedLSTM",
        arguments=(x, da),
        returns=tuple_of(
            "",
            *states("a"),
            array("dx", "n_x", "m", "T_x"),
            *states("a_after_update", "a_with_dropout"),
            array("dx_with_dropout", "n_x", "m", "T_x"),
            *states("a_of_other_masks", "a_at_evaluation"),
        ),
        section=f"{PAGE}#ch6-stack",
        driver="use_stack",
    ),
)

# The notebook's example: small, all sizes different.
EXAMPLE = {"n_x": 3, "n_a": 5, "m": 4, "T_x": 6}
SECOND = {"n_x": 4, "n_a": 2, "m": 1, "T_x": 5}
