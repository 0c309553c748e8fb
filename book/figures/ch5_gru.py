"""Drawings of chapter 5: the GRU, and the three cells compared."""

import numpy as np
from matplotlib.patches import Rectangle

from . import style
from .colours import (
    CANDIDATE,
    FAINT,
    FORGET,
    INK,
    INPUT,
    MARK,
    MUTED,
    OUTPUT,
    RESET,
    UPDATE,
)
from .style import at, canvas, dot, gradient, layer, note, operation, text, wire

# each cell in the colour of what decides over its state, with a dash of its own
LOOKS = {
    "rnn": ("RNN", CANDIDATE, (0, (1, 1.4))),
    "lstm": ("LSTM", FORGET, (0, (5, 2))),
    "gru": ("GRU", UPDATE, "solid"),
}


def late(x, c, a):
    """Plot an LSTM that follows a switch: the switch, the cell state, and what it lets out.

    Parameters
    ----------
    x, c, a : ndarray of shape (T,)
        Input, cell state and hidden state of one unit.
    """
    axes = style.plot(height=4.2, rows=3)
    steps = np.arange(1, len(x) + 1)
    for ax, values, name in zip(
        axes,
        (x, c, a),
        ("switch $x$", "cell state $c$", "hidden\nstate $a$"),
        strict=True,
    ):
        ax.axhline(0, color=FAINT, lw=0.8)
        ax.plot(
            steps, values, color=MUTED if ax is axes[0] else INK, drawstyle="steps-mid"
        )
        ax.set(
            ylabel=name,
            xlim=(0.5, len(x) + 0.5),
            xticks=[] if ax is not axes[2] else [1, 10, 20, 30, 40],
        )
    axes[0].set(ylim=(-1.4, 1.4), yticks=[-1, 1], yticklabels=["off", "on"])
    axes[1].set(ylim=(-16, 16), yticks=[-14, 0, 14])
    axes[2].set(ylim=(-1.3, 1.3), yticks=[-1, 0, 1], xlabel="time step")
    turned = int(np.argmax(np.diff(np.sign(x)) != 0)) + 1
    followed = int(np.argmax(a[turned:] < 0)) + turned
    axes[2].annotate(
        "",
        (followed + 0.5, -0.55),
        (turned + 0.5, -0.55),
        arrowprops={"arrowstyle": "<->", "color": MARK, "lw": 1.6},
    )
    axes[2].text(
        turned - 0.2,
        -0.55,
        f"{followed - turned} steps late",
        ha="right",
        va="center",
        color=MARK,
    )


