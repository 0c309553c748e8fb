"""Drawings of chapter 2: the gradient's way back, gradient checks, and gradients that vanish
and explode.

Solid grey lines run forward, dashed lines are gradients and run back beside them.
"""

import numpy as np

from . import style
from .colours import CANDIDATE, INK, MUTED
from .style import at, canvas, gradient, layer, note, operation, text, wire

LANE = 0.17  # units from the middle of a road to its forward and its backward lane


def way_back():
    """Draw three steps with their losses: forward arrows, the gradients against them, and the sum
    over steps.
    """
    ax = canvas(height=7.2)
    y = 3.55
    xs = [2.6, 5.35, 8.1]
    _forward(ax, (0.85, y + LANE), (xs[0] - 0.67, y + LANE))
    gradient(ax, (xs[0] - 0.7, y - LANE), (0.85, y - LANE))
    text(ax, 0.5, y + 0.3, at("a", 0), colour=MUTED)
    text(ax, 0.5, y - 0.35, "$da_0$")
    for k, x in enumerate(xs, 1):
        layer(ax, x, y, "cell", CANDIDATE)
        layer(ax, x, 6.1, "loss", INK, width=1.2, height=0.8)
        _forward(ax, (x - LANE, y + 0.47), (x - LANE, 5.68))
        gradient(ax, (x + LANE, 5.68), (x + LANE, y + 0.5))
        text(ax, x - 0.3, 5.05, at("a", k), colour=MUTED, ha="right")
        text(ax, x + 0.32, 5.05, at("da", k), ha="left")
        text(ax, x, 6.85, at("L", k), colour=MUTED)
        _forward(ax, (x - 0.35, 2.0), (x - 0.35, y - 0.5))
        text(ax, x - 0.35, 1.65, at("x", k), colour=MUTED)
        gradient(ax, (x + 0.35, y - 0.47), (x + 0.35, 0.95))
        end = xs[k] - 0.67 if k < 3 else 10.2
        _forward(ax, (x + 0.67, y + LANE), (end, y + LANE))
        gradient(ax, (end, y - LANE), (x + 0.7, y - LANE))
        text(ax, (x + end + 0.67) / 2, y - 0.55, "carry" if k < 3 else "0", size=11)
    layer(
        ax,
        5.35,
        0.5,
        "$dW_{ax},\\ dW_{aa},\\ db_a$:  the sum over all steps",
        INK,
        width=8.0,
        height=0.8,
        size=11,
    )


def _forward(ax, *points):
    wire(ax, *points, colour=MUTED, lw=1.2)


