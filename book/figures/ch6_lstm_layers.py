"""Drawings of chapter 6: layouts, lengths, fused gates, layers and stacks, and what they cost."""

import numpy as np
from matplotlib.patches import Polygon, Rectangle

from . import style
from .ch5_gru import spread
from .colours import CANDIDATE, FAINT, FORGET, INK, INPUT, MARK, MUTED, OUTPUT
from .style import at, canvas, dot, layer, note, operation, text, wire


def scrambled(right, wrong):
    """Plot one feature of three examples, put into the course's layout by transposing and by
    reshaping.

    Parameters
    ----------
    right, wrong : ndarray of shape (3, T)
        The same feature, from both arrays.
    """
    axes = style.plot(height=3.9, rows=2)
    for ax, values, name in zip(
        axes, (right, wrong), ("transposed", "reshaped"), strict=True
    ):
        looks = zip(values, ("-", "--", ":"), (INK, MUTED, MARK), strict=True)
        for k, (one, dash, colour) in enumerate(looks):
            ax.plot(
                np.arange(len(one)), one, ls=dash, color=colour, label=f"example {k}"
            )
        ax.set(
            ylabel=name,
            ylim=(-1.35, 1.35),
            yticks=[-1, 0, 1],
            xlim=(0, values.shape[1] - 1),
        )
    axes[0].tick_params(labelbottom=False)
    axes[1].set(xlabel="time step")
    axes[0].figure.legend(
        *axes[0].get_legend_handles_labels(),
        loc="outside upper center",
        ncols=3,
        handlelength=3,
    )


def layouts():
    """Draw the three layouts as blocks, each axis named, the numbers of one example at one step
    in colour.
    """
    ax = canvas(height=5.9)
    kinds = [
        ("features first", "x", ("features", "examples", "steps")),
        ("batch first", "x_batch", ("examples", "steps", "features")),
        ("time major", "x_time", ("steps", "examples", "features")),
    ]
    sizes = {"features": 3, "examples": 4, "steps": 6}
    letters = {"features": "$n_x$", "examples": "$m$", "steps": "$T_x$"}
    chosen = {"examples": 1, "steps": 2}
    for k, (title, name, names) in enumerate(kinds):
        left, bottom, unit = 0.55 + 3.55 * k, 1.65, 0.36
        high, wide, deep = (sizes[one] * unit for one in names)
        shift = np.array([0.42, 0.3]) * deep / unit * 0.4
        _block(ax, left, bottom, wide, high, shift)
        note(ax, left, 5.6, title, colour=INK, ha="left", size=11)
        ax.text(
            left, 5.1, name, family="monospace", fontsize=10, color=INK, va="center"
        )
        text(ax, left - 0.28, bottom + high / 2, letters[names[0]], size=11)
        text(ax, left + wide / 2, bottom - 0.28, letters[names[1]], size=11)
        text(
            ax,
            left + wide + shift[0] / 2 + 0.3,
            bottom + shift[1] / 2 - 0.12,
            letters[names[2]],
            size=11,
        )
        if names[2] == "steps":  # a column within the block
            x, step = (
                left + chosen["examples"] * unit,
                shift * chosen["steps"] / sizes["steps"],
            )
            cell = (
                np.array([[0, 0], [unit, 0], [unit, high], [0, high]])
                + np.array([x, bottom])
                + step
            )
        else:  # a row that runs into the depth, seen on the top face of its place
            row, column = names[0], names[1]
            x, y = (
                left + chosen[column] * unit,
                bottom + high - (chosen[row] + 1) * unit,
            )
            front = np.array([[x, y + unit], [x + unit, y + unit]])
            cell = np.concatenate((front, front[::-1] + shift))
            ax.add_patch(
                Rectangle((x, y), unit, unit, fc=(MARK, 0.4), ec=MARK, lw=1.2, zorder=5)
            )
        ax.add_patch(Polygon(cell, fc=(MARK, 0.4), ec=MARK, lw=1.2, zorder=4))
        for i, one in enumerate(names):
            note(
                ax, left - 0.3, 0.95 - 0.36 * i, f"axis {i}: {one}", ha="left", size=9.5
            )


