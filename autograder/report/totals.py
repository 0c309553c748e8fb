"""A student's total in one exercise: by machine, by hand, less what lateness costs.

It is put together once, for every report alike. Points by hand come from a table, or with those
of nbgrader from its gradebook; lateness from the times of the hand-ins and `course.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..grade.points import points_text
from ..grade.result import Result
from ..safe.csv_cells import number
from ..unit import lateness
from ..unit.course import Course
from ..unit.titles import points_by_hand

Key = tuple[str, str]  # exercise, student


@dataclass(frozen=True)
class ByHand:
    """Points that a person gave: their sum, whether some are still to come, a comment."""

    points: float = 0.0
    waiting: bool = False
    comment: str = ""


@dataclass(frozen=True)
class Total:
    """What one student has in one exercise.

    Attributes
    ----------
    machine : float or None
        Points by machine; None where the machinery failed.
    most_by_machine : float
        How many of these there are.
    by_hand : ByHand
        Points by hand.
    most_by_hand : float
        How many of these there are.
    lost : float
        Points that lateness costs.
    """

    machine: float | None
    most_by_machine: float
    by_hand: ByHand
    most_by_hand: float = 0.0
    lost: float = 0.0

    @property
    def points(self) -> float | None:
        """The total; None where the machinery failed."""
        if self.machine is None:
            return None
        return max(0.0, self.machine + self.by_hand.points - self.lost)

    @property
    def most(self) -> float:
        """The largest total."""
        return self.most_by_machine + self.most_by_hand

    @property
    def is_waiting(self) -> bool:
        """Whether points by hand are still to come."""
        return self.machine is not None and self.by_hand.waiting

    @property
    def parts(self) -> list[str]:
        """What it is made of, in words; nothing where it is by machine alone."""
        said = []
        if self.most_by_hand and self.machine is not None:
            said.append(f"{points_text(self.machine, self.most_by_machine)} by machine")
            of = number(self.most_by_hand)
            had = f"{number(self.by_hand.points)} of {of} by hand"
            said.append(f"{of} by hand not marked yet" if self.is_waiting else had)
        if self.lost:
            said.append(f"{number(self.lost)} lost for lateness")
        return said


@dataclass(frozen=True)
class Sources:
    """Where points by hand and times come from.

    Attributes
    ----------
    by_hand : mapping of (str, str) to ByHand
        By exercise and student.
    times : mapping of (str, str) to datetime
        When work was handed in, by exercise and student; of an exercise "" all of a student's.
    machine : mapping of (str, str) to float
        Points by machine that a person has corrected.
    """

    by_hand: Mapping[Key, ByHand]
    times: Mapping[Key, datetime]
    machine: Mapping[Key, float]


def totals(
    results: Iterable[Result], course: Course | None, sources: Sources
) -> dict[Key, Total]:
    """Put together the totals of results, by exercise and student.

    Parameters
    ----------
    results : iterable of Result
        By machine.
    course : Course or None
        Says how many points there are by hand, and what lateness costs; without one neither is
        known.
    sources : Sources
        The rest.
    """
    found = {}
    for result in results:
        key = (result.assignment, result.student)
        found[key] = _total(result, course, sources)
    return found


def _total(result: Result, course: Course | None, sources: Sources) -> Total:
    key = (result.assignment, result.student)
    most = points_by_hand(course, result.assignment) if course else 0.0
    given = sources.by_hand.get(key)
    # what could not be read has no answer that could be marked
    waiting = given is None and most > 0 and not result.problem
    machine = result.score
    if machine is not None:
        machine = sources.machine.get(key, machine)
    found = Total(
        machine,
        result.max_score,
        given or ByHand(waiting=waiting),
        most,
    )
    if course is None or found.points is None:
        return found
    seconds = _seconds_late(course, key, sources.times)
    if seconds <= 0:
        return found
    penalty = lateness.Rules.of(course).penalty(found.points, seconds)
    return replace(found, lost=penalty)


def _seconds_late(course: Course, key: Key, times: Mapping[Key, datetime]) -> float:
    """Say how late a work is; 0 where it is on time, or no time or date is known."""
    assignment, student = key
    handed = times.get(key) or times.get(("", student))
    due = lateness.due_dates(course).get(assignment)
    if handed is None or due is None:
        return 0.0
    later = lateness.extensions(course).get((student, assignment), due)
    return max(0.0, (handed - later).total_seconds())