def merging():
    """Draw how the memory is changed in the LSTM, above, and in the GRU, below."""
    ax = canvas(height=8.6)
    note(
        ax,
        0.2,
        8.2,
        "LSTM: three gates around the memory",
        colour=INK,
        ha="left",
        size=11,
    )
    for shift in (-0.06, 0.06):
        wire(ax, (0.3, 6.9 + shift), (1.92, 6.9 + shift), head=False)
        wire(ax, (2.48, 6.9 + shift), (4.32, 6.9 + shift), head=False)
        wire(ax, (4.88, 6.9 + shift), (6.4, 6.9 + shift), head=False)
    text(ax, 0.9, 7.4, at("c", "t-1"))
    text(ax, 5.6, 7.4, at("c", "t"))
    operation(ax, 2.2, 6.9, r"$\odot$")
    operation(ax, 4.6, 6.9, "+")
    layer(ax, 2.2, 5.4, "$f$", FORGET)
    wire(ax, (2.2, 5.87), (2.2, 6.6))
    operation(ax, 4.6, 5.9, r"$\odot$")
    wire(ax, (4.6, 6.18), (4.6, 6.6))
    layer(ax, 3.9, 4.7, "$i$", INPUT, width=1.0)
    wire(ax, (3.9, 5.17), (3.9, 5.9), (4.3, 5.9))
    layer(ax, 5.3, 4.7, r"$\tilde{c}$", CANDIDATE, width=1.0)
    wire(ax, (5.3, 5.17), (5.3, 5.9), (4.9, 5.9))
    layer(ax, 7.0, 6.9, r"$\tanh$", INK, width=1.2)
    wire(ax, (7.62, 6.9), (8.4, 6.9))
    operation(ax, 8.7, 6.9, r"$\odot$")
    layer(ax, 8.7, 5.4, "$o$", OUTPUT)
    wire(ax, (8.7, 5.87), (8.7, 6.6))
    wire(ax, (8.98, 6.9), (10.4, 6.9))
    text(ax, 9.9, 7.4, at("a", "t"))

    wire(ax, (0.2, 3.95), (10.6, 3.95), head=False, colour=FAINT, lw=1)
    note(
        ax,
        0.2,
        3.5,
        "GRU: one dial, and one gate for the candidate",
        colour=INK,
        ha="left",
        size=11,
    )
    wire(ax, (0.3, 2.3), (1.9, 2.3))
    wire(ax, (2.48, 2.3), (4.3, 2.3))
    wire(ax, (4.88, 2.3), (10.4, 2.3))
    text(ax, 0.9, 2.75, at("a", "t-1"))
    text(ax, 9.9, 2.75, at("a", "t"))
    operation(ax, 2.2, 2.3, r"$\odot$")
    operation(ax, 4.6, 2.3, "+")
    layer(ax, 2.2, 0.75, "$z$", UPDATE)
    wire(ax, (2.2, 1.22), (2.2, 2.0))
    wire(ax, (2.86, 0.75), (3.3, 0.75))
    operation(ax, 3.62, 0.75, "1−", radius=0.32)
    wire(ax, (3.62, 1.07), (3.62, 1.35), (4.3, 1.35))
    operation(ax, 4.6, 1.35, r"$\odot$")
    wire(ax, (4.6, 1.63), (4.6, 2.0))
    layer(ax, 6.3, 1.35, r"$\tilde{h}$", CANDIDATE)
    wire(ax, (5.64, 1.35), (4.9, 1.35))
    layer(ax, 8.5, 1.35, "$r$", RESET)
    wire(ax, (7.84, 1.35), (6.97, 1.35))
    note(
        ax,
        8.1,
        0.5,
        "how much of the old state\nthe candidate may read",
        linespacing=1.1,
    )


def inside():
    """Draw one step of the GRU: reset gate, candidate, update gate, and the line of the state."""
    ax = canvas(height=6.5)
    wire(ax, (0.2, 5.6), (6.9, 5.6))
    text(ax, 0.8, 6.05, at("a", "t-1"))
    operation(ax, 7.2, 5.6, r"$\odot$")
    wire(ax, (7.48, 5.6), (8.7, 5.6))
    operation(ax, 9.0, 5.6, "+")
    wire(ax, (9.28, 5.6), (10.6, 5.6))
    text(ax, 10.2, 6.05, at("a", "t"))

    stacked = r"$[a;\,x]$"
    layer(ax, 2.0, 2.2, "$r$", RESET)
    wire(ax, (2.0, 0.85), (2.0, 1.73))
    text(ax, 2.0, 0.5, stacked)
    wire(ax, (2.0, 2.67), (2.0, 3.7))
    operation(ax, 2.0, 4.0, r"$\odot$")
    dot(ax, 2.0, 5.6)
    wire(ax, (2.0, 5.6), (2.0, 4.3))
    wire(ax, (2.28, 4.0), (3.3, 4.0), (3.3, 2.2), (3.92, 2.2))
    text(ax, 3.45, 4.35, r"$r \odot a$")

    layer(ax, 4.6, 2.2, r"$\tilde{h}$", CANDIDATE)
    wire(ax, (4.6, 0.85), (4.6, 1.73))
    text(ax, 4.6, 0.5, at("x", "t"))
    wire(ax, (4.6, 2.67), (4.6, 4.2), (8.7, 4.2))

    layer(ax, 7.2, 2.2, "$z$", UPDATE)
    wire(ax, (7.2, 0.85), (7.2, 1.73))
    text(ax, 7.2, 0.5, stacked)
    wire(ax, (7.2, 2.67), (7.2, 5.3))
    dot(ax, 7.2, 3.1)
    wire(ax, (7.2, 3.1), (7.76, 3.1))
    operation(ax, 8.1, 3.1, "1−", radius=0.32)
    wire(ax, (8.42, 3.1), (9.0, 3.1), (9.0, 3.9))
    operation(ax, 9.0, 4.2, r"$\odot$")
    wire(ax, (9.0, 4.48), (9.0, 5.3))
    note(ax, 4.2, 5.95, "no weights on the state's path")


