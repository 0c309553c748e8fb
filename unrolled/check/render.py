"""Show a verdict: as plain text, and as a small piece of HTML for light and dark notebooks."""

from __future__ import annotations

from html import escape

import numpy as np

from unrolled.check.compare import Difference
from unrolled.check.verdict import Verdict

MORE = 4  # differences shown before "and N more"
CELL = 7  # side of a square, in px
PANELS = 12  # steps drawn at most
LARGEST = 4000  # entries of an array that is drawn
WIDEST = 400  # px of a panel
COLOURS = {"✓": "#1a7f37", "✗": "#c4432b", "?": "#9a6700"}
QUIET = "opacity:.75"
BOOK = "book"  # the label of the row that leads to it

Row = tuple[str, str]  # a label, and a text with code in backticks


def as_text(verdict: Verdict) -> str:
    """Give the verdict in plain lines."""
    mark, said = _title(verdict)
    rows: list[Row] = []
    if not verdict.right:
        rows = [("called", verdict.call), *_rows(verdict)]
    rows = [
        (label, _address(verdict, text) if label == BOOK else text)
        for label, text in rows
    ]
    lines = [f"  {label:<9} {text}" for label, text in rows]
    return "\n".join([f"{mark} {verdict.function} {said}", *lines])


def _title(verdict: Verdict) -> tuple[str, str]:
    """Give the mark, and the end of the sentence that begins with the function's name."""
    if verdict.right:
        return "✓", "is right: shapes and values agree."
    if not verdict.checked:
        return "?", "was not checked."
    return "✗", "is not right yet."


def _rows(verdict: Verdict) -> list[Row]:
    """Give what is said below the call, line by line."""
    rows = [("note", note) for note in verdict.notes]
    found = _found_texts(verdict)
    if found:
        rows.append(("found", found[0]))
        rows += [("", text) for text in found[1:]]
    right = _right_outputs(verdict)
    if right:
        rows.append(("right", ", ".join(f"`{name}`" for name in right)))
    mistake = verdict.mistake
    if mistake:
        rows += [("mistake", mistake.symptom), ("hint", mistake.hint)]
    section = mistake.section if mistake else verdict.section
    if section:
        rows.append((BOOK, section_text(section)))
    return rows


def _found_texts(verdict: Verdict) -> list[str]:
    """Give the failure and the differences, as many as are read."""
    texts = [verdict.failure] if verdict.failure else []
    differences = _first_of_each_output(verdict.differences)
    texts += [_difference_text(one) for one in differences[:MORE]]
    rest = [f"`{one.output or one.path}`" for one in differences[MORE:]]
    if rest:
        texts.append(f"and {len(rest)} more: {', '.join(dict.fromkeys(rest))}")
    return texts


def _right_outputs(verdict: Verdict) -> list[str]:
    """Give the outputs that are right, where it is known which ones are off."""
    off = {one.output for one in verdict.differences}
    if not off or "" in off:
        return []
    return [name for name in verdict.outputs if name not in off]


def _difference_text(difference: Difference) -> str:
    """Give a difference as a sentence, its place set as code without the name in brackets."""
    path = difference.path
    if not path.startswith("the "):
        place, space, label = path.partition(" (")
        path = f"`{place}`{space}{label}"
    return f"{path} {difference.text}"


def _first_of_each_output(differences: tuple[Difference, ...]) -> list[Difference]:
    """Give one difference for each output.

    Where an output is off in its first cache, it is off in the rest too.
    """
    first: dict[Row, Difference] = {}
    for one in differences:
        key = (one.output, "") if one.output else (one.path, one.kind)
        first.setdefault(key, one)
    return list(first.values())


def section_text(section: str) -> str:
    """Give a place in the book, as text: `slips1_rnn_cell.html#slip-bias`."""
    page, _, label = section.partition("#")
    return f"{page}.html#{label}" if label else f"{page}.html"


def _address(verdict: Verdict, section: str) -> str:
    """Give a section by its address, to be copied into a browser, where the book has one."""
    return f"{verdict.book.address}/book/{section}" if verdict.book else section


