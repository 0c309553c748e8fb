"""Points and times as nbgrader's gradebook has them, those by hand included."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..grade.result import Result
from ..unit.course import Course
from .gather import ReportError
from .totals import ByHand, Key, Sources


def read_gradebook(course: Course, results: Sequence[Result]) -> Sources:
    """Read what the gradebook says of results.

    A point by machine that a person has changed counts as changed. Of other assignments, and of
    students without a result, nothing is read; nothing is ever written.

    Raises
    ------
    ReportError
        If there is no gradebook.
    """
    try:
        # slow to import, and not there where only files are graded
        from nbgrader.api import Gradebook
    except ImportError:
        raise ReportError(
            "nbgrader is not installed, so there is no gradebook"
        ) from None
    by_hand: dict[Key, ByHand] = {}
    times: dict[Key, datetime] = {}
    machine: dict[Key, float] = {}
    wanted = {(result.assignment, result.student) for result in results}
    with Gradebook(_address(course), course.settings.course.id) as gradebook:
        for key, submission in _submissions(gradebook, course.assignments):
            if key not in wanted:
                continue
            code, answers = _grades(submission)
            by_hand[key] = _by_hand(answers)
            if _is_run(code):
                machine[key] = sum(grade.score for grade in code)
            if submission.timestamp:
                times[key] = submission.timestamp.replace(tzinfo=UTC)
    return Sources(by_hand, times, machine)


def _submissions(gradebook: Any, names: Collection[str]) -> Iterator[tuple[Key, Any]]:
    """Give the submissions of assignments of these names, each with whose it is."""
    for assignment in gradebook.assignments:
        if assignment.name not in names:
            continue
        for submission in assignment.submissions:
            yield (assignment.name, submission.student.id), submission


def _is_run(code: Sequence[Any]) -> bool:
    """Whether the machine has given points to all functions, of which there are some."""
    return bool(code) and all(grade.auto_score is not None for grade in code)


def _address(course: Course) -> str:
    """Give the database's address.

    Raises
    ------
    ReportError
        If it is a file that is not there: nbgrader would make an empty one.
    """
    if url := course.settings.gradebook.url:
        return url
    path = Path(course.root, "grading", "gradebook.db")
    if not path.is_file():
        raise ReportError(
            f"there is no gradebook {path}; `nbgrader autograde` makes it"
        )
    return f"sqlite:///{path}"


def _grades(submission: Any) -> tuple[list[Any], list[Any]]:
    """Give the grades of a submission: of functions, and of answers in words."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    code = [grade for grade in grades if grade.cell_type == "code"]
    return code, [grade for grade in grades if grade.cell_type != "code"]


def _by_hand(answers: Sequence[Any]) -> ByHand:
    waiting = any(grade.needs_manual_grade for grade in answers)
    return ByHand(sum(grade.score for grade in answers), waiting)