def two_forms():
    """Draw the two places of the reset gate: columns of the matrix masked, or rows."""
    ax = canvas(height=6.2)
    for left, title, formula, rows in (
        (0.35, "before the product", r"$W\,(r \odot a)$", False),
        (5.75, "after the product", r"$r \odot (W\,a + b)$", True),
    ):
        note(ax, left, 5.8, title, colour=INK, ha="left", size=11)
        text(ax, left, 5.15, formula, ha="left", size=13)
        for i in range(3):
            for j in range(3):
                shut = (i if rows else j) == 1
                place = (left + 0.85 * j, 3.4 - 0.85 * i)
                face = "none" if shut else (CANDIDATE, 0.25)
                ax.add_patch(
                    Rectangle(
                        place,
                        0.8,
                        0.8,
                        fc=face,
                        ec=FAINT if shut else CANDIDATE,
                        lw=1.3,
                    )
                )
        for k, value in enumerate("101"):
            shut = value == "0"
            x, y = (
                (left + 3.0, 3.8 - 0.85 * k) if rows else (left + 0.4 + 0.85 * k, 1.15)
            )
            colour = MUTED if shut else RESET
            ax.add_patch(
                Rectangle(
                    (x - 0.3, y - 0.3),
                    0.6,
                    0.6,
                    fc="none" if shut else (RESET, 0.25),
                    ec=colour,
                    lw=1.3,
                )
            )
            text(ax, x, y, value, size=11)
        text(ax, left + 3.0 if rows else left + 2.95, 4.55 if rows else 1.15, "$r$")
    note(
        ax,
        0.35,
        0.4,
        "closed: unit 2 is not read\nby anybody",
        ha="left",
        linespacing=1.15,
    )
    note(
        ax,
        5.75,
        0.4,
        "closed: unit 2 does not listen\nto anybody",
        ha="left",
        linespacing=1.15,
    )


def ranges(cell_state, hidden, gru, asked):
    """Plot how far the states of LSTM and GRU go under the same input.

    Parameters
    ----------
    cell_state, hidden : ndarray of shape (T,)
        The LSTM's.
    gru : ndarray of shape (T,)
        The GRU's only state.
    asked : ndarray of bool, shape (T,)
        Steps at which the LSTM's output gate is open.
    """
    axes = style.plot(height=5.4, rows=3)
    steps = np.arange(1, len(gru) + 1)
    for ax in axes:
        ax.axhline(0, color=FAINT, lw=0.8)
        ax.set(xlim=(0.5, len(gru) + 0.5), xticks=[])
    axes[0].plot(steps, cell_state, color=INK, label="cell state $c$")
    axes[0].plot(steps, np.tanh(cell_state), color=MUTED, ls=":", label=r"$\tanh(c)$")
    axes[0].set(ylabel="LSTM, inside", ylim=(-2, 28), yticks=[0, 10, 20])
    axes[0].legend(loc="upper left", ncols=2)
    for k in np.flatnonzero(asked):
        axes[1].axvspan(k + 0.5, k + 1.5, color=(OUTPUT, 0.18), lw=0)
    axes[1].plot(steps, hidden, color=INK, drawstyle="steps-mid")
    axes[1].set(ylabel="LSTM, shown:\n$a$", ylim=(-1.3, 1.3), yticks=[-1, 0, 1])
    axes[2].plot(steps, gru, color=INK)
    for bound in (-1, 1):
        axes[2].axhline(bound, color=MUTED, lw=0.9, ls="--")
    axes[2].set(
        ylabel="GRU: $a$", ylim=(-1.3, 1.3), yticks=[-1, 0, 1], xlabel="time step"
    )
    axes[2].set_xticks([1, *range(10, len(gru) + 1, 10)])


