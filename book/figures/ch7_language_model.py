"""Drawings of chapter 7: batches, loss, clipping, sampling, and the runs on The Time Machine."""

from html import escape

import numpy as np
from IPython.display import HTML, display
from matplotlib.patches import Circle, Rectangle

from . import style
from .ch5_gru import LOOKS, spread
from .colours import FAINT, INK, MARK, MUTED
from .style import canvas, gradient, layer, note, text, wire

MAKERS = {"scratch": "from scratch", "torch": "PyTorch's"}
STREAMS = (
    (MARK, 0.22),
    (INK, 0.3),
    (MUTED, 0.1),
)  # rows of a batch, each with its number and shade


def windows(rows, backed):
    """Plot the perplexity of counting against the length of the window, on the text counted and
    on held-out text.

    Parameters
    ----------
    rows, backed : list of dict
        Of the data files: windows of one length, and those that back off.
    """
    ax = style.plot(height=3.5)
    lengths = [row["window"] for row in rows]
    seen, unseen = ([row[kind] for row in rows] for kind in ("perplexity", "held_out"))
    better = [row["held_out"] for row in backed]
    ax.plot(lengths, unseen, "o-", color=MARK, label="text that it has not seen")
    ax.plot(lengths, better, "^-", color=INK, label="the same, with back-off")
    ax.plot(lengths, seen, "s--", color=MUTED, label="text that it has counted")
    for values, place, ha in (
        (unseen, (2.7, 11.6), "center"),
        (better, (3.0, 4.9), "center"),
    ):
        best = int(np.argmin(values))
        ax.annotate(
            f"best: {values[best]:.2f}", (lengths[best], values[best]), place,
            color=INK, ha=ha, arrowprops={"arrowstyle": "-", "color": MUTED},
        )  # fmt: skip
    ax.set(xlabel="letters that it looks back", ylabel="perplexity")
    ax.set(ylim=(0, 21), xticks=lengths, yticks=[0, 5, 10, 15])
    ax.grid(axis="y")
    ax.legend(loc="upper center")


def named(layers, dropout):
    """What the page calls a stack."""
    left_out = f"dropout {dropout:g}" if dropout else "no dropout"
    return f"{layers} layer{'s' * (layers > 1)}, {left_out}"


