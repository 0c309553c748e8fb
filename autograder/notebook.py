"""Read a submission: whatever a notebook has been through, find the cells with code, or say why there are none.

The student's Python is not parsed here, only moved; it is compiled in the confined worker.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .source import Cell, read_cells, stubbed
from .unit import Unit

LARGEST = 256 * 2**20  # bytes; outputs are thrown away, but have to be read first
MOST_PARTS = 10**7  # values in its JSON: once read, each takes up to 60 bytes, and a list or object five times that
MOST_CODE = 4 * 2**20  # bytes of all code cells together
MOST_CELLS = 5000


class UnreadableError(Exception):
    """A submission that cannot be graded for what it is; the message is for the student."""


@dataclass(frozen=True)
class Submission:
    """A notebook's code.

    Attributes
    ----------
    given : list of (id, text)
        The course's own cells, from its source.
    cells : list of (id, text)
        The student's code cells in order, those of the course left out.
    repairs : list of str
        What had to be mended, as sentences.
    untouched : frozenset of str
        Functions of which the notebook has nothing but the stub.
    """

    given: list[tuple[str, str]]
    cells: list[tuple[str, str]]
    repairs: list[str] = field(default_factory=list)
    untouched: frozenset[str] = frozenset()

    def line(self, cell: str, number: int) -> str:
        """One line of the student's code."""
        lines = dict(self.cells).get(cell, "").split("\n")
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def read(path: Path, unit: Unit) -> Submission:
    """Read a submission of an exercise.

    Raises
    ------
    UnreadableError
        If there is no notebook to be read in the file.
    """
    data, repairs = parse(contents(path))
    cells = code_cells(data)
    size = sum(len(text.encode()) for _, text in cells)
    if size > MOST_CODE or len(cells) > MOST_CELLS:
        raise UnreadableError(
            f"it has {len(cells)} code cells with {size / 2**20:.1f} MB of code, more than the {MOST_CELLS} cells and "
            f"{MOST_CODE >> 20} MB allowed; data belongs into a file"
        )
    return arrange(cells, unit, [*repairs, *_retyped(data)])


def contents(path: Path) -> str:
    """The text of a file, which must be an ordinary one.

    Raises
    ------
    UnreadableError
        If it is a link, no file, too large, unreadable, or not text.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise UnreadableError("there is no such file") from None
    except OSError as error:
        link = path.is_symlink()
        what = "it is a symbolic link; hand in the file itself" if link else f"it cannot be read ({error.strerror})"
        raise UnreadableError(what) from None
    try:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode):
            raise UnreadableError("it is not a file")
        if info.st_size > LARGEST:
            raise UnreadableError(
                f"it has {info.st_size / 2**20:.0f} MB, more than the {LARGEST >> 20} allowed; clear its outputs"
            )
        with open(handle, "rb", closefd=False) as file:
            raw = file.read()
    except OSError as error:
        raise UnreadableError(f"it cannot be read ({error.strerror})") from None
    finally:
        os.close(handle)
    if not raw.strip():
        raise UnreadableError("the file is empty")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("it is no text, so no notebook; hand in the .ipynb file itself") from None


def parse(text: str) -> tuple[dict, list[str]]:
    """The notebook as data, merge conflicts resolved to their first side.

    Raises
    ------
    UnreadableError
        If the text is no notebook's.
    """
    repairs = []
    if text.count(",") + 5 * (text.count("[") + text.count("{")) > MOST_PARTS:
        raise UnreadableError("it has too many parts to be read; clear its outputs")
    try:
        data = json.loads(text)
    except RecursionError:
        raise UnreadableError("it is nested too deep for a notebook") from None
    except MemoryError:
        raise UnreadableError("it needs more memory than there is; clear its outputs") from None
    except ValueError as error:
        data = _without_conflicts(text)
        if data is None:
            where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
            raise UnreadableError(f"it is not a notebook: its JSON is broken{where}") from None
        repairs.append("merge conflict markers in the file: the first side is kept")
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise UnreadableError("it is not a notebook: it has no cells")
    return data, repairs


def _without_conflicts(text: str) -> Any:
    if "<<<<<<<" not in text:
        return None
    lines, keep = [], True
    for line in text.splitlines(keepends=True):
        mark = line[:7]
        if mark in ("<<<<<<<", ">>>>>>>"):
            keep = True
        elif mark in ("|||||||", "======="):
            keep = False
        elif keep:
            lines.append(line)
    try:
        return json.loads("".join(lines))
    except (ValueError, RecursionError):
        return None


def code_cells(data: dict) -> list[tuple[str, str]]:
    """Grade id (or "") and text of each code cell, for notebooks of format 3 and 4; what is no cell is passed over."""
    return [
        (_grade_id(cell), text_of(cell.get("source", cell.get("input", "")))) for cell in _cells(data) if _is_code(cell)
    ]


def _cells(data: dict) -> Iterator[dict]:
    sheets = data.get("worksheets")
    sheets = [data, *(sheets if isinstance(sheets, list) else [])]
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return (cell for cells in lists if isinstance(cells, list) for cell in cells if isinstance(cell, dict))


def _is_code(cell: dict) -> bool:
    """Whether a cell holds code: by its type, or by nbgrader's label if its type was changed."""
    return cell.get("cell_type") == "code" or _nbgrader(cell).get("cell_type") == "code"


