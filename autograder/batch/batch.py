"""Grade many submissions, each into a file of its own, so that a batch can end anywhere and go on from there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

from ..collect.collect import HandIn
from ..collect.folder_names import account_of, is_anothers
from ..confine import READ_FD, WRITE_FD, Limits, choose
from ..confine.spare import Spare
from ..grade import result as results
from ..grade.client import FILES
from ..grade.grader import Grader, digest
from ..grade.notebook_file import UnreadableError, code_cells, contents, parse
from ..grade.redact import words
from ..grade.rehearsal import RehearsalError, rehearse
from ..grade.result import Result
from ..grade.submission import defines
from ..system.processes import Died, map_in_processes
from ..system.stopping import refuse_if_asked
from ..unit.course import Course
from ..unit.secret_seed import chosen
from ..unit.secret_seed import fingerprint as mark_of_seed
from ..unit.unit import load

NOTHING_DRAWN = 0  # in place of a seed's fingerprint, where it never came to a call


@dataclass(frozen=True)
class Order:
    """What is the same for every submission of a batch; plain values, so that it can travel to another process."""

    root: Path
    solutions: Path
    out: Path
    seed: int | None = field(
        default=None, repr=False
    )  # the course's own, which its machines read for themselves
    sandbox: str = "auto"
    again: bool = False
    # what is there of an unchanged submission, though other tests or versions made it
    keep: bool = False
    others: tuple[Path, ...] = ()  # what one student's code must not read of another's


@dataclass(frozen=True)
class Graded:
    """One submission's end: its result, the mark it had before (None if none), and why the mark
    changed.

    Of a result that was `kept`, `stale` says what has changed since it was made. `damage` says
    what was found in place of the result of before, and under which name it is kept.
    """

    found: HandIn
    result: Result
    kept: bool = False
    before: float | None = None
    because: str = ""
    stale: str = ""
    damage: str = ""


def grade_all(
    order: Order, submissions: Iterable[HandIn], jobs: int = 1, scheduler: str = ""
) -> Iterator[Graded]:
    """Grade submissions and give each as it is done.

    Parameters
    ----------
    jobs : int
        Processes on this machine. They share nothing; one that dies is replaced, and its
        submissions graded again.
    scheduler : str
        Address of a dask.distributed scheduler, to whose workers the submissions are handed
        instead.
    """
    grade = partial(grade_one, order)
    if scheduler:
        from .apart import Apart
        from .cluster import map_on_cluster

        ends = map_on_cluster(Apart(**vars(order)), submissions, scheduler)
        ends = (
            (found, Graded(**end) if isinstance(end, dict) else end)
            for found, end in ends
        )
    elif jobs > 1:
        ends = map_in_processes(grade, submissions, jobs)
    else:
        ends = ((found, grade(found)) for found in submissions)
    for found, end in ends:
        refuse_if_asked()
        died = isinstance(end, Died)
        yield (
            _broken(order, found, "the grading process died again and again")
            if died
            else end
        )


def grade_one(order: Order, found: HandIn) -> Graded:
    """Grade one submission and write its result, unless the same was done before.

    What fails here and is not the submission's doing ends up in the result as a failure of the
    machinery.
    """
    try:
        return _graded(order, found)
    except Exception as error:  # it must not stop the batch
        return _broken(
            order,
            found,
            f"the grading machinery failed: {type(error).__name__}: {error}",
        )


def _broken(order: Order, found: HandIn, why: str) -> Graded:
    """A failure of the machinery, written down where there is no result yet: a mark that is missing is not a zero."""
    result = _failed(found, why)
    if found.assignment:
        path = results.path_of(order.out, found.student, found.assignment)
        with contextlib.suppress(Exception):  # what failed may be the writing
            if not os.path.lexists(path):
                results.write(result, path)
    return Graded(found, result)


def _graded(order: Order, found: HandIn) -> Graded:
    course = _course(order.root, order.solutions)
    found, why = named(found, course)
    assignment = found.assignment
    if found.broken:
        return Graded(found, _failed(found, found.broken))
    if not assignment:
        return Graded(found, _failed(found, found.problem or why, own=True))
    own = grader(order, assignment)
    path = results.path_of(order.out, found.student, assignment)
    made_by = results.versions(digest(own.unit)) | {
        "limits": _limits(own.limits),
        "submission": fingerprint(found),
    }
    old, damage = _old(path)
    account = account_of(found)
    if old and is_anothers(old, found):
        why = f"{path} holds the result of another account, {old.account}"
        return Graded(found, _failed(found, why))
    if old and not order.again and old.score is not None:
        changed = causes(
            old, replace(old, versions=made_by, seed=mark_of_seed(own.seed))
        )
        if account and not old.account:
            old = replace(old, account=account)
            results.write(old, path)
        if not changed or (
            order.keep and old.versions.get("submission") == made_by["submission"]
        ):
            return Graded(
                found, old, kept=True, before=old.score, stale=" and ".join(changed)
            )
    with _rehearsed(own) as ready_to_grade:
        start = time.monotonic()
        result = _result(ready_to_grade, found)
    notes = [*([found.note] if found.note else []), *result.repairs]
    result = replace(result, versions=made_by, account=account, repairs=notes)
    if damage:
        damage += f"; it is kept as {results.set_aside(path).name}"
    if result.score is not None:
        results.write(result, path)
        results.write_text(
            json.dumps({"seconds": round(time.monotonic() - start, 3)}) + "\n",
            path.with_suffix(".time.json"),
        )
    elif old is None or old.score is None:
        results.write(result, path)
    before = old.score if old else None
    return Graded(
        found, result, before=before, because=_because(old, result), damage=damage
    )


_REHEARSED: dict[tuple, str] = {}  # "", or what went wrong


@contextlib.contextmanager
def _rehearsed(own: Grader) -> Iterator[Grader]:
    """See once in this process that marks of this exercise can be trusted; give what then
    grades the submission.

    Workers take a while to start: that of the first submission does so meanwhile.

    Raises
    ------
    RehearsalError
        If they cannot; whatever else keeps it from being seen is tried again with the next
        submission.
    """
    course = own.unit.course
    key = (
        course,
        own.unit.assignment,
        digest(own.unit),
        own.confinement.name,
        own.limits,
        own.seed,
    )
    if _REHEARSED.get(key) == "":
        yield own
        return
    if key in _REHEARSED:
        raise RehearsalError(_REHEARSED[key])
    with Spare(
        own.confinement,
        2,
        FILES,
        ["worker.py", str(READ_FD), str(WRITE_FD)],
        own.limits,
    ) as spare:
        ready_to_grade = replace(own, confinement=spare)
        try:
            rehearse(ready_to_grade)
        except RehearsalError as error:
            _REHEARSED[key] = str(error)
            raise
        _REHEARSED[key] = ""
        yield ready_to_grade


def _result(own: Grader, found: HandIn) -> Result:
    return (
        own.refused(found.student, found.problem)
        if found.problem
        else own.grade(found.path, found.student)
    )


def fingerprint(found: HandIn) -> str:
    """A digest of a submission's bytes, or of why there are none."""
    try:
        text = found.problem or contents(found.path)
    except UnreadableError as error:
        text = str(error)
    sha = hashlib.sha256(found.note.encode("utf-8", "surrogatepass"))
    for start in range(
        0, len(text), 2**20
    ):  # in parts: a copy of the whole may not fit into memory
        sha.update(text[start : start + 2**20].encode("utf-8", "surrogatepass"))
    return sha.hexdigest()[:16]