def cell_graph():
    """Draw the inside of the cell with the gradient on every edge."""
    ax = canvas(height=6.1)
    y, plus = 3.7, 4.95
    layer(ax, 2.75, y, "$W_{aa}$", CANDIDATE, width=1.1)
    layer(ax, plus, 1.95, "$W_{ax}$", CANDIDATE, width=1.1)
    operation(ax, plus, y, "+", radius=0.34)
    layer(ax, 7.2, y, r"$\tanh$", CANDIDATE, width=1.2)
    for start, end in [(0.2, 2.17), (3.3, 4.6), (5.28, 6.57), (7.82, 10.6)]:
        _forward(ax, (start, y + LANE), (end, y + LANE))
    for start, end in [(10.6, 7.85), (6.6, 5.33), (4.65, 3.33), (2.2, 0.2)]:
        gradient(ax, (start, y - LANE), (end, y - LANE))
    text(ax, 0.9, y + 0.6, at("a", "t-1"), colour=MUTED)
    text(ax, 5.95, y + 0.5, "$z$", colour=MUTED)
    text(ax, 9.4, y + 0.6, at("a", "t"), colour=MUTED)
    text(ax, 9.4, y - 0.6, r"$da_{next}$")
    text(ax, 5.95, y - 0.55, "$dz$")
    text(ax, 4.0, y - 0.55, "$dz$")
    text(ax, 0.95, y - 0.6, r"$da_{prev}$")
    note(ax, 7.75, y - 1.05, r"times $1 - (a^{\langle t\rangle})^2$")
    _forward(ax, (plus - LANE, 5.3), (plus - LANE, y + 0.33))
    gradient(ax, (plus + LANE, y + 0.36), (plus + LANE, 5.3))
    text(ax, plus - 0.3, 5.6, "$b_a$", colour=MUTED, ha="right")
    text(ax, plus + 0.1, 5.6, r"$db_a = dz$, summed over the batch", ha="left")
    _forward(ax, (plus - LANE, 2.42), (plus - LANE, y - 0.33))
    gradient(ax, (plus + LANE, y - 0.36), (plus + LANE, 2.45))
    text(ax, plus + 0.35, 2.78, "$dz$", ha="left")
    _forward(ax, (plus - LANE, 0.75), (plus - LANE, 1.47))
    gradient(ax, (plus + LANE, 1.47), (plus + LANE, 0.75))
    text(ax, plus - 0.3, 0.4, at("x", "t"), colour=MUTED, ha="right")
    text(ax, plus + 0.1, 0.4, r"$dx^{\langle t\rangle} = W_{ax}^{\top}\,dz$", ha="left")
    gradient(ax, (5.52, 1.95), (6.5, 1.95))
    text(ax, 6.6, 1.95, r"$dW_{ax} = dz\ (x^{\langle t\rangle})^{\top}$", ha="left")
    gradient(ax, (2.75, 4.17), (2.75, 5.3))
    text(ax, 2.2, 5.65, r"$dW_{aa} = dz\ (a^{\langle t-1\rangle})^{\top}$")
    note(ax, 0.15, y - 1.15, r"$= W_{aa}^{\top}\,dz$", ha="left", size=12, colour=INK)


def carry():
    """Draw where the carry of the step after meets the gradient of the step's own loss."""
    ax = canvas(height=4.0)
    y = 1.6
    for x, time in [(2.35, "t"), (7.45, "t+1")]:
        layer(ax, x, y, "cell\nbackward", CANDIDATE, width=1.8, height=1.2, size=10.5)
        operation(ax, x + 2.2, y, "+")
        gradient(ax, (x + 2.2, 3.15), (x + 2.2, y + 0.33))
        text(ax, x + 2.2, 3.55, at("da", time))
        gradient(ax, (x + 1.9, y), (x + 0.95, y))
        text(ax, x + 1.45, y + 0.45, r"$da_{next}$")
        gradient(ax, (x, y - 0.62), (x, 0.65))
        note(ax, x, 0.35, f"step ${time}$: into the sums")
    gradient(ax, (10.75, y), (9.98, y))
    gradient(ax, (6.53, y), (4.88, y))
    gradient(ax, (1.43, y), (0.1, y))
    text(ax, 5.75, y + 0.45, r"$da_{prev}$")
    note(ax, 5.75, y - 0.4, "the carry")
    text(ax, 0.8, y + 0.45, r"$da_{prev}$")


def learning(blind, full=None):
    """Plot the loss over training of several starts, with gradients of the last step only and
    of all steps.

    Parameters
    ----------
    blind, full : ndarray of shape (starts, steps)
        Losses.
    """
    ax = style.plot()
    ax.axhline(np.log(2), color=MUTED, lw=1, ls=":")
    for curves, colour, dash, label in [
        (blind, MUTED, "--", "gradient of the last step only"),
        (full, INK, "-", "gradient carried back"),
    ]:
        if curves is not None:
            for k, curve in enumerate(curves):
                ax.plot(
                    curve, dash, color=colour, lw=1.3, label=label if k == 0 else None
                )
    ax.text(
        2,
        np.log(2) + 0.06,
        "tossing a coin: ln 2",
        color=MUTED,
        va="bottom",
        fontsize=10,
    )
    ax.set(
        ylim=(0, 1),
        xlim=(0, blind.shape[1]),
        xlabel="training step",
        ylabel="loss",
        yticks=[0, 0.5, 1],
    )
    if full is not None:
        ax.figure.legend(loc="outside upper right", ncols=2, fontsize=10)


