"""What the functions of unit 7 take and give (SPEC: names and shapes).

Sizes beside the usual ones: `n_y` tokens in the vocabulary; a text of `m * T_x * n_b + n_r`
tokens, enough for about `n_b` batches; a prefix of `n_p` tokens.
"""

import numpy as np

from unrolled.contract import Function, ProducedBy, array, dict_of, indices, tuple_of

WEIGHTS = (
    ("Wx", "n_a", "n_y"),
    ("Wh", "n_a", "n_a"),
    ("bh", "n_a", "1"),
    ("Wy", "n_y", "n_a"),
    ("by", "n_y", "1"),
)
weights = tuple(array(name, *axes) for name, *axes in WEIGHTS)
gradients = tuple(array("d" + name, *axes) for name, *axes in WEIGHTS)
number, text = array("number"), "m * T_x * n_b + n_r"


def sharp(steps):
    """Say whether a case is one of the sharp ones.

    Such a case takes what is a limit, such as a temperature of zero.
    """
    return len(steps) % 4 == 1


def length(along):
    """The length of an axis as a number."""
    return (len(along),)


def wide(logits):
    """Logits, in the hundreds where there is one example: their exponentials overflow."""
    return (logits * (400 if logits.shape[1] == 1 else 1),)


def telling(parameters):
    """Weights that are large, so that each token of the past changes what may come next."""
    return (
        {
            name: value * (0.3 if name.startswith("b") else 4)
            for name, value in parameters.items()
        },
    )


def bound(along, number):
    """Give a bound for the norm.

    The bound is beneath it or, where the axis has an even length, above it; the same on all
    processors.
    """
    return (0.4 + 0.1 * float(np.tanh(number)) if len(along) % 2 else 40.0,)


def step_bound(steps, number):
    """The bound of a training step: far beneath the norm, and in sharp cases above it."""
    return (40.0 if sharp(steps) else 0.02 + 0.01 * float(np.tanh(number)),)


def rate(number):
    """A learning rate."""
    return (2.0 + float(np.tanh(number)),)


def temperature(steps, number):
    """A temperature, in sharp cases zero."""
    return (0.0 if sharp(steps) else 0.6 + 0.2 * float(np.tanh(number)),)


def made(maker, name, *arguments):
    """The contract of a maker that returns one value."""
    return maker, Function(
        maker.__name__, arguments, tuple_of("", array(name)), section=""
    )


MAKERS = {  # what is not drawn as it is
    "m": made(length, "batch_size", array("along", "m")),
    "T_x": made(length, "steps", array("along", "T_x")),
    "T_x * n_p": made(length, "length", array("along", "T_x * n_p")),
    "wide": made(wide, "logits", array("logits", "n_y", "m", "T_x")),
    "telling": made(telling, "parameters", dict_of("parameters", *weights)),
    "bound": made(bound, "most", array("along", "n_a"), number),
    "step_bound": made(step_bound, "most", array("steps", "T_x"), number),
    "rate": made(rate, "rate", number),
    "temperature": made(temperature, "temperature", array("steps", "T_x"), number),
}
parameters = dict_of("parameters", *weights)
batch_size = ProducedBy(array("batch_size"), by="m", index=0)
steps = ProducedBy(array("steps"), by="T_x", index=0)
batches = tuple_of(
    "", array("X", "batches", "m", "T_x"), array("Y", "batches", "m", "T_x")
)

FUNCTIONS = (
    Function(
        name="sequential_batches",
        arguments=(
            indices("tokens", "n_y", text),
            batch_size,
            steps,
            indices("offset", "T_x"),
        ),
        returns=batches,
        section="ch7_language_model#ch7-sequential",
    ),
    Function(
        name="random_batches",
        arguments=(
            indices("tokens", "n_y", text),
            batch_size,
            steps,
            indices("seed", "n_y * n_r"),
        ),
        returns=batches,
        section="ch7_language_model#ch7-random",
    ),
    Function(
        name="cross_entropy",
        arguments=(
            ProducedBy(array("logits", "n_y", "m", "T_x"), by="wide", index=0),
            indices("targets", "n_y", "m", "T_x"),
        ),
        returns=tuple_of("", array("loss"), array("dlogits", "n_y", "m", "T_x")),
        section="ch7_language_model#ch7-loss",
    ),
    Function(
        name="clip_gradients",
        arguments=(
            dict_of("gradients", *gradients),
            ProducedBy(array("most"), by="bound", index=0),
        ),
        returns=tuple_of("", dict_of("clipped", *gradients), array("norm")),
        section="ch7_language_model#ch7-clipping",
    ),
    Function(
        name="training_step",
        arguments=(
            parameters,
            array("state", "n_a", "m"),
            indices("inputs", "n_y", "m", "T_x"),
            indices("targets", "n_y", "m", "T_x"),
            ProducedBy(array("rate"), by="rate", index=0),
            ProducedBy(array("most"), by="step_bound", index=0),
        ),
        returns=tuple_of(
            "",
            dict_of("new_parameters", *weights),
            array("loss"),
            array("new_state", "n_a", "m"),
        ),
        section="ch7_language_model#ch7-training-step",
        companions=("cross_entropy", "clip_gradients"),
    ),
    Function(
        name="sample",
        arguments=(
            ProducedBy(parameters, by="telling", index=0),
            indices("prefix", "n_y", "n_p"),
            ProducedBy(array("length"), by="T_x * n_p", index=0, axes=("T_x", "n_p")),
            ProducedBy(array("temperature"), by="temperature", index=0, axes=("T_x",)),
            indices("seed", "n_y * n_p"),
        ),
        returns=tuple_of("", array("drawn", "length")),
        section="ch7_language_model#ch7-sampling",
    ),
)

# The notebook's example, all sizes different. In the second visible case there is one example,
# with logits in the hundreds; no gradient is clipped, and the temperature is zero.
EXAMPLE = {"n_a": 5, "n_y": 7, "m": 3, "T_x": 4, "n_b": 2, "n_r": 10, "n_p": 9}
SECOND = {"n_a": 2, "n_y": 6, "m": 1, "T_x": 5, "n_b": 4, "n_r": 3, "n_p": 8}
