"""Drawings of chapter 4: the LSTM cell with a gradient on every edge, the two carries, how long
gradients live.
"""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from . import style
from .ch3_lstm_forward import road
from .colours import CANDIDATE, FAINT, FORGET, INK, INPUT, MUTED, OUTPUT
from .style import at, canvas, dot, gradient, layer, note, operation, text, wire

GATE = {
    "f": ("f", FORGET),
    "i": ("i", INPUT),
    "c": (r"\tilde{c}", CANDIDATE),
    "o": ("o", OUTPUT),
}


def reached(right, stopped):
    """Plot how much gradient of a loss at the last step arrives at each input.

    Parameters
    ----------
    right, stopped : ndarray of shape (T,)
        Length of the gradient at each step's input, with both carries and with none.
    """
    axes = style.plot(height=3.1, rows=2)
    steps = np.arange(1, len(right) + 1)
    for ax, lengths, name in zip(
        axes, [right, stopped], ["carried back", "not carried"], strict=True
    ):
        ax.bar(steps, lengths, width=0.7, color=(INK, 0.35), edgecolor=INK, lw=1)
        ax.set(
            ylim=(0, 1.15 * max(right)),
            yticks=[0],
            xlim=(0.3, len(right) + 0.7),
            title=name,
        )
        ax.set_ylabel("length of\ngradient")
    axes[0].set_xticks([])
    axes[1].set_xlabel("step whose input it reaches")


def rules():
    """Draw what a sum, a product, a function and a branch do to a gradient that comes back
    through them.
    """
    ax = canvas(height=5.6)
    for x, y, sign in [(2.5, 4.4, "+"), (8.0, 4.4, r"$\odot$")]:
        wire(
            ax,
            (x - 1.9, y + 0.6),
            (x - 0.9, y + 0.6),
            (x - 0.21, y + 0.19),
            colour=MUTED,
            lw=1.2,
        )
        wire(
            ax,
            (x - 1.9, y - 0.6),
            (x - 0.9, y - 0.6),
            (x - 0.21, y - 0.19),
            colour=MUTED,
            lw=1.2,
        )
        wire(ax, (x + 0.29, y + 0.1), (x + 1.6, y + 0.1), colour=MUTED, lw=1.2)
        operation(ax, x, y, sign)
        gradient(ax, (x + 1.6, y - 0.12), (x + 0.3, y - 0.12))
        gradient(ax, (x - 0.33, y + 0.03), (x - 0.98, y + 0.36), (x - 1.9, y + 0.36))
        gradient(ax, (x - 0.12, y - 0.31), (x - 0.8, y - 0.84), (x - 1.9, y - 0.84))
        text(ax, x + 1.95, y - 0.1, "$g$")
    for x, upper, lower in [
        (0.35, "$g$", "$g$"),
        (5.6, r"$g \odot v$", r"$g \odot u$"),
    ]:
        text(ax, x, 4.8, upper)
        text(ax, x, 3.55, lower)
    note(ax, 6.75, 5.25, "$u$")
    note(ax, 6.75, 4.03, "$v$")
    note(ax, 2.5, 2.95, "sum: to both", colour=INK)
    note(ax, 8.0, 2.95, "product: times the other one", colour=INK)
    y = 1.4
    wire(ax, (0.7, y + 0.1), (1.8, y + 0.1), colour=MUTED, lw=1.2)
    wire(ax, (3.22, y + 0.1), (4.1, y + 0.1), colour=MUTED, lw=1.2)
    layer(ax, 2.5, y, r"$\varphi$", width=1.35, height=0.8)
    gradient(ax, (4.1, y - 0.14), (3.22, y - 0.14))
    gradient(ax, (1.78, y - 0.14), (0.7, y - 0.14))
    text(ax, 4.45, y - 0.1, "$g$")
    text(ax, 0.75, y - 0.6, r"$g \odot \varphi'$", ha="center")
    note(ax, 2.6, 0.3, "function: times its derivative", colour=INK)
    wire(ax, (6.3, y + 0.1), (7.9, y + 0.1), colour=MUTED, lw=1.2, head=False)
    wire(ax, (7.9, y + 0.1), (8.7, y + 0.7), (9.7, y + 0.7), colour=MUTED, lw=1.2)
    wire(ax, (7.9, y + 0.1), (8.7, y - 0.5), (9.7, y - 0.5), colour=MUTED, lw=1.2)
    dot(ax, 7.9, y + 0.1, MUTED)
    gradient(ax, (9.7, y + 0.42), (8.8, y + 0.42), (8.22, y))
    gradient(ax, (9.7, y - 0.75), (8.6, y - 0.75), (7.95, y - 0.2))
    gradient(ax, (7.8, y - 0.14), (6.3, y - 0.14))
    text(ax, 10.05, y + 0.5, "$g$")
    text(ax, 10.05, y - 0.65, "$h$")
    text(ax, 5.75, y - 0.1, "$g + h$", size=11)
    note(ax, 8.0, 0.3, "branch: add what comes back", colour=INK)


