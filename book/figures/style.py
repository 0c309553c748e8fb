"""How every drawing of the course looks, and the few shapes that drawings are made of.

Conventions, the same in every chapter: time runs to the right; inputs enter from below,
predictions leave upwards; a rounded box is a learned layer, tinted in its gate's colour; a
circle an operation entry by entry; the hidden state is a solid line, the cell state a double
one; a dotted line is something kept for later; a dashed line is a gradient, which flows against
the solid line beside it.
"""

import re
from contextlib import contextmanager
from html import escape

import matplotlib as mpl
import matplotlib.pyplot as plt
import matplotlib.text
import numpy as np
from IPython import get_ipython
from IPython.display import HTML, display
from matplotlib.patches import (
    Circle,
    FancyArrowPatch,
    FancyBboxPatch,
    PathPatch,
    Rectangle,
)
from matplotlib.path import Path
from matplotlib_inline.backend_inline import set_matplotlib_formats
from myst_nb.ext.glue import GLUE_PREFIX

from .colours import FAINT, INK, MUTED, PALE, PAPER

UNIT = 0.5  # inches for one unit of a drawing
# units across a full-width drawing: small enough that a phone does not shrink its letters away
WIDE = 10.8
ROW = 0.62  # units for one entry of a column of numbers
# points: a phone shows a full-width drawing at three quarters, and so these letters 11 px high
SMALLEST = 11
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")  # but for the end of a line
EXPONENT = re.compile(r"[\d.]+e[+-]\d+")  # which a narrow table must not break in two
_SHEET = []  # where a sheet of several drawings wants the next one


def use():
    """Make this the style of the page: transparent SVG, letters like those of the equations."""
    mpl.text.Text.set_text = _set_whole
    set_matplotlib_formats(
        "svg", bbox_inches=None, metadata={"Date": None, "Creator": None}
    )
    mpl.rcParams.update(
        {
            "svg.fonttype": "path",
            "svg.hashsalt": "unrolled",
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "font.size": SMALLEST,
            "axes.labelsize": SMALLEST,
            "xtick.labelsize": SMALLEST,
            "ytick.labelsize": SMALLEST,
            "legend.fontsize": SMALLEST,
            "mathtext.fontset": "cm",
            "text.color": INK,
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "lines.linewidth": 2,
            "legend.frameon": False,
            "grid.color": FAINT,
            "grid.linewidth": 0.6,
        }
    )


def canvas(width=WIDE, height=5.0):
    """Return empty axes without ticks, one unit of length being `UNIT` inches both ways."""
    if _SHEET:
        fig, left, top = _SHEET[-1]
        across, down = fig.get_size_inches() / UNIT
        ax = fig.add_axes(
            (left / across, 1 - (top + height) / down, width / across, height / down)
        )
    else:
        fig = plt.figure(figsize=(width * UNIT, height * UNIT), layout=None)
        ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return ax


@contextmanager
def placed(fig, left, top):
    """Let the canvas of a drawing be a part of this figure, its corner that many units from the
    upper left one.
    """
    _SHEET.append((fig, left, top))
    try:
        yield
    finally:
        _SHEET.pop()


def table(head, rows):
    """Show results as a table of the page, right-aligned but for the first column."""

    def cell(text, place, tag):
        whole = " whole" if EXPONENT.fullmatch(str(text)) else ""
        kind = f' class="number{whole}"' if place else ""
        tag = tag if str(text).strip() else "td"  # an empty corner heads no column
        return f"<{tag}{kind}>{escape(str(text))}</{tag}>"

    def row(cells, tag):
        return (
            "<tr>"
            + "".join(cell(text, place, tag) for place, text in enumerate(cells))
            + "</tr>"
        )

    body = "".join(row(cells, "td") for cells in rows)
    top = row(head, "th")
    shown = f'<table class="table results"><thead>{top}</thead><tbody>{body}</tbody></table>'
    display(HTML(shown))


def plot(height=2.9, rows=1):
    """Return axes for curves, one for each row, as wide as the drawings and together `height`
    inches high.
    """
    return plt.subplots(rows, figsize=(WIDE * UNIT, height), layout="constrained")[1]


def keep(key, words):
    """Set the last drawing aside for a directive of the page, with words that say what is to be
    seen in it.
    """
    drawn, _ = get_ipython().display_formatter.format(plt.gcf())
    kept = {"scrapbook": {"name": key, "mime_prefix": GLUE_PREFIX}, "alt": words}
    display(
        {GLUE_PREFIX + mime: content for mime, content in drawn.items()},
        raw=True,
        metadata=kept,
    )
    plt.close()


def said(beginning, parts):
    """Say in words what a drawing of numbers shows: a sentence for each unit, with its entry of
    each part.
    """
    sentences = [beginning]
    for k in range(len(next(iter(parts.values())))):
        entries = [
            f"{name} {rounded(values[k]).replace('−', 'minus ')}"
            for name, values in parts.items()
        ]
        sentences.append(f"Unit {k + 1}: {', '.join(entries)}.")
    return " ".join(sentences)


def rounded(value):
    """Two decimals, none that are zeros."""
    return f"{round(float(value), 2) + 0.0:g}".replace("-", "−")


