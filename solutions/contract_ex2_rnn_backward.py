"""What the functions of unit 2 take and give (SPEC: names, shapes, caches, gradients)."""

from pathlib import Path

import numpy as np

from autograder.unit.course import Course
from autograder.unit.source import reference
from autograder.unit.unit import load_module
from unrolled.contract import Function, ProducedBy, Text, array, dict_of, tuple_of

HERE = Path(__file__).resolve().parent
forward = load_module(HERE / "contract_ex1_rnn_cell.py")
right = reference("ex1_rnn_cell", Course(HERE.parent, HERE))
step, sequence = forward.FUNCTIONS
cell_cache, caches = step.returns.items[2], sequence.returns.items[2]


def step_size(number):
    """Give a large size of step, so that a one-sided difference shows.

    It is the same on every processor.
    """
    return (0.25 + 0.1 * float(np.tanh(number)),)


MAKERS = {  # what is not drawn as it is: the caches, and the size of a step
    "rnn_cell_forward": (right.rnn_cell_forward, step),
    "rnn_forward": (right.rnn_forward, sequence),
    "step_size": (
        step_size,
        Function(
            "step_size", (array("number"),), tuple_of("", array("epsilon")), section=""
        ),
    ),
}

weight_gradients = (
    array("dWax", "n_a", "n_x"),
    array("dWaa", "n_a", "n_a"),
    array("dba", "n_a", "1"),
)
W, b = array("W", "n_a", "n_x"), array("b", "n_a", "1")
amplitude, x = array("amplitude", "n_a", "1"), array("x", "n_x", "m", "steps")

FUNCTIONS = (
    Function(
        name="rnn_cell_backward",
        arguments=(
            array("da_next", "n_a", "m"),
            ProducedBy(cell_cache, by="rnn_cell_forward", index=2),
        ),
        returns=dict_of(
            "gradients",
            array("dxt", "n_x", "m"),
            array("da_prev", "n_a", "m"),
            *weight_gradients,
        ),
        section="ch2_rnn_backward#ch2-one-step",
        gradient_of="rnn_cell_forward",
        upstream=(("da_next", 0),),
    ),
    Function(
        name="rnn_backward",
        arguments=(
            array("da", "n_a", "m", "T"),
            ProducedBy(caches, by="rnn_forward", index=2),
        ),
        returns=dict_of(
            "gradients",
            array("dx", "n_x", "m", "T"),
            array("da0", "n_a", "m"),
            *weight_gradients,
        ),
        section="ch2_rnn_backward#ch2-sequence",
        companions=("rnn_cell_backward",),
        gradient_of="rnn_forward",
        upstream=(("da", 0),),
    ),
    Function(
        name="gradient_check",
        arguments=(
            dict_of("parameters", W, b, amplitude, x),
            dict_of(
                "gradients",
                array("dW", *W.axes),
                array("db", *b.axes),
                array("dx", *x.axes),
            ),
            ProducedBy(array("epsilon"), by="step_size", index=0),
        ),
        returns=tuple_of("", array("error"), Text("worst")),
        section="ch2_rnn_backward#ch2-check",
    ),
)

# `gradient_check` takes any loss; all other calls leave it to be the one that is there.
ALSO = {"gradient_check": {"another loss": "check_energy"}}

# The notebook's example: small, all sizes different. In the second visible case `da` holds
# fewer steps than `x`.
EXAMPLE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6, "T": 6, "steps": 2}
SECOND = {"n_x": 4, "n_a": 2, "n_y": 3, "m": 1, "T_x": 5, "T": 3, "steps": 3}

EQUATIONS = {  # of the book, for what the reference computes on its way
    "rnn_cell_backward": {
        "dz": "eq-ch2-dz",
        "dWax": "eq-ch2-weights",
        "dWaa": "eq-ch2-weights",
        "dba": "eq-ch2-bias",
        "dxt": "eq-ch2-down",
        "da_prev": "eq-ch2-down",
    },
    "rnn_backward": {
        "step": "eq-ch2-carry",
        "da_prev": "eq-ch2-carry",
        "dWax": "eq-ch2-sum",
        "dWaa": "eq-ch2-sum",
        "dba": "eq-ch2-sum",
    },
    "gradient_check": {
        "measured": "eq-ch2-differences",
        "deviation": "eq-ch2-relative",
        "scale": "eq-ch2-relative",
    },
}
