"""Drawings of chapter 5: the GRU at one word of a sentence, forward and backward, with the
numbers of its units.
"""

from .ch3_lstm_forward_steps import LEFT, RIGHT, X, column
from .colours import CANDIDATE, RESET, UPDATE
from .style import (
    at,
    bars,
    canvas,
    doors,
    dot,
    gradient,
    keep,
    operation,
    said,
    text,
    wire,
)

HIGH, MIDDLE, LOW = (
    6.6,
    5.0,
    2.75,
)  # the state's road, what joins it, the gates and the candidate
R, H, Z, SUM = (
    3.5,
    5.55,
    7.25,
    8.25,
)  # columns: reset gate, candidate, update gate, and where the mixture is made
TOP, BOTTOM = LOW + 0.62, LOW - 0.6


def forward(key, word, cache):
    """Draw one step of the GRU, with doors for the gates and bars for everything else.

    Parameters
    ----------
    key : str
        What the drawing is set aside under.
    word : str
        What comes in.
    cache : tuple
        The step's cache, for one example.
    """
    a, a_prev, zt, rt, hht = (entry[:, 0] for entry in cache[:5])
    ax = canvas(height=8.0)
    mixture(ax)
    candidate(ax)
    column(ax, X["old"], HIGH, at("a", "t-1"), a_prev)
    column(ax, X["new"], HIGH, at("a", "t"), a)
    doors(ax, R, LOW, rt, RESET, half=0.5)
    doors(ax, Z, LOW, zt, UPDATE, half=0.5)
    bars(ax, H, LOW, hht, CANDIDATE, reach=0.28, across=False)
    text(ax, H, 0.4, f"“{word}”", size=11)
    parts = {
        "old state": a_prev,
        "reset gate": rt,
        "candidate": hht,
        "update gate": zt,
        "new state": a,
    }
    keep(key, said(f"The GRU at the word {word}.", parts))


def mixture(ax):
    """Draw the state's road, and the update gate that mixes old state and candidate."""
    for start, end in [(LEFT, Z - 0.28), (Z + 0.28, SUM - 0.28), (SUM + 0.28, RIGHT)]:
        wire(ax, (start, HIGH), (end, HIGH))
    wire(ax, (Z, BOTTOM - 0.5), (Z, BOTTOM))
    wire(ax, (Z, TOP), (Z, HIGH - 0.3))
    dot(ax, Z, MIDDLE - 1)
    wire(ax, (Z, MIDDLE - 1), (SUM - 0.34, MIDDLE - 1))
    wire(ax, (SUM, MIDDLE - 0.68), (SUM, MIDDLE - 0.3))
    wire(ax, (SUM, MIDDLE + 0.28), (SUM, HIGH - 0.3))
    operations(ax)
    text(ax, Z - 0.16, TOP + 0.22, "$z$", size=13, ha="right")
    text(ax, Z, BOTTOM - 0.8, "$[a;\\,x]$", size=11)


def operations(ax):
    """Draw the circles of the mixture, the same for both directions."""
    for x, y, sign in [
        (Z, HIGH, r"$\odot$"),
        (SUM, HIGH, "+"),
        (SUM, MIDDLE, r"$\odot$"),
        (R, MIDDLE - 0.5, r"$\odot$"),
    ]:
        operation(ax, x, y, sign)
    operation(ax, SUM, MIDDLE - 1, "1−", radius=0.32)


def candidate(ax):
    """Draw the way of the old state through the reset gate into the candidate, and of the
    candidate to the mixture.
    """
    dot(ax, R, HIGH)
    wire(ax, (R, HIGH), (R, MIDDLE - 0.2))
    wire(ax, (R, BOTTOM - 0.5), (R, BOTTOM))
    wire(ax, (R, TOP), (R, MIDDLE - 0.8))
    wire(
        ax,
        (R + 0.28, MIDDLE - 0.5),
        (4.88, MIDDLE - 0.5),
        (4.88, 1.6),
        (H, 1.6),
        head=False,
    )
    dot(ax, H, 1.6)
    wire(ax, (H, 0.7), (H, BOTTOM))
    wire(ax, (H, TOP), (H, MIDDLE), (SUM - 0.3, MIDDLE))
    text(ax, R - 0.16, TOP + 0.22, "$r$", size=13, ha="right")
    text(ax, H - 0.16, TOP + 0.22, r"$\tilde{h}$", size=13, ha="right")
    text(ax, R, BOTTOM - 0.8, "$[a;\\,x]$", size=11)


