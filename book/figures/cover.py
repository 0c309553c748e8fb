"""Drawings of the cover: the course's own path in four panels, the model's own words, and a
mistake that is named.
"""

import csv
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path

from IPython.display import HTML, display
from myst_nb.ext.glue import GLUE_PREFIX

from autograder.unit import catalogue
from autograder.unit.course import Course
from unrolled.check.render import as_html, section_text
from unrolled.notebook_check import Check

from .ch3_lstm_forward import road
from .colours import CANDIDATE, FORGET, INK, INPUT, MUTED, OUTPUT
from .style import at, canvas, dot, gradient, layer, operation, text, wire

ROOT = Path(__file__).resolve().parents[2]
panel = partial(canvas, 5.0, 4.4)


def cell():
    """Draw the recurrent cell: state from the left, input from below, the new state to
    the right.
    """
    ax = panel()
    operation(ax, 1.55, 2.2, "+")
    layer(ax, 3.0, 2.2, r"$\tanh$", CANDIDATE, width=1.2)
    wire(ax, (0.15, 2.2), (1.25, 2.2))
    wire(ax, (1.55, 0.85), (1.55, 1.9))
    wire(ax, (1.83, 2.2), (2.38, 2.2))
    wire(ax, (3.62, 2.2), (4.85, 2.2))
    dot(ax, 4.1, 2.2)
    wire(ax, (4.1, 2.2), (4.1, 3.5))
    text(ax, 0.55, 2.62, at("a", "t-1"))
    text(ax, 1.55, 0.48, at("x", "t"))
    text(ax, 4.55, 1.8, at("a", "t"))
    text(ax, 4.1, 3.9, at(r"\hat{y}", "t"))


def unrolled():
    """Draw three steps of it, and the gradient that runs back beside the state."""
    ax = panel()
    wire(ax, (0.05, 2.35), (0.42, 2.35), colour=MUTED)
    for k in range(3):
        x = 0.95 + 1.55 * k
        layer(ax, x, 2.2, "cell", CANDIDATE, width=0.98, size=11)
        wire(ax, (x, 0.85), (x, 1.72), colour=MUTED)
        wire(ax, (x - 0.15, 2.68), (x - 0.15, 3.5), colour=MUTED)
        gradient(ax, (x + 0.15, 3.5), (x + 0.15, 2.68))
        text(ax, x, 0.48, at("x", k + 1))
        text(ax, x, 3.9, at(r"\hat{y}", k + 1))
        if k < 2:
            wire(ax, (x + 0.5, 2.35), (x + 1.02, 2.35), colour=MUTED)
            gradient(ax, (x + 1.04, 2.03), (x + 0.52, 2.03))
    wire(ax, (4.56, 2.35), (4.95, 2.35), colour=MUTED)
    gradient(ax, (0.44, 2.03), (0.02, 2.03))


def gates():
    """Draw the LSTM cell: the cell state's road above, gates f, i and o and the candidate below."""
    ax = panel()
    high, low, boxes = 3.8, 0.4, 1.4
    road(ax, (0.05, high), (0.38, high))
    road(ax, (0.92, high), (1.82, high))
    road(ax, (2.38, high), (4.95, high))
    operation(ax, 0.65, high, r"$\odot$")
    operation(ax, 2.1, high, "+")
    operation(ax, 2.1, 2.65, r"$\odot$")
    operation(ax, 4.4, boxes, r"$\odot$")
    wire(ax, (0.05, low), (3.5, low), (3.5, boxes - 0.39))
    for x, letter, colour in [
        (0.65, "f", FORGET),
        (1.6, "i", INPUT),
        (2.6, r"\tilde{c}", CANDIDATE),
        (3.5, "o", OUTPUT),
    ]:
        layer(ax, x, boxes, f"${letter}$", colour, width=0.74, height=0.74)
        if letter != "o":
            wire(ax, (x, low), (x, boxes - 0.39))
            dot(ax, x, low)
    wire(ax, (0.65, boxes + 0.39), (0.65, high - 0.3))
    wire(ax, (1.6, boxes + 0.39), (1.6, 2.65), (1.8, 2.65))
    wire(ax, (2.6, boxes + 0.39), (2.6, 2.65), (2.4, 2.65))
    wire(ax, (2.1, 2.95), (2.1, high - 0.3))
    dot(ax, 4.4, high)
    wire(ax, (4.4, high), (4.4, boxes + 0.3))
    layer(ax, 4.4, 2.65, r"$\tanh$", INK, width=0.95, height=0.62, size=10)
    wire(ax, (3.89, boxes), (4.1, boxes))
    wire(ax, (4.4, boxes - 0.3), (4.4, low), (4.95, low))


def model():
    """Draw two layers on top of each other, reading letters and naming the next one."""
    ax = panel()
    wire(ax, (0.02, 1.55), (0.26, 1.55), head=False)
    for k, (below, above) in enumerate(zip("the␣", "he␣t", strict=True)):
        x = 0.68 + 1.22 * k
        for y in (1.55, 2.8):
            layer(ax, x, y, "", INK, width=0.78, height=0.7)
            wire(ax, (x + 0.4, y), (x + 0.81 if k < 3 else 4.98, y))
        wire(ax, (x, 0.75), (x, 1.18))
        wire(ax, (x, 1.92), (x, 2.43))
        wire(ax, (x, 3.17), (x, 3.6))
        text(ax, x, 0.42, below, size=14, family="DejaVu Sans Mono")
        text(ax, x, 3.95, above, size=14, family="DejaVu Sans Mono")


def writing(cell="gru", temperature="0.5", letters=112):
    """What the model of chapter 7 has written, from the recorded runs.

    Parameters
    ----------
    cell, temperature : str
        Which of the runs from scratch.
    letters : int
        How many of its letters to show; the last word is left whole.
    """
    runs = csv.DictReader(
        (ROOT / "book" / "data" / "ch7_samples.csv").open(encoding="utf-8")
    )
    run = next(
        r
        for r in runs
        if (r["maker"], r["cell"], r["temperature"]) == ("scratch", cell, temperature)
    )
    written = run["text"][:letters].rsplit(" ", 1)[0]
    return HTML(f'<p class="cover-text"><b>time traveller</b>{escape(written)} …</p>')


def named():
    """What the check says about a known mistake, without its list of numbers: every step starts
    from `a0`.
    """
    course = Course.find(ROOT)
    edit = next(
        e
        for e in catalogue.edits("ex1_rnn_cell", course)
        if e.misconception.id == "a0-every-step"
    )
    wrong = catalogue.variant("ex1_rnn_cell", edit, course).rnn_forward
    verdict = Check("ex1_rnn_cell", ROOT / "exercises" / "ex1_rnn_cell").verdict(wrong)
    place = section_text(verdict.mistake.section)
    # the page is in the book itself: a link to where a book was built before would be another
    shown = as_html(replace(verdict, differences=(), outputs=(), book=None, again=True))
    return HTML(shown.replace(place, f'<a href="{place}">{place}</a>'))


def keep(key, shown):
    """Set a piece of HTML aside for the page's `kept` directive."""
    kept = {"scrapbook": {"name": key, "mime_prefix": GLUE_PREFIX}}
    display({f"{GLUE_PREFIX}text/html": shown.data}, raw=True, metadata=kept)