def _link(verdict: Verdict, section: str) -> str:
    """Give a section as a link, where the book is known."""
    if verdict.book is None:
        return escape(section)
    to = escape(f"{verdict.book.link}/book/{section}")
    # a page beside the notebook is opened by JupyterLab itself
    new = ' target="_blank" rel="noopener"' if "://" in to else ""
    return f'<a href="{to}"{new}>{escape(section)}</a>'


def as_html(verdict: Verdict) -> str:
    """Give the verdict as HTML: no scripts, no style sheets, colours that inherit the page's."""
    mark, said = _title(verdict)
    body = f"<b>{mark} {escape(verdict.function)}</b> {said}"
    if not verdict.right:
        body += _table(verdict) + _picture(verdict.differences)
    style = (
        f"border-left:4px solid {COLOURS[mark]};padding:.4em .8em;margin:.3em 0;"
        "line-height:1.45;max-width:60em"
    )
    return f'<div class="unrolled-check" style="{style}">{body}</div>'


def _table(verdict: Verdict) -> str:
    """Give the call and the rows as two columns."""
    rows = [("called", f"<code>{escape(verdict.call)}</code>")]
    rows += [
        (label, _link(verdict, text) if label == BOOK else code_html(text))
        for label, text in _rows(verdict)
    ]
    cells = [
        f'<div style="{QUIET}">{label}</div>'
        f'<div style="overflow-wrap:anywhere">{text}</div>'
        for label, text in rows
    ]
    style = "display:grid;grid-template-columns:5em 1fr;gap:.15em .6em;margin-top:.3em"
    return f'<div style="{style}">{"".join(cells)}</div>'


def code_html(text: str) -> str:
    """Give a text as HTML; what stands between backticks is set as code.

    A text with a backtick too many is left as it is, but for the escaping.
    """
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)


def _picture(differences: tuple[Difference, ...]) -> str:
    """Draw the first array with wrong entries among right ones, one panel a step.

    Filled squares are off.
    """
    for one in differences:
        if one.wrong is not None and one.wrong.ndim in (2, 3):
            return _map(one.path, one.wrong) if _fits(one.wrong) else ""
    return ""


def _fits(wrong: np.ndarray) -> bool:
    """Say whether a map of these entries tells something, and has room."""
    width = CELL * max(wrong.shape[:2])
    return not wrong.all() and wrong.size <= LARGEST and width <= WIDEST


def _map(path: str, wrong: np.ndarray) -> str:
    """Draw which entries are off.

    Parameters
    ----------
    path : str
        Where the array is.
    wrong : ndarray of bool of shape (rows, columns) or (rows, columns, steps)
        Which entries are off.
    """
    panels = [wrong]
    if wrong.ndim == 3:
        panels = [wrong[:, :, t] for t in range(min(wrong.shape[2], PANELS))]
    names, room, what = [""], 0, "by row and column"
    if len(panels) > 1:
        names = [f"t={t}" for t in range(len(panels))]
        room, what = 16, "one panel a step"  # px below, for the names
    height, width = CELL * wrong.shape[0], CELL * wrong.shape[1]
    drawn = [
        f'<g transform="translate({t * (width + CELL)},0)">{_squares(panel)}'
        f'<text x="0" y="{height + 12}" font-size="10" fill="currentColor">{name}'
        "</text></g>"
        for t, (panel, name) in enumerate(zip(panels, names, strict=True))
    ]
    total, below = len(panels) * (width + CELL), height + room
    label = escape(f"Entries of {path} that are off, {what}")
    return (
        '<div style="margin-top:.4em;overflow-x:auto">'
        f'<svg role="img" aria-label="{label}" width="{total}" height="{below}" '
        f'viewBox="0 0 {total} {below}">{"".join(drawn)}</svg>'
        f'<div style="{QUIET};font-size:90%">{label} (filled).</div></div>'
    )


def _squares(panel: np.ndarray) -> str:
    """Draw a square for each entry of one panel."""
    off = 'fill="#c4432b"'
    right = 'fill="none" stroke="currentColor" stroke-opacity=".35"'
    size = f'width="{CELL - 1}" height="{CELL - 1}"'
    squares = [
        f'<rect x="{j * CELL}" y="{i * CELL}" {size} {off if wrong else right}/>'
        for (i, j), wrong in np.ndenumerate(panel)
    ]
    return "".join(squares)
