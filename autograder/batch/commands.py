"""The verbs `grade`, `regrade` and `collect`: from paths on the command line to files, and what is said about them."""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..collect.collect import CollectError, HandIn, candidates, latest
from ..collect.folder_names import in_results, in_tree, keep_for_tree, told_apart
from ..collect.submitted_tree import (
    FAILED,
    NOTHING,
    REPLACED,
    LaidOutFile,
    lay_out,
    read_times,
)
from ..collect.which_file import weight
from ..confine import NotConfined
from ..exits import BELOW, NOT_GRADED, OK, USAGE
from ..grade.notebook_file import UnreadableError, contents, parse
from ..grade.result import path_of, write_text
from ..safe.printable import complain, say, tame_line
from ..system.scratch import scratch_folder, writing_to
from ..unit.course import Course
from ..unit.secret_seed import seed_of
from ..unit.unit import load
from . import regrade as again
from .batch import Graded, Order, named, ready
from .cluster import NoClusterError
from .terminal import show, show_changes


def grade(options: argparse.Namespace) -> int:
    """Grade what the paths name, and show the marks."""
    return _with_order(options, _graded, options.out)


def regrade(options: argparse.Namespace) -> int:
    """Grade beside the results that are there, and show what would change; put it in place if asked to."""
    return _with_order(options, _regraded, again.beside(options.out))


def collect_tree(options: argparse.Namespace) -> int:
    """Lay what the paths name out as nbgrader's submitted/ tree, and say what became of each submission."""
    course = Course.find(".", options.solutions)
    if options.assignment:
        course.source(options.assignment)
    try:
        times = read_times(options.times) if options.times else {}
        with scratch_folder() as scratch:
            found, code = _found(options, course, scratch)
            taken = in_tree(options.into)
            found = told_apart(found, taken)
            course.make_grading_around(options.into)
            laid = list(
                lay_out([one for one in found if one.assignment], options.into, times)
            )
            keep_for_tree(options.into, taken)
    except CollectError as error:
        complain(str(error))
        return USAGE
    except OSError as error:
        complain(
            f"{options.into} cannot be written: {error}; --into names a folder for the tree"
        )
        return USAGE
    for one in laid:
        _say_laid(one)
    unknown = [one for one in found if not one.assignment]
    for one in unknown:
        why = (
            one.broken
            or one.problem
            or "it belongs to no exercise; name one with --assignment"
        )
        complain(f"{tame_line(one.student)}: {tame_line(why)}")
    if any(one.what in (REPLACED, NOTHING) for one in laid):
        say(
            "what was graded before is graded anew by: nbgrader autograde ASSIGNMENT --force"
        )
    return code or (
        NOT_GRADED if unknown or any(one.what == FAILED for one in laid) else OK
    )


def _say_laid(one: LaidOutFile) -> None:
    late = ", late by Canvas's reckoning" if one.found.late else ""
    more = "; ".join(filter(None, (one.why, one.found.note)))
    say(
        tame_line(
            f"{os.path.relpath(one.place)}  {one.what}{late}{': ' if more else ''}{more}"
        )
    )


def _with_order(options: argparse.Namespace, run, out: Path) -> int:
    course = Course.find(".", options.solutions)
    if options.assignment:
        course.source(options.assignment)
    try:
        if options.out.exists() and not options.out.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "a file is there", str(options.out))
        if not out.exists():  # marks are nobody's but the instructor's
            out.mkdir(parents=True, mode=0o700)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        why = error.strerror or error
        complain(
            f"{options.out} cannot be written to: {why}; --out names a folder for result files"
        )
        return USAGE
    seed_of(
        course
    )  # before anything is begun, and before the machines of a cluster look for it
    order = Order(
        course.root, course.solutions, out.resolve(), options.seed, options.sandbox
    )
    try:
        # what is unpacked for a cluster must lie where its machines see it, as they see the results
        with (
            writing_to(out),
            scratch_folder(out.parent if options.scheduler else None) as scratch,
        ):
            found, code = _found(options, course, scratch)
            found = told_apart(found, in_results(options.out, found))
            return run(
                options, replace(order, others=_others(options, found)), found, code
            )
    except (NotConfined, NoClusterError) as error:
        complain(str(error))
        return NOT_GRADED


def _found(
    options: argparse.Namespace, course: Course, scratch: Path
) -> tuple[list[HandIn], int]:
    """The submissions that the paths name, and the exit code so far: what is no submission stops no other."""
    found, code = [], OK
    for path in options.paths:
        try:
            found += candidates(path, course.assignments, scratch, options.assignment)
        except CollectError as error:
            complain(tame_line(str(error)))
            code = USAGE
        except OSError as error:  # no room to unpack, no descriptor left
            complain(tame_line(f"{path} cannot be read: {error}"))
            code = code or NOT_GRADED
    return _with_exercises(found, course), code


