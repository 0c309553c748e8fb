"""Grade many submissions, each into a file of its own, so that a batch can end anywhere and go
on from there.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ..collect.folder_names import account_of, is_anothers
from ..collect.hand_in import HandIn
from ..grade import result as results
from ..grade.grader import Grader
from ..grade.result import Result
from ..system.processes import Died, map_in_processes
from ..system.stopping import refuse_if_asked
from ..unit.secret_seed import fingerprint as mark_of_seed
from .batch import Batch
from .graders import course_of, grader_of, refuse_unless_confined, rehearsed
from .provenance import causes, causes_text, versions_of
from .recognise import with_exercise

NOTHING_DRAWN = 0  # in place of a seed's fingerprint, where it never came to a call


@dataclass(frozen=True)
class Graded:
    """One submission's end.

    Attributes
    ----------
    hand_in : HandIn
        The submission, with its exercise.
    result : Result
        Its result.
    kept : bool
        Whether the result is the one of before.
    before : float or None
        The mark that it had before; None if none.
    because : str
        Why the mark changed, if it did.
    stale : str
        Of a result that was kept: what has changed since it was made.
    damage : str
        What was found in place of the result of before, and under which name it is kept.
    """

    hand_in: HandIn
    result: Result
    kept: bool = False
    before: float | None = None
    because: str = ""
    stale: str = ""
    damage: str = ""


def grade_all(
    batch: Batch, hand_ins: Iterable[HandIn], jobs: int = 1, scheduler: str = ""
) -> Iterator[Graded]:
    """Grade submissions and give each as it is done; processes start at once.

    Parameters
    ----------
    batch : Batch
        What is the same for all.
    hand_ins : iterable of HandIn
        The submissions.
    jobs : int
        Processes on this machine, at least 1. They share nothing; one that dies is replaced, and
        its submissions graded again.
    scheduler : str
        Address of a dask.distributed scheduler, to whose workers the submissions are handed
        instead.

    Returns
    -------
    iterator of Graded
        In the order in which they are done.

    Raises
    ------
    NotConfined
        While the first is awaited, if nothing confines here.
    """
    if scheduler:
        ends = _ends_on_cluster(batch, hand_ins, scheduler)
    elif jobs > 1:
        grade = partial(grade_one, batch)
        first = partial(refuse_unless_confined, batch)
        ends = map_in_processes(grade, hand_ins, jobs, first)
    else:
        ends = ((hand_in, grade_one(batch, hand_in)) for hand_in in hand_ins)
    return _until_asked(batch, ends)


def _until_asked(batch: Batch, ends: Iterable[tuple[Any, Any]]) -> Iterator[Graded]:
    """Give what became of each submission, until the command is asked to end."""
    for hand_in, end in ends:
        refuse_if_asked()
        if isinstance(end, Died):
            end = _broken(batch, hand_in, "the grading process died again and again")
        yield end


def _ends_on_cluster(
    batch: Batch, hand_ins: Iterable[HandIn], scheduler: str
) -> Iterator[tuple[Any, Any]]:
    from .apart import GradingProcess
    from .cluster import map_on_cluster

    grade = GradingProcess(**vars(batch))
    for hand_in, end in map_on_cluster(grade, hand_ins, scheduler):
        yield hand_in, Graded(**end) if isinstance(end, dict) else end


def grade_one(batch: Batch, hand_in: HandIn) -> Graded:
    """Grade one submission and write its result, unless the same was done before.

    What fails here and is not the submission's doing ends up in the result as a failure of the
    machinery.
    """
    try:
        return _graded(batch, hand_in)
    except Exception as error:  # it must not stop the batch
        why = f"the grading machinery failed: {type(error).__name__}: {error}"
        return _broken(batch, hand_in, why)


def _broken(batch: Batch, hand_in: HandIn, why: str) -> Graded:
    """A failure of the machinery, written down where there is no result yet.

    A mark that is missing is not a zero.
    """
    result = _failure(hand_in, why)
    if hand_in.assignment:
        path = results.path_of(batch.out, hand_in.student, hand_in.assignment)
        with contextlib.suppress(Exception):  # what failed may be the writing
            if not os.path.lexists(path):
                results.write(result, path)
    return Graded(hand_in, result)


def _graded(batch: Batch, hand_in: HandIn) -> Graded:
    """Say what became of a submission: refused, kept as it was, or graded."""
    course = course_of(batch.root, batch.solutions)
    hand_in, why = with_exercise(hand_in, course)
    if hand_in.broken:
        return Graded(hand_in, _failure(hand_in, hand_in.broken))
    if not hand_in.assignment:
        return Graded(hand_in, _refusal(hand_in, hand_in.problem or why))
    grader = grader_of(batch, hand_in.assignment)
    path = results.path_of(batch.out, hand_in.student, hand_in.assignment)
    made_from = versions_of(grader, hand_in)
    old, damage = _result_of_before(path)
    if old and is_anothers(old, hand_in):
        why = f"{path} holds the result of another account, {old.account}"
        return Graded(hand_in, _failure(hand_in, why))
    if old and old.score is not None and not batch.again:
        now = replace(old, versions=made_from, seed=mark_of_seed(grader.seed))
        changed = causes(old, now)
        old = _with_account(old, hand_in, path)
        submission_stays = old.versions.get("submission") == made_from["submission"]
        may_be_kept = batch.keep and submission_stays
        if may_be_kept or not changed:
            stale = " and ".join(changed)
            return Graded(hand_in, old, kept=True, before=old.score, stale=stale)
    return _graded_anew(grader, hand_in, made_from, path, old, damage)


def _with_account(old: Result, hand_in: HandIn, path: Path) -> Result:
    """Write into a result of before whose it is, if it does not say."""
    account = account_of(hand_in)
    if account and not old.account:
        old = replace(old, account=account)
        results.write(old, path)
    return old


def _graded_anew(
    grader: Grader,
    hand_in: HandIn,
    made_from: dict[str, str],
    path: Path,
    old: Result | None,
    damage: str,
) -> Graded:
    with rehearsed(grader) as ready_to_grade:
        start = time.monotonic()
        result = _result(ready_to_grade, hand_in)
    notes = [hand_in.note] if hand_in.note else []
    result = replace(
        result,
        versions=made_from,
        account=account_of(hand_in),
        repairs=[*notes, *result.repairs],
    )
    if damage:
        damage += f"; it is kept as {results.set_aside(path).name}"
    if result.score is not None:
        times = {"seconds": round(time.monotonic() - start, 3)}
        results.write_text(json.dumps(times) + "\n", path.with_suffix(".time.json"))
        results.write(result, path)  # last: what is there need not be graded again
    elif old is None or old.score is None:  # a mark of before stays
        results.write(result, path)
    before = old.score if old else None
    because = _why_changed(old, result)
    return Graded(hand_in, result, before=before, because=because, damage=damage)


def _result(grader: Grader, hand_in: HandIn) -> Result:
    if hand_in.problem:
        return grader.refused(hand_in.student, hand_in.problem)
    return grader.grade(hand_in.path, hand_in.student)


def _why_changed(old: Result | None, new: Result) -> str:
    """Say why a mark is not the one of before; "" if it is, or there was none."""
    if old is None or old.score is None or old.score == new.score:
        return ""
    if new.score is None:
        return "the grading machinery failed; the result of before stays"
    return causes_text(old, new)


def _result_of_before(path: Path) -> tuple[Result | None, str]:
    """The result of before, if there is one; else what is wrong with a file in its place."""
    try:
        return results.read(path), ""
    except FileNotFoundError:
        return None, ""
    except results.DamagedError as error:
        return None, f"{path}: {error}"


def _failure(hand_in: HandIn, why: str) -> Result:
    """A result without a mark: what went wrong is not the submission's doing."""
    return _result_without_tasks(hand_in, None, why)


def _refusal(hand_in: HandIn, why: str) -> Result:
    """A result of 0 for what belongs to no exercise."""
    return _result_without_tasks(hand_in, 0.0, why)


def _result_without_tasks(hand_in: HandIn, score: float | None, why: str) -> Result:
    return Result(
        assignment=hand_in.assignment,
        student=hand_in.student,
        seed=NOTHING_DRAWN,
        score=score,
        max_score=0.0,
        tasks=[],
        repairs=[],
        problem=why,
    )