def roads():
    """Draw the four paths on which the gradient goes from one state to the state before."""
    ax = canvas(height=6.9)
    text(ax, 10.25, 6.35, r"$da^{\langle t\rangle}$")
    gradient(ax, (10.0, 6.0), (10.0, 2.7), (9.62, 2.7))
    for y in (5.4, 4.1):
        dot(ax, 10.0, y)

    gradient(ax, (10.0, 5.4), (5.3, 5.4))
    operation(ax, 5.0, 5.4, r"$\odot$")
    wire(ax, (5.0, 6.05), (5.0, 5.7), colour=MUTED)
    text(ax, 5.0, 6.35, "$z$")
    gradient(ax, (4.72, 5.4), (1.5, 5.4))
    note(ax, 7.6, 5.7, "1  kept: no weights")

    gradient(ax, (10.0, 4.1), (9.62, 4.1))
    layer(ax, 8.9, 4.1, r"$dz_z$", UPDATE, width=1.35)
    gradient(ax, (8.22, 4.1), (7.57, 4.1))
    layer(ax, 6.9, 4.1, r"$W_{za}^\top$", UPDATE)
    gradient(ax, (6.24, 4.1), (1.5, 4.1))
    note(ax, 4.0, 4.4, "2  update gate")

    layer(ax, 8.9, 2.7, r"$dz_h$", CANDIDATE, width=1.35)
    gradient(ax, (8.22, 2.7), (7.57, 2.7))
    layer(ax, 6.9, 2.7, r"$W_{ha}^\top$", CANDIDATE)
    gradient(ax, (6.24, 2.7), (3.9, 2.7))
    text(ax, 5.85, 3.05, "$s$")
    operation(ax, 3.6, 2.7, r"$\odot$")
    wire(ax, (3.6, 3.2), (3.6, 3.0), colour=MUTED)
    text(ax, 3.6, 3.4, "$r$")
    gradient(ax, (3.32, 2.7), (1.5, 2.7))
    note(ax, 2.42, 3.0, "3  candidate")

    dot(ax, 5.5, 2.7)
    gradient(ax, (5.5, 2.7), (5.5, 1.3), (5.32, 1.3))
    layer(ax, 4.6, 1.3, r"$dz_r$", RESET, width=1.35)
    gradient(ax, (3.92, 1.3), (3.57, 1.3))
    layer(ax, 2.9, 1.3, r"$W_{ra}^\top$", RESET)
    gradient(ax, (2.24, 1.3), (1.5, 1.3))
    note(ax, 3.3, 0.5, "4  reset gate")

    ax.plot([1.4, 1.4], [1.2, 5.5], color=INK, lw=3.5, solid_capstyle="round", zorder=3)
    gradient(ax, (1.4, 3.4), (0.35, 3.4))
    text(ax, 0.85, 3.85, r"$da^{\langle t-1\rangle}$", size=11)
    note(ax, 1.4, 5.85, "add up")


def held(signal, marks, before, after):
    """Plot a signal with marks, and what the one-gate memory holds before and after it has learned.

    Parameters
    ----------
    signal, before, after : ndarray of shape (T,)
        Input, and the memory's state.
    marks : ndarray of bool, shape (T,)
        Steps whose value is to be held.
    """
    axes = style.plot(height=3.9, rows=2)
    steps = np.arange(1, len(signal) + 1)
    for ax, state, name, colour in zip(
        axes, (before, after), ("untrained", "trained"), (MUTED, INK), strict=True
    ):
        for k in np.flatnonzero(marks):
            ax.axvline(k + 1, color=FAINT, lw=1.2)
        ax.plot(steps, signal, "o", color=FAINT, ms=4)
        ax.plot(steps[marks], signal[marks], "o", color=MARK, ms=7)
        ax.plot(steps, state, color=colour, drawstyle="steps-post")
        ax.set(
            ylim=(-1.25, 1.25),
            yticks=[-1, 0, 1],
            ylabel=name,
            xticks=[],
            xlim=(0.5, len(signal) + 0.5),
        )
    axes[1].set(xlabel="time step", xticks=[1, *range(10, len(signal) + 1, 10)])


def _legend(fig, axes):
    """One legend above all panels."""
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=3, handlelength=3.2)


def costs(sizes, parameters, products):
    """Plot parameters and multiply-adds of one step against the size of the state.

    Parameters
    ----------
    sizes : list of int
        Hidden units.
    parameters, products : dict of str to list
        By cell.
    """
    axes = style.plot(height=4.8, rows=2)
    for ax, values, name in zip(
        axes,
        (parameters, products),
        ("parameters", "multiply-adds\nof a step"),
        strict=True,
    ):
        for cell, (label, colour, dash) in LOOKS.items():
            ax.plot(
                sizes, np.array(values[cell]) / 1000, color=colour, ls=dash, label=label
            )
        ax.set(ylim=(0, None), xlim=(0, max(sizes)), ylabel=f"{name},\nthousands")
        ax.grid(axis="y")
    axes[0].tick_params(labelbottom=False)
    axes[1].set(xlabel="hidden units $n_a$")
    _legend(axes[0].figure, axes)


