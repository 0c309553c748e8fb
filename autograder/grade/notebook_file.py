"""A notebook's file as data: whatever a file has been through, its cells, or why there are none."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
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
    """Read the text of a file, which must be an ordinary one.

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
            "it is no text in UTF-8, so no notebook; "
            "hand in the .ipynb file itself, as Jupyter saves it"
        ) from None


def parse(text: str) -> tuple[dict, list[str]]:
    """Give the notebook as data, merge conflicts resolved to their first side, and what was mended.

    Raises
    ------
    UnreadableError
        If the text is no notebook's.
    """
    repairs = []
    try:
        data = _loaded(text)
    except ValueError as error:
        data = _loaded_without_conflicts(text)
        if data is None:
            line = getattr(error, "lineno", None)
            where = f" (line {line})" if line else ""
            raise UnreadableError(
                f"it is not a notebook: its JSON is broken{where}"
            ) from None
        repairs.append("merge conflict markers in the file: the first side is kept")
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise UnreadableError("it is not a notebook: it has no cells")
    return data, repairs


def _loaded_without_conflicts(text: str) -> Any:
    resolved = _without_conflicts(text)
    if resolved is None:
        return None
    try:
        return _loaded(resolved)
    except ValueError:
        return None


def _loaded(text: str) -> Any:
    """Read JSON as data, its whole numbers as floats.

    No use is made of them, and one may have a million digits.

    Raises
    ------
    UnreadableError
        If it has too many parts or is nested too deep.
    ValueError
        If it is no JSON.
    """
    # quick and never less than the exact count, which takes its time
    most = text.count(",") + 5 * (text.count("[") + text.count("{"))
    if most > MOST_PARTS and count_parts(text) > MOST_PARTS:
        raise UnreadableError("it has too many parts to be read; clear its outputs")
    try:
        return json.loads(text, parse_int=float)
    except RecursionError:
        raise UnreadableError("it is nested too deep for a notebook") from None


_MARK = re.compile(r"^([<>|=])\1{6}.*\n?", re.MULTILINE)  # a line of a merge conflict


def _without_conflicts(text: str) -> str | None:
    """Give the text with the first side of each conflict.

    None if there is no conflict in it, or more than a notebook has.
    """
    if "<<<<<<<" not in text:
        return None
    kept, start, keep = [], 0, True
    for number, mark in enumerate(_MARK.finditer(text)):
        if number == MOST_MARKS:
            return None
        if keep:
            kept.append(text[start : mark.start()])
        keep, start = mark[1] in "<>", mark.end()
    if keep:
        kept.append(text[start:])
    return "".join(kept)


@dataclass(frozen=True)
class NotebookCell:
    """A cell of a notebook's file as the grader and the gradebook see it.

    Attributes
    ----------
    raw : dict
        What stands in the file; anything may be missing or of another kind.
    """

    raw: dict

    @property
    def _nbgrader(self) -> dict:
        metadata = self.raw.get("metadata")
        nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        return nbgrader if isinstance(nbgrader, dict) else {}

    @property
    def _source(self) -> Any:
        return self.raw.get("source", self.raw.get("input", ""))

    @property
    def is_retyped(self) -> bool:
        """Whether the cell held code as it was released, and its type was changed."""
        is_code = self.raw.get("cell_type") == "code"
        return not is_code and self._nbgrader.get("cell_type") == "code"

    @property
    def holds_code(self) -> bool:
        """Whether the cell holds code: by its type, or by nbgrader's label if that was changed."""
        return self.raw.get("cell_type") == "code" or self.is_retyped

    @property
    def grade_id(self) -> str:
        """The name that nbgrader or else the format gives to the cell, or ""."""
        for one in (self._nbgrader.get("grade_id"), self.raw.get("id")):
            if isinstance(one, str):
                return one
        return ""

    @property
    def length(self) -> int:
        """Characters of the text, before anything is copied; never more than its bytes."""
        source = self._source
        if isinstance(source, list):
            return sum(len(line) for line in source if isinstance(line, str))
        return len(source) if isinstance(source, str) else 0

    @property
    def text(self) -> str:
        """The cell's text."""
        return text_of(self._source)


def read_cells(data: dict) -> list[NotebookCell]:
    """Read the cells of a notebook of format 3 or 4; what is no cell is passed over.

    A file that has both formats' keys has the cells of both: those of format 4 come first.
    """
    sheets = data.get("worksheets")
    places = [data, *(sheets if isinstance(sheets, list) else [])]
    found = []
    for place in places:
        cells = place.get("cells") if isinstance(place, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict):
                found.append(NotebookCell(cell))
    return found


def code_cells(data: dict) -> list[tuple[str, str]]:
    """Give grade id (or "") and text of each cell that holds code.

    Raises
    ------
    UnreadableError
        If they are more than can be graded.
    """
    cells = [cell for cell in read_cells(data) if cell.holds_code]
    _refuse_large(len(cells), sum(cell.length for cell in cells))
    texts = [cell.text for cell in cells]
    _refuse_large(len(cells), sum(len(text.encode()) for text in texts))
    return [(cell.grade_id, text) for cell, text in zip(cells, texts, strict=True)]


def _refuse_large(count: int, size: int) -> None:
    if size > MOST_CODE or count > MOST_CELLS:
        raise UnreadableError(
            f"it has {count} code cells with {size / 2**20:.1f} MB of code, more than "
            f"the {MOST_CELLS} cells and {MOST_CODE >> 20} MB allowed; "
            "data belongs into a file"
        )


def retyped(data: dict) -> list[str]:
    """Say which cells hold code but are no code cells any more."""
    return [
        f"the cell {cell.grade_id[:80]} was no code cell any more; it is read as one"
        for cell in read_cells(data)
        if cell.is_retyped
    ]


def text_of(source: Any) -> str:
    """Give a cell's text, whatever its source is."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    # lines as Python counts them
    lines = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if lines.isascii():
        return lines
    return lines.encode("utf-8", "replace").decode("utf-8")