def _block(ax, left, bottom, wide, high, shift):
    """Draw a box seen from above right."""
    front = np.array(
        [
            [left, bottom],
            [left + wide, bottom],
            [left + wide, bottom + high],
            [left, bottom + high],
        ]
    )
    top = np.array([front[3], front[2], front[2] + shift, front[3] + shift])
    side = np.array([front[1], front[2], front[2] + shift, front[1] + shift])
    for face, shade in ((front, 0.05), (top, 0.12), (side, 0.2)):
        ax.add_patch(Polygon(face, fc=(MUTED, shade), ec=INK, lw=1.2, zorder=2))


def lengths(counts):
    """Draw a batch of sequences of different length: steps, filling, and where each final state
    is read.
    """
    T = max(counts) + 1
    ax = canvas(height=4.7)
    left, unit, top = 1.9, 0.95, 3.55
    for t in range(T):
        note(ax, left + unit * (t + 0.5), top + 0.75, f"{t}")
    note(ax, left - 0.25, top + 0.75, "step", ha="right")
    for k, count in enumerate(counts):
        y = top - 0.8 * k
        text(ax, left - 0.25, y, f"example {k}", size=10.5, ha="right")
        for t in range(T):
            x, last = left + unit * t, t == count - 1
            inside = t < count
            face, edge = ((MUTED, 0.22), MUTED) if inside else ("none", FAINT)
            look = {
                "fc": face,
                "ec": MARK if last else edge,
                "lw": 2.4 if last else 1.2,
                "zorder": 3 if last else 2,
            }
            ax.add_patch(Rectangle((x + 0.05, y - 0.32), unit - 0.1, 0.64, **look))
            words = "" if inside else "0"
            if last:
                words = "last"
            text(ax, x + unit / 2, y, words, size=10, colour=INK if last else MUTED)
    note(ax, left, 0.35, "zero: filling that is blanked out", ha="left")


def fused():
    """Draw how four matrices on the stack of state and input become two on each."""
    ax = canvas(height=6.4)
    gates = [("f", FORGET), ("i", INPUT), ("o", OUTPUT), ("c", CANDIDATE)]
    for k, (gate, colour) in enumerate(gates):
        y = 4.55 - 1.3 * k
        _matrix(ax, 0.9, y, 1.5, 0.95, colour, 0.32)
        _matrix(ax, 2.4, y, 0.9, 0.95, colour, 0.12)
        text(ax, 0.5, y + 0.47, f"$W_{gate}$")
    note(ax, 1.65, 5.8, "state", colour=INK)
    note(ax, 2.85, 5.8, "input", colour=INK)
    wire(ax, (3.75, 3.05), (4.9, 3.05))
    for x, width, shade, name, size in (
        (5.4, 1.5, 0.32, "$W_h$", "$n_a$"),
        (7.8, 0.9, 0.12, "$W_x$", "$n_x$"),
    ):
        for k, (gate, colour) in enumerate(gates):
            _matrix(ax, x, 4.05 - 0.95 * k, width, 0.95, colour, shade)
            text(ax, x + width / 2, 4.05 - 0.95 * k + 0.47, f"${gate}$", size=11)
        text(ax, x + width / 2, 5.45, name)
        note(ax, x + width / 2, 0.85, size, size=11)
    for k, (_, colour) in enumerate(gates):
        _matrix(ax, 9.6, 4.05 - 0.95 * k, 0.3, 0.95, colour, 0.5)
    text(ax, 9.75, 5.45, "$b$")
    note(ax, 9.75, 0.85, "$1$", size=11)
    text(ax, 10.4, 3.1, "$4 n_a$", size=11)


def _matrix(ax, x, y, width, height, colour, shade):
    """Draw a block of a matrix."""
    ax.add_patch(
        Rectangle(
            (x, y), width, height, fc=(colour, shade), ec=colour, lw=1.3, zorder=2
        )
    )