def backward(key, word, cache, come):
    """Draw one step back: the carry that comes in, the gradients on the roads, the carry that
    leaves.

    Parameters
    ----------
    key : str
        What the drawing is set aside under.
    word : str
        What came in.
    cache : tuple
        The step's cache, for one example.
    come : (ndarray, dict)
        What comes into the step, `da_next`, and the gradients that its backward pass gives.
    """
    da, grads = come[0][:, 0], come[1]
    zt, da_prev = cache[2][:, 0], grads["da_prev"][:, 0]
    # one example: each is its own sum
    slopes = {letter: grads[f"db{letter}"][:, 0] for letter in "rhz"}
    ax = canvas(height=9.0)
    back_on_the_road(ax, zt, da * zt)
    back_beneath_it(ax)
    column(ax, X["old"], HIGH, f"$d${at('a', 't-1')}", da_prev)
    column(ax, X["new"], HIGH, f"$d${at('a', 't')}", da)
    for letter, x, colour in [("r", R, RESET), ("h", H, CANDIDATE), ("z", Z, UPDATE)]:
        bars(ax, x, LOW, slopes[letter], colour, reach=1.8, across=False)
        text(ax, x - 0.16, TOP + 0.24, rf"$dz_{letter}$", ha="right", size=11)
    text(ax, H, 0.4, f"“{word}”", size=11)
    parts = {
        "da": da,
        "update gate": zt,
        "da times z": da * zt,
        "da of the step before": da_prev,
    }
    parts |= {f"dz {letter}": entries for letter, entries in slopes.items()}
    keep(key, said(f"Backward through the GRU at the word {word}.", parts))


def back_on_the_road(ax, zt, kept):
    """Draw the road of the state backwards, with the update gate over it and what it leaves of
    the gradient.
    """
    for start, end in [
        (RIGHT, SUM + 0.3),
        (SUM - 0.28, Z + 0.3),
        (Z - 0.28, R + 0.3),
        (R - 0.28, LEFT),
    ]:
        gradient(ax, (start, HIGH), (end, HIGH))
    operations(ax)
    operation(ax, R, HIGH, "+")
    doors(ax, Z, HIGH + 1.25, zt, UPDATE, half=0.5)
    wire(ax, (Z, HIGH + 0.65), (Z, HIGH + 0.3))
    text(ax, Z - 0.75, HIGH + 1.25, "$z$", size=13)
    column(ax, 5.2, HIGH + 1.15, r"$da \odot z$", kept)


def back_beneath_it(ax):
    """Draw the three other roads: through the candidate, the reset gate and the update gate."""
    gradient(ax, (SUM, HIGH - 0.28), (SUM, MIDDLE + 0.3))
    gradient(ax, (SUM - 0.28, MIDDLE), (H, MIDDLE), (H, TOP))
    gradient(ax, (SUM, MIDDLE - 0.28), (SUM, MIDDLE - 0.66))
    gradient(ax, (SUM - 0.32, MIDDLE - 1), (Z + 0.3, MIDDLE - 1))
    gradient(ax, (Z, HIGH - 0.28), (Z, MIDDLE - 0.7))
    operation(ax, Z, MIDDLE - 1, "+")
    gradient(ax, (Z, MIDDLE - 1.28), (Z, TOP))
    gradient(
        ax,
        (H, BOTTOM),
        (H, 1.6),
        (4.88, 1.6),
        (4.88, MIDDLE - 0.5),
        (R + 0.3, MIDDLE - 0.5),
    )
    gradient(ax, (R, MIDDLE - 0.78), (R, TOP))
    gradient(ax, (R, MIDDLE - 0.22), (R, 5.3))
    operation(ax, R, 5.58, "+")
    gradient(ax, (R, 5.86), (R, HIGH - 0.3))
    gradient(ax, (R, BOTTOM), (R, 1.07))
    gradient(ax, (Z, BOTTOM), (Z, 1.0), (2.83, 1.0), (2.83, 5.58), (R - 0.3, 5.58))