def times(rows):
    """Plot the time of a step, forward and backward, against the size of the state.

    Parameters
    ----------
    rows : list of dict
        Of the data file.
    """
    axes = style.plot(height=5.0, rows=2)
    for ax, direction in zip(axes, ("forward", "backward"), strict=True):
        for cell, (label, colour, dash) in LOOKS.items():
            own = [row for row in rows if row["cell"] == cell]
            xs, ys = [row["n_a"] for row in own], [row[direction] for row in own]
            ax.plot(xs, ys, "o", color=colour, ms=4)
            ax.plot(xs, ys, color=colour, ls=dash, label=label)
        ax.set(xscale="log", yscale="log", ylabel=f"{direction},\nµs a step")
        ax.set_xticks(xs, [str(x) for x in xs])
        ax.minorticks_off()
        ticks = [10, 100, 1000]
        ax.set_yticks(ticks, [str(tick) for tick in ticks])
        ax.grid(axis="y")
    axes[0].tick_params(labelbottom=False)
    axes[1].set(xlabel="hidden units $n_a$")
    _legend(axes[0].figure, axes)


def reach(rows):
    """Plot the gradient's norm against the distance, before and after training: median and
    range of the seeds.

    Parameters
    ----------
    rows : list of dict
        Of the data file.
    """
    axes = style.plot(height=5.6, rows=2)
    for ax, when, name in zip(
        axes, ("start", "trained"), ("before training", "after training"), strict=True
    ):
        for cell, (label, colour, dash) in LOOKS.items():
            norms = spread(
                [row for row in rows if row["when"] == when and row["cell"] == cell],
                "distance",
                "norm",
            )
            ax.plot(
                norms[0],
                norms[2],
                color=colour,
                ls=dash,
                label=label,
                zorder=2 if cell == "gru" else 3,
            )
            ax.fill_between(norms[0], norms[1], norms[3], color=colour, alpha=0.2, lw=0)
        ax.set(
            yscale="log",
            ylabel=f"{name}:\nnorm of the gradient",
            xlim=(0, norms[0][-1]),
        )
        ax.grid(axis="y")
    axes[0].tick_params(labelbottom=False)
    axes[1].set(xlabel="steps back from the answer")
    _legend(axes[0].figure, axes)


def curves(rows, tasks, baseline, quantity="loss"):
    """Plot learning curves, a panel a task: median and range of the seeds.

    Parameters
    ----------
    rows : list of dict
        Of the data file, the runs that count.
    tasks : dict of str to str
        Name of the panel by the task's name.
    baseline : tuple of (float, str)
        Level and name of what can be had without memory.
    quantity : {"loss", "accuracy"}
        What to plot; losses on a logarithmic scale.
    """
    axes = style.plot(height=5.6, rows=len(tasks))
    for ax, (task, title) in zip(axes, tasks.items(), strict=True):
        level, words = baseline
        ax.axhline(level, color=MUTED, lw=1, ls="--")
        for cell, (label, colour, dash) in LOOKS.items():
            found = spread(
                [row for row in rows if row["task"] == task and row["cell"] == cell],
                "update",
                quantity,
            )
            ax.plot(found[0], found[2], color=colour, ls=dash, label=label)
            ax.fill_between(found[0], found[1], found[3], color=colour, alpha=0.2, lw=0)
        ax.set(xlim=(0, found[0][-1]), ylabel=f"{title}:\n{quantity}")
        if quantity == "loss":
            ax.set(yscale="log")
        else:
            ax.set(ylim=(-0.03, 1.06), yticks=[0, 0.5, 1])
        ax.text(
            found[0][-1],
            level,
            words,
            ha="right",
            va="bottom",
            color=MUTED,
            fontsize=9.5,
        )
        ax.grid(axis="y")
    for ax in axes[:-1]:
        ax.tick_params(labelbottom=False)
    axes[-1].set(xlabel="updates of the weights")
    _legend(axes[0].figure, axes)


def spread(rows, by, quantity):
    """Lowest, median and highest over the seeds.

    Returns
    -------
    tuple of ndarray
        Values of `by`, lowest, median, highest.
    """
    places = sorted({row[by] for row in rows})
    groups = {place: [] for place in places}
    for row in rows:
        groups[row[by]].append(row[quantity])
    values = np.array([groups[place] for place in places])
    return (
        np.array(places),
        values.min(axis=1),
        np.median(values, axis=1),
        values.max(axis=1),
    )
