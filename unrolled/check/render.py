"""Show a verdict: as plain text, and as a small piece of HTML for light and dark notebooks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

from unrolled.check.compare import Difference
from unrolled.check.known_mistakes import Misconception
from unrolled.check.line_picture import line_picture
from unrolled.check.picture import picture
from unrolled.check.sum_up import MORE_LATER, Line, Summary, number
from unrolled.check.verdict import Verdict

MORE = 4  # differences shown before "and N more"
COLOURS = {"✓": "#1a7f37", "✗": "#c4432b", "?": "#9a6700", "–": "#9a6700"}
BESIDES = "the hidden tests' own sizes and numbers"  # what no visible call tries
QUIET = "opacity:.75"
FOLDED = ("mistake", "and")  # labels of what HTML folds up with its hint
BOOK = "book"  # the label of the row that leads to it

Row = tuple[str, str]  # a label, and a text with code in backticks
Link = Callable[
    [str], str
]  # makes HTML of a place in the book, as `section_text` gives it


def as_text(verdict: Verdict) -> str:
    """Give the verdict in plain lines."""
    mark, said = _title(verdict)
    before = [f"! {text}" for text in verdict.before]
    rows = [
        (label, _address(verdict, text) if label == BOOK else text)
        for label, text in _rows(verdict)
    ]
    lines = [_line(label, text) for label, text in rows]
    if verdict.mistakes and not verdict.right:
        # Behind an empty line, so that they can be left unread.
        first, *more = (one.hint for one in verdict.mistakes)
        lines += ["", _line("hint", first), *(_line("", hint) for hint in more)]
    return "\n".join([*before, f"{mark} {verdict.function} {said}", *lines])


def _line(label: str, text: str) -> str:
    return f"  {label:<9} {text}"


def _title(verdict: Verdict) -> tuple[str, str]:
    """Give the mark, and the end of the sentence that begins with the function's name."""
    if verdict.right:
        return "✓", "is right: shapes and values agree."
    if not verdict.checked:
        return "?", "was not checked."
    return "✗", "is not right yet."


def _rows(verdict: Verdict) -> list[Row]:
    """Give what is said line by line, but for the hint."""
    if verdict.right:
        return _rows_of_right(verdict)
    rows = [("called", verdict.call)]
    rows += [("note", note) for note in verdict.notes]
    found = found_texts(verdict)
    if found:
        rows.append(("found", found[0]))
        rows += [("", text) for text in found[1:]]
    right = _right_outputs(verdict)
    if right:
        rows.append(("right", ", ".join(f"`{name}`" for name in right)))
    if verdict.paper:
        first, *more = verdict.paper.text.split("\n")
        rows.append(("on paper", first))
        rows += [("", text) for text in more]
    if verdict.where:
        rows.append(("where", verdict.where.text))
    if verdict.where and verdict.where.equation:
        rows.append((BOOK, section_text(verdict.where.equation)))
    rows += [
        (label, one.symptom)
        for label, one in zip(FOLDED, verdict.mistakes, strict=False)
    ]
    sections = [one.section for one in verdict.mistakes] or [verdict.section]
    rows += [(BOOK, section_text(one)) for one in dict.fromkeys(sections) if one]
    return rows


def _rows_of_right(verdict: Verdict) -> list[Row]:
    """Give which calls a ✓ stands for, and which it does not."""
    if not verdict.tried:
        return []
    left = ", ".join((BESIDES, *verdict.untried))
    return [("tried", ", ".join(verdict.tried)), ("not tried", left)]


def found_texts(verdict: Verdict) -> list[str]:
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


def as_html(verdict: Verdict, link: Link | None = None) -> str:
    """Give the verdict as HTML: no scripts, no style sheets, colours that inherit the page's.

    Parameters
    ----------
    verdict : Verdict
    link : callable, optional
        Makes a section of the book HTML; by the verdict's own `book` unless given.
    """
    link = link or partial(_link, verdict)
    mark, said = _title(verdict)
    body = _before_html(verdict.before)
    body += f"<div><b>{mark} {escape(verdict.function)}</b> {said}</div>"
    if verdict.right:
        body += _table(verdict, link, QUIET)
    else:
        body += _table(verdict, link) + picture(verdict.differences)
        body += line_picture(verdict.where)
        if verdict.mistakes:
            said = "".join(_mistake_html(one, link) for one in verdict.mistakes)
            body += _folded("mistake and hint", said, verdict.again)
    return _framed(body, mark)


