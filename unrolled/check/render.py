"""Show a verdict: as plain text, and as a small piece of HTML that reads well in light and dark notebooks."""

from __future__ import annotations

from html import escape

import numpy as np

from unrolled.check.compare import Difference
from unrolled.check.verdict import Verdict

MORE = 4  # differences shown before "and N more"
CELL = 7  # side of a square, in px
PANELS = 12  # steps drawn at most
COLOURS = {"✓": "#1a7f37", "✗": "#c4432b", "?": "#9a6700"}


def as_text(verdict: Verdict) -> str:
    """The verdict in plain lines."""
    mark, name, tail = _title(verdict)
    rows = [] if verdict.right else [("called", verdict.call), *_rows(verdict)]
    return "\n".join(
        [f"{mark} {name} {tail}", *(f"  {label:<9} {text}" for label, text in rows)]
    )


def _title(verdict: Verdict) -> tuple[str, str, str]:
    if verdict.right:
        return "✓", verdict.function, "is right: shapes and values agree."
    if not verdict.checked:
        return "?", verdict.function, "was not checked."
    return "✗", verdict.function, "is not right yet."


def _rows(verdict: Verdict) -> list[tuple[str, str]]:
    rows = [("note", note) for note in verdict.notes]
    if verdict.failure:
        rows.append(("found", verdict.failure))
    shown = _first_of_each_output(verdict.differences)
    rows += [
        ("found" if i == 0 and not verdict.failure else "", _told(d))
        for i, d in enumerate(shown[:MORE])
    ]
    if len(shown) > MORE:
        rest = ", ".join(dict.fromkeys(f"`{d.output or d.path}`" for d in shown[MORE:]))
        rows.append(("", f"and {len(shown) - MORE} more: {rest}"))
    right = [
        name
        for name in verdict.outputs
        if name not in {d.output for d in verdict.differences}
    ]
    if right and verdict.differences and all(d.output for d in verdict.differences):
        rows.append(("right", ", ".join(f"`{name}`" for name in right)))
    if verdict.mistake:
        rows += [("mistake", verdict.mistake.symptom), ("hint", verdict.mistake.hint)]
    section = verdict.mistake.section if verdict.mistake else verdict.section
    return [*rows, ("book", section_text(section))] if section else rows


def _told(difference: Difference) -> str:
    place, space, label = difference.path.partition(" (")
    named = difference.path if place.startswith("the ") else f"`{place}`{space}{label}"
    return f"{named} {difference.text}"


def _first_of_each_output(differences: tuple[Difference, ...]) -> list[Difference]:
    """One difference for each output: where an output is off in its first cache, it is off in the rest too."""
    first: dict[tuple[str, str], Difference] = {}
    for d in differences:
        first.setdefault((d.output or d.path, d.kind if not d.output else ""), d)
    return list(first.values())


def section_text(section: str) -> str:
    """A place in the book, as text: `slips1_rnn_cell.html#slip-bias`."""
    page, _, label = section.partition("#")
    return f"{page}.html{'#' if label else ''}{label}"


def as_html(verdict: Verdict) -> str:
    """The verdict as HTML: no scripts, no style sheets, colours that inherit the page's."""
    mark, name, tail = _title(verdict)
    body = f"<b>{mark} {escape(name)}</b> {tail}"
    if not verdict.right:
        body += _table(verdict) + _picture(verdict.differences)
    return _box(COLOURS[mark], body)


def _box(colour: str, body: str) -> str:
    style = f"border-left:4px solid {colour};padding:.4em .8em;margin:.3em 0;line-height:1.45;max-width:60em"
    return f'<div class="unrolled-check" style="{style}">{body}</div>'


def _table(verdict: Verdict) -> str:
    rows = [("called", f"<code>{escape(verdict.call)}</code>")]
    rows += [(label, _code(text)) for label, text in _rows(verdict)]
    quiet, wide = 'style="opacity:.75"', 'style="overflow-wrap:anywhere"'
    cells = "".join(
        f"<div {quiet}>{label}</div><div {wide}>{text}</div>" for label, text in rows
    )
    return f'<div style="display:grid;grid-template-columns:5em 1fr;gap:.15em .6em;margin-top:.3em">{cells}</div>'


def _code(text: str) -> str:
    """Escape a text; what stands between backticks is set as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))


def _picture(differences: tuple[Difference, ...]) -> str:
    """A map of the first array with wrong entries among right ones: filled squares are off, one panel a step."""
    d = next(
        (d for d in differences if d.wrong is not None and d.wrong.ndim in (2, 3)), None
    )
    if (
        d is None
        or d.wrong.all()
        or d.wrong.size > 4000
        or max(d.wrong.shape[:2]) * CELL > 400
    ):
        return ""
    panels = (
        [d.wrong]
        if d.wrong.ndim == 2
        else [d.wrong[:, :, t] for t in range(min(d.wrong.shape[2], PANELS))]
    )
    height, width = (n * CELL for n in panels[0].shape)
    drawn = "".join(
        f'<g transform="translate({t * (width + CELL)},0)">{_squares(panel)}'
        f'<text x="0" y="{height + 12}" font-size="10" fill="currentColor">{f"t={t}" if len(panels) > 1 else ""}'
        "</text></g>"
        for t, panel in enumerate(panels)
    )
    total, below = len(panels) * (width + CELL), height + (16 if len(panels) > 1 else 0)
    label = f"Entries of {d.path} that are off, {'one panel a step' if len(panels) > 1 else 'by row and column'}"
    return (
        f'<div style="margin-top:.4em;overflow-x:auto"><svg role="img" aria-label="{escape(label)}" width="{total}" '
        f'height="{below}" viewBox="0 0 {total} {below}">{drawn}</svg>'
        f'<div style="opacity:.75;font-size:90%">{escape(label)} (filled).</div></div>'
    )


def _squares(panel: np.ndarray) -> str:
    side = CELL - 1
    return "".join(
        f'<rect x="{j * CELL}" y="{i * CELL}" width="{side}" height="{side}" '
        + (
            'fill="#c4432b"/>'
            if panel[i, j]
            else 'fill="none" stroke="currentColor" stroke-opacity=".35"/>'
        )
        for i in range(panel.shape[0])
        for j in range(panel.shape[1])
    )