def one_layer():
    """Draw a layer as an object: what goes in, what comes out, what it keeps, with every shape."""
    ax = canvas(height=5.6)
    ax.add_patch(
        Rectangle((3.1, 1.5), 4.6, 2.6, fc=(MUTED, 0.1), ec=INK, lw=1.6, zorder=2)
    )
    text(ax, 5.4, 3.65, "layer", size=12)
    note(ax, 5.4, 3.0, r"weights  $W_x, W_h, b$", colour=INK)
    note(ax, 5.4, 2.5, "gradients  $dW_x, dW_h, db$", colour=INK)
    note(ax, 5.4, 2.0, "state  $(a, c)$", colour=INK)
    wire(ax, (0.6, 3.3), (3.05, 3.3))
    text(ax, 1.75, 3.68, "$x$")
    note(ax, 1.75, 2.95, "$(n_x, m, T_x)$", colour=INK)
    wire(ax, (7.75, 3.3), (10.3, 3.3))
    text(ax, 9.05, 3.68, "$a$")
    note(ax, 9.05, 2.95, "$(n_a, m, T_x)$", colour=INK)
    style.gradient(ax, (10.3, 2.2), (7.75, 2.2))
    text(ax, 9.05, 2.5, "$da$", size=11)
    note(ax, 9.05, 1.85, "$(n_a, m, T_x)$", colour=INK)
    style.gradient(ax, (3.05, 2.2), (0.6, 2.2))
    text(ax, 1.75, 2.5, "$dx$", size=11)
    note(ax, 1.75, 1.85, "$(n_x, m, T_x)$", colour=INK)
    wire(ax, (4.4, 1.45), (4.4, 0.65), (6.4, 0.65), (6.4, 1.45))
    note(ax, 5.4, 0.3, "kept for the next call: $(n_a, m)$ each")
    note(ax, 5.4, 4.75, "forward, backward, update, reset_state", colour=INK)


def stack():
    """Draw a stack of two layers over three steps, with the shape on every arrow, and the chain
    of initial states.
    """
    ax = canvas(height=7.6)
    for row, (y, name, colour, below) in enumerate(
        ((2.3, "layer 0", MUTED, "$(n_x, m)$"), (4.9, "layer 1", INK, "$(n_1, m)$"))
    ):
        for k in range(3):
            x = 3.75 + 2.55 * k
            layer(ax, x, y, name, colour, width=1.35, height=0.95, size=10.5)
            wire(ax, (x, y - (2.1 if row else 1.6)), (x, y - 0.5))
            note(ax, x + 0.08, y - 1.05, below, ha="left", size=9, colour=INK)
            if k < 2:
                wire(ax, (x + 0.7, y), (x + 1.85, y))
                note(ax, x + 1.28, y + 0.28, f"$(n_{row + 1}, m)$", size=9, colour=INK)
        wire(ax, (1.75, y), (3.05, y))
        note(ax, 2.45, y + 0.28, f"$(n_{row + 1}, m)$", size=9, colour=INK)
    for k in range(3):
        x = 3.75 + 2.55 * k
        text(ax, x, 0.4, at("x", k + 1))
        wire(ax, (x, 5.4), (x, 6.5))
        note(ax, x + 0.08, 5.95, "$(n_2, m)$", ha="left", size=9, colour=INK)
        text(ax, x, 6.85, at("a", k + 1))
        operation(ax, x, 3.5, "", radius=0.14)
    for y, label in ((2.3, "0"), (4.9, "1")):
        layer(
            ax,
            1.1,
            y,
            rf"$a_0^{{({label})}}\! , c_0^{{({label})}}$",
            MUTED,
            width=1.3,
            height=0.95,
            size=10,
        )
    wire(ax, (3.3, 0.4), (1.1, 0.4), (1.1, 1.8))
    wire(ax, (1.1, 2.8), (1.1, 4.4))
    note(ax, 1.25, 1.1, r"$V_a^{(0)}, V_c^{(0)}$", ha="left", size=9.5, colour=INK)
    note(ax, 1.25, 3.6, r"$V_a^{(1)}, V_c^{(1)}$", ha="left", size=9.5, colour=INK)
    note(ax, 10.2, 3.5, "dropout", ha="center", size=9)
    dot(ax, 3.3, 0.4)


