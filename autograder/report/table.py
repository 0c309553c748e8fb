"""A plain table: one line a student and exercise.

After student, exercise and mark come for each function its points, its status and the known
mistake, if it is one. The order of lines and columns is the same for the same results. Where
the machinery failed, the mark is empty.
"""

from __future__ import annotations

import argparse

from ..grade.result import Result
from ..safe.csv_cells import lines, number
from .gather import Gathered

HELP = "a plain table for any spreadsheet"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: this format has no options of its own."""


def write(gathered: Gathered, options: argparse.Namespace) -> str:
    """The results as CSV."""
    functions = list(
        dict.fromkeys(task.task for result in gathered.results for task in result.tasks)
    )
    heads = ["student", "assignment", "score", "max_score", "problem"]
    heads += [
        f"{name} {what}"
        for name in functions
        for what in ("points", "status", "mistake")
    ]
    return lines([heads, *(_row(result, functions) for result in gathered.results)])


def _row(result: Result, functions: list[str]) -> list[str]:
    tasks = {task.task: task for task in result.tasks}
    row = [
        result.student,
        result.assignment,
        _points(result.score),
        number(result.max_score),
        result.problem,
    ]
    for name in functions:
        task = tasks.get(name)
        row += (
            [_points(task.points), task.status, task.misconception or ""]
            if task
            else ["", "", ""]
        )
    return row


def _points(points: float | None) -> str:
    return "" if points is None else number(points)
