"""The verbs `grade`, `regrade` and `collect`: from paths on the command line to files, and what is said about them."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from . import regrade as again
from .batch import Done, Order, named, ready
from .cluster import NoClusterError
from .collect import CollectError, Found, collect, latest
from .confine import NotConfined
from .course import Course
from .exits import BELOW, NOT_GRADED, OK, USAGE
from .lay_out import NOTHING, REPLACED, lay_out, read_times
from .report.tame import on_a_line
from .results import path_of, write_text
from .scratch import scratch_folder, writing_to
from .secret_seed import seed_of
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
            wanted = (course.assignments, scratch, options.assignment)
            found = _with_exercises([one for path in options.paths for one in collect(path, *wanted)], course)
            laid = list(lay_out([one for one in found if one.assignment], options.into, times))
    except CollectError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return USAGE
    for one in laid:
        late = ", late by Canvas's reckoning" if one.found.late else ""
        why = f": {one.why}" if one.why else ""
        print(on_a_line(f"{os.path.relpath(one.place)}  {one.what}{late}{why}"))
    unknown = [one for one in found if not one.assignment]
    for one in unknown:
        why = "it belongs to no exercise; name one with --assignment"
        print(on_a_line(f"autograder: {one.student}: {why}"), file=sys.stderr)
    if any(one.what in (REPLACED, NOTHING) for one in laid):
        print("what was graded before is graded anew by: nbgrader autograde ASSIGNMENT --force")
    return NOT_GRADED if unknown else OK


def _with_order(options: argparse.Namespace, run, out: Path) -> int:
    course = Course.find(".", options.solutions)
    if options.assignment:
        course.source(options.assignment)
    if not out.exists():  # marks are nobody's but the instructor's
        out.mkdir(parents=True, mode=0o700)
    seed_of(course)  # before anything is begun, and before the machines of a cluster look for it
    order = Order(course.root, course.solutions, out.resolve(), options.seed, options.sandbox)
    try:
        # what is unpacked for a cluster must lie where its machines see it, as they see the results
        with writing_to(out), scratch_folder(out.parent if options.scheduler else None) as scratch:
            found, code = _found(options, course, scratch)
            return run(options, replace(order, others=_others(options, found)), found, code)
    except (NotConfined, NoClusterError) as error:
        print(f"autograder: {error}", file=sys.stderr)
        return NOT_GRADED


def _found(options: argparse.Namespace, course: Course, scratch: Path) -> tuple[list[Found], int]:
    """The submissions that the paths name, and the exit code so far: what is no submission stops no other."""
    found, code = [], OK
    for path in options.paths:
        try:
            found += collect(path, course.assignments, scratch, options.assignment)
        except CollectError as error:
            print(f"autograder: {error}", file=sys.stderr)
            code = USAGE
    return _with_exercises(found, course), code


def _graded(options: argparse.Namespace, order: Order, found: list[Found], code: int) -> int:
    if options.min_score is not None and len(found) != 1:
        print(f"autograder: --min-score is for one submission; {len(found)} found", file=sys.stderr)
        return USAGE
    done = _done(options, replace(order, again=options.again, keep=not options.again), found)
    if any(d.result.score is None or d.damage for d in done):
        code = code or NOT_GRADED
    if code == OK and options.min_score is not None:
        result = done[0].result
        enough = result.max_score and result.score >= options.min_score * result.max_score
        return OK if enough else BELOW
    return code


def _regraded(options: argparse.Namespace, order: Order, found: list[Found], code: int) -> int:
    done = _done(options, order, found, marks=False)
    changes = again.changes(options.out.resolve(), done)
    show_changes(changes, done, order.out)
    if options.csv:
        write_text(again.as_csv(changes), options.csv)
    if options.apply:
        before = again.apply(options.out.resolve(), done)
        print(f"the new results are in {options.out}" + (f", the old ones in {before}" if before else ""))
    elif changes:
        print(f"nothing in {options.out} is changed yet; the same command with --apply does it")
    else:
        shutil.rmtree(order.out, ignore_errors=True)
    broken = any(d.result.score is None or d.damage for d in done) or any(c.damage for c in changes)
    return code or (NOT_GRADED if broken else OK)


def _done(options: argparse.Namespace, order: Order, found: list[Found], marks: bool = True) -> list[Done]:
    ready(order, found[0].assignment if found and options.jobs == 1 and not options.scheduler else "")
    return show(order, found, options.jobs, options.scheduler, marks)


def _with_exercises(found: Sequence[Found], course: Course) -> list[Found]:
    """Each submission with its exercise, before the last hand-in of each student and exercise is looked for.

    Where all that is known is of one exercise, the rest is taken for it: it then has a result, if only a refusal.
    """
    known = [_named(one, course) for one in found]
    exercises = {one.assignment for one in known} - {""} or set(course.assignments)
    only = exercises.pop() if len(exercises) == 1 else ""
    return latest([replace(one, assignment=one.assignment or only) for one in known])


def _named(one: Found, course: Course) -> Found:
    try:
        return named(one, course)[0]
    except (OSError, MemoryError):  # told when its turn comes, if it cannot be read then either
        return one


def _others(options: argparse.Namespace, found: Sequence[Found]) -> tuple[Path, ...]:
    """Where other students' work and marks lie; a link of a student's leads anywhere and is not followed.

    Of a single submission they are the marks that are there already, and what lies beside it in a submitted tree.
    """
    marks = [*options.out.glob("*/*.json*"), *again.beside(options.out).glob("*/*.json*")]
    if len(found) > 1:
        kept = options.out.parent.glob(f"{options.out.name}.*")
        places = [*(f.path for f in found), *(p for p in options.paths if p.is_file()), options.out, *kept]
    else:
        trees = [f.path.resolve().parents[2] for f in found if f.path.parent.name == f.assignment]
        beside = [path for f in found for tree in trees for path in tree.glob(f"*/{f.assignment}/*.ipynb")]
        own = {place for f in found for place in (f.path.resolve(), path_of(options.out, f.student, f.assignment))}
        places = [path for path in (*beside, *marks) if path not in own]
    return tuple(path.resolve() for path in places if path.exists() and not path.is_symlink())
