"""The class at a glance: a line a student, a column an exercise, and the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..grade.result import Result
from ..safe.csv_cells import number
from .tally import part_of_share, share_of


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
    most: dict[str, float] = {}
    for result in results:
        name = result.assignment
        most[name] = max(result.max_score, most.get(name, result.max_score))
    exercises = sorted(most.keys() - {""})
    points = [most[name] for name in exercises]
    by_key = {(result.student, result.assignment): result for result in results}
    names = {result.student for result in results}
    students = sorted(names, key=lambda name: (name.casefold(), name))
    return Grid(
        exercises,
        most=[number(highest) for highest in points],
        whole=number(sum(points)),
        lines=[_line(student, exercises, by_key) for student in students],
    )


def _line(
    student: str, exercises: Sequence[str], found: Mapping[tuple[str, str], Result]
) -> Line:
    own = [found.get((student, name)) for name in exercises]
    scores = [result.score for result in own if result]
    told = number(sum(score or 0.0 for score in scores))
    if None in scores:
        told += " + ?"
    return Line(student, list(map(_cell, own)), told)


def _cell(result: Result | None) -> Cell:
    if result is None:
        return Cell("", "open")
    if result.score is None:
        return Cell("?", "open")
    share = share_of(result.score, result.max_score)
    return Cell(number(result.score), part_of_share(share), share)
