"""The class at a glance: a line a student, a column an exercise, and the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..grade.result import Result
from ..safe.csv_cells import number


@dataclass(frozen=True)
class Cell:
    """One student's points in one exercise: as text, and the kind by which it is coloured."""

    points: str
    kind: str
    share: float = 0.0


@dataclass(frozen=True)
class Line:
    """One student: cells in the order of the columns, and the sum of what is graded."""

    student: str
    cells: list[Cell]
    sum: str


@dataclass(frozen=True)
class Grid:
    """The table; `most` are the points of each exercise, and of all together."""

    exercises: list[str]
    most: list[str]
    whole: str
    lines: list[Line]


def grid(results: Sequence[Result]) -> Grid:
    """Make the table.

    What is missing is an empty cell and counts 0 in the sum; what the machine failed on is
    marked, and its sum with it.
    """
    exercises = sorted({one.assignment for one in results if one.assignment})
    most = {
        name: max(one.max_score for one in results if one.assignment == name)
        for name in exercises
    }
    found = {(one.student, one.assignment): one for one in results}
    students = sorted({one.student for one in results}, key=str.casefold)
    return Grid(
        exercises,
        [number(most[name]) for name in exercises],
        number(sum(most.values())),
        [_line(student, exercises, found) for student in students],
    )


def _line(
    student: str, exercises: Sequence[str], found: Mapping[tuple[str, str], Result]
) -> Line:
    own = [found.get((student, name)) for name in exercises]
    points = [one.score or 0.0 for one in own if one is not None]
    unknown = any(one is not None and one.score is None for one in own)
    told = number(sum(points)) + (" + ?" if unknown else "")
    return Line(student, [_cell(one) for one in own], told)


def _cell(result: Result | None) -> Cell:
    if result is None:
        return Cell("", "open")
    if result.score is None:
        return Cell("?", "open")
    share = result.score / result.max_score if result.max_score else 0.0
    kind = "whole" if share >= 1 else "part" if share >= 0.5 else "little"
    return Cell(number(result.score), kind if share > 0 else "none", share)
