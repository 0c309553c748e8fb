"""What is counted over a class: points of each function, known mistakes, tests passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from ..grade import told as told_of
from ..grade.result import Result, TaskResult
from ..unit import catalogue
from ..unit.course import Course

NOT_TRIED = ("untouched", "missing", "error")
BINS = 10  # of the marks
PARTS = ((1.0, "whole"), (0.5, "part"))  # from which share of the points on


@dataclass
class Mistake:
    """A known mistake and who made it."""

    function: str
    id: str
    symptom: str
    hint: str
    section: str
    students: list[str] = field(default_factory=list)


@dataclass
class Tally:
    """How many tried, and how many of them passed."""

    passed: int = 0
    tried: int = 0

    def add(self, passed: bool) -> None:
        """Count one more."""
        self.passed += passed
        self.tried += 1

    @property
    def share(self) -> float:
        """The share that passed, from 0 to 1, of at least one who tried."""
        return self.passed / self.tried


def marks_by_bin(shares: Sequence[float]) -> list[int]:
    """Count the marks, from 0 to 1, in each tenth; full marks belong to the last."""
    bins = [0] * BINS
    for share in shares:
        tenth = max(0, int(share * BINS))
        bins[min(tenth, BINS - 1)] += 1
    return bins


def tasks_by_function(graded: Sequence[Result]) -> dict[str, list[TaskResult]]:
    """Give what all submissions have for each function, in the order of the exercise."""
    found: dict[str, list[TaskResult]] = {}
    for result in graded:
        for task in result.tasks:
            found.setdefault(task.task, []).append(task)
    return found


def part_of_points(task: TaskResult) -> str:
    """Say which part of a function's points was had: `whole`, `part`, `little`, `none`, or
    `open` where it was not tried.
    """
    if task.status in NOT_TRIED:
        return "open"
    return part_of_share(share_of(task.points, task.max_points))


def share_of(points: float | None, most: float) -> float:
    """Give the share of the points that was had; 0 where there are none."""
    return (points or 0.0) / most if most else 0.0


def part_of_share(share: float) -> str:
    """Say which part a share of the points is."""
    for least, part in PARTS:
        if share >= least:
            return part
    return "little" if share > 0 else "none"


def mistakes_met(
    assignment: str, graded: Sequence[Result], course: Course | None
) -> list[Mistake]:
    """Find the known mistakes that were met, the most frequent first.

    Those of the catalogue are named by it, general ones as in most of the feedback on them.

    Parameters
    ----------
    assignment : str
        The exercise.
    graded : sequence of Result
        Of this exercise.
    course : Course or None
        Whose catalogue it is; without one the feedback names all of them.

    Returns
    -------
    list of Mistake
    """
    known = _catalogue_mistakes(assignment, course)
    students: dict[tuple[str, str], list[str]] = {}
    told: dict[tuple[str, str], list[told_of.Mistake]] = {}
    for student, task in tried_functions(graded):
        for mistake in task.feedback.mistakes:
            key = (task.task, mistake.id)
            students.setdefault(key, []).append(student)
            told.setdefault(key, []).append(mistake)
    found = []
    for key, feedback in told.items():
        words = known.get(key) or _as_told(feedback)
        found.append(Mistake(*key, *words, students[key]))
    return sorted(found, key=_most_frequent_first)


def _most_frequent_first(mistake: Mistake) -> tuple[int, str, str]:
    return -len(mistake.students), mistake.function, mistake.id


class _Words(NamedTuple):
    """What is said of a mistake."""

    symptom: str
    hint: str
    section: str


def _catalogue_mistakes(
    assignment: str, course: Course | None
) -> dict[tuple[str, str], _Words]:
    """Give what the catalogue says of its mistakes, by function and id."""
    if course is None:
        return {}
    found = {}
    for edit in catalogue.edits(assignment, course):
        known = edit.misconception
        words = _Words(known.symptom, known.hint, known.section)
        found[known.function, known.id] = words
    return found


def tried_functions(graded: Sequence[Result]) -> Iterator[tuple[str, TaskResult]]:
    """Give the functions that were tried, each with its student."""
    for result in graded:
        for task in result.tasks:
            if task.status not in NOT_TRIED:
                yield result.student, task


def _as_told(told: Sequence[told_of.Mistake]) -> _Words:
    """Give what most of the feedback on a mistake says."""
    [(usual, _)] = Counter(told).most_common(1)
    return _Words(usual.symptom or usual.id, usual.hint, usual.section)


TestKey = tuple[str, str, str]  # function, kind, test
Key = TypeVar("Key", str, TestKey)


def tests_by_difficulty(
    graded: Sequence[Result],
) -> tuple[list[tuple[TestKey, Tally]], list[tuple[str, Tally]]]:
    """Count who passed each test, and each kind of test, the hardest first.

    Who did not try a function says nothing about its tests.

    Returns
    -------
    list of (tuple of str, Tally)
        For each function, kind and name of a test.
    list of (str, Tally)
        For each kind.
    """
    tests: dict[TestKey, Tally] = {}
    kinds: dict[str, Tally] = {}
    for _, task in tried_functions(graded):
        for test in task.tests:
            passed = test.outcome == "passed"
            key = (task.task, test.kind, test.name)
            tests.setdefault(key, Tally()).add(passed)
            kinds.setdefault(test.kind, Tally()).add(passed)
    return _hardest_first(tests), _hardest_first(kinds)


def _hardest_first(tallies: dict[Key, Tally]) -> list[tuple[Key, Tally]]:
    return sorted(tallies.items(), key=lambda item: (item[1].share, item[0]))
