"""From an exercise's source to the notebook that nbgrader releases from, solutions and all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from ..unit.course import Course, CourseError
from ..unit.source import Cell
from ..unit.unit import Unit
from .placeholders import Values, fill, of_unit

# Text cells are left unlocked. Nothing in them is graded, a student may take notes there, and,
# since locked cells enter the gradebook, a paragraph could not be added once the first
# submission is in.
_LOCKED = {"given", "bind", "check"}
_SOLUTION = {"solve", "written"}
_GRADED = {"check", "written"}
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What a student writes may raise; "Run All" goes on below a cell with this tag.
_MAY_RAISE = {"solve", "try"}
_PLACEHOLDER = re.compile(r"\{\{(points|size):\w+\}\}")
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    # as a kernel writes it, without its version: `nbconvert --to script` writes .py by it
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def to_notebook(cells: Sequence[Cell], values: Values, where: str) -> NotebookNode:
    """Convert an exercise's cells to an nbgrader source notebook.

    Every cell's id is its role's id in the source, which is also its grade id, so that the same
    source gives the same bytes. Each cell carries the place it comes from, for messages of
    `ClearStubs`, which takes it away.

    Parameters
    ----------
    cells : sequence of Cell
        Those of the exercise's source, `solutions/exN_….py`.
    values : callable
        What the placeholders in Markdown stand for.
    where : str
        How messages call the source.

    Raises
    ------
    CourseError
        If an id is malformed, or a placeholder is unknown or in a place where none is filled.
    """
    notebook = nbformat.v4.new_notebook(metadata=METADATA)
    notebook.cells = [_cell(cell, values, where) for cell in cells]
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def _cell(cell: Cell, values: Values, where: str) -> NotebookNode:
    if not _ID.fullmatch(cell.id):
        raise CourseError(
            f"{where}:{cell.line}: the id {cell.id!r} must be 1 to 64 of the characters "
            "A-Z a-z 0-9 _ -"
        )
    metadata = {"source": {"file": where, "line": cell.line + 1}} | _grading(
        cell, where
    )
    if cell.role in ("", "written"):
        text = cell.text if cell.role else fill(cell.text, values, where, cell.line + 1)
        return nbformat.v4.new_markdown_cell(text, id=cell.id, metadata=metadata)
    if found := _PLACEHOLDER.search(cell.text):
        raise CourseError(
            f"{where}:{cell.line}: {found[0]} stands in code; placeholders are filled in text "
            "cells only"
        )
    if cell.role in _MAY_RAISE:
        metadata |= {"tags": ["raises-exception"]}
    return nbformat.v4.new_code_cell(cell.text, id=cell.id, metadata=metadata)


def _grading(cell: Cell, where: str) -> dict:
    """nbgrader's metadata of a cell, version 3; none for text and experiments."""
    if cell.role not in _LOCKED | _SOLUTION:
        return {}
    data = {
        "schema_version": 3,
        "grade": cell.role in _GRADED,
        "grade_id": cell.id,
        "locked": cell.role in _LOCKED,
        "solution": cell.role in _SOLUTION,
        "task": False,
    }
    if cell.role in _GRADED:
        if cell.points <= 0:
            raise CourseError(
                f"{where}:{cell.line}: a {cell.role} cell needs points=…, more than 0"
            )
        data["points"] = int(cell.points) if cell.points.is_integer() else cell.points
    return {"nbgrader": data}


def write_source(unit: Unit) -> Path:
    """Write the nbgrader source notebook of an exercise.

    It is alone in its folder, since nbgrader releases all that it finds there.
    """
    notebook = to_notebook(unit.cells, of_unit(unit), _where(unit.path, unit.course))
    name = unit.assignment
    path = unit.course.solutions / "_source" / name / f"{name}.ipynb"
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return path


def _where(source: Path, course: Course) -> str:
    if source.is_relative_to(course.root):
        source = source.relative_to(course.root)
    return str(source)