def novel(rows, counter):
    """Plot the perplexity of the stacks on both texts against the epochs, with the epoch that
    each one keeps; of further seeds, that on the validation text, thinly.

    Parameters
    ----------
    rows : list of dict
        Of the data file.
    counter : float
        What the best counter reaches on the validation text.
    """
    kinds = list(dict.fromkeys((row["layers"], row["dropout"]) for row in rows))
    axes = np.atleast_1d(style.plot(height=2.1 * len(kinds), rows=len(kinds)))
    last = max(row["epoch"] for row in rows)
    for ax, (layers, dropout) in zip(axes, kinds, strict=True):
        own = [
            row for row in rows if (row["layers"], row["dropout"]) == (layers, dropout)
        ]
        first, *further = dict.fromkeys(row["seed"] for row in own)
        for seed in further:
            curve = [row for row in own if row["seed"] == seed]
            ax.plot(
                [row["epoch"] for row in curve],
                [row["validation"] for row in curve],
                color=MARK,
                lw=0.8,
            )
        own = [row for row in own if row["seed"] == first]
        epochs = [row["epoch"] for row in own]
        validation = [row["validation"] for row in own]
        ax.axhline(counter, color=MUTED, ls=":", lw=1.4, label="best counter")
        ax.plot(
            epochs,
            [row["training"] for row in own],
            "--",
            color=MUTED,
            label="training",
        )
        ax.plot(epochs, validation, color=MARK, label="validation")
        best = int(np.argmin(validation))
        ax.plot(epochs[best], validation[best], "o", color=MARK, ms=8)
        ax.set(
            xlim=(0.5, last + 0.5),
            ylim=(2, 9),
            yticks=[2, 4, 6, 8],
            xticks=range(0, last + 1, 4),
        )
        ax.set_title(named(layers, dropout))
        ax.grid(axis="y")
        if ax is not axes[-1]:
            ax.tick_params(labelbottom=False)
    axes[-1].set(xlabel="epochs")
    axes[len(axes) // 2].set(ylabel="perplexity")
    handles, labels = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(handles, labels, loc="outside upper center", ncols=3)


def said(samples):
    """Show what a model has written, a paragraph for each way to draw, with the length of its
    longest copied piece.
    """
    parts = (
        f"<dt>{escape(way)}, longest copy {copied} letters</dt><dd><q>…{escape(text)}…</q></dd>"
        for way, text, copied in samples
    )
    display(HTML(f"<dl>{''.join(parts)}</dl>"))


def places(rows):
    """Plot the perplexity at each place of a word, a line a model.

    Parameters
    ----------
    rows : list of dict
        Of the data file.
    """
    ax = style.plot(height=3.3)
    looks = {
        "counter": ("o--", MUTED, "counter"),
        "stack": ("s-", MARK, "stack"),
        "both": ("^-", INK, "both, mixed"),
    }
    for model, (shape, colour, label) in looks.items():
        own = [row for row in rows if row["model"] == model]
        own = [row for row in own if row["place"]] + [
            row for row in own if not row["place"]
        ]
        ax.plot(
            range(len(own)),
            [np.exp(row["loss"]) for row in own],
            shape,
            color=colour,
            label=label,
        )
    names = [f"{row['place']}" for row in own]
    names[-2:] = [f"{names[-2]}+", "␣"]
    ax.set_xticks(range(len(names)), names)
    ax.set(
        xlabel="which letter of its word, or the space after it",
        ylabel="perplexity",
        ylim=(0, None),
    )
    ax.grid(axis="y")
    ax.legend()


def shifted(letters):
    """Draw inputs and targets: a row of letters, and the same row one place further on."""
    ax = canvas(height=3.9)
    for row, (name, first, y) in enumerate((("$X$", 0, 2.7), ("$Y$", 1, 1.2))):
        text(ax, 0.6, y, name)
        for k in range(len(letters) - 1):
            _tile(ax, 1.5 + 0.95 * k, y, letters[k + first], (MUTED, MARK)[row])
    for k in range(len(letters) - 1):
        wire(ax, (1.5 + 0.95 * k, 2.28), (1.5 + 0.95 * k, 1.64), colour=MUTED, lw=1.1)
    note(ax, 1.1, 3.45, "reads", ha="left")
    note(ax, 1.1, 0.4, "is to say", ha="left")


def _tile(ax, x, y, letter, colour, width=0.84, size=11, shade=0.2):
    place = (x - width / 2, y - 0.36)
    ax.add_patch(
        Rectangle(place, width, 0.72, fc=(colour, shade), ec=colour, lw=1.2, zorder=3)
    )
    text(ax, x, y, letter.replace(" ", "␣"), size=size)


def streams(X, letters):
    """Draw a text cut into streams, and the batches that are read from them.

    Parameters
    ----------
    X : ndarray of int, shape (batches, batch_size, steps)
        The batches: each entry is the place of a letter in the text.
    letters : str
        The text.
    """
    ax = canvas(height=7.6)
    note(ax, 0.3, 7.25, "the text, in streams", colour=INK, ha="left", size=11)
    owner = {int(place): row for _, row, place in _places(X)}
    width = 10.3 / len(letters)
    for k, letter in enumerate(letters):
        colour, shade = STREAMS[owner[k]] if k in owner else (FAINT, 0)
        x = 0.3 + width * k
        ax.add_patch(
            Rectangle(
                (x, 6.3),
                width * 0.94,
                0.6,
                fc=(colour, shade),
                ec=colour,
                lw=0.9,
                zorder=3,
            )
        )
        text(ax, x + width * 0.47, 6.6, letter.replace(" ", "␣"), size=8.5)
    for row in range(X.shape[1]):
        first = int(X[0, row, 0])
        middle = 0.3 + width * (first + X.shape[0] * X.shape[2] / 2)
        text(ax, middle, 5.95, f"stream {row}", size=9, colour=STREAMS[row][0])
    wide, gap = 0.66, 0.5
    left = 0.35
    for number in range(X.shape[0]):
        note(ax, left, 5.15, f"batch {number}", colour=INK, ha="left", size=10.5)
        for row in range(X.shape[1]):
            y = 4.4 - 1.05 * row
            for k, place in enumerate(X[number, row]):
                _tile(
                    ax,
                    left + wide * (k + 0.5),
                    y,
                    letters[place],
                    STREAMS[row][0],
                    0.6,
                    10,
                    STREAMS[row][1],
                )
            if number < X.shape[0] - 1:
                end = left + wide * X.shape[2]
                wire(
                    ax, (end, y), (end + gap - 0.04, y), colour=STREAMS[row][0], lw=1.6
                )
        left += wide * X.shape[2] + gap
    note(
        ax,
        0.35,
        1.15,
        "Along each arrow the text goes on, so the state may be carried.",
        ha="left",
        colour=INK,
    )
    note(
        ax,
        0.35,
        0.55,
        "Unshaded: left out at the beginning (offset), or left over.",
        ha="left",
    )


def _places(X):
    for number, batch in enumerate(X):
        for row, places in enumerate(batch):
            for place in places:
                yield number, row, place


def shuffled(X, letters):
    """Draw a text cut into pieces, and random batches of them; arguments as for `streams`."""
    ax = canvas(height=6.6)
    batches, rows, steps = X.shape
    where = {int(X[b, r, 0]): (b, r) for b in range(batches) for r in range(rows)}
    note(ax, 0.3, 6.2, "the text, in pieces", colour=INK, ha="left", size=11)
    width = 10.3 / len(letters)
    for first in range(0, len(letters), steps):
        for k in range(first, min(first + steps, len(letters))):
            colour, shade = STREAMS[where[first][0]] if first in where else (FAINT, 0)
            x = 0.3 + width * k
            ax.add_patch(
                Rectangle(
                    (x, 5.3),
                    width * 0.94,
                    0.6,
                    fc=(colour, shade),
                    ec=colour,
                    lw=0.9,
                    zorder=3,
                )
            )
            text(ax, x + width * 0.47, 5.6, letters[k].replace(" ", "␣"), size=8.5)
        if first in where:
            text(
                ax,
                0.3 + width * (first + steps / 2),
                5.0,
                f"{first // steps}",
                size=9,
                colour=MUTED,
            )
    left = 0.35
    for number in range(batches):
        note(ax, left, 4.25, f"batch {number}", colour=INK, ha="left", size=10.5)
        for row in range(rows):
            y = 3.5 - 1.05 * row
            for k, place in enumerate(X[number, row]):
                _tile(
                    ax,
                    left + 0.66 * (k + 0.5),
                    y,
                    letters[place],
                    STREAMS[number][0],
                    0.6,
                    10,
                    STREAMS[number][1],
                )
        left += 0.66 * steps + 0.5
    note(
        ax,
        0.35,
        0.45,
        "No row goes on anywhere. Each batch starts from a state of zero.",
        ha="left",
        colour=INK,
    )


def truncated():
    """Draw three batches one after the other: the state goes on across their borders, the
    gradient does not.
    """
    ax = canvas(height=5.4)
    for number in range(3):
        left = 0.75 + 3.35 * number
        ax.add_patch(
            Rectangle((left, 1.25), 2.85, 2.5, fc=(FAINT, 0.18), ec=FAINT, lw=1)
        )
        note(ax, left + 1.42, 4.1, f"batch {number}", colour=INK)
        for k in range(3):
            x = left + 0.5 + 0.92 * k
            layer(ax, x, 2.75, "", INK, width=0.55, height=0.6)
            wire(ax, (x, 1.65), (x, 2.42), lw=1.2)
            if k:
                wire(ax, (x - 0.62, 2.85), (x - 0.29, 2.85), lw=1.5)
                gradient(ax, (x - 0.29, 2.6), (x - 0.62, 2.6), lw=1.4)
        start = left - 0.75 if number == 0 else left - 0.72
        wire(ax, (start, 2.85), (left + 0.2, 2.85), colour=INK, lw=2.2)
        ax.plot(
            [left - 0.12] * 2,
            [2.3, 2.62],
            color=MARK,
            lw=3,
            solid_capstyle="round",
            zorder=4,
        )
        gradient(ax, (left + 0.2, 2.46), (left - 0.02, 2.46), lw=1.4)
    wire(ax, (10.02, 2.85), (10.7, 2.85), colour=INK, lw=2.2)
    note(ax, 0.3, 4.9, "the state goes on", colour=INK, ha="left", size=11)
    note(
        ax,
        10.5,
        4.9,
        "the gradient stops at each border",
        colour=MARK,
        ha="right",
        size=11,
    )
    wire(ax, (0.75, 0.75), (10.3, 0.75), colour=MUTED, lw=1.2)
    note(ax, 5.5, 0.35, "the text")


def loss_of(probability, points):
    """Plot -ln p against p, with some points.

    Parameters
    ----------
    probability : ndarray
        Where to draw the curve.
    points : list of float
        Probabilities to mark.
    """
    ax = style.plot(height=2.9)
    ax.plot(probability, -np.log(probability), color=INK)
    for p in points:
        ax.plot([p], [-np.log(p)], "o", color=MARK, ms=7)
        ax.annotate(
            f"p = {p:g}: {-np.log(p):.2f}",
            (p, -np.log(p)),
            (8, 6),
            textcoords="offset points",
            color=INK,
        )
    ax.set(
        xlim=(0, 1.2),
        ylim=(0, 5),
        xlabel="probability of the letter that came",
        ylabel="loss",
    )
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    ax.grid(axis="y")


def clips(g, most):
    """Draw a gradient of two entries, clipped by the norm and clipped by value.

    Parameters
    ----------
    g : ndarray of shape (2,)
        The gradient.
    most : float
        The bound.
    """
    ax = canvas(height=5.6)
    unit, origin = 1.25, np.array([2.3, 2.15])
    wire(ax, (0.2, origin[1]), (8.6, origin[1]), colour=FAINT)
    wire(ax, (origin[0], 0.1), (origin[0], 5.2), colour=FAINT)
    ax.add_patch(
        Circle(origin, unit * most, fc="none", ec=MUTED, ls=(0, (3, 2)), lw=1.2)
    )
    ax.add_patch(
        Rectangle(
            origin - unit * most,
            2 * unit * most,
            2 * unit * most,
            fc="none",
            ec=FAINT,
            lw=1.2,
        )
    )
    by_norm, by_value = g * most / np.hypot(*g), np.clip(g, -most, most)
    for end, colour, lw in (
        (g, INK, 2.0),
        (by_value, MUTED, 2.4),
        (by_norm, MARK, 2.4),
    ):
        tip = origin + unit * end
        how = {
            "arrowstyle": "-|>",
            "color": colour,
            "lw": lw,
            "shrinkA": 0,
            "shrinkB": 0,
        }
        ax.annotate("", tip, origin, arrowprops=how, zorder=4)
    x, y = origin + unit * g
    note(ax, x + 0.15, y, "the gradient", colour=INK, ha="left")
    note(ax, 4.3, 4.45, "by value: turned", colour=MUTED, ha="left", size=11)
    note(
        ax,
        4.55,
        2.6,
        "by norm: shorter, same direction",
        colour=MARK,
        ha="left",
        size=11,
    )
    note(
        ax,
        4.55,
        0.9,
        "the bound is the circle\n(by value: the square)",
        ha="left",
        linespacing=1.2,
    )


def writing(prefix, written):
    """Draw how a model writes: it reads the prefix, then each of its own guesses.

    Parameters
    ----------
    prefix, written : str
        What is read first, and the guesses after it.
    """
    ax = canvas(height=4.6)
    letters = prefix + written
    count = len(letters) - 1
    pace = 9.6 / count
    for k in range(count):
        x = 0.9 + pace * k
        own = k >= len(prefix)
        layer(ax, x, 2.3, "", INK, width=0.62, height=0.7)
        wire(ax, (x, 1.32), (x, 1.92), lw=1.3)
        wire(ax, (x - pace + 0.32 if k else x - 0.85, 2.3), (x - 0.33, 2.3), lw=1.5)
        _tile(ax, x, 0.95, letters[k], MARK if own else MUTED, 0.6, 10.5)
        if k >= len(prefix) - 1:
            wire(ax, (x, 2.67), (x, 3.25), lw=1.3)
            _tile(ax, x, 3.62, letters[k + 1], MARK, 0.6, 10.5)
            if k < count - 1:
                side = x + pace / 2
                wire(
                    ax,
                    (x + 0.31, 3.62),
                    (side, 3.62),
                    (side, 0.95),
                    (x + pace - 0.33, 0.95),
                    colour=MARK,
                    lw=1.1,
                )
    note(ax, 0.6, 0.3, "prefix: only read", ha="left")
    note(
        ax, 10.6, 0.3, "from here on it reads its own guesses", ha="right", colour=MARK
    )
    note(ax, 0.9 + pace * (len(prefix) - 1), 4.3, "first guess", colour=MARK)


def temperatures(letters, logits, values):
    """Plot the probabilities that a set of logits gives at several temperatures.

    Parameters
    ----------
    letters : str
        What each logit stands for.
    logits : ndarray
        Before softmax.
    values : list of float
        Temperatures, one panel each.
    """
    axes = style.plot(height=4.7, rows=len(values))
    for ax, value in zip(axes, values, strict=True):
        p = np.exp((logits - logits.max()) / value)
        p /= p.sum()
        ax.bar(range(len(p)), p, fc=(INK, 0.3), ec=INK, lw=1.2, width=0.7)
        for k, one in enumerate(p):
            ax.text(k, one + 0.03, f"{one:.2f}", ha="center", fontsize=9.5, color=INK)
        ax.set(
            ylim=(0, 1.18), yticks=[0, 0.5, 1], xticks=[], ylabel=rf"$\tau = {value:g}$"
        )
    axes[-1].set_xticks(
        range(len(letters)), [letter.replace(" ", "␣") for letter in letters]
    )


def ruler(letters, p, u):
    """Draw a draw: the probabilities end to end on a ruler from 0 to 1, and where the random
    number falls.

    Parameters
    ----------
    letters : str
        The vocabulary.
    p : ndarray
        Their probabilities.
    u : float
        The random number.
    """
    ax = canvas(height=2.9)
    left, width = 0.6, 9.6
    ends = np.cumsum(p)
    for k, (end, one) in enumerate(zip(ends, p, strict=True)):
        x, wide = left + width * (end - one), width * one
        hit = end - one <= u < end
        ax.add_patch(
            Rectangle(
                (x, 1.0),
                wide,
                0.8,
                fc=(MARK, 0.35) if hit else (MUTED, 0.1),
                ec=MUTED,
                lw=1.3,
                zorder=3,
            )
        )
        if wide > 0.3:
            text(ax, x + wide / 2, 1.4, letters[k].replace(" ", "␣"), size=11)
        text(ax, left + width * end, 0.65, f"{end:.2f}", size=9, colour=MUTED)
    text(ax, left, 0.65, "0", size=9, colour=MUTED)
    wire(ax, (left + width * u, 2.45), (left + width * u, 1.85), colour=MARK, lw=2)
    text(ax, left + width * u, 2.65, f"u = {u:.2f}", size=10.5, colour=MARK)


def learning(rows, quantity="perplexity"):
    """Plot the perplexity against the epochs, a panel a maker: median and range of the seeds.

    Parameters
    ----------
    rows : list of dict
        Of the data file.
    quantity : {"perplexity", "held_out"}
        On the training text, or on the text after it.
    """
    axes = style.plot(height=5.4, rows=len(MAKERS))
    for ax, (maker, title) in zip(axes, MAKERS.items(), strict=True):
        for cell, (label, colour, dash) in LOOKS.items():
            own = [row for row in rows if row["maker"] == maker and row["cell"] == cell]
            found = spread(own, "epoch", quantity)
            ax.plot(found[0], found[2], color=colour, ls=dash, label=label)
            ax.fill_between(found[0], found[1], found[3], color=colour, alpha=0.2, lw=0)
        ticks = (
            [1, 2, 5, 10, 20] if quantity == "perplexity" else [5, 10, 20, 50, 100, 200]
        )
        ax.set(yscale="log", xlim=(0, found[0][-1]), ylabel=f"{title}:\nperplexity")
        ax.set_yticks(ticks, [str(tick) for tick in ticks])
        ax.minorticks_off()
        ax.grid(axis="y")
    axes[0].tick_params(labelbottom=False)
    axes[1].set(xlabel="epochs")
    handles, labels = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(
        handles, labels, loc="outside upper center", ncols=3, handlelength=3.2
    )


def carried(with_state, without):
    """Plot the perplexity by the place in a batch, with the state carried and with a fresh one.

    Parameters
    ----------
    with_state, without : ndarray of shape (steps,)
        Perplexity at each step of a batch.
    """
    ax = style.plot(height=3.0)
    steps = np.arange(1, len(with_state) + 1)
    ax.plot(
        steps, without, "o--", color=MUTED, ms=4, label="fresh state for each batch"
    )
    ax.plot(steps, with_state, "s-", color=INK, ms=4, label="state carried")
    ax.set(
        xlabel="step within the batch",
        ylabel="perplexity",
        xlim=(0.5, len(steps) + 0.5),
        ylim=(0, 12),
    )
    ax.set(xticks=[1, *range(4, len(steps) + 1, 4)], yticks=[0, 5, 10])
    ax.grid(axis="y")
    ax.legend()