def _graded(
    options: argparse.Namespace, order: Order, found: list[HandIn], code: int
) -> int:
    if options.min_score is not None and len(found) != 1:
        complain(f"--min-score is for one submission; {len(found)} found")
        return USAGE
    done = _done(
        options, replace(order, again=options.again, keep=not options.again), found
    )
    if any(d.result.score is None or d.damage for d in done):
        code = code or NOT_GRADED
    if code == OK and options.min_score is not None:
        result = done[0].result
        enough = (
            result.max_score and result.score >= options.min_score * result.max_score
        )
        return OK if enough else BELOW
    return code


def _regraded(
    options: argparse.Namespace, order: Order, found: list[HandIn], code: int
) -> int:
    done = _done(options, order, found, marks=False)
    changes = again.changes(options.out.resolve(), done)
    show_changes(changes, done, order.out)
    if options.csv:
        try:
            write_text(again.as_csv(changes), options.csv)
        except OSError as error:
            complain(f"{options.csv} cannot be written: {error.strerror or error}")
            code = code or USAGE
    if options.apply:
        before = again.apply(options.out.resolve(), done)
        kept = f", the old ones in {before}" if before else ""
        say(f"the new results are in {options.out}{kept}")
    elif changes:
        say(
            f"nothing in {options.out} is changed yet; the same command with --apply does it"
        )
    else:
        shutil.rmtree(order.out, ignore_errors=True)
    broken = any(d.result.score is None or d.damage for d in done) or any(
        c.damage for c in changes
    )
    return code or (NOT_GRADED if broken else OK)


def _done(
    options: argparse.Namespace, order: Order, found: list[HandIn], marks: bool = True
) -> list[Graded]:
    ready(
        order,
        found[0].assignment
        if found and options.jobs == 1 and not options.scheduler
        else "",
    )
    return show(order, found, options.jobs, options.scheduler, marks)


def _with_exercises(found: Sequence[HandIn], course: Course) -> list[HandIn]:
    """One submission of each account and exercise, by what is in the notebooks where need be.

    Where all that is known is of one exercise, the rest is taken for it: it then has a result,
    if only a refusal.
    """
    known = [_known(one, course) for one in found]
    exact = {one.whose for one in known if one.assignment}
    known = [
        _of_the_same(one) if one.beside in exact and _is_foreign(one) else one
        for one in known
    ]
    exercises = {one.assignment for one in known} - {""} or set(course.assignments)
    only = exercises.pop() if len(exercises) == 1 else ""
    several = {one.whose for one in known if one.assignment}
    lone = [not one.assignment and one.whose not in several for one in known]
    known = [
        replace(one, assignment=only) if alone else one
        for one, alone in zip(known, lone, strict=True)
    ]

    def weigh(path: Path, exercise: str) -> tuple[int, ...]:
        return weight(path, load(exercise, course)) if exercise else ()

    return latest(known, weigh)


def _known(one: HandIn, course: Course) -> HandIn:
    try:
        return named(one, course)[0]
    except (OSError, MemoryError) as error:
        why = getattr(error, "strerror", None) or error or "there is no memory left"
        return replace(one, broken=f"it could not be read: {why}")


def _is_foreign(one: HandIn) -> bool:
    """Whether a file is a notebook, and has nothing of any exercise in its name or in it."""
    if one.assignment or one.problem or one.broken:
        return False
    try:
        parse(contents(one.path))
    except (UnreadableError, OSError):
        return False
    return True


def _of_the_same(one: HandIn) -> HandIn:
    """A notebook of something else beside the exercise's own in one folder: of the same student."""
    return replace(one, key=one.beside)


def _others(options: argparse.Namespace, found: Sequence[HandIn]) -> tuple[Path, ...]:
    """Where other students' work and marks lie; a link of a student's leads anywhere and is not
    followed.

    Of a single submission they are the marks that are there already, and what lies beside it in
    a submitted tree.
    """
    marks = [
        *options.out.glob("*/*.json*"),
        *again.beside(options.out).glob("*/*.json*"),
    ]
    if len(found) > 1:
        kept = options.out.parent.glob(f"{options.out.name}.*")
        places = [
            *(f.path for f in found),
            *(p for p in options.paths if p.is_file()),
            options.out,
            *kept,
        ]
    else:
        trees = [
            f.path.resolve().parents[2]
            for f in found
            if f.path.parent.name == f.assignment
        ]
        beside = [
            path
            for f in found
            for tree in trees
            for path in tree.glob(f"*/{f.assignment}/*.ipynb")
        ]
        own = {
            place
            for f in found
            for place in (
                f.path.resolve(),
                path_of(options.out, f.student, f.assignment),
            )
        }
        places = [path for path in (*beside, *marks) if path not in own]
    return tuple(
        path.resolve() for path in places if path.exists() and not path.is_symlink()
    )