def entrywise():
    """Draw the upper half of the cell, everything that works entry by entry, with the gradient on
    every edge.
    """
    ax = canvas(height=8.5)
    high, low, x = 6.9, 1.5, {"f": 2.65, "i": 4.55, "c": 6.35, "o": 8.2}
    plus, show, bend = 5.45, 3.55, 5.25
    muted = {"colour": MUTED, "lw": 1.2}
    for start, end in [
        (1.0, x["f"] - 0.28),
        (x["f"] + 0.28, plus - 0.28),
        (plus + 0.28, 10.15),
    ]:
        road_of(ax, start, end, high)
    operation(ax, x["f"], high, r"$\odot$")
    operation(ax, plus, high, "+")
    operation(ax, plus, 4.75, r"$\odot$")
    wire(ax, (x["f"], low + 0.47), (x["f"], high - 0.3), **muted)
    wire(ax, (x["i"], low + 0.47), (x["i"], 4.75), (plus - 0.3, 4.75), **muted)
    wire(ax, (x["c"], low + 0.47), (x["c"], 4.75), (plus + 0.3, 4.75), **muted)
    wire(ax, (plus, 5.05), (plus, high - 0.3), **muted)
    dot(ax, x["o"], high)
    wire(ax, (x["o"], high), (x["o"], bend + 0.42), **muted)
    wire(ax, (x["o"], bend - 0.4), (x["o"], show + 0.3), **muted)
    wire(ax, (x["o"], low + 0.47), (x["o"], show - 0.3), **muted)
    wire(ax, (x["o"] + 0.3, show), (10.15, show), **muted)
    layer(ax, x["o"], bend, r"$\tanh$", INK, width=1.15, height=0.76, size=11)
    operation(ax, x["o"], show, r"$\odot$")
    for letter, where in x.items():
        name, colour = GATE[letter]
        layer(ax, where, low, f"${name}$", colour, width=1.15)
    text(ax, 0.5, high, at("c", "t-1"), size=11, colour=MUTED)
    text(ax, 10.48, high, at("c", "t"), size=11, colour=MUTED)
    text(ax, 10.48, show, at("a", "t"), size=11, colour=MUTED)
    _gradients_entrywise(ax, high, low, x, plus, show, bend)
    note(ax, 5.4, 0.35, "dashed: the gradients, on their way back", colour=INK)


def road_of(ax, start, end, y):
    """Draw a piece of the cell state's double line."""
    road(ax, (start, y), (end, y))


