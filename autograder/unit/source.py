"""Read an exercise's source: py:percent cells with roles, notebook and reference in one.

Roles: `given` (locked helpers), `bind` (locked, binds `check`), `solve` (one function with its
stub), `check` (locked, carries the points), `try` (an experiment that is the student's to
change), `written` (an answer in words, graded by hand). Markdown has none.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

from .course import Course, CourseError
from .mistakes import mistakes_told

if TYPE_CHECKING:  # slow to import, and not every process reads a source
    from nbformat import NotebookNode

ROLES = ("given", "bind", "solve", "check", "try", "written")
START = re.compile(r"^\s*### START CODE HERE ###( \(≈\d+ lines?\))?\s*$")
END = re.compile(r"^\s*### END CODE HERE ###\s*$")
STUB = re.compile(r"^(\s*)#: ?(.*)$")
_LOOKS_LIKE_MARKER = re.compile(
    r"(START|END)\s+CODE|CODE\s+HERE|^\s*###", re.IGNORECASE
)


@dataclass(frozen=True)
class Cell:
    """One cell of a source.

    It has its role ("" for Markdown), id, text, and for `solve` and `check` task and points.
    """

    role: str
    id: str
    text: str
    line: int
    task: str = ""
    points: float = 0.0


@lru_cache(maxsize=64)
def read_cells(path: Path) -> tuple[Cell, ...]:
    """Read the cells of a source.

    Raises
    ------
    CourseError
        If a code cell has no role or an unknown one, an id is missing or used twice, or a
        marker of a stub is mistyped, missing or out of order. The message names file and line.
    """
    jupytext = text_notebooks()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is no text in UTF-8: {error}") from None
    starts = [
        i for i, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")
    ]
    cells: list[Cell] = []
    notebook = jupytext.reads(text, fmt="py:percent")
    if len(notebook.cells) != len(starts):
        raise CourseError(
            f"{path}:1: every cell starts with '# %%'; found text before the first"
        )
    for number, (raw, line) in enumerate(zip(notebook.cells, starts, strict=True), 1):
        cells.append(_cell(raw, number, path, line))
    _refuse_twice(cells, path)
    return tuple(cells)


@lru_cache(maxsize=1)
def text_notebooks() -> ModuleType:
    """Import jupytext, without what it brings for a Jupyter server.

    That is most of its weight, and it is left out, as its own imports provide for, where there is
    no server.
    """
    for_a_server = ("jupytext.sync_contentsmanager", "jupytext.async_contentsmanager")
    absent = [name for name in for_a_server if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # importing it fails
    try:
        import jupytext
    finally:
        for name in absent:
            del sys.modules[name]
    return jupytext


def _cell(raw: NotebookNode, number: int, path: Path, line: int) -> Cell:
    where = f"{path}:{line}"
    if raw.cell_type != "code":
        role = raw.metadata.get("role", "")
        if role not in ("", "written"):
            raise CourseError(f"{where}: a text cell cannot have the role {role!r}")
        cell_id = raw.metadata.get("id", f"text_{number:02d}")
        points = _points_of(raw, where)
        return Cell(role, cell_id, raw.source, line, points=points)
    role, task = raw.metadata.get("role"), raw.metadata.get("task", "")
    if role not in ROLES:
        raise CourseError(
            f"{where}: a code cell needs role=…, one of {', '.join(ROLES)}; found {role!r}"
        )
    if role in ("solve", "check") and not task:
        raise CourseError(f'{where}: a {role} cell needs task="function_name"')
    cell_id = {"solve": task, "check": f"check_{task}"}.get(role) or raw.metadata.get(
        "id"
    )
    if not cell_id:
        raise CourseError(f'{where}: this cell needs id="…"')
    if role == "solve":
        regions(raw.source, where=path, first_line=line + 1)
    elif any(START.match(t) or END.match(t) for t in raw.source.splitlines()):
        raise CourseError(
            f"{where}: START/END CODE HERE belong into a solve cell, this one is {role!r}"
        )
    return Cell(role, cell_id, raw.source, line, task, _points_of(raw, where))


def _points_of(raw: NotebookNode, where: str) -> float:
    written = raw.metadata.get("points", 0)
    try:
        return float(written)
    except (TypeError, ValueError):
        raise CourseError(f"{where}: points={written!r} is no number") from None


def _refuse_twice(cells: list[Cell], path: Path) -> None:
    seen: dict[str, int] = {}
    for cell in cells:
        if cell.id in seen:
            raise CourseError(
                f"{path}:{cell.line}: the id {cell.id!r} was used at line {seen[cell.id]} already"
            )
        seen[cell.id] = cell.line


def regions(
    text: str, where: Path | str = "cell", first_line: int = 1
) -> list[tuple[int, int]]:
    """Give the line indices (of START and END) of the stubs in a solve cell.

    Parameters
    ----------
    text : str
        The cell.
    where : Path or str
        How a message names the source.
    first_line : int
        Number of the cell's first line in the source, for messages.

    Returns
    -------
    list of (int, int)
        Indices into the cell's lines, from 0, in order.

    Raises
    ------
    CourseError
        If the markers are not exactly `### START CODE HERE ### (≈N lines)` and `### END CODE
        HERE ###`, in pairs, with at least one `#:` placeholder line between them. Anything that
        merely looks like a marker is refused, so that a typing error can never publish a
        solution.
    """
    found: list[tuple[int, int]] = []
    start = None
    lines = text.splitlines()
    for i, line in enumerate(lines):
        at = f"{where}:{first_line + i}"
        if START.match(line):
            if start is not None:
                raise CourseError(
                    f"{at}: START CODE HERE again before the END of line {first_line + start}"
                )
            start = i
        elif END.match(line):
            if start is None:
                raise CourseError(f"{at}: END CODE HERE without a START before it")
            if not any(STUB.match(inner) for inner in lines[start + 1 : i]):
                raise CourseError(
                    f"{at}: this stub has no '#:' line that says what the student is to replace"
                )
            found.append((start, i))
            start = None
        elif _LOOKS_LIKE_MARKER.search(line):
            raise CourseError(
                f"{at}: {line.strip()!r} is not a marker; write "
                "'### START CODE HERE ### (≈N lines)' or '### END CODE HERE ###'"
            )
    if start is not None:
        raise CourseError(
            f"{where}:{first_line + start}: START CODE HERE without an END"
        )
    if not found:
        raise CourseError(
            f"{where}:{first_line}: a solve cell needs a START/END CODE HERE region"
        )
    return found


def stubbed(text: str, where: Path | str = "cell", first_line: int = 1) -> str:
    """Give the solve cell as a student gets it.

    Solution lines are removed, the `#:` placeholders put in their place. Parameters and errors as
    for `regions`.
    """
    lines = text.splitlines()
    for start, end in reversed(regions(text, where, first_line)):
        stubs = [STUB.match(line) for line in lines[start + 1 : end]]
        lines[start + 1 : end] = [m[1] + m[2] for m in stubs if m]
    return "\n".join(lines)


def solved(text: str) -> str:
    """Give the solve cell as the reference has it, without the `#:` placeholders."""
    return "\n".join(line for line in text.splitlines() if not STUB.match(line))


def reference(assignment: str, course: Course | None = None) -> ModuleType:
    """Give the reference implementation of a unit.

    It is a module that holds its `given` and `solve` functions.

    Its code is compiled without a file behind it, so neither a traceback nor `inspect` can show
    a line of it.
    """
    course = course or Course.find()
    return _reference(course.source(assignment))


@lru_cache(maxsize=64)
def _reference(path: Path) -> ModuleType:
    cells = read_cells(path)
    with mistakes_told(path, cells):
        return module_of(cells, path.stem)


def module_of(cells: tuple[Cell, ...], name: str) -> ModuleType:
    """Execute the `given` and `solve` cells, in their order, as a module."""
    module = ModuleType(name)
    for cell in cells:
        if cell.role in ("given", "solve"):
            exec(_compiled(cell.text, name.split()[0], cell.id), module.__dict__)
    return module


@lru_cache(maxsize=4096)
def _compiled(text: str, unit: str, cell_id: str) -> CodeType:
    """Compile a cell; of the hundreds of variants of a unit, each shares all cells but one."""
    return compile(text, file_of(unit, cell_id), "exec", dont_inherit=True)


def file_of(unit: str, cell_id: str) -> str:
    """Give what a traceback calls a cell of an exercise.

    Parameters
    ----------
    unit : str
        The exercise.
    cell_id : str
        The cell.
    """
    return f"<reference {unit}:{cell_id}>"


def is_file(name: str) -> bool:
    """Say whether a traceback calls a cell of an exercise so."""
    return name.startswith("<reference ")


def points(assignment: str, course: Course | None = None) -> dict[str, float]:
    """Give the points of each function, as its check cell states them."""
    course = course or Course.find()
    return points_of(read_cells(course.source(assignment)))


def points_of(cells: tuple[Cell, ...]) -> dict[str, float]:
    """Give the points of each function, as the check cells among these state them."""
    return {cell.task: cell.points for cell in cells if cell.role == "check"}