def u_curve(steps, errors, minima):
    """Plot the error of a measured gradient against the step size.

    Parameters
    ----------
    steps : ndarray of shape (k,)
        Step sizes.
    errors : dict of str to ndarray of shape (k,)
        Relative errors by kind of difference.
    minima : dict of str to float
        Where theory puts the best step, by kind.
    """
    ax = style.plot(height=3.3)
    looks = {
        "central": ("o-", INK),
        "forward": ("s--", MUTED),
        "central, float32": ("^:", MUTED),
    }
    for (name, error), (dash, colour) in zip(
        errors.items(), looks.values(), strict=False
    ):
        shown = np.where(error > 0, error, np.nan)
        ax.loglog(steps, shown, dash, color=colour, ms=4, lw=1.4, label=name)
    for name, best in minima.items():
        ax.axvline(best, color=MUTED, lw=0.9, ls=(0, (1, 2)))
        ax.text(best * 1.3, 6e1, name, fontsize=10, color=MUTED, va="top")
    ax.set(
        xlabel=r"step $\varepsilon$",
        ylabel="relative error",
        ylim=(1e-12, 1e2),
        yticks=[1e-12, 1e-8, 1e-4, 1],
    )
    ax.grid(axis="y")
    ax.figure.legend(loc="outside upper right", ncols=3, fontsize=10)


def beside(plain, gated):
    """Plot the length of the gradient at each step, of a plain network and of one with a gate.

    Parameters
    ----------
    plain, gated : list of float
        Lengths, the first step's first.
    """
    ax = style.plot()
    steps = np.arange(1, len(plain) + 1)
    for curve, dash, label in [(gated, "-", "GRU"), (plain, "--", "plain network")]:
        ax.semilogy(steps, curve, dash, color=INK, marker="o", ms=4, label=label)
    ax.set(
        xlabel="step", ylabel="length of the gradient", xticks=steps, ylim=(1e-4, 10)
    )
    ax.legend(loc="lower right")


def lengths(quiet, busy):
    """Plot the length of the carried gradient against distance, for states at rest and for
    states at work.

    Parameters
    ----------
    quiet, busy : dict of float to ndarray of shape (distance + 1,)
        Norms by spectral radius.
    """
    top, low = style.plot(height=5.0, rows=2)
    looks = [(MUTED, "--"), (INK, "-"), (MUTED, "-.")]
    for ax, curves, title in [
        (top, quiet, "input 0: the states stay at 0"),
        (low, busy, "random input"),
    ]:
        for (radius, norms), (colour, dash) in zip(curves.items(), looks, strict=True):
            ax.semilogy(norms, dash, color=colour, lw=1.8)
            ax.text(
                len(norms) - 0.4,
                norms[-1],
                f"radius {radius}",
                color=INK,
                va="center",
                fontsize=10,
            )
        ax.axhline(1, color=MUTED, lw=0.8, ls=":")
        ax.set(
            title=title,
            xlim=(0, len(norms) + 7),
            ylabel="length",
            xticks=range(0, len(norms), 10),
        )
        ax.set(ylim=(1e-16, 1e16), yticks=[1e-12, 1e-6, 1, 1e6, 1e12])
    low.set(xlabel="steps carried back")


def clipping(without, clipped, bound):
    """Plot loss and gradient norm over training, without and with clipping.

    Parameters
    ----------
    without, clipped : tuple of ndarray
        Losses and norms before clipping, one a training step.
    bound : float
        The norm above which a gradient is scaled down.
    """
    top, low = style.plot(height=4.4, rows=2)
    for (losses, norms), colour, dash, label in [
        (without, MUTED, "--", "as it is"),
        (clipped, INK, "-", "clipped"),
    ]:
        top.plot(losses, dash, color=colour, lw=1.3, label=label)
        low.semilogy(norms, dash, color=colour, lw=1.1)
    low.axhline(bound, color=MUTED, lw=1, ls=":")
    low.text(len(losses), bound, " bound", va="center", fontsize=10, color=MUTED)
    top.set(ylabel="loss", ylim=(0, None), xlim=(0, len(losses)))
    low.set(
        xlabel="training step",
        ylabel="gradient norm\nbefore clipping",
        xlim=(0, len(losses)),
    )
    top.figure.legend(loc="outside upper right", ncols=2, fontsize=10)
    top.figure.align_ylabels()