def _gradients_entrywise(ax, high, low, x, plus, show, bend):
    back, down = high - 0.24, 0.22
    gradient(ax, (10.15, back), (x["o"] + 0.2, back))
    gradient(ax, (x["o"] - 0.25, back), (plus + 0.36, back))
    gradient(ax, (plus - 0.36, back), (x["f"] + 0.36, back))
    gradient(ax, (x["f"] - 0.36, back), (1.0, back))
    gradient(ax, (x["f"] - down, high - 0.36), (x["f"] - down, low + 0.5))
    gradient(ax, (plus - down, high - 0.36), (plus - down, 5.05))
    gradient(ax, (plus - 0.36, 4.52), (x["i"] + down, 4.52), (x["i"] + down, low + 0.5))
    gradient(ax, (plus + 0.36, 4.52), (x["c"] - down, 4.52), (x["c"] - down, low + 0.5))
    gradient(ax, (10.15, show - 0.22), (x["o"] + 0.36, show - 0.22))
    gradient(ax, (x["o"] + down, show + 0.33), (x["o"] + down, bend - 0.41))
    gradient(ax, (x["o"] + down, bend + 0.42), (x["o"] + down, high - 0.32))
    gradient(ax, (x["o"] + down, show - 0.35), (x["o"] + down, low + 0.5))
    size = {"size": 12.5}
    text(ax, 9.6, high + 0.48, "$dc_{next}$", **size)
    text(ax, 6.9, high - 0.6, "$dc$", **size)
    text(ax, 4.1, high - 0.6, "$dc$", **size)
    text(ax, 1.45, high + 0.5, r"$dc_{prev} = dc \odot f$", **size)
    text(ax, x["f"] - 0.4, 4.6, "$df =$", ha="right", **size)
    text(ax, x["f"] - 0.4, 4.1, r"$dc \odot$" + at("c", "t-1"), ha="right", **size)
    text(ax, plus - 0.4, 5.75, "$dc$", ha="right", **size)
    text(ax, x["i"] - 0.15, 3.3, "$di =$", ha="right", **size)
    text(ax, x["i"] - 0.15, 2.8, r"$dc \odot \tilde{c}$", ha="right", **size)
    text(ax, x["c"] + 0.15, 3.3, r"$d\tilde{c} =$", ha="left", **size)
    text(ax, x["c"] + 0.15, 2.8, r"$dc \odot i$", ha="left", **size)
    text(ax, 9.6, show + 0.35, "$da_{next}$", **size)
    text(ax, x["o"] + 0.4, 4.4, r"$da_{next} \odot o$", ha="left", size=11)
    text(ax, x["o"] + 0.4, 6.25, r"$da_{next} \odot o$", ha="left", size=11)
    text(ax, x["o"] + 0.4, 5.85, r"$\odot\,(1-\tanh^2)$", ha="left", size=11)
    text(ax, x["o"] + 0.4, 2.7, "$do = da_{next}$", ha="left", size=11)
    text(ax, x["o"] + 0.4, 2.3, r"$\odot\,\tanh$", ha="left", size=11)


