"""A plain table: one line a student and exercise.

After student, exercise and mark come for each function its points, its status and the known
mistake, if it is one. The order of lines and columns is the same for the same results. Where
the machinery failed, the mark is empty.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..grade.result import Result, TaskResult
from ..safe.csv_cells import lines, number
from .gather import Gathered

HELP = "a plain table for any spreadsheet"
ABOUT = ("student", "assignment", "score", "max_score", "problem")
OF_EACH_FUNCTION = ("points", "status", "mistake")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: this format has no options of its own."""


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """Give the results as CSV."""
    tasks = (task for result in gathered.results for task in result.tasks)
    functions = list(dict.fromkeys(task.task for task in tasks))
    heads = list(ABOUT)
    for function in functions:
        heads += [f"{function} {what}" for what in OF_EACH_FUNCTION]
    rows = [_result_cells(result, functions) for result in gathered.results]
    return lines([heads, *rows])


def _result_cells(result: Result, functions: Sequence[str]) -> list[str]:
    cells = [
        result.student,
        result.assignment,
        _number_or_empty(result.score),
        number(result.max_score),
        result.problem,
    ]
    tasks = {task.task: task for task in result.tasks}
    for function in functions:
        cells += _task_cells(tasks.get(function))
    return cells


def _task_cells(task: TaskResult | None) -> tuple[str, str, str]:
    if task is None:
        return "", "", ""
    return _number_or_empty(task.points), task.status, task.mistakes


def _number_or_empty(points: float | None) -> str:
    return "" if points is None else number(points)
