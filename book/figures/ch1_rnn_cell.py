"""Drawings of chapter 1: the recurrent cell, unrolled."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Polygon

from . import style
from .colours import CANDIDATE, FAINT, INK, LAMPS, MUTED
from .style import at, canvas, dot, layer, note, operation, text, wire


def unrolled():
    """Draw the folded cell with its loop beside the same cell unrolled over four steps."""
    ax = canvas(height=5.1)
    layer(ax, 1.2, 2.75, "cell", CANDIDATE)
    wire(ax, (1.2, 1.45), (1.2, 2.27))
    wire(ax, (1.2, 3.22), (1.2, 4.05))
    wire(
        ax,
        (1.87, 2.75),
        (2.3, 2.75),
        (2.3, 3.62),
        (0.12, 3.62),
        (0.12, 2.75),
        (0.52, 2.75),
    )
    text(ax, 1.2, 1.1, "$x$")
    text(ax, 1.2, 4.4, r"$\hat{y}$")
    text(ax, 2.3, 3.92, "$a$")
    text(ax, 2.85, 2.75, "=", size=18)
    text(ax, 3.55, 3.15, at("a", 0))
    wire(ax, (3.25, 2.75), (4.02, 2.75))
    for k in range(4):
        x = 4.6 + 1.78 * k
        layer(ax, x, 2.75, "cell", CANDIDATE, width=1.1)
        wire(ax, (x, 1.45), (x, 2.27))
        wire(ax, (x, 3.22), (x, 4.05))
        text(ax, x, 1.1, at("x", k + 1))
        text(ax, x, 4.4, at(r"\hat{y}", k + 1))
        if k < 3:
            wire(ax, (x + 0.57, 2.75), (x + 1.2, 2.75))
            text(ax, x + 0.9, 3.15, at("a", k + 1))
    wire(ax, (4.05, 0.55), (10.5, 0.55), style=":", head=False, colour=MUTED, lw=1.2)
    note(ax, 7.27, 0.22, "the same weights at every step")


def one_step():
    """Draw the inside of the cell: two products, a bias, tanh, and the prediction made from the
    new state.
    """
    ax = canvas(height=6.2)
    layer(ax, 2.75, 3.0, "$W_{aa}$", CANDIDATE, width=1.1)
    layer(ax, 4.2, 1.6, "$W_{ax}$", CANDIDATE, width=1.1)
    operation(ax, 4.2, 3.0, "+")
    layer(ax, 6.0, 3.0, r"$\tanh$", CANDIDATE, width=1.2)
    wire(ax, (0.25, 3.0), (2.17, 3.0))
    text(ax, 0.85, 3.42, at("a", "t-1"))
    wire(ax, (3.32, 3.0), (3.9, 3.0))
    wire(ax, (4.2, 0.75), (4.2, 1.13))
    text(ax, 4.2, 0.4, at("x", "t"))
    wire(ax, (4.2, 2.07), (4.2, 2.7))
    wire(ax, (4.2, 3.85), (4.2, 3.3))
    text(ax, 4.2, 4.15, "$b_a$")
    wire(ax, (4.5, 3.0), (5.38, 3.0))
    text(ax, 4.92, 3.32, "$z$")
    wire(ax, (6.62, 3.0), (10.55, 3.0))
    text(ax, 9.75, 3.42, at("a", "t"))
    dot(ax, 7.9, 3.0)
    wire(ax, (7.9, 3.0), (7.9, 3.72))
    layer(ax, 7.9, 4.2, r"$\mathrm{softmax}(W_{ya}\,a + b_y)$", INK, width=3.9)
    wire(ax, (7.9, 4.67), (7.9, 5.35))
    text(ax, 7.9, 5.75, at(r"\hat{y}", "t"))
    _cache(ax)


def _cache(ax):
    dot(ax, 1.6, 3.0)
    dot(ax, 4.2, 0.95)
    dot(ax, 8.6, 3.0)
    for points in [((1.6, 3.0), (1.6, 0.95), (6.3, 0.95)), ((8.6, 3.0), (8.6, 1.35))]:
        wire(ax, *points, style=":", colour=MUTED, lw=1.5)
    box = FancyBboxPatch(
        (6.35, 0.5),
        4.3,
        0.85,
        "round,pad=0,rounding_size=0.1",
        fc="none",
        ec=MUTED,
        ls=":",
        lw=1.5,
    )
    ax.add_patch(box)
    note(ax, 8.5, 0.92, "kept in the cache", size=10.5)


def slices():
    """Draw the array x as a stack of slices over time, one of them pulled out."""
    ax = canvas(height=4.9)
    shift = np.array([0.62, 0.3])
    low, size, steps, chosen = np.array([1.0, 0.95]), (2.4, 1.9), 5, 2
    for k in reversed(range(steps)):
        _sheet(ax, low + k * shift, size, CANDIDATE if k == chosen else None)
    text(ax, 2.2, 0.45, "$m$ examples")
    text(ax, 0.55, 1.9, "$n_x$ features", rotation=90)
    text(ax, 5.15, 1.05, "$T_x$ steps", rotation=26)
    wire(ax, (3.95, 0.72), (6.2, 1.8), colour=MUTED, lw=1.2)
    wire(ax, (4.75, 3.0), (7.15, 3.0), colour=CANDIDATE)
    _sheet(ax, np.array([7.4, 2.0]), size, CANDIDATE)
    text(ax, 8.6, 2.95, at("x", "t"), size=15)
    text(ax, 8.6, 1.55, "$(n_x, m)$")
    note(ax, 8.6, 4.25, "one column, one example")


def _sheet(ax, low, size, colour):
    width, height = size
    x, y = low
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    ax.add_patch(Polygon(corners, fc=style.PAPER, ec="none"))
    ax.add_patch(
        Polygon(
            corners,
            fc=(colour or MUTED, 0.22 if colour else 0.06),
            ec=colour or MUTED,
            lw=1.3,
        )
    )
    for k in range(1, 4):
        ax.plot(
            [x + width * k / 4] * 2,
            [y, y + height],
            color=colour or FAINT,
            lw=0.8,
            zorder=1.0,
        )


def certainty(lights, memoryless, recurrent=None):
    """Plot the probability that each model gives to the colour that really comes next.

    Parameters
    ----------
    lights : str
        One letter a step, out of R, A and G.
    memoryless, recurrent : ndarray of shape (len(lights) - 1,)
        Probability of the next light, given after each light but the last.
    """
    ax = style.plot()
    steps = np.arange(1, len(memoryless) + 1)
    if recurrent is not None:
        ax.plot(steps, recurrent, "o-", color=INK, ms=6, label="with a state")
    ax.plot(steps, memoryless, "s--", color=MUTED, ms=6, lw=1.4, label="without memory")
    _lamps(ax, steps, lights, -0.17)
    ax.set(
        ylim=(-0.32, 1.1),
        yticks=[0, 0.5, 1],
        ylabel="probability given to\nwhat comes next",
    )
    if recurrent is not None:
        ax.figure.legend(loc="outside upper right", ncols=2)


def _lamps(ax, steps, lights, y):
    """Write the lights beneath a plot, one a step, in place of the ticks."""
    for x, light in zip(steps, lights, strict=False):
        colour = LAMPS[light][0]
        ax.plot(
            [x],
            [y],
            "o",
            ms=15,
            color=(colour, 0.25),
            markeredgecolor=colour,
            clip_on=False,
        )
        ax.text(x, y, light, ha="center", va="center_baseline", fontsize=10)
    ax.spines["bottom"].set_visible(False)
    ax.grid(axis="y")
    ax.set(xticks=[], xlabel="the light it sees, step by step")


def states(lights, a):
    """Plot the two hidden units over time, beneath them the lights.

    Parameters
    ----------
    lights : str
        One letter a step.
    a : ndarray of shape (2, T_x)
        Hidden states of one example.
    """
    axes = style.plot(height=3.6, rows=2)
    steps = np.arange(1, a.shape[1] + 1)
    for ax, unit, name in zip(
        axes, a, ["unit 1:\nred was last", "unit 2:\namber now"], strict=True
    ):
        ax.plot(steps, unit, "o-", color=INK, ms=6)
        ax.set(ylim=(-1.3, 1.3), yticks=[-1, 0, 1], ylabel=name, xticks=[])
        ax.spines["bottom"].set_visible(False)
        ax.grid(axis="y")
    _lamps(ax, steps, lights, -1.8)
    ax.xaxis.labelpad = 34


def leaks(u, traces):
    """Plot a signal and what leaky integrators of different decay make of it.

    Parameters
    ----------
    u : ndarray of shape (T,)
        The signal.
    traces : dict of float to ndarray of shape (T,)
        States by decay.
    """
    ax = style.plot()
    steps = np.arange(1, len(u) + 1)
    ax.bar(steps, u, width=1.0, color=(FAINT, 0.5))
    looks = [(INK, "-", 27), (MUTED, "--", 18), (INK, ":", 15)]
    for (decay, trace), (colour, dash, where) in zip(
        traces.items(), looks, strict=True
    ):
        ax.plot(steps, trace, dash, color=colour, drawstyle="steps-mid")
        ax.text(
            where + 1,
            trace[where - 1] + 0.02,
            f"decay {decay}",
            va="bottom",
            color=colour,
        )
    ax.set(
        ylim=(0, 1.1),
        yticks=[0, 0.5, 1],
        xlim=(0, len(u)),
        xlabel="time step",
        ylabel="state",
    )