def _retyped(data: dict) -> list[str]:
    found = [cell for cell in _cells(data) if _is_code(cell) and cell.get("cell_type") != "code"]
    return [f"the cell {_grade_id(cell)[:80]} was no code cell any more; it is read as one" for cell in found]


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
    lines = source.replace("\r\n", "\n").replace("\r", "\n")  # as Python counts them
    return lines.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def arrange(cells: Sequence[tuple[str, str]], unit: Unit, repairs: Sequence[str] = ()) -> Submission:
    """Sort a notebook's code cells into the course's, which are replaced, and the student's, which are kept.

    Raises
    ------
    UnreadableError
        If there is nothing of this exercise in the notebook.
    """
    released = {c.id: c for c in read_cells(unit.course.source(unit.assignment)) if c.role not in ("", "written")}
    given = [(c.id, c.text) for c in released.values() if c.role == "given"]
    ours = {_plain(c.text) for c in released.values() if c.role != "solve"}
    stubs = {_plain(stubbed(c.text)): c.task for c in released.values() if c.role == "solve"}
    repairs = list(repairs)
    _refuse_foreign(cells, unit)
    repairs += _repairs_seen(cells, released)
    changed, own = [], []
    for number, (grade_id, text) in enumerate(cells, 1):
        if not text.strip() or _plain(text) in ours:
            continue
        entry = (f"{number}", text)
        locked = grade_id in released and released[grade_id].role == "given"
        if locked:
            repairs.append(f"code cell {number}: a locked cell was changed; the course's own text follows it")
        (changed if locked else own).append(entry)
    kept, untouched = _without_spare_stubs(own, stubs, repairs)
    return Submission(given, [*changed, *[(f"given {i}", t) for i, t in given if changed], *kept], repairs, untouched)


def _without_spare_stubs(own, stubs, repairs) -> tuple[list[tuple[str, str]], frozenset[str]]:
    """Leave out copies of a stub where the function is written in another cell."""
    written = {task for task in stubs.values() for _, text in own if defines(text, task) and _plain(text) not in stubs}
    kept = []
    for number, text in own:
        task = stubs.get(_plain(text))
        if task in written:
            repairs.append(f"code cell {number}: an unused copy of the stub of {task} is left out")
        else:
            kept.append((number, text))
    present = {stubs[_plain(text)] for _, text in kept if _plain(text) in stubs}
    return kept, frozenset(present)


def defines(text: str, name: str) -> bool:
    """Whether a cell's text looks as if it defined a function of this name."""
    return re.search(rf"^[ \t]*(def[ \t]+{name}[ \t]*\(|{name}[ \t]*=)", text, re.M) is not None


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _refuse_foreign(cells: Sequence[tuple[str, str]], unit: Unit) -> None:
    names = list(unit.functions)
    if any(grade_id in names or any(defines(text, n) for n in names) for grade_id, text in cells):
        return
    other = sorted({n for _, text in cells for n in re.findall(r"^def[ \t]+(\w{1,60})[ \t]*\(", text, re.M)})
    seen = f"; it defines {', '.join(other[:6])}" if other else ""
    raise UnreadableError(f"nothing of {unit.assignment} is in it: no function {' or '.join(names)}{seen}")


def _repairs_seen(cells: Sequence[tuple[str, str]], released: dict[str, Cell]) -> list[str]:
    ids = [grade_id for grade_id, _ in cells if grade_id in released]
    repairs = [f"the cell {i} stands {ids.count(i)} times" for i in dict.fromkeys(ids) if ids.count(i) > 1]
    missing = [i for i, c in released.items() if c.role in ("solve", "check") and i not in ids]
    repairs += [f"the cell {i} is missing or has lost its label" for i in missing]
    order = [i for i in dict.fromkeys(ids) if i in released]
    if order != [i for i in released if i in order]:
        repairs.append("the cells stand in another order")
    return repairs
