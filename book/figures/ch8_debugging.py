"""Drawings of chapter 8: where a fault can sit, which entries it puts off, and what derived and
measured say.
"""

import numpy as np
from matplotlib.patches import Circle, Rectangle

from . import style
from .colours import CANDIDATE, FAINT, INK, MUTED, PAPER
from .style import at, canvas, gradient, layer, note, text, wire

DASHES = ("-", (0, (5, 2)), (0, (1, 1.4)), (0, (5, 1.5, 1, 1.5)))
SIDE = 0.35  # of a square that stands for one entry
RIGHT = 1e-6  # deviations below it are rounding


def learning(curves):
    """Plot the loss of several programs over training, each named at its end.

    Parameters
    ----------
    curves : dict of str to ndarray of shape (rounds,)
        Losses by name; each is shown as a mean over 25 rounds.
    """
    ax = style.plot(height=3.1)
    for (name, losses), dash in zip(curves.items(), DASHES, strict=False):
        smooth = np.convolve(losses, np.ones(25) / 25, mode="valid")
        ax.plot(
            np.arange(len(smooth)) + 12, smooth, ls=dash, color=INK, lw=1.6, label=name
        )
    ax.set(
        yscale="log",
        xlim=(0, len(losses)),
        ylim=(3e-3, 0.3),
        xlabel="training step",
        ylabel="loss",
    )
    ax.set_yticks([0.01, 0.1], ["0.01", "0.1"])
    ax.set_yticks([], minor=True)
    ax.figure.legend(loc="outside upper right", ncols=4, fontsize=10, handlelength=2.8)


def places():
    """Draw three steps with the way back, and number the four places where a fault can sit."""
    ax = canvas(height=7.0)
    for k, x in enumerate((2.0, 5.3, 8.6), 1):
        layer(ax, x, 3.5, "step", CANDIDATE, width=1.6, height=1.2)
        text(ax, x, 6.2, f"loss {k}", size=11)
        wire(ax, (x - 0.2, 4.12), (x - 0.2, 5.9), colour=MUTED, lw=1.2)
        gradient(ax, (x + 0.2, 5.9), (x + 0.2, 4.15))
        wire(ax, (x - 0.2, 1.75), (x - 0.2, 2.88), colour=MUTED, lw=1.2)
        text(ax, x - 0.2, 1.4, at("u", k), size=11, colour=MUTED)
        gradient(ax, (x + 0.2, 2.85), (x + 0.2, 0.92))
        if k < 3:
            wire(ax, (x + 0.82, 3.7), (x + 2.46, 3.7), colour=MUTED, lw=1.2)
            gradient(ax, (x + 2.46, 3.3), (x + 0.85, 3.3))
    wire(ax, (0.3, 3.7), (1.18, 3.7), colour=MUTED, lw=1.2)
    gradient(ax, (1.18, 3.3), (0.3, 3.3))
    gradient(ax, (10.3, 3.3), (9.45, 3.3))
    text(ax, 10.5, 3.3, "0", size=11)
    layer(
        ax,
        5.3,
        0.5,
        "weights: the sum over all steps",
        INK,
        width=8.6,
        height=0.8,
        size=11,
    )
    for number, x, y in [
        (1, 9.4, 4.1),
        (2, 6.95, 2.85),
        (3, 9.25, 1.9),
        (4, 3.65, 4.15),
    ]:
        ax.add_patch(
            Circle((x, y), 0.27, facecolor=PAPER, edgecolor=INK, lw=1.6, zorder=6)
        )
        ax.text(
            x,
            y - 0.01,
            f"{number}",
            fontsize=11,
            color=INK,
            ha="center",
            va="center",
            zorder=7,
        )


def maps(faults):
    """Draw for each fault one small map for each array: an entry is a square, filled if it is off.

    Parameters
    ----------
    faults : dict of str to (dict of str to (derived, measured))
        For each fault both gradients of each array, with two axes: entries, and entries or steps.
    """
    height = 2.42 * len(faults) + 0.5
    ax = canvas(height=height)
    for row, (fault, arrays) in enumerate(faults.items()):
        top = height - 0.35 - 2.42 * row
        if row:
            ax.plot([0.2, 10.6], [top + 0.32] * 2, color=FAINT, lw=0.8)
        text(ax, 0.3, top - 0.05, fault, size=11, ha="left")
        left = 0.3
        for name, (derived, measured) in arrays.items():
            note(ax, left, top - 0.55, name, ha="left", size=10, colour=INK)
            _map(ax, left, top - 0.8, np.asarray(derived), np.asarray(measured))
            left += derived.shape[1] * SIDE + 0.58


def _map(ax, left, top, derived, measured):
    size = max(np.abs(derived).max(), np.abs(measured).max())
    apart = np.abs(derived - measured) / size
    silent = np.abs(measured).max() < RIGHT * size  # only the derived gradient is there
    for (i, j), off in np.ndenumerate(apart):
        corner = (left + j * SIDE, top - (i + 1) * SIDE)
        ax.add_patch(
            Rectangle(
                corner, SIDE, SIDE, facecolor="none", edgecolor=FAINT, lw=0.8, zorder=3
            )
        )
        if off > RIGHT and silent:
            text(ax, corner[0] + SIDE / 2, corner[1] + SIDE / 2 - 0.01, "d", size=9)
        elif off > RIGHT:
            inner = (corner[0] + 0.04, corner[1] + 0.04)
            shade = 0.35 + 0.65 * min(1, off) ** 0.5
            ax.add_patch(
                Rectangle(
                    inner,
                    SIDE - 0.08,
                    SIDE - 0.08,
                    fc=(INK, shade),
                    ec="none",
                    zorder=4,
                )
            )


def sides(pairs):
    """Plot for each fault how long derived and measured gradients are, at the input of each step.

    Parameters
    ----------
    pairs : dict of str to (derived, measured)
        Lengths by step, each of shape (T,).
    """
    axes = style.plot(height=3.9, rows=2)
    for ax, (title, (derived, measured)) in zip(axes, pairs.items(), strict=True):
        steps = np.arange(1, len(derived) + 1)
        looks = [
            (derived, -0.19, (INK, 0.75), "derived"),
            (measured, 0.19, "none", "measured"),
        ]
        for lengths, shift, fill, label in looks:
            ax.bar(
                steps + shift,
                lengths,
                width=0.34,
                facecolor=fill,
                edgecolor=INK,
                lw=1.2,
                label=label,
            )
        ax.set(
            title=title,
            yticks=[0],
            xticks=steps,
            ylim=(0, 1.1 * max(*derived, *measured)),
        )
        ax.set_ylabel("length")
    axes[0].set_xticklabels([])
    axes[1].set_xlabel("step whose input it is")
    axes[0].legend(loc="upper left", fontsize=10)
