"""A drawing of chapter 3: the LSTM cell at one word of a sentence, with the numbers of its
units. It is what stands in the place of the figure that answers, on paper and without a script.
"""

from .ch3_lstm_forward import road
from .colours import CANDIDATE, FORGET, INK, INPUT, OUTPUT
from .style import (
    at,
    bars,
    canvas,
    doors,
    dot,
    keep,
    layer,
    operation,
    said,
    text,
    wire,
)

HIGH, MIDDLE, GATES, LOW = (
    7.0,
    4.8,
    2.95,
    1.3,
)  # the road, the products beside it, the four layers, what they read
X = {"old": 1.7, "f": 3.4, "i": 5.1, "sum": 5.95, "c": 6.8, "o": 8.05, "new": 9.7}
LEFT, RIGHT = 2.83, 8.72  # where lines begin and end beside the states


def forward(key, word, cache):
    """Draw one step of the LSTM, with doors for the gates and bars for everything else.

    Parameters
    ----------
    key : str
        What the drawing is set aside under.
    word : str
        What comes in.
    cache : tuple
        The step's cache, for one example.
    """
    a, c, a_prev, c_prev, ft, it, cct, ot = (entry[:, 0] for entry in cache[:8])
    ax = canvas(height=8.2)
    along_the_road(ax)
    beneath_the_road(ax)
    column(ax, X["old"], HIGH, at("c", "t-1"), c_prev)
    column(ax, X["old"], LOW, at("a", "t-1"), a_prev)
    column(ax, X["new"], HIGH, at("c", "t"), c)
    column(ax, X["new"], MIDDLE, at("a", "t"), a)
    for name, gate, colour in [("f", ft, FORGET), ("i", it, INPUT), ("o", ot, OUTPUT)]:
        doors(ax, X[name], GATES, gate, colour, half=0.5)
    bars(ax, X["c"], GATES, cct, CANDIDATE, reach=0.45)
    what_comes_in(ax, X["sum"], word)
    parts = {
        "old memory": c_prev,
        "forget gate": ft,
        "input gate": it,
        "candidate": cct,
        "new memory": c,
        "output gate": ot,
        "hidden state": a,
    }
    keep(key, said(f"The LSTM cell at the word {word}.", parts))


def along_the_road(ax):
    """Draw the cell state's road, and the branch that leads down to the hidden state."""
    road(ax, (LEFT, HIGH), (X["f"] - 0.28, HIGH))
    road(ax, (X["f"] + 0.28, HIGH), (X["sum"] - 0.28, HIGH))
    road(ax, (X["sum"] + 0.28, HIGH), (RIGHT, HIGH))
    operation(ax, X["f"], HIGH, r"$\odot$")
    operation(ax, X["sum"], HIGH, "+")
    dot(ax, X["o"], HIGH)
    wire(ax, (X["o"], HIGH), (X["o"], 6.32))
    layer(ax, X["o"], 5.95, r"$\tanh$", INK, width=1.1, height=0.7, size=11)
    wire(ax, (X["o"], 5.6), (X["o"], MIDDLE + 0.3))
    operation(ax, X["o"], MIDDLE, r"$\odot$")
    wire(ax, (X["o"] + 0.28, MIDDLE), (RIGHT, MIDDLE))


def beneath_the_road(ax):
    """Draw the wires from what comes in through the four layers to the road, and the layers'
    letters.
    """
    top, bottom = GATES + 0.62, GATES - 0.58
    wire(ax, (LEFT, LOW), (X["o"], LOW), head=False)
    for name, letter in {"f": "f", "i": "i", "c": r"\tilde{c}", "o": "o"}.items():
        wire(ax, (X[name], LOW), (X[name], bottom))
        text(ax, X[name] - 0.14, top + 0.24, f"${letter}$", size=13, ha="right")
    wire(ax, (X["f"], top), (X["f"], HIGH - 0.3))
    wire(ax, (X["i"], top), (X["i"], MIDDLE), (X["sum"] - 0.3, MIDDLE))
    wire(ax, (X["c"], top), (X["c"], MIDDLE), (X["sum"] + 0.3, MIDDLE))
    operation(ax, X["sum"], MIDDLE, r"$\odot$")
    wire(ax, (X["sum"], MIDDLE + 0.28), (X["sum"], HIGH - 0.3))
    wire(ax, (X["o"], top), (X["o"], MIDDLE - 0.3))


def column(ax, x, y, name, values):
    """Draw a state's entries around (x, y) under its name; the caption says which unit a row is."""
    bars(ax, x, y, values, reach=0.45)
    text(ax, x, y + 0.92, name)


def what_comes_in(ax, x, word):
    """Write the word under the line that all layers read."""
    wire(ax, (x, 0.68), (x, LOW), head=False)
    dot(ax, x, LOW)
    text(ax, x, 0.38, f"“{word}”", size=11)