def _limits(limits: Limits) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in vars(limits).items())


CAUSES = {
    "submission": "the submission changed",
    "tests": "the tests changed",
    "limits": "the limits changed",
    "autograder": "the autograder changed",
    "numpy": "numpy changed",
    "python": "Python changed",
}


def causes(old: Result, new: Result) -> list[str]:
    """What is different between two results' making, in words."""
    found = [
        text
        for key, text in CAUSES.items()
        if old.versions.get(key) != new.versions.get(key)
    ]
    return found + (["another seed"] if old.seed != new.seed else [])


def _because(old: Result | None, new: Result) -> str:
    if old is None or old.score is None or old.score == new.score:
        return ""
    if new.score is None:
        return "the grading machinery failed; the result of before stays"
    return (
        " and ".join(causes(old, new))
        or "it came out otherwise this time, with nothing changed"
    )


def _old(path: Path) -> tuple[Result | None, str]:
    """The result of before, if there is one; else what is wrong with the file in its place, if there is one."""
    try:
        return results.read(path), ""
    except FileNotFoundError:
        return None, ""
    except results.DamagedError as error:
        return None, f"{path}: {error}"


def _failed(found: HandIn, why: str, own: bool = False) -> Result:
    score = 0.0 if own else None
    return Result(
        found.assignment, found.student, NOTHING_DRAWN, score, 0.0, [], [], why
    )


def named(found: HandIn, course: Course, otherwise: str = "") -> tuple[HandIn, str]:
    """A submission with its exercise, by what is in the notebook unless it is known; "" and the
    reason if neither.

    `otherwise` is the exercise that it is then taken for.
    """
    why = "it belongs to no exercise of this course"
    assignment = found.assignment
    if not (assignment or found.problem or found.broken):
        try:
            assignment = _by_contents(found.path, course)
        except UnreadableError as error:
            why = str(error)
    return replace(found, assignment=assignment or otherwise), why


def _by_contents(path: Path, course: Course) -> str:
    """The exercise whose functions a notebook has most of, or at least names."""
    text = "\n".join(t for _, t in code_cells(parse(contents(path))[0]))
    own = words([text])
    counts = {}
    for assignment in course.assignments:
        functions = load(assignment, course).functions
        counts[assignment] = (
            sum(defines(text, n) for n in functions),
            sum(n in own for n in functions),
        )
    best = max(counts, key=counts.__getitem__, default="")
    return best if any(counts.get(best, ())) else ""


def ready(order: Order, assignment: str = "") -> None:
    """Get ready to grade an exercise, or any, and refuse before anything is begun.

    Raises
    ------
    NotConfined
        If nothing confines here.
    """
    if assignment:
        grader(order, assignment)
        return
    course = _course(order.root, order.solutions)
    choose(
        order.sandbox,
        Limits.from_settings(course.settings),
        [*course.secrets, *order.others],
    )


@lru_cache(maxsize=4)
def _course(root: Path, solutions: Path) -> Course:
    return Course(root, solutions)


@lru_cache(maxsize=32)
def grader(order: Order, assignment: str) -> Grader:
    """What grades an exercise; the canary is asked while the exercise is loaded.

    Raises
    ------
    NotConfined
        If nothing confines here.
    CourseError
        If the course's own files are not as they should be.
    """
    course = _course(order.root, order.solutions)
    limits = Limits.from_settings(course.settings)
    with ThreadPoolExecutor(1) as beside:
        way = beside.submit(
            choose, order.sandbox, limits, [*course.secrets, *order.others]
        )
        unit = load(assignment, course)
        return Grader(unit, way.result(), limits, chosen(course, order.seed))