def linear():
    """Draw the lower half of the cell, the four layers and what they read, with the gradient on
    every edge.
    """
    ax = canvas(height=8.9)
    xs = {"f": 0.9, "i": 3.5, "c": 6.1, "o": 8.7}
    bend, high, bus = 6.9, 4.45, 2.75
    muted = {"colour": MUTED, "lw": 1.2}
    ax.plot(
        [xs["f"] - 0.14, xs["o"] - 0.14],
        [bus - 0.14] * 2,
        color=MUTED,
        lw=1.2,
        zorder=2,
    )
    for letter, x in xs.items():
        name, colour = GATE[letter]
        wire(ax, (x - 0.14, bus - 0.14), (x - 0.14, high - 0.47), **muted)
        wire(ax, (x - 0.14, high + 0.45), (x - 0.14, bend - 0.42), **muted)
        wire(ax, (x - 0.14, bend + 0.4), (x - 0.14, 8.2), **muted)
        layer(
            ax,
            x,
            bend,
            r"$\tanh$" if letter == "c" else r"$\sigma$",
            colour,
            width=1.05,
            height=0.8,
            size=11,
        )
        layer(ax, x, high, f"$W_{letter},\\ b_{letter}$", colour, width=1.4)
        gradient(ax, (x + 0.72, high), (x + 1.12, high))
        text(ax, x + 1.42, high + 0.22, f"$dW_{letter}$", size=11)
        text(ax, x + 1.42, high - 0.22, f"$db_{letter}$", size=11)
        gradient(ax, (x + 0.14, 8.2), (x + 0.14, bend + 0.42))
        gradient(ax, (x + 0.14, bend - 0.4), (x + 0.14, high + 0.47))
        gradient(ax, (x + 0.14, high - 0.45), (x + 0.14, bus + 0.14))
        text(ax, x, 8.5, f"$d{name}$")
        slope = r"1-\tilde{c}^2" if letter == "c" else f"{name}(1-{name})"
        text(ax, x + 0.32, 6.05, f"$dz_{letter} = d{name}$", ha="left", size=11)
        text(
            ax,
            x + 0.32,
            5.6,
            r"$\odot\," + (f"({slope})" if letter == "c" else slope) + "$",
            ha="left",
            size=11,
        )
        text(
            ax, x + 0.32, 3.45, rf"$W_{letter}^\top\, dz_{letter}$", ha="left", size=11
        )
    gradient(ax, (xs["f"] + 0.14, bus + 0.12), (4.5, bus + 0.12))
    gradient(ax, (xs["o"] + 0.14, bus + 0.12), (5.1, bus + 0.12))
    wire(ax, (4.66, 1.9), (4.66, bus - 0.14), head=False, **muted)
    operation(ax, 4.8, bus + 0.12, "+")
    gradient(ax, (4.94, bus - 0.2), (4.94, 1.95))
    text(ax, 5.2, 2.25, "$dv$", ha="left", size=11)
    box = FancyBboxPatch(
        (3.2, 1.05),
        3.2,
        0.85,
        "round,pad=0,rounding_size=0.1",
        fc="none",
        ec=INK,
        lw=1.4,
    )
    ax.add_patch(box)
    ax.plot([4.8, 4.8], [1.05, 1.9], color=INK, lw=1, ls=":")
    text(ax, 4.0, 1.47, at("a", "t-1"), size=11, colour=MUTED)
    text(ax, 5.6, 1.47, at("x", "t"), size=11, colour=MUTED)
    gradient(ax, (3.15, 1.47), (2.1, 1.47))
    gradient(ax, (5.6, 1.0), (5.6, 0.3))
    text(ax, 1.5, 1.47, "$da_{prev}$", size=11)
    note(ax, 1.5, 0.95, "the first $n_a$ rows", colour=INK)
    text(ax, 5.85, 0.5, r"$dx^{\langle t\rangle}$", ha="left", size=11)
    note(ax, 6.7, 0.5, "the other $n_x$ rows", colour=INK, ha="left")


def meeting():
    """Draw the place where the gradient along c and the one that comes through tanh are added."""
    ax = canvas(height=4.6)
    high, x = 3.4, 5.2
    road(ax, (0.9, high), (9.9, high))
    wire(ax, (x, high), (x, 1.52), colour=MUTED, lw=1.2)
    dot(ax, x, high)
    layer(ax, x, 1.1, r"$\tanh$", INK, width=1.25, height=0.8, size=11)
    gradient(ax, (9.7, high - 0.26), (x + 0.32, high - 0.26))
    gradient(ax, (x - 0.25, high - 0.26), (0.95, high - 0.26))
    gradient(ax, (x + 0.25, 1.54), (x + 0.25, high - 0.36))
    gradient(ax, (x + 0.25, 0.02), (x + 0.25, 0.68))
    text(ax, 0.5, high, "…", colour=MUTED)
    text(ax, 10.4, high, at("c", "t"), colour=MUTED)
    text(ax, 8.6, high - 0.65, "$dc_{next}$")
    text(ax, 8.0, high + 0.5, "from all the steps after this one", size=10)
    text(
        ax,
        x + 0.5,
        1.95,
        r"$da_{next} \odot o \odot (1 - \tanh^2 c)$",
        ha="left",
        size=11,
    )
    text(ax, x + 0.85, 1.05, "from this step's\nhidden state", ha="left", size=10)
    text(ax, 2.9, high - 0.65, "$dc$, the sum")


