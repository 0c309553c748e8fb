"""Drawings of chapter 3: the LSTM cell, its gates as masks, and a sentence passing through it."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from . import style
from .colours import CANDIDATE, FAINT, FORGET, INK, INPUT, MUTED, OUTPUT, PAPER
from .style import at, bars, canvas, doors, dot, layer, note, operation, text, wire


def road(ax, *points, head=True):
    """Draw the cell state's double line through the points, with an arrow head at the last one."""
    (x0, y0), (x1, y1) = points[-2:]
    reach = 0.22 if head else 0.0
    end = (x1 - reach * np.sign(x1 - x0), y1 - reach * np.sign(y1 - y0))
    wire(ax, *points[:-1], end, head=False, lw=4.6)
    wire(ax, *points[:-1], end, head=False, lw=1.8, colour=PAPER)
    if head:
        wire(ax, end, points[-1], lw=1.6)


def forgetting(shares, gated=None):
    """Plot how often the first word's number can still be read from the state.

    Parameters
    ----------
    shares : dict of float to ndarray of shape (T,)
        Share of right readings after each step, by the spectral radius of the recurrent matrix.
    gated : ndarray of shape (T,), optional
        The same for an LSTM of one unit.
    """
    ax = style.plot()
    later = np.arange(len(next(iter(shares.values()))))
    if gated is not None:
        ax.plot(later, gated, "-", color=INK, lw=2.6)
        ax.text(39, 0.975, "LSTM, one unit", ha="right", va="top")
    for (radius, share), (dash, colour) in zip(
        shares.items(), [(":", INK), ("--", MUTED), ("-", MUTED)], strict=True
    ):
        ax.plot(later, share, dash, color=colour, lw=1.8, label=f"radius {radius}")
    ax.axhline(0.5, color=FAINT, lw=1)
    ax.text(39, 0.455, "a coin", ha="right", va="top", color=MUTED)
    ax.set(
        ylim=(0.35, 1.04),
        yticks=[0.5, 0.75, 1],
        xlim=(0, 40),
        xlabel="steps since the first word",
    )
    ax.set_ylabel("share of right answers")
    ax.figure.legend(loc="outside upper right", ncols=3, title="plain RNN, 30 units")


def cell():
    """Draw the LSTM cell: the cell state's road above, three gates and a candidate beneath it."""
    ax = canvas(height=7.6)
    high, low, gates = 6.4, 1.75, 3.1
    road(ax, (0.15, high), (2.12, high))
    road(ax, (2.68, high), (4.92, high))
    road(ax, (5.48, high), (10.65, high))
    operation(ax, 2.4, high, r"$\odot$")
    operation(ax, 5.2, high, "+")
    wire(ax, (0.15, low), (7.75, low), (7.75, gates - 0.47))
    for x, letter, colour in [
        (2.4, "f", FORGET),
        (4.2, "i", INPUT),
        (6.2, r"\tilde{c}", CANDIDATE),
    ]:
        wire(ax, (x, low), (x, gates - 0.47))
        layer(ax, x, gates, f"${letter}$", colour, width=1.15)
        dot(ax, x, low)
    layer(ax, 7.75, gates, "$o$", OUTPUT, width=1.15)
    dot(ax, 1.3, low)
    wire(ax, (1.3, 0.75), (1.3, low), head=False)
    wire(ax, (2.4, gates + 0.47), (2.4, high - 0.3))
    operation(ax, 5.2, 4.75, r"$\odot$")
    wire(ax, (4.2, gates + 0.47), (4.2, 4.75), (4.9, 4.75))
    wire(ax, (6.2, gates + 0.47), (6.2, 4.75), (5.5, 4.75))
    wire(ax, (5.2, 5.05), (5.2, high - 0.3))
    dot(ax, 9.3, high)
    wire(ax, (9.3, high), (9.3, 5.27))
    layer(ax, 9.3, 4.85, r"$\tanh$", INK, width=1.2, height=0.8, size=11)
    wire(ax, (9.3, 4.43), (9.3, gates + 0.3))
    operation(ax, 9.3, gates, r"$\odot$")
    wire(ax, (8.35, gates), (9.0, gates))
    wire(ax, (9.3, gates - 0.3), (9.3, low), (10.65, low))
    text(ax, 0.75, high + 0.48, at("c", "t-1"))
    text(ax, 10.15, high + 0.48, at("c", "t"))
    text(ax, 0.55, low + 0.42, at("a", "t-1"))
    text(ax, 10.15, low + 0.42, at("a", "t"))
    text(ax, 1.3, 0.42, at("x", "t"))
    for x, words in [(2.4, "keep?"), (4.2, "write?"), (6.2, "what?"), (7.75, "show?")]:
        note(ax, x, 1.32, words, colour=INK)


