"""A drawing of chapter 4: the gradients in the LSTM cell at one word of a sentence, on their way
back.
"""

from .ch3_lstm_forward import road
from .ch3_lstm_forward_steps import GATES, HIGH, LEFT, LOW, MIDDLE, RIGHT, X, column
from .ch4_lstm_backward import GATE
from .colours import FORGET, INK
from .style import (
    bars,
    canvas,
    doors,
    dot,
    gradient,
    keep,
    layer,
    operation,
    said,
    text,
    wire,
)

ABOVE = 8.3  # what stands over the road


def backward(key, word, cache, come):
    """Draw one step back: the carries that come in, the gates' gradients, the carries that leave.

    Parameters
    ----------
    key : str
        What the drawing is set aside under.
    word : str
        What came in.
    cache : tuple
        The step's cache, for one example.
    come : (ndarray, ndarray, dict)
        What comes into the step, `da_next` and `dc_next`, and the gradients that its backward
        pass gives.
    """
    da_next, dc_next, grads = come
    ft, dc_prev = cache[4], grads["dc_prev"]
    states = {"da next": da_next, "dc next": dc_next, "dc": dc_prev / ft}
    states |= {"dc prev": dc_prev, "da prev": grads["da_prev"]}
    states = {name: entries[:, 0] for name, entries in states.items()}
    # one example: each is its own sum
    slopes = {letter: grads[f"db{letter}"][:, 0] for letter in GATE}
    ax = canvas(height=9.5)
    above_the_road(ax, ft[:, 0], states)
    beneath_the_road(ax)
    for letter, entries in slopes.items():
        bars(ax, X[letter], GATES, entries, GATE[letter][1], reach=1.8, across=False)
    column(ax, X["old"], LOW, "$da_{prev}$", states["da prev"])
    column(ax, X["new"], MIDDLE, "$da_{next}$", states["da next"])
    text(ax, X["sum"], 0.4, f"“{word}”", size=11)
    parts = states | {"forget gate": ft[:, 0]}
    parts |= {f"dz {letter}": entries for letter, entries in slopes.items()}
    keep(key, said(f"Backward through the LSTM cell at the word {word}.", parts))


def above_the_road(ax, ft, states):
    """Draw the cell state's road with the gradient beneath it, and the forget gate that it is
    multiplied by.
    """
    back = HIGH - 0.25
    road(ax, (LEFT, HIGH), (RIGHT, HIGH), head=False)
    for start, end in [
        (RIGHT, X["o"] + 0.2),
        (X["o"] - 0.2, X["sum"] + 0.35),
        (X["sum"] - 0.35, X["f"] + 0.35),
    ]:
        gradient(ax, (start, back), (end, back))
    gradient(ax, (X["f"] - 0.35, back), (LEFT, back))
    operation(ax, X["f"], HIGH, r"$\odot$")
    operation(ax, X["sum"], HIGH, "+")
    dot(ax, X["o"], HIGH)
    doors(ax, X["f"], ABOVE, ft, FORGET, half=0.5)
    text(ax, X["f"] - 0.75, ABOVE, "$f$", size=13)
    wire(ax, (X["f"], ABOVE - 0.6), (X["f"], HIGH + 0.3))
    column(ax, X["old"], HIGH, "$dc_{prev}$", states["dc prev"])
    column(ax, 7.0, ABOVE, "$dc$", states["dc"])
    column(ax, X["new"], HIGH, "$dc_{next}$", states["dc next"])


def beneath_the_road(ax):
    """Draw the ways of the gradients from the road and from the hidden state through the four
    layers.
    """
    top, bottom = GATES + 0.64, GATES - 0.62
    operation(ax, X["o"], MIDDLE, r"$\odot$")
    layer(ax, X["o"], 5.95, r"$\tanh$", INK, width=1.1, height=0.7, size=11)
    gradient(ax, (RIGHT, MIDDLE), (X["o"] + 0.3, MIDDLE))
    gradient(ax, (X["o"], MIDDLE + 0.28), (X["o"], 5.58))
    gradient(ax, (X["o"], 6.3), (X["o"], HIGH - 0.12))
    gradient(ax, (X["o"], MIDDLE - 0.28), (X["o"], top))
    gradient(ax, (X["f"], HIGH - 0.36), (X["f"], top))
    gradient(ax, (X["sum"], HIGH - 0.36), (X["sum"], MIDDLE + 0.3))
    operation(ax, X["sum"], MIDDLE, r"$\odot$")
    gradient(ax, (X["sum"] - 0.28, MIDDLE), (X["i"], MIDDLE), (X["i"], top))
    gradient(ax, (X["sum"] + 0.28, MIDDLE), (X["c"], MIDDLE), (X["c"], top))
    for letter in GATE:
        text(ax, X[letter] - 0.14, top + 0.24, f"$dz_{letter}$", size=12, ha="right")
    for letter in "ic":
        gradient(ax, (X[letter], bottom), (X[letter], LOW + 0.05))
    gradient(ax, (X["o"], bottom), (X["o"], LOW), (X["f"] + 0.3, LOW))
    gradient(ax, (X["f"], bottom), (X["f"], LOW + 0.3))
    operation(ax, X["f"], LOW, "+")
    gradient(ax, (X["f"] - 0.28, LOW), (LEFT, LOW))