def _mistake_html(one: Misconception, link: Link) -> str:
    """Give a known mistake and its hint: who wants to find it first leaves it folded."""
    place = f"<div>{link(section_text(one.section))}</div>" if one.section else ""
    return (
        f"<div>{code_html(one.symptom)}</div>"
        f'<div style="margin-top:.15em">{code_html(one.hint)}</div>'
        f'<div style="margin:.15em 0 .3em">{place}</div>'
    )


def _framed(body: str, mark: str) -> str:
    style = (
        f"border-left:4px solid {COLOURS[mark]};padding:.4em .8em;margin:.3em 0;"
        "line-height:1.45;max-width:60em"
    )
    return f'<div class="unrolled-check" style="{style}">{body}</div>'


def _before_html(texts: tuple[str, ...]) -> str:
    """Give what is to be read before all else."""
    mark = f'<b style="color:{COLOURS["?"]}">!</b>'
    return "".join(
        f'<div style="margin-bottom:.3em">{mark} <i>{code_html(text)}</i></div>'
        for text in texts
    )


def _folded(label: str, body: str, opened: bool = False) -> str:
    """Give what is read only where it is asked for."""
    state = " open" if opened else ""
    return (
        f'<details style="margin-top:.3em"{state}>'
        f'<summary style="cursor:pointer;{QUIET}">{label}</summary>'
        f'<div style="margin:.15em 0 0 1.1em">{body}</div></details>'
    )


def _table(verdict: Verdict, link: Link, style: str = "") -> str:
    """Give the rows as two columns, the texts set in `style`."""
    slips = {section_text(one.section) for one in verdict.mistakes}
    shown = [
        (label, _cell(link, label, text))
        for label, text in _rows(verdict)
        if label not in FOLDED and text not in slips
    ]
    if not shown:
        return ""
    cells = [
        f'<div style="{QUIET}">{label}</div>'
        f'<div style="overflow-wrap:anywhere;{style}">{text}</div>'
        for label, text in shown
    ]
    grid = "display:grid;grid-template-columns:5em 1fr;gap:.15em .6em;margin-top:.3em"
    return f'<div style="{grid}">{"".join(cells)}</div>'


def _cell(link: Link, label: str, text: str) -> str:
    """Give a row's text as HTML: the call as code, the section of the book as a link."""
    if label == "called":
        return f"<code>{escape(text)}</code>"
    return link(text) if label == BOOK else code_html(text)


def code_html(text: str) -> str:
    """Give a text as HTML; what stands between backticks is set as code.

    A text with a backtick too many is left as it is, but for the escaping.
    """
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)


def summary_text(summary: Summary) -> str:
    """Give the points of an exercise in plain lines."""
    wide = max((len(line.name) for line in summary.lines), default=0)
    lines = [f"! {text}" for text in summary.before]
    lines.append(f"{summary.head}.")
    for line in summary.lines:
        name = line.name.ljust(wide)
        said = f"  {line.text}" if line.text else ""
        lines.append(f"  {line.mark} {name}  {_points(line):>12}{said}".rstrip())
    return "\n".join([*lines, "", f"  {MORE_LATER}"])


def _points(line: Line) -> str:
    if line.points is None:
        return f"{number(line.most)} points"
    return f"{number(line.points)} of {number(line.most)}"


def summary_html(summary: Summary) -> str:
    """Give the points of an exercise as HTML."""
    body = _before_html(summary.before)
    body += f"<div><b>{escape(summary.head)}</b></div>"
    cells = []
    for line in summary.lines:
        colour = COLOURS[line.mark]
        cells.append(
            f'<div><span style="color:{colour}">{line.mark}</span> '
            f"<code>{escape(line.name)}</code></div>"
            f"<div>{escape(_points(line))}</div>"
            f'<div style="overflow-wrap:anywhere">{code_html(line.text)}</div>'
        )
    grid = (
        "display:grid;grid-template-columns:max-content max-content 1fr;"
        "gap:.15em 1.2em;margin-top:.3em"
    )
    body += f'<div style="{grid}">{"".join(cells)}</div>'
    body += f'<div style="{QUIET};margin-top:.3em">{escape(MORE_LATER)}</div>'
    right = summary.points == summary.most
    return _framed(body, "✓" if right else "✗")