KEPT = {  # five entries of a state, and gates that each do something else with them
    "c_prev": [0.9, -0.7, 0.4, -1.3, 0.6],
    "ft": [1.0, 0.0, 0.5, 1.0, 0.9],
    "cct": [0.8, 0.6, -0.9, -0.9, 0.2],
    "it": [0.0, 1.0, 0.5, 0.9, 0.1],
    "ot": [1.0, 0.0, 0.5, 1.0, 0.1],
}


def _numbers(values, shown):
    """Check what is drawn: the entries that a caption or text names are those that the gates
    make.
    """
    np.testing.assert_allclose(values, shown, atol=0.005)
    return values


def forget_mask():
    """Draw the old cell state, the forget gate as a mask over it, and what is left."""
    v = {name: np.array(entries) for name, entries in KEPT.items()}
    kept = _numbers(v["ft"] * v["c_prev"], [0.9, 0.0, 0.2, -1.3, 0.54])
    ax = canvas(height=4.6)
    _state(ax, 2.0, v["c_prev"], at("c", "t-1"), "old memory")
    text(ax, 3.75, 1.95, r"$\odot$", size=15)
    _mask(ax, 5.25, v["ft"], "$f$", "forget gate", FORGET)
    text(ax, 7.3, 1.95, "=", size=15)
    _state(ax, 9.1, kept, r"$f \odot\, $" + at("c", "t-1"), "what is kept")


def write_mask():
    """Draw the candidate, the input gate as a mask over it, and what is written."""
    v = {name: np.array(entries) for name, entries in KEPT.items()}
    written = _numbers(v["it"] * v["cct"], [0.0, 0.6, -0.45, -0.81, 0.02])
    ax = canvas(height=4.6)
    _state(ax, 2.0, v["cct"], r"$\tilde{c}$", "candidate", CANDIDATE)
    text(ax, 3.75, 1.95, r"$\odot$", size=15)
    _mask(ax, 5.25, v["it"], "$i$", "input gate", INPUT)
    text(ax, 7.3, 1.95, "=", size=15)
    _state(ax, 9.1, written, r"$i \odot\, \tilde{c}$", "what is written")


def sum_of_masks():
    """Draw what is kept plus what is written: the new cell state."""
    v = {name: np.array(entries) for name, entries in KEPT.items()}
    ax = canvas(height=4.6)
    kept, written = v["ft"] * v["c_prev"], v["it"] * v["cct"]
    _state(ax, 2.0, kept, r"$f \odot\, $" + at("c", "t-1"), "what is kept")
    text(ax, 3.75, 1.95, "+", size=15)
    _state(ax, 5.5, written, r"$i \odot\, \tilde{c}$", "what is written")
    text(ax, 7.3, 1.95, "=", size=15)
    _state(
        ax,
        9.1,
        _numbers(kept + written, [0.9, 0.6, -0.25, -2.11, 0.56]),
        at("c", "t"),
        "new memory",
    )


def show_mask():
    """Draw the bent cell state, the output gate as a mask over it, and the hidden state."""
    v = {name: np.array(entries) for name, entries in KEPT.items()}
    bent = np.tanh(v["ft"] * v["c_prev"] + v["it"] * v["cct"])
    ax = canvas(height=4.6)
    _state(
        ax,
        2.0,
        _numbers(bent, [0.72, 0.54, -0.24, -0.97, 0.51]),
        r"$\tanh($" + at("c", "t") + "$)$",
        "bent memory",
    )
    text(ax, 3.75, 1.95, r"$\odot$", size=15)
    _mask(ax, 5.25, v["ot"], "$o$", "output gate", OUTPUT)
    text(ax, 7.3, 1.95, "=", size=15)
    _state(
        ax,
        9.1,
        _numbers(v["ot"] * bent, [0.72, 0, -0.12, -0.97, 0.05]),
        at("a", "t"),
        "hidden state",
    )


def _state(ax, x, values, name, words, colour=INK):
    """Draw a column of numbers with its name above and what it is below."""
    text(ax, x, 4.2, name)
    note(ax, x, 0.2, words, colour=INK)
    bars(ax, x, 1.95, values, colour)


def _mask(ax, x, values, name, words, colour):
    """Draw a gate with its name above and what it is below."""
    text(ax, x, 4.2, name)
    note(ax, x, 0.2, words, colour=INK)
    doors(ax, x, 1.95, values, colour)


