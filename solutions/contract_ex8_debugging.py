"""What the programs of unit 8 take and give.

Rows are for examples, and time comes first or second, as in other people's code.
"""

from unrolled.contract import Array, Function, array, dict_of

GATES = {
    "3": "n_a + n_a + n_a",
    "4": "n_a + n_a + n_a + n_a",
}  # blocks of columns in a fused matrix

STATE, BATCH_FIRST, TIME_FIRST = ("m", "n_a"), ("m", "T_x", "n_a"), ("T_x", "m", "n_a")
h_prev, c_prev, h0 = (array(name, *STATE) for name in ("h_prev", "c_prev", "h0"))


def separate(letters: str) -> tuple[Array, ...]:
    """A matrix and a bias for each letter, acting on rows of input and state."""
    return tuple(
        one
        for i in letters
        for one in (array(f"W{i}", "n_x + n_a", "n_a"), array(f"b{i}", "n_a"))
    )


def halves(
    columns: str = "n_a", inputs: str = "n_x", number: str = ""
) -> tuple[Array, ...]:
    """A matrix for the input, one for the state, and a bias."""
    Wx, Wh = array(f"Wx{number}", inputs, columns), array(f"Wh{number}", "n_a", columns)
    return Wx, Wh, array(f"b{number}", columns)


def gradients(*arrays: Array) -> tuple[Array, ...]:
    """The gradients of these arrays."""
    return tuple(array(f"d{one.name}", *one.axes) for one in arrays)


def program(
    name: str,
    inputs: tuple[Array, ...],
    weights: tuple[Array, ...],
    states: tuple[Array, ...],
    also: str = "",
) -> Function:
    """Describe a program that goes forward and back.

    It takes the gradients of some of its states and returns all others.
    """
    upstream = tuple(one for one in gradients(*states) if one.name in {"dh", also})
    return Function(
        name=name,
        arguments=(*inputs, dict_of("weights", *weights), *upstream),
        returns=dict_of("results", *states, *gradients(*inputs, *weights)),
        section="ch8_debugging#ch8-exercise",
        gradient_of=name,
        upstream=tuple((one.name, one.name[1:]) for one in upstream),
    )


def sequence(
    name: str, weights: tuple[Array, ...], order: tuple[str, ...], *more: str
) -> Function:
    """A program over all steps, with `more` states beside h, in the order of its axes."""
    x = array("x", *order[:2], "n_x")
    return program(
        name, (x, h0), weights, tuple(array(state, *order) for state in ("h", *more))
    )


layers = tuple(one for k in "123" for one in halves(inputs="n_a", number=k))

FUNCTIONS = (
    program(
        "single_step",
        (array("x", "m", "n_x"), h_prev, c_prev),
        separate("figo"),
        (array("h", *STATE), array("c", *STATE)),
        also="dc",
    ),
    sequence("plain_rnn", halves(), TIME_FIRST),
    sequence("fused_lstm", halves(GATES["4"]), BATCH_FIRST),
    sequence("lstm_of_1997", separate("igo"), TIME_FIRST),
    sequence(
        "joined_rnn", (array("W", "n_x + n_a", "n_a"), array("b", "n_a")), BATCH_FIRST
    ),
    sequence("coupled_lstm", halves(GATES["3"]), TIME_FIRST),
    sequence("recorded_lstm", separate("fig"), BATCH_FIRST, "c"),
    program(
        "stacked_rnn", (array("x", *TIME_FIRST),), layers, (array("h", *TIME_FIRST),)
    ),
)

# The notebook's example: as small as it can be while every fault shows. The second visible case
# has a batch of one.
EXAMPLE = {"n_x": 3, "n_a": 4, "m": 2, "T_x": 5}
SECOND = {"n_x": 2, "n_a": 3, "m": 1, "T_x": 4}