def starts(rows):
    """Plot the test loss of one network from four kinds of initial weights: median and range of
    the seeds.
    """
    ax = style.plot(height=3.3)
    looks = {
        "orthogonal": ("orthogonal, Glorot, forget bias 1", INK, "solid"),
        "uniform": (r"uniform, $1/\sqrt{n_a}$", MUTED, (0, (5, 2))),
        "small": ("normal, 0.01", MARK, (0, (1, 1.4))),
        "tiny": ("uniform, 0.0001", INK, (0, (4, 1.5, 1, 1.5))),
    }
    for start, (label, colour, dash) in looks.items():
        found = spread([row for row in rows if row["start"] == start], "update", "loss")
        ax.plot(found[0], found[2], color=colour, ls=dash, label=label)
        ax.fill_between(found[0], found[1], found[3], color=colour, alpha=0.2, lw=0)
    ax.axhline(1 / 6, color=MUTED, lw=1, ls="--")
    ax.set(
        yscale="log",
        xlim=(0, found[0][-1]),
        xlabel="updates of the weights",
        ylabel="test loss",
    )
    ax.grid(axis="y")
    ax.figure.legend(loc="outside upper center", ncols=2, handlelength=3)


NAMES = {
    "plain": "plain loop",
    "fused": "fused layer",
    "fast": "fast layer",
    "torch": "PyTorch",
    "columns": "products alone",
}


def speed(medians):
    """Draw a bar for each way to compute a layer, with the part that the bare matrix products take.

    Parameters
    ----------
    medians : dict of str to float
        Milliseconds by way; `columns` is what the products take alone.
    """
    ax = style.plot(height=2.9)
    floor = medians["columns"]
    shown = [name for name in NAMES if name in medians]
    for k, name in enumerate(shown):
        ax.barh(-k, medians[name], height=0.62, fc=(INK, 0.12), ec=INK, lw=1.2)
        if name != "torch":
            ax.barh(
                -k,
                min(floor, medians[name]),
                height=0.62,
                fc=(MARK, 0.4),
                ec=MARK,
                lw=1.2,
            )
        ax.text(
            medians[name] + 0.6, -k, f"{medians[name]:.0f} ms", va="center", fontsize=10
        )
    ax.set(
        yticks=[-k for k in range(len(shown))],
        yticklabels=[NAMES[name] for name in shown],
    )
    ax.set(
        xlim=(0, 1.15 * max(medians[name] for name in shown)),
        xlabel="forward and backward, ms",
    )
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def memory(rows):
    """Plot what is held between forward and backward against the number of steps."""
    ax = style.plot(height=2.9)
    for name, colour, dash in (
        ("plain", INK, "solid"),
        ("fused", MUTED, (0, (5, 2))),
        ("fast", MARK, (0, (1, 1.4))),
    ):
        own = [row for row in rows if row["way"] == name]
        ax.plot(
            [r["steps"] for r in own], [r["kept"] for r in own], "o", color=colour, ms=4
        )
        ax.plot(
            [r["steps"] for r in own],
            [r["kept"] for r in own],
            color=colour,
            ls=dash,
            label=NAMES[name],
        )
    ax.set(xlim=(0, None), ylim=(0, None), xlabel="steps $T$", ylabel="held, megabytes")
    ax.grid(axis="y")
    ax.figure.legend(loc="outside upper center", ncols=3, handlelength=3)


def leaking(signal, kept, forgotten, cuts):
    """Plot a leaky layer run over pieces of a signal, with its state kept and with the state
    reset at each piece.
    """
    ax = style.plot(height=2.7)
    steps = np.arange(len(signal))
    for cut in cuts:
        ax.axvline(cut - 0.5, color=FAINT, lw=1.2)
    ax.plot(steps, signal, "o", color=FAINT, ms=3.5)
    ax.plot(steps, forgotten, ls="--", color=MARK, label="reset at each call")
    ax.plot(steps, kept, color=INK, label="state kept")
    ax.set(
        xlabel="time step", xlim=(0, len(signal) - 1), ylim=(-0.1, 1.3), yticks=[0, 1]
    )
    ax.figure.legend(loc="outside upper center", ncols=2, handlelength=3)
