"""Turn a sample answer, a py:percent file, into the notebook that a student would hand in.

`# %% task="rnn_forward"` marks a cell that replaces the function's; a function that the sample
does not write is the reference's own. A cell without a mark is the student's own and stands
before the next marked one, or last. With `place="end"` or `place="start"` a cell moves to the
end or the start of the notebook.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from .course import CourseError
from .source import solved, text_notebooks
from .unit import Unit, copied

TEXT_ROLES = ("", "written")
COMMANDS = ("%", "!")  # a line of Jupyter's own begins so


def samples(unit: Unit) -> list[Path]:
    """Give the right answers in other styles that the course keeps for an exercise."""
    return sorted((unit.course.solutions / "samples" / unit.assignment).glob("*.py"))


def sample_notebook(unit: Unit, path: Path | None = None) -> dict:
    """Give the released notebook with a sample's cells in it.

    Without a sample it holds the reference's.

    Raises
    ------
    CourseError
        If the exercise is not released or the sample marks a cell for a function that it does
        not have.
    """
    return _with_sample(_released(unit), unit, path)


def sample_cells(unit: Unit, path: Path | None = None) -> list[dict]:
    """Give the cells of a notebook with a sample's in it, before anything is released.

    Raises
    ------
    CourseError
        If the sample marks a cell for a function that the exercise does not have.
    """
    cells = [
        _new("markdown" if cell.role in TEXT_ROLES else "code", cell.id, cell.text)
        for cell in unit.cells
    ]
    return _with_sample({"cells": cells}, unit, path)["cells"]


class SilentCheck:
    """Stands for `check` where a sample's cells run: it gives examples, and says nothing."""

    def __init__(self, unit: Unit):
        self.unit = unit

    def __call__(self, *_: object) -> None:
        """Say nothing."""

    def example(self, name: str, *_: object) -> tuple:
        """Give the first visible case of a function."""
        return copied(self.unit.visible_cases(name)[0])


def without_commands(text: str) -> str:
    """Give a cell with Jupyter's own lines empty, so that it is Python."""
    return "\n".join(
        "" if line.startswith(COMMANDS) else line for line in text.splitlines()
    )


def _with_sample(notebook: dict, unit: Unit, path: Path | None) -> dict:
    moved: dict[str, list[dict]] = {"start": [], "end": []}
    before: dict[str, list[dict]] = {}  # a function's cell, and those that stand before
    written: set[str] = set()
    own: list[dict] = []  # those that no marked cell has followed yet
    for number, raw in enumerate(_percent_cells(path), 1):
        task, place = raw.metadata.get("task"), raw.metadata.get("place")
        if task is None:
            cell = _new(raw.cell_type, f"own_{number}", raw.source)
        elif task in unit.functions:
            cell = _filled(notebook, task, raw.source)
            written.add(task)
        else:
            raise CourseError(f"{path}: no function {task!r} in {unit.assignment}")
        if place in moved:
            moved[place].append(cell)
        elif task is None:
            own.append(cell)
        else:
            before[task], own = [*own, cell], []
    for task, solve in unit.solves.items():
        if task not in written:
            before[task] = [_filled(notebook, task, solved(solve.text))]
    middle: list[dict] = []
    for cell in notebook["cells"]:
        middle += before.get(cell["id"], []) if cell["id"] in unit.solves else [cell]
    cells = [*moved["start"], *middle, *own, *moved["end"]]
    return notebook | {"cells": cells}


def _percent_cells(path: Path | None) -> list[Any]:
    """Give the cells of a py:percent file; of no file, none."""
    if path is None:
        return []
    text = path.read_text(encoding="utf-8")
    return text_notebooks().reads(text, fmt="py:percent").cells


def _released(unit: Unit) -> dict:
    path = unit.course.exercises / unit.assignment / f"{unit.assignment}.ipynb"
    if not path.is_file():
        raise CourseError(f"{path} is missing; run `make release`")
    return json.loads(path.read_text(encoding="utf-8"))


def _filled(notebook: dict, task: str, text: str) -> dict:
    cell = copy.deepcopy(next(c for c in notebook["cells"] if c["id"] == task))
    return cell | {"source": text.splitlines(keepends=True)}


def _new(kind: str, cell_id: str, text: str) -> dict:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": cell_id,
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
