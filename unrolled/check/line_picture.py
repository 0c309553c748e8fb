"""Draw a student's own lines, with a mark beside each: characters in HTML, as `picture` draws."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from unrolled.check.where import AGREES, FIRST, FOLLOWS, OWN, LineMark, Where

BEFORE, AFTER = 9, 5  # marked lines that are shown around the first that departs
SIGNS = {AGREES: "✓", FIRST: "✗", FOLLOWS: "↳", OWN: "·"}
SAID = {
    AGREES: "agrees with the book",
    FIRST: "the first that departs",
    FOLLOWS: "follows from it",
    OWN: "not recognised",
}
COLOURS = {AGREES: "#1a7f37", FIRST: "#c4432b", FOLLOWS: "#9a6700", OWN: "inherit"}
FIXED = "margin:0;padding:0;border:0;background:none;color:inherit;line-height:1.35"


def line_picture(where: Where | None) -> str:
    """Draw the lines around the first that departs.

    Parameters
    ----------
    where : Where or None
        With the texts of its lines.

    Returns
    -------
    str
        HTML; "" where there is nothing to draw.
    """
    if where is None or not any(one.text for one in where.marks):
        return ""
    marks = _around(where.marks)
    wide = len(str(marks[-1].number))
    indent = min(len(one.text) - len(one.text.lstrip()) for one in marks)
    rows = "\n".join(_row(one, wide, indent) for one in marks)
    present = [mark for mark in SIGNS if any(one.mark == mark for one in marks)]
    legend = ", ".join(f"{SIGNS[mark]} {SAID[mark]}" for mark in present)
    return (
        '<div style="margin-top:.4em">'
        f'<pre tabindex="0" style="{FIXED};overflow-x:auto">{rows}</pre>'
        f'<div style="opacity:.75;font-size:90%">Your lines: {legend}.</div></div>'
    )


def _around(marks: Sequence[LineMark]) -> list[LineMark]:
    """Give the marked lines around the first that departs."""
    place = next((i for i, one in enumerate(marks) if one.mark == FIRST), 0)
    return [
        one for one in marks[max(0, place - BEFORE) : place + AFTER + 1] if one.text
    ]


def _row(one: LineMark, wide: int, indent: int) -> str:
    sign = f'<span style="color:{COLOURS[one.mark]}">{SIGNS[one.mark]}</span>'
    text = f"{one.number:>{wide}}  {escape(one.text[indent:])}"
    if one.mark == FIRST:
        text = f"<b>{text}</b>"
    return f"{sign} {text}"
