"""A plain table: one line a student and exercise.

After student, exercise and mark, which is by machine, come the points by hand, those that
lateness costs, and the total. Then for each function come its points, its status and the known
mistake, if it is one. The order of lines and columns is the same for the same results. Where
the machinery failed, the mark is empty.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..grade.result import Result, TaskResult
from ..safe.csv_cells import lines, number
from .gather import Gathered
from .totals import ByHand, Total

HELP = "a plain table for any spreadsheet"
ABOUT = (
    "student", "assignment", "score", "max_score", "by_hand", "max_by_hand", "lost",
    "total", "max_total", "problem",
)  # fmt: skip
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
    rows = [
        _result_cells(result, gathered.total(result), functions)
        for result in gathered.results
    ]
    return lines([heads, *rows])


def _result_cells(
    result: Result, total: Total | None, functions: Sequence[str]
) -> list[str]:
    found = total or Total(result.score, result.max_score, ByHand())
    by_hand = None if found.is_waiting else found.by_hand.points
    cells = [
        result.student,
        result.assignment,
        _number_or_empty(found.machine),
        number(found.most_by_machine),
        _number_or_empty(by_hand),
        number(found.most_by_hand),
        number(found.lost),
        _number_or_empty(found.points),
        number(found.most),
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
