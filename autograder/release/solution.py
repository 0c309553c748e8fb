"""A notebook of an exercise's solution and how it is marked, for those who teach.

It is secret, and never in `exercises/`.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from ..grade.hidden_tests import Attempt, run_tests
from ..grade.judge import Judge, ReferenceCaller
from ..safe.whole_file import write_whole
from ..unit.course import CourseError
from ..unit.marking import marking_path, read_marking
from ..unit.source import Cell, solved
from ..unit.unit import Unit
from .convert import METADATA
from .placeholders import fill, of_unit, show

SECRET = (
    "**Solution and marking guide: secret.** Made by `make release` from `{source}`; what is "
    "changed here is lost. Run it in this folder: the checks find their numbers beside the "
    "released exercise."
)


def write(unit: Unit) -> Path:
    """Write `solutions/notebooks/<assignment>_solution.ipynb`.

    The same sources give the same bytes.
    """
    path = unit.course.solutions / "notebooks" / f"{unit.assignment}_solution.ipynb"
    data = (nbformat.writes(notebook(unit)) + "\n").encode()
    if not path.is_file() or path.read_bytes() != data:
        write_whole(path, data)
    return path


def notebook(unit: Unit) -> NotebookNode:
    """Give the exercise with its solution and how it is marked.

    The marking stands below each function and each question.

    Raises
    ------
    CourseError
        If the marking of a question is malformed or its points are not those of the cell.
    """
    source = unit.course.source(unit.assignment)
    values = of_unit(unit)
    attempts = run_tests(unit, Judge(unit, ReferenceCaller(unit), seed=0))
    marking = read_marking(unit.assignment, unit.course)
    where = marking_path(unit.assignment, unit.course)
    made = nbformat.v4.new_notebook(metadata=METADATA)
    made.cells = [
        new_markdown_cell(SECRET.format(source=source.name), id="secret"),
        _overview(unit),
    ]
    for cell in unit.cells:
        if cell.role == "written":
            text = f"**Model answer** ({show(cell.points)} points)\n\n{cell.text}"
            made.cells += [
                new_markdown_cell(text, id=cell.id),
                _by_hand(cell, marking, where),
            ]
        elif not cell.role:
            made.cells.append(
                new_markdown_cell(
                    fill(cell.text, values, str(source), cell.line + 1), id=cell.id
                )
            )
        else:
            made.cells.append(new_code_cell(_code(cell, unit), id=cell.id))
        if cell.role == "check":
            made.cells.append(_rubric(unit, attempts[cell.task]))
    made.nbformat, made.nbformat_minor = 4, 5
    nbformat.validate(made)
    return made


def _code(cell: Cell, unit: Unit) -> str:
    if cell.role == "bind":
        here = f'exercise("{unit.assignment}"'
        return cell.text.replace(here, f'{here}, "../../exercises/{unit.assignment}"')
    return solved(cell.text) if cell.role == "solve" else cell.text


def _overview(unit: Unit) -> NotebookNode:
    rows = [
        f"| `{name}` | {show(points)} | tests |" for name, points in unit.points.items()
    ]
    rows += [
        f"| question `{cell.id}` | {show(cell.points)} | a person |"
        for cell in unit.written
    ]
    total = sum(unit.points.values()) + sum(cell.points for cell in unit.written)
    table = [
        "| part | points | marked by |",
        "|---|---|---|",
        *rows,
        f"| **all** | **{show(total)}** | |",
    ]
    return new_markdown_cell("\n".join(table), id="overview")


def _rubric(unit: Unit, attempt: Attempt) -> NotebookNode:
    """What the hidden tests of a function check, their points, and its known mistakes."""
    highest = unit.points[attempt.name]
    lines = [
        _title(attempt.name, highest),
        "",
        "| hidden test | of | points |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{r.name}` | {r.kind} | {r.part * highest:.2f} |" for r in attempt.records
    ]
    companions = unit.functions[attempt.name].companions
    if companions:
        names = ", ".join(f"`{c}`" for c in companions)
        lines += [
            "",
            f"Judged with the student's own {names}, and where that is wrong, with a right one.",
        ]
    every = [edit.misconception for edit in unit.edits]
    known = {
        m.id: m for m in every if m.function == attempt.name
    }  # once, however many ways there are to make it
    if known:
        lines += ["", "| known mistake | what is seen | the hint |", "|---|---|---|"]
        lines += [
            f"| `{m.id}` | {_cell(m.symptom)} | {_cell(m.hint)} |"
            for m in known.values()
        ]
    return new_markdown_cell("\n".join(lines), id=f"rubric_{attempt.name}"[:64])


def _by_hand(cell: Cell, marking: dict[str, list], where: Path) -> NotebookNode:
    if cell.id not in marking:
        return new_markdown_cell(
            "No marking is written for this question.", id=f"rubric_{cell.id}"[:64]
        )
    rows = marking[cell.id]
    if abs(sum(points for points, _ in rows) - cell.points) > 1e-9:
        total = sum(points for points, _ in rows)
        raise CourseError(
            f"{where}: the marking of {cell.id} makes up {total:g} points, not "
            f"{cell.points:g}"
        )
    lines = [_title(cell.id, cell.points), "", "| points | for |", "|---|---|"]
    lines += [f"| {points:g} | {_cell(text)} |" for points, text in rows]
    return new_markdown_cell("\n".join(lines), id=f"rubric_{cell.id}"[:64])


def _title(name: str, points: float) -> str:
    return f"### How `{name}` is marked: {show(points)} points"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
