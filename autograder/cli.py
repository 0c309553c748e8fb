"""The command line: `python -m autograder VERB …`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .course import Course, CourseError

if TYPE_CHECKING:
    from .collect import Found

OK, NOT_GRADED, USAGE, BELOW = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns
    -------
    int
        0: done; 1: something could not be graded for a reason that is not its own, or a check found something;
        2: wrong usage; 3: below `--min-score`.
    """
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except CourseError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("autograder: stopped; run the same command again to go on", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """All verbs and their options."""
    top = argparse.ArgumentParser(prog="python -m autograder", description="Grade and publish the exercises.")
    verbs = top.add_subparsers(required=True, metavar="VERB")
    course = argparse.ArgumentParser(add_help=False)
    course.add_argument("--solutions", type=Path, help="folder of the secrets, if not the course's own")
    grade = verbs.add_parser("grade", parents=[course], help="grade notebooks, a submitted/ tree or an LMS's zip")
    grade.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    grade.add_argument("--assignment", default="", help="take every notebook for this exercise's")
    grade.add_argument("--out", type=Path, default=Path("results"), help="where result files go (results)")
    grade.add_argument("--jobs", type=_positive, default=1, help="processes (1)")
    grade.add_argument("--seed", type=int, default=0, help="seed of the hidden inputs (0)")
    grade.add_argument("--sandbox", default="auto", choices=["auto", "bubblewrap", "user", "none"])
    grade.add_argument("--min-score", type=float, metavar="PART", help="one submission: exit 3 below this part")
    grade.add_argument("--again", action="store_true", help="grade anew what has a result already")
    grade.set_defaults(run=_grade)
    collect = verbs.add_parser("collect", parents=[course], help="lay out an LMS's zip as nbgrader's submitted/ tree")
    collect.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    collect.add_argument("--assignment", default="", help="take every notebook for this exercise's")
    collect.add_argument("--into", type=Path, default=Path("grading/submitted"), help="the tree (grading/submitted)")
    collect.add_argument("--times", type=Path, metavar="CSV", help="when students handed in: columns student, time")
    collect.set_defaults(run=_collect)
    release = verbs.add_parser("release", parents=[course], help="make exercises/ from solutions/")
    release.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    release.set_defaults(run=_release)
    leaks = verbs.add_parser("leaks", parents=[course], help="look for secrets in what is published")
    leaks.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    leaks.set_defaults(run=_leaks)
    dist = verbs.add_parser("dist", parents=[course], help="make the student's repository as a folder, and as a zip")
    dist.set_defaults(run=_dist)
    doctor = verbs.add_parser("doctor", help="say what this machine can confine with")
    doctor.set_defaults(run=_doctor)
    return top


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number


def _grade(options: argparse.Namespace) -> int:
    from .batch import Order
    from .confine import NotConfined

    course = Course.find(".", options.solutions)
    if options.assignment:
        course.source(options.assignment)
    if not options.out.exists():  # marks are nobody's but the instructor's
        options.out.mkdir(parents=True, mode=0o700)
    order = Order(course.root, course.solutions, options.out.resolve(), options.seed, options.sandbox, options.again)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            return _grade_found(options, course, order, Path(scratch))
    except NotConfined as error:
        print(f"autograder: {error}", file=sys.stderr)
        return NOT_GRADED


def _grade_found(options: argparse.Namespace, course: Course, order, scratch: Path) -> int:
    from .batch import ready
    from .collect import CollectError, collect
    from .terminal import show

    found, code = [], OK
    for path in options.paths:
        try:
            found += collect(path, course.assignments, scratch, options.assignment)
        except CollectError as error:
            print(f"autograder: {error}", file=sys.stderr)
            code = USAGE
    found = _with_exercises(found, course)
    if options.min_score is not None and len(found) != 1:
        print(f"autograder: --min-score is for one submission; {len(found)} found", file=sys.stderr)
        return USAGE
    order = replace(order, others=_others(options, found))
    ready(order, found[0].assignment if found and options.jobs == 1 else "")
    done = show(order, found, options.jobs)
    if any(d.result.score is None for d in done):
        code = code or NOT_GRADED
    if code == OK and options.min_score is not None:
        result = done[0].result
        enough = result.max_score and result.score >= options.min_score * result.max_score
        return OK if enough else BELOW
    return code


def _with_exercises(found: Sequence[Found], course: Course) -> list[Found]:
    """Each submission with its exercise, before the last hand-in of each student and exercise is looked for.

    Where all that is known is of one exercise, the rest is taken for it: it then has a result, if only a refusal.
    """
    from .batch import named
    from .collect import latest

    known = [named(one, course)[0] for one in found]
    exercises = {one.assignment for one in known} - {""} or set(course.assignments)
    only = exercises.pop() if len(exercises) == 1 else ""
    return latest([replace(one, assignment=one.assignment or only) for one in known])


def _collect(options: argparse.Namespace) -> int:
    from .collect import CollectError, collect
    from .lay_out import NOTHING, REPLACED, lay_out, read_times

    course = Course.find(".", options.solutions)
    if options.assignment:
        course.source(options.assignment)
    try:
        times = read_times(options.times) if options.times else {}
        with tempfile.TemporaryDirectory() as scratch:
            wanted = (course.assignments, Path(scratch), options.assignment)
            found = [one for path in options.paths for one in collect(path, *wanted)]
            found = _with_exercises(found, course)
            laid = list(lay_out([one for one in found if one.assignment], options.into, times))
    except CollectError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return USAGE
    for one in laid:
        late = ", late by Canvas's reckoning" if one.found.late else ""
        why = f": {one.why}" if one.why else ""
        print(f"{os.path.relpath(one.place)}  {one.what}{late}{why}")
    unknown = [one for one in found if not one.assignment]
    for one in unknown:
        print(f"autograder: {one.student}: it belongs to no exercise; name one with --assignment", file=sys.stderr)
    if any(one.what in (REPLACED, NOTHING) for one in laid):
        print("what was graded before is graded anew by: nbgrader autograde ASSIGNMENT --force")
    return NOT_GRADED if unknown else OK


def _others(options: argparse.Namespace, found: Sequence[Found]) -> tuple[Path, ...]:
    """Where other students' work and marks lie; a link of a student's leads anywhere and is not followed.

    Of a single submission they are the marks that are there already, and what lies beside it in a submitted tree.
    """
    marks = list(options.out.glob("*/*.json"))
    if len(found) > 1:
        places = [*(f.path for f in found), *(p for p in options.paths if p.is_file()), options.out]
    else:
        trees = [f.path.resolve().parents[2] for f in found if f.path.parent.name == f.assignment]
        beside = [path for f in found for tree in trees for path in tree.glob(f"*/{f.assignment}/*.ipynb")]
        own = {place for f in found for place in (f.path.resolve(), options.out / f.student / f"{f.assignment}.json")}
        places = [path for path in (*beside, *marks) if path not in own]
    return tuple(path.resolve() for path in places if path.exists() and not path.is_symlink())


def _release(options: argparse.Namespace) -> int:
    from .release.build import release

    course = Course.find(".", options.solutions)
    for path in release(course, options.assignments or None):
        print(f"released {os.path.relpath(path)}")
    return OK


def _leaks(options: argparse.Namespace) -> int:
    from .leaks import find_leaks, published

    course = Course.find(".", options.solutions)
    paths = options.paths or published(course)
    found = find_leaks(course, paths)
    for leak in found:
        print(leak)
    print(f"{len(found)} leaks in {', '.join(os.path.relpath(p) for p in paths)}")
    return NOT_GRADED if found else OK


def _dist(options: argparse.Namespace) -> int:
    from .dist import make

    tree, archive = make(Course.find(".", options.solutions))
    print(f"the student's repository: {os.path.relpath(tree)}, as a zip: {os.path.relpath(archive)}")
    return OK


def _doctor(options: argparse.Namespace) -> int:
    from .confine.doctor import report

    text, confines = report()
    print(text)
    return OK if confines else NOT_GRADED