def sentence(words, rows, states):
    """Draw gates as shaded squares, one a word, and beneath them cell state and hidden state as
    bars.

    Parameters
    ----------
    words : list of str
        The sentence.
    rows : dict of str to (ndarray of shape (T,), str)
        Gates by their label, with their colour.
    states : dict of str to ndarray of shape (T,)
        States by their label, drawn as bars.
    """
    left, pitch = 1.55, 0.695
    ax = canvas(height=2.3 + 0.78 * len(rows) + 1.55 * len(states))
    top = 0.78 * len(rows) + 1.55 * len(states)
    xs = left + pitch * (np.arange(len(words)) + 0.5)
    for x, word in zip(xs, words, strict=True):
        text(
            ax,
            x + 0.04,
            top + 0.28,
            word,
            size=11,
            rotation=62,
            ha="left",
            va="bottom",
            rotation_mode="anchor",
        )
    y = top
    for label, (gate, colour) in rows.items():
        y -= 0.78
        text(ax, left - 0.2, y + 0.36, label, ha="right")
        for x, value in zip(xs, gate, strict=True):
            low, size = (x - 0.3, y + 0.06), 0.6
            ax.add_patch(
                Rectangle(
                    low,
                    size,
                    size,
                    fc=(colour, 0.5 * (1 - value)),
                    ec=colour,
                    lw=1.2,
                    zorder=2,
                )
            )
            if value < 0.5:
                ax.plot(
                    [low[0], low[0] + size],
                    [low[1], low[1] + size],
                    color=colour,
                    lw=1.2,
                    zorder=3,
                )
                ax.plot(
                    [low[0], low[0] + size],
                    [low[1] + size, low[1]],
                    color=colour,
                    lw=1.2,
                    zorder=3,
                )
    for label, state in states.items():
        y -= 1.55
        middle = y + 0.75
        text(ax, left - 0.2, middle, label, ha="right")
        ax.plot(
            [left, left + pitch * len(words)],
            [middle, middle],
            color=FAINT,
            lw=1,
            zorder=1,
        )
        for x, value in zip(xs, state, strict=True):
            ax.add_patch(
                Rectangle(
                    (x - 0.22, middle),
                    0.44,
                    0.62 * value,
                    fc=(INK, 0.35),
                    ec=INK,
                    lw=1.1,
                    zorder=2,
                )
            )


def unrolled():
    """Draw three cells in a row, with the cell state's road above and the hidden state's wire
    below.
    """
    ax = canvas(height=5.6)
    high, low = 3.5, 2.3
    road(ax, (0.9, high), (1.88, high))
    wire(ax, (0.9, low), (1.88, low))
    text(ax, 0.5, high, "$0$")
    text(ax, 0.5, low, at("a", 0))
    for k in range(3):
        x = 2.7 + 3.0 * k
        box = FancyBboxPatch(
            (x - 0.8, 1.7),
            1.6,
            2.4,
            "round,pad=0,rounding_size=0.18",
            fc=(MUTED, 0.12),
            ec=INK,
            lw=1.6,
            zorder=3,
        )
        ax.add_patch(box)
        text(ax, x, 2.9, "cell")
        wire(ax, (x, 0.85), (x, 1.67))
        wire(ax, (x, 4.12), (x, 4.85))
        text(ax, x, 0.45, at("x", k + 1))
        text(ax, x, 5.2, at(r"\hat{y}", k + 1))
        end = x + (2.18 if k < 2 else 1.75)
        road(ax, (x + 0.82, high), (end, high))
        wire(ax, (x + 0.82, low), (end, low))
        text(ax, x + 1.45, high + 0.45, at("c", k + 1))
        text(ax, x + 1.45, low - 0.45, at("a", k + 1))


def memory(u, states):
    """Plot a noisy signal with a marked value in it, and a one-gate memory that holds the value.

    Parameters
    ----------
    u, states : ndarray of shape (T,)
        Signal and state of one unit.
    """
    ax = style.plot(height=2.5)
    steps = np.arange(1, len(u) + 1)
    ax.plot(steps, u, "o", color=MUTED, ms=4, label="input")
    ax.plot(steps, states, "-", color=INK, drawstyle="steps-mid", label="state")
    ax.set(
        ylim=(-1.15, 1.15), yticks=[-1, 0, 1], xlabel="time step", xlim=(0, len(u) + 1)
    )
    ax.figure.legend(loc="outside upper right", ncols=2)