def layer(ax, x, y, label, colour=INK, width=1.3, height=0.9, size=12):
    """Draw a learned layer: a rounded box around (x, y), tinted in its gate's colour."""
    corner = (x - width / 2, y - height / 2)
    rounding = "round,pad=0,rounding_size=0.18"
    ax.add_patch(
        FancyBboxPatch(
            corner, width, height, rounding, facecolor=PAPER, edgecolor="none", zorder=3
        )
    )
    ax.add_patch(
        FancyBboxPatch(
            corner,
            width,
            height,
            rounding,
            facecolor=(colour, 0.2),
            edgecolor="none",
            zorder=3,
        )
    )
    ax.add_patch(
        FancyBboxPatch(
            corner,
            width,
            height,
            rounding,
            facecolor="none",
            edgecolor=colour,
            lw=1.8,
            zorder=3,
        )
    )
    text(ax, x, y, label, size=size)


def operation(ax, x, y, sign, radius=0.28):
    """Draw an operation entry by entry: a circle with its sign."""
    ax.add_patch(
        Circle((x, y), radius, facecolor=PAPER, edgecolor=INK, lw=1.4, zorder=3)
    )
    text(ax, x, y, sign, size=12)


def bars(ax, x, y, values, colour=INK, reach=0.62, across=True):
    """Draw a column of numbers around (x, y) as bars to both sides of a middle line.

    Each number stands across the line from its bar, or else always to the right of both.
    """
    top = y + ROW * (len(values) - 1) / 2
    ax.plot(
        [x, x],
        [y - ROW * len(values) / 2, y + ROW * len(values) / 2],
        color=FAINT,
        lw=1,
        zorder=1,
    )
    for k, value in enumerate(values):
        low = top - ROW * k
        ax.add_patch(
            Rectangle(
                (x, low - 0.2),
                reach * value,
                0.4,
                fc=(colour, 0.3),
                ec=colour,
                lw=1.2,
                zorder=2,
            )
        )
        if across and round(float(value), 2) > 0:
            text(ax, x - 0.15, low, rounded(value), size=10, ha="right")
        else:
            text(
                ax,
                x + 0.15 + max(0, reach * value),
                low,
                rounded(value),
                size=10,
                ha="left",
            )


def doors(ax, x, y, values, colour, half=0.85):
    """Draw a gate around (x, y) as a column of openings: the wider the white, the more passes."""
    top = y + ROW * (len(values) - 1) / 2
    for k, value in enumerate(values):
        low = top - ROW * k - 0.24
        opening = half * round(float(value), 2)
        for left, right in ((x - half, x - opening), (x + opening, x + half)):
            ax.add_patch(
                Rectangle(
                    (left, low),
                    right - left,
                    0.48,
                    fc=(colour, 0.45),
                    ec="none",
                    zorder=2,
                )
            )
        ax.add_patch(
            Rectangle(
                (x - half, low), 2 * half, 0.48, fc="none", ec=colour, lw=1.5, zorder=3
            )
        )
        text(
            ax,
            x + half + 0.12,
            low + 0.24,
            rounded(value),
            size=9.5,
            ha="left",
            colour=MUTED,
        )


def dot(ax, x, y, colour=INK):
    """Mark the place where one line feeds two."""
    ax.add_patch(Circle((x, y), 0.08, color=colour, zorder=4))


def wire(ax, *points, colour=INK, style="-", head=True, lw=1.6):
    """Draw a line through the points, with an arrow head at the last one."""
    ax.add_patch(
        PathPatch(
            Path(points),
            edgecolor=colour,
            facecolor="none",
            linestyle=style,
            lw=lw,
            zorder=2,
        )
    )
    if head:
        (x0, y0), (x1, y1) = points[-2:]
        near = (x1 - 0.05 * np.sign(x1 - x0), y1 - 0.05 * np.sign(y1 - y0))
        ax.add_patch(
            FancyArrowPatch(
                near,
                (x1, y1),
                arrowstyle="-|>,head_length=5,head_width=2.6",
                color=colour,
                lw=lw,
                zorder=2,
                shrinkA=0,
                shrinkB=0,
            )
        )


def gradient(ax, *points, lw=1.8):
    """Draw a gradient's way back through the points: dashed, with an arrow head at the last one."""
    wire(ax, *points, style=(0, (3, 1.6)), lw=lw)


def text(ax, x, y, words, size=12, colour=INK, ha="center", va="center", **more):
    """Write at (x, y).

    Letters smaller than a phone can show are made larger.

    Raises
    ------
    ValueError
        Letters in this colour cannot be read on white.
    """
    if colour in PALE:
        raise ValueError(f"{words!r} in {colour} is too pale to read: write it in ink")
    ax.text(
        x,
        y,
        words,
        fontsize=max(size, SMALLEST),
        color=colour,
        ha=ha,
        va=va,
        zorder=5,
        **more,
    )


def whole(words):
    """Return a text that is to be drawn.

    Raises
    ------
    ValueError
        A control character is in it, or a TeX command outside of dollar signs: a string that
        should be raw.
    """
    outside = str(words).split("$")[::2]
    if CONTROL.search(str(words)) or any("\\" in part for part in outside):
        raise ValueError(
            f"{words!r}: a control character, or a TeX command outside of a formula; "
            "is the string raw?"
        )
    return words


_set_text = mpl.text.Text.set_text


def _set_whole(self, s):
    """Set a drawn text, a title or a label, if it is whole."""
    _set_text(self, whole(s))


def note(ax, x, y, words, **more):
    """Write a remark: smaller, quieter."""
    text(ax, x, y, words, **{"size": 10, "colour": MUTED, **more})


def at(letter, time):
    """The letter with its time in angle brackets, as the equations have it: `at("a", "t-1")`."""
    return rf"${letter}^{{\langle {time}\rangle}}$"
