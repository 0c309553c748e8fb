"""The verbs `grade`, `regrade` and `collect`: from paths on the command line to files, and what
is said about them.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from ..collect.accounted import NOBODYS, as_csv, summary
from ..collect.find import find_candidates
from ..collect.folder_names import in_results, in_tree, keep_for_tree, told_apart
from ..collect.hand_in import HandIn
from ..collect.sources import CollectError, Known
from ..collect.submitted_tree import (
    FAILED,
    NOTHING,
    REPLACED,
    Placement,
    lay_out,
    read_times,
)
from ..collect.who import WhoError, read_who
from ..confine import NotConfined
from ..exits import BELOW, NOT_GRADED, OK, USAGE
from ..grade.result import Result, write_text
from ..safe.harmless import composed
from ..safe.listing import is_notebook_or_zip
from ..safe.printable import complain, reason, say, tame_line
from ..system.scratch import scratch_folder, writing_to
from ..unit.course import Course
from ..unit.secret_seed import seed_of
from .batch import Batch
from .cluster import NoClusterError
from .graders import refuse_unless_confined
from .out_of_reach import out_of_reach
from .recognise import one_for_each
from .regrade import (
    Change,
    changes_as_csv,
    find_changes,
    folder_beside,
    put_in_place,
)
from .submissions import Graded
from .terminal import show, show_changes

# Grades submissions of a batch; takes the exit code so far, and returns the one to end with.
Run = Callable[[Batch, list[HandIn], int], int]


@dataclass(frozen=True)
class GradingOptions:
    """What `grade` and `regrade` are both told; see `arguments`."""

    paths: Sequence[Path]
    assignment: str
    out: Path
    jobs: int
    scheduler: str
    seed: int | None
    sandbox: str
    fresh: bool = False
    who: str = ""
    files: Path | None = None


def grade(course: Course, min_score: float | None, again: bool, **shared: Any) -> int:
    """Grade what the paths name, and show the marks.

    Parameters
    ----------
    course : Course
        The course.
    min_score : float or None
        For one submission: the part of the points, from 0 to 1, below which the exit code says so.
    again : bool
        Grade anew what has a result already.
    **shared
        The fields of `GradingOptions`.

    Returns
    -------
    int
        One of `exits`.
    """
    options = GradingOptions(**shared)
    run = partial(_grade, options, min_score, again)
    return _in_batch(course, options, options.out, run)


def regrade(course: Course, csv: Path | None, apply: bool, **shared: Any) -> int:
    """Grade beside the results that are there, and show what would change.

    Parameters
    ----------
    course : Course
        The course.
    csv : Path or None
        A file that the changes are written to as well.
    apply : bool
        Put the new results in place.
    **shared
        The fields of `GradingOptions`.

    Returns
    -------
    int
        One of `exits`.
    """
    options = GradingOptions(**shared)
    run = partial(_regrade, options, csv, apply)
    return _in_batch(course, options, folder_beside(options.out), run)


def _in_batch(course: Course, options: GradingOptions, out: Path, run: Run) -> int:
    """Find the submissions and run something on them that writes results to `out`."""
    if options.assignment:
        course.source(options.assignment)
    try:
        _make_folder(options.out, out)
    except OSError as error:
        why = reason(error)
        hint = "--out names a folder for result files"
        complain(f"{options.out} cannot be written to: {why}; {hint}")
        return USAGE
    # before anything is begun, and before the machines of a cluster look for it
    seed_of(course)
    batch = Batch(
        course.root,
        course.solutions,
        out.resolve(),
        options.seed,
        options.sandbox,
        fresh=options.fresh,
    )
    # what is unpacked for a cluster must lie where its machines see it, as they see the results
    base = out.parent if options.scheduler else None
    try:
        with writing_to(out), scratch_folder(base) as scratch:
            known = Known(read_who(options.who))
            hand_ins, code = find_all(
                course, options.paths, options.assignment, scratch, known
            )
            taken = in_results(options.out, hand_ins)
            hand_ins = told_apart(hand_ins, taken)
            others = out_of_reach(hand_ins, options.paths, options.out)
            done = run(replace(batch, others=others), hand_ins, code)
            return _account_for(known, hand_ins, options.files) or done
    except WhoError as error:
        complain(str(error))
        return USAGE
    except (NotConfined, NoClusterError) as error:
        complain(str(error))
        return NOT_GRADED


def _make_folder(results: Path, out: Path) -> None:
    """Make the folder that is written to, and see that it can be: `results`, or one beside it."""
    if results.exists() and not results.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "a file is there", str(results))
    if not out.exists():  # marks are nobody's but the instructor's
        out.mkdir(parents=True, mode=0o700)
    with tempfile.TemporaryFile(dir=out):
        pass


def find_all(
    course: Course,
    paths: Sequence[Path],
    assignment: str,
    scratch: Path,
    known: Known,
) -> tuple[list[HandIn], int]:
    """Find the submissions that the paths name; what is no submission stops no other.

    Parameters
    ----------
    course : Course
        The course.
    paths : sequence of Path
        Files, folders and zips.
    assignment : str
        The exercise of all; "" where names and contents say it.
    scratch : Path
        Where zips are unpacked.
    known : Known
        What the instructor says of whose a file is; it gets to know what is seen.

    Returns
    -------
    list of HandIn
        One for each account and exercise.
    int
        The exit code so far.
    """
    found: list[HandIn] = []
    code = OK
    for path in paths:
        try:
            found += find_candidates(
                path, course.assignments, scratch, assignment, known
            )
        except CollectError as error:
            complain(tame_line(str(error)))
            code = USAGE
        except OSError as error:  # no room to unpack, no descriptor left
            complain(tame_line(f"{path} cannot be read: {error}"))
            code = code or NOT_GRADED
    if known.who.names and (strangers := known.who.unknown(found)):
        listed = tame_line(", ".join(strangers))
        complain(f"--who names no student for: {listed}; they keep these names")
    return one_for_each(found, course), code


def _account_for(known: Known, hand_ins: Sequence[HandIn], table: Path | None) -> int:
    """Say what became of every file, and give the exit code that follows from it.

    A notebook that a pattern was to place and did not is no submission, and must not get lost.
    """
    fates = known.files.fates(hand_ins)
    for line in summary(fates):
        say(tame_line(line))
    if table:
        try:
            write_text(as_csv(fates), table)
        except OSError as error:
            complain(f"{table} cannot be written: {reason(error)}")
            return USAGE
    lost = [fate.seen.file for fate in fates if fate.what == NOBODYS]
    if known.who.pattern and any(map(is_notebook_or_zip, lost)):
        complain(
            "the pattern of --who does not fit what is nobody's; nothing of it counts"
        )
        return NOT_GRADED
    return OK


def _grade(
    options: GradingOptions,
    min_score: float | None,
    again: bool,
    batch: Batch,
    hand_ins: list[HandIn],
    code: int,
) -> int:
    if min_score is not None and len(hand_ins) != 1:
        complain(f"--min-score is for one submission; {len(hand_ins)} found")
        return USAGE
    done = _show(options, replace(batch, again=again, keep=not again), hand_ins)
    if any(map(_is_broken, done)):
        code = code or NOT_GRADED
    if code != OK or min_score is None:
        return code
    return OK if _reaches(done[0].result, min_score) else BELOW


def _reaches(result: Result, min_score: float) -> bool:
    if result.score is None or not result.max_score:
        return False
    return result.score >= min_score * result.max_score


def _is_broken(graded: Graded) -> bool:
    return graded.result.score is None or bool(graded.damage)


def _regrade(
    options: GradingOptions,
    csv: Path | None,
    apply: bool,
    batch: Batch,
    hand_ins: list[HandIn],
    code: int,
) -> int:
    done = _show(options, batch, hand_ins, marks=False)
    changes = find_changes(options.out.resolve(), done)
    show_changes(changes, done, batch.out)
    if csv and not _write_csv(changes, csv):
        code = code or USAGE
    if apply:
        before = put_in_place(options.out.resolve(), done)
        kept = f", the old ones in {before}" if before else ""
        say(f"the new results are in {options.out}{kept}")
    elif changes:
        unchanged = f"nothing in {options.out} is changed yet"
        say(f"{unchanged}; the same command with --apply does it")
    else:
        shutil.rmtree(batch.out, ignore_errors=True)
    damaged = any(change.damage for change in changes)
    if damaged or any(map(_is_broken, done)):
        code = code or NOT_GRADED
    return code


def _write_csv(changes: Sequence[Change], path: Path) -> bool:
    """Write what changes; whether that could be done."""
    try:
        write_text(changes_as_csv(changes), path)
    except OSError as error:
        complain(f"{path} cannot be written: {reason(error)}")
        return False
    return True


def _show(
    options: GradingOptions, batch: Batch, hand_ins: list[HandIn], marks: bool = True
) -> list[Graded]:
    """Grade, and show it, unless nothing confines here."""
    if options.scheduler or options.jobs == 1:  # else its processes see to it
        here = hand_ins and not options.scheduler
        refuse_unless_confined(batch, hand_ins[0].assignment if here else "")
    return show(batch, hand_ins, options.jobs, options.scheduler, marks)


def collect(
    course: Course,
    paths: Sequence[Path],
    assignment: str,
    into: Path,
    times: Path | None,
    who: str = "",
    files: Path | None = None,
) -> int:
    """Lay what the paths name out as nbgrader's submitted/ tree, and say what became of each.

    Parameters
    ----------
    course : Course
        The course.
    paths : sequence of Path
        Notebooks, folders, zips.
    assignment : str
        The exercise that everything is taken for; "" if it says so itself.
    into : Path
        The tree.
    times : Path or None
        A table of when students handed in.
    who : str
        Whose a file is: a pattern, or a table; "" if that is known.
    files : Path or None
        Where what became of every file is written.

    Returns
    -------
    int
        One of `exits`.
    """
    if assignment:
        course.source(assignment)
    try:
        moments = read_times(times) if times else {}
        known = Known(read_who(who))
        with scratch_folder() as scratch:
            hand_ins, code = find_all(course, paths, assignment, scratch, known)
            taken = in_tree(into)
            course.make_grading_around(into)
            hand_ins = told_apart(hand_ins, taken)
            of_exercise = [hand_in for hand_in in hand_ins if hand_in.assignment]
            placed = list(lay_out(of_exercise, into, moments))
            code = code or _times_of_nobody(moments, hand_ins, times)
            keep_for_tree(into, taken)
    except (CollectError, WhoError) as error:
        complain(str(error))
        return USAGE
    except OSError as error:
        hint = "--into names a folder for the tree"
        complain(f"{into} cannot be written: {error}; {hint}")
        return USAGE
    unknown = [hand_in for hand_in in hand_ins if not hand_in.assignment]
    _say_placed(placed)
    _complain_of(unknown)
    code = code or _account_for(known, hand_ins, files)
    became = {placement.what for placement in placed}
    if REPLACED in became or NOTHING in became:
        command = "nbgrader autograde ASSIGNMENT --force"
        say(f"what was graded before is graded anew by: {command}")
    if unknown or FAILED in became:
        code = code or NOT_GRADED
    return code


def _times_of_nobody(
    moments: Mapping[str, datetime], hand_ins: Sequence[HandIn], times: Path | None
) -> int:
    """Name those in the table of times who have handed in nothing here, and give the exit code.

    It may be a name that is spelt otherwise, whose lateness would get lost.
    """
    here = {composed(hand_in.student) for hand_in in hand_ins}
    strangers = sorted(moments.keys() - here)
    if not strangers:
        return OK
    listed = tame_line(", ".join(strangers))
    complain(f"{times}: of these students nothing was found here: {listed}")
    return NOT_GRADED


def _say_placed(placed: Sequence[Placement]) -> None:
    for placement in placed:
        hand_in = placement.hand_in
        late = ", late by Canvas's reckoning" if hand_in.late else ""
        reasons = "; ".join(filter(None, (placement.why, hand_in.note)))
        more = f": {reasons}" if reasons else ""
        place = os.path.relpath(placement.place)
        say(tame_line(f"{place}  {placement.what}{late}{more}"))


def _complain_of(unknown: Sequence[HandIn]) -> None:
    nothing = "it belongs to no exercise; name one with --assignment"
    for hand_in in unknown:
        why = hand_in.broken or hand_in.problem or nothing
        complain(f"{tame_line(hand_in.student)}: {tame_line(why)}")