def carries():
    """Draw three steps with the gradients that come from the loss and the two that are carried
    back.
    """
    ax = canvas(height=6.5)
    high, low, middle = 3.95, 2.45, 3.2
    for k in range(3):
        x = 2.45 + 2.95 * k
        box = FancyBboxPatch(
            (x - 0.75, 1.75),
            1.5,
            2.9,
            "round,pad=0,rounding_size=0.18",
            fc=(MUTED, 0.12),
            ec=INK,
            lw=1.6,
            zorder=3,
        )
        ax.add_patch(box)
        text(ax, x, middle, "step\nback")
        gradient(ax, (x, 1.72), (x, 0.95))
        text(ax, x, 0.55, f"$dx_{k + 1}$")
        operation(ax, x + 1.35, low, "+")
        gradient(ax, (x + 1.35, 5.7), (x + 1.35, low + 0.32))
        gradient(ax, (x + 1.06, low), (x + 0.8, low))
        text(ax, x + 1.35, 6.05, "$d$" + at("a", k + 1), size=11)
        end = x + (2.17 if k < 2 else 1.95)
        gradient(ax, (end, high), (x + 0.8, high))
        gradient(ax, (end, low), (x + 1.66, low))
        if k < 2:
            text(ax, x + 1.77, high + 0.35, "$dc_{prev}$", size=11)
            text(ax, x + 1.77, low - 0.45, "$da_{prev}$", size=11)
    text(ax, 10.5, high, "$0$")
    text(ax, 10.5, low, "$0$")
    gradient(ax, (1.65, high), (0.9, high))
    gradient(ax, (1.65, low), (0.9, low))
    text(ax, 0.5, low, "$da_0$")
    note(ax, 0.85, high + 0.38, "not used", size=9)


def lengths(curves):
    """Plot lengths of gradients against the steps that they have come back.

    Parameters
    ----------
    curves : dict of str to (style, colour, ndarray of shape (T,), place)
        Lengths relative to the start, on a logarithmic scale, and where the label stands; what
        is below the plot's floor leaves it.
    """
    ax = style.plot(height=3.3)
    ax.axhline(1, color=FAINT, lw=1)
    for label, (dash, colour, values, place) in curves.items():
        ax.plot(np.arange(len(values)), values, dash, color=colour, lw=2)
        ax.text(*place, label, color=colour, ha="left", va="center")
    ax.set(
        yscale="log", ylim=(1e-16, 1e3), yticks=[1e-15, 1e-10, 1e-5, 1], xlim=(0, 100)
    )
    ax.set(xlabel="steps back", ylabel="length, relative to the start")


def edge(scales, plain, gated):
    """Plot what is left of a gradient against the scale of the inputs, for a plain RNN above
    and an LSTM below.

    Parameters
    ----------
    scales : ndarray of shape (k,)
        Scales of the inputs.
    plain, gated : dict of float to ndarray of shape (networks, k)
        Lengths by spectral radius and by forget bias; a band spans the networks.
    """
    axes = style.plot(height=6.2, rows=2)
    looks = (
        [("-.", MUTED), ("-", MUTED), ("--", MUTED)],
        [(":", FORGET), ("-.", FORGET), ("--", FORGET), ("-", FORGET)],
    )
    names = ["plain RNN, by spectral radius", "LSTM, by forget bias"]
    for ax, found, dashes, name in zip(axes, [plain, gated], looks, names, strict=True):
        for (value, ends), (dash, colour) in zip(found.items(), dashes, strict=True):
            ax.fill_between(
                scales, ends.min(axis=0), ends.max(axis=0), color=(colour, 0.25), lw=0
            )
            ax.plot(
                scales,
                np.exp(np.log(ends).mean(axis=0)),
                dash,
                color=colour,
                lw=1.8,
                label=f"{value:g}",
            )
        ax.axhline(1, color=MUTED, lw=0.8, ls=":")
        ax.set(
            xscale="log",
            yscale="log",
            ylim=(1e-50, 1e12),
            xlim=(scales[0], scales[-1]),
            title=name,
        )
        ax.set(
            yticks=[1e-40, 1e-20, 1],
            ylabel="length after 100 steps",
            xticks=scales,
            xticklabels=scales,
        )
        ax.minorticks_off()
        ax.legend(loc="lower left", ncols=4, handlelength=2.2, columnspacing=1)
    axes[1].set_xlabel("scale of the inputs")
