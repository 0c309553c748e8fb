"""What grades an exercise in this process: loaded once, confined by a way that holds, rehearsed
before the first mark."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ..confine import READ_FD, WRITE_FD, Confinement, Limits, choose
from ..confine.prepared import Prepared
from ..confine.spare import Spare
from ..grade.grader import Grader, digest
from ..grade.rehearsal import RehearsalError, rehearse
from ..grade.worker_files import FILES
from ..safe.printable import complain
from ..unit.course import Course
from ..unit.secret_seed import chosen
from ..unit.unit import load
from .batch import Batch

WORKER = ("worker.py", str(READ_FD), str(WRITE_FD))
SPARE_WORKERS = 2

_REHEARSED: dict[tuple, str] = {}  # "", or what went wrong


@lru_cache(maxsize=4)
def course_of(root: Path, solutions: Path) -> Course:
    """Give a batch's course, the same object each time."""
    return Course(root, solutions)


@lru_cache(maxsize=32)
def grader_of(batch: Batch, assignment: str) -> Grader:
    """Give what grades an exercise; the canary is asked while the exercise is loaded.

    Raises
    ------
    NotConfined
        If nothing confines here.
    CourseError
        If the course's own files are not as they should be.
    """
    course = course_of(batch.root, batch.solutions)
    limits = Limits.from_settings(course.settings)
    with ThreadPoolExecutor(1) as beside:
        way = beside.submit(_confinement, batch)
        unit = load(assignment, course)
        seed = chosen(course, batch.seed)
        return Grader(unit, way.result()[0], limits, seed)


@lru_cache(maxsize=4)
def _confinement(batch: Batch) -> tuple[Confinement, list[Warning]]:
    """The way to confine a batch, and what is to be said of it.

    It is the same for all the batch's exercises: the canary is asked once.
    """
    course = course_of(batch.root, batch.solutions)
    limits = Limits.from_settings(course.settings)
    secrets = [*course.secrets, *batch.others]
    told: list[Warning] = []
    files = () if batch.fresh else FILES
    return choose(batch.sandbox, limits, secrets, files, told.append), told


def refuse_unless_confined(batch: Batch, assignment: str = "") -> None:
    """Get ready to grade an exercise, or any, and refuse before anything is begun.

    It is called once for a batch, whatever the number of its processes, and says what there is
    to say of the confinement.

    Raises
    ------
    NotConfined
        If nothing confines here.
    """
    if assignment:
        grader_of(batch, assignment)
    for warning in _confinement(batch)[1]:
        complain(str(warning))


@contextlib.contextmanager
def rehearsed(grader: Grader) -> Iterator[Grader]:
    """See once in this process that marks of this exercise can be trusted; give what then
    grades the submission.

    Workers take a while to start: that of the first submission does so meanwhile.

    Raises
    ------
    RehearsalError
        If they cannot; whatever else keeps it from being seen is tried again with the next
        submission.
    """
    key = _rehearsal_key(grader)
    if _REHEARSED.get(key) == "":
        yield grader
        return
    if key in _REHEARSED:
        raise RehearsalError(_REHEARSED[key])
    count = 0 if isinstance(grader.confinement, Prepared) else SPARE_WORKERS
    spares = Spare(grader.confinement, count, FILES, list(WORKER), grader.limits)
    with spares as confinement:
        with_spares = replace(grader, confinement=confinement)
        try:
            rehearse(with_spares)
        except RehearsalError as error:
            _REHEARSED[key] = str(error)
            raise
        _REHEARSED[key] = ""
        yield with_spares


def _rehearsal_key(grader: Grader) -> tuple:
    """All that a rehearsal's end depends on."""
    unit = grader.unit
    made_from = (unit.course, unit.assignment, digest(unit))
    return (*made_from, grader.confinement.name, grader.limits, grader.seed)
