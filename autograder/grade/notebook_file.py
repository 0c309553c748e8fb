"""A notebook's file as data: whatever a file has been through, its cells, or why there are none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from unrolled.check.wire import count_parts

from ..safe.plain_files import UnreadableError, read_plain

LARGEST = 128 * 2**20  # bytes; outputs are thrown away, but have to be read first
MOST_PARTS = 10**7  # as `wire.count_parts` counts: once read, each takes up to 60 bytes
MOST_MARKS = 10_000  # lines that may be marks of a merge conflict
MOST_CODE = 4 * 2**20  # bytes of all code cells together
MOST_CELLS = 5000


def contents(path: Path) -> str:
    """The text of a file, which must be an ordinary one.

    Raises
    ------
    UnreadableError
        If it is a link, no file, too large, or not text.
    OSError
        If the system cannot read it for a reason of its own.
    """
    raw = read_plain(path, LARGEST)
    if not raw.strip():
        raise UnreadableError("the file is empty")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(
            "it is no text in UTF-8, so no notebook; hand in the .ipynb file itself, as Jupyter saves it"
        ) from None


def parse(text: str) -> tuple[dict, list[str]]:
    """The notebook as data, merge conflicts resolved to their first side.

    Raises
    ------
    UnreadableError
        If the text is no notebook's.
    """
    repairs = []
    try:
        data = _loaded(text)
    except ValueError as error:
        resolved = _without_conflicts(text)
        try:
            data = None if resolved is None else _loaded(resolved)
        except ValueError:
            data = None
        if data is None:
            where = (
                f" (line {error.lineno})"
                if isinstance(error, json.JSONDecodeError)
                else ""
            )
            raise UnreadableError(
                f"it is not a notebook: its JSON is broken{where}"
            ) from None
        repairs.append("merge conflict markers in the file: the first side is kept")
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise UnreadableError("it is not a notebook: it has no cells")
    return data, repairs


def _loaded(text: str) -> Any:
    """JSON as data, its whole numbers as floats: no use is made of them, and one may have a
    million digits.

    Raises
    ------
    UnreadableError
        If it has too many parts or is nested too deep.
    ValueError
        If it is no JSON.
    """
    if (
        text.count(",") + 5 * (text.count("[") + text.count("{")) > MOST_PARTS
        and count_parts(text) > MOST_PARTS
    ):
        raise UnreadableError("it has too many parts to be read; clear its outputs")
    try:
        return json.loads(text, parse_int=float)
    except RecursionError:
        raise UnreadableError("it is nested too deep for a notebook") from None


_MARK = re.compile(r"^([<>|=])\1{6}.*\n?", re.M)  # a line of a merge conflict


def _without_conflicts(text: str) -> str | None:
    """The text with the first side of each conflict; None if there is none in it, or too many for a notebook."""
    if "<<<<<<<" not in text:
        return None
    kept, start, keep = [], 0, True
    for number, mark in enumerate(_MARK.finditer(text)):
        if number == MOST_MARKS:
            return None
        if keep:
            kept.append(text[start : mark.start()])
        keep, start = mark[1] in "<>", mark.end()
    return "".join([*kept, text[start:]] if keep else kept)


def code_cells(data: dict) -> list[tuple[str, str]]:
    """Grade id (or "") and text of each code cell, for notebooks of format 3 and 4; what is no
    cell is passed over.

    Raises
    ------
    UnreadableError
        If they are more than can be graded.
    """
    cells = [cell for cell in _cells(data) if _is_code(cell)]
    sources = [cell.get("source", cell.get("input", "")) for cell in cells]
    _refuse_large(len(cells), sum(map(_length, sources)))
    texts = [text_of(source) for source in sources]
    _refuse_large(len(cells), sum(len(text.encode()) for text in texts))
    return [(_grade_id(cell), text) for cell, text in zip(cells, texts, strict=True)]


def _refuse_large(count: int, size: int) -> None:
    if size > MOST_CODE or count > MOST_CELLS:
        raise UnreadableError(
            f"it has {count} code cells with {size / 2**20:.1f} MB of code, more than the {MOST_CELLS} cells and "
            f"{MOST_CODE >> 20} MB allowed; data belongs into a file"
        )


def _length(source: Any) -> int:
    """Characters of a cell, before anything is copied; never more than its bytes."""
    if isinstance(source, list):
        return sum(len(line) for line in source if isinstance(line, str))
    return len(source) if isinstance(source, str) else 0


def _cells(data: dict) -> Iterator[dict]:
    sheets = data.get("worksheets")
    sheets = [data, *(sheets if isinstance(sheets, list) else [])]
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return (
        cell
        for cells in lists
        if isinstance(cells, list)
        for cell in cells
        if isinstance(cell, dict)
    )


def _is_code(cell: dict) -> bool:
    """Whether a cell holds code: by its type, or by nbgrader's label if its type was changed."""
    return cell.get("cell_type") == "code" or _nbgrader(cell).get("cell_type") == "code"


def retyped(data: dict) -> list[str]:
    """What is said of cells that hold code but are no code cells any more."""
    found = [
        cell
        for cell in _cells(data)
        if _is_code(cell) and cell.get("cell_type") != "code"
    ]
    return [
        f"the cell {_grade_id(cell)[:80]} was no code cell any more; it is read as one"
        for cell in found
    ]


def _nbgrader(cell: dict) -> dict:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return nbgrader if isinstance(nbgrader, dict) else {}


def _grade_id(cell: dict) -> str:
    for one in (_nbgrader(cell).get("grade_id"), cell.get("id")):
        if isinstance(one, str):
            return one
    return ""


def text_of(source: Any) -> str:
    """A cell's text, whatever its source is."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    lines = (
        source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    )  # as Python counts them
    return (
        lines if lines.isascii() else lines.encode("utf-8", "replace").decode("utf-8")
    )
