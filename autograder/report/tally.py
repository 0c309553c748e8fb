"""What is counted over a class: points of each function, known mistakes, tests passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..grade import told as told_of
from ..grade.result import Result, TaskResult
from ..unit import catalogue
from ..unit.course import Course

NOT_TRIED = ("untouched", "missing", "error")
BINS = 10  # of the marks


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
    bins = Counter(min(BINS - 1, max(0, int(share * BINS))) for share in shares)
    return [bins[i] for i in range(BINS)]


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
    share = (task.points or 0) / task.max_points if task.max_points else 0
    if share >= 1:
        return "whole"
    if share >= 0.5:
        return "part"
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
    for key, own in told.items():
        symptom, hint, section = known.get(key) or _as_told(own)
        found.append(Mistake(*key, symptom, hint, section, students[key]))
    return sorted(found, key=lambda one: (-len(one.students), one.function, one.id))


def _catalogue_mistakes(
    assignment: str, course: Course | None
) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Give symptom, hint and section of the catalogue's mistakes, by function and id."""
    if course is None:
        return {}
    found = {}
    for edit in catalogue.edits(assignment, course):
        one = edit.misconception
        found[one.function, one.id] = (one.symptom, one.hint, one.section)
    return found


def tried_functions(graded: Sequence[Result]) -> Iterator[tuple[str, TaskResult]]:
    """Give the functions that were tried, each with its student."""
    for result in graded:
        for task in result.tasks:
            if task.status not in NOT_TRIED:
                yield result.student, task


def _as_told(told: Sequence[told_of.Mistake]) -> tuple[str, str, str]:
    """Give symptom, hint and section as most of the feedback on a mistake has them."""
    usual = Counter(told).most_common(1)[0][0]
    return usual.symptom or usual.id, usual.hint, usual.section


TestKey = tuple[str, str, str]  # function, kind, test


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
    return (
        sorted(tests.items(), key=lambda item: (item[1].share, item[0])),
        sorted(kinds.items(), key=lambda item: (item[1].share, item[0])),
    )
