"""The command line: `python -m autograder VERB …`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import export, report
from .exits import NOT_GRADED, OK, STOPPED, TERMINATED, USAGE
from .publish import public_folder
from .safe.printable import complain, replace_what_cannot_be_printed
from .system.stopping import Stopped, stoppable
from .unit.course import Course, CourseError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns
    -------
    int
        0: done; 1: something could not be graded for a reason that is not its own, or a check
        found something; 2: wrong usage; 3: below `--min-score`; 130 or 143: stopped by Ctrl-C
        or SIGTERM.
    """
    replace_what_cannot_be_printed()
    options = parser().parse_args(arguments)
    try:
        with stoppable():
            return options.run(options)
    except CourseError as error:
        complain(str(error))
        return USAGE
    except KeyboardInterrupt as stop:
        print(
            "autograder: stopped; run the same command again to go on", file=sys.stderr
        )
        return TERMINATED if isinstance(stop, Stopped) else STOPPED


def parser() -> argparse.ArgumentParser:
    """All verbs and their options."""
    top = argparse.ArgumentParser(
        prog="python -m autograder", description="Grade and publish the exercises."
    )
    verbs = top.add_subparsers(required=True, metavar="VERB")
    course = argparse.ArgumentParser(add_help=False)
    course.add_argument(
        "--solutions", type=Path, help="folder of the secrets, if not the course's own"
    )
    grading = _grading()
    grade = verbs.add_parser(
        "grade",
        parents=[course, grading],
        help="grade notebooks, a submitted/ tree or an LMS's zip",
    )
    grade.add_argument(
        "--min-score",
        type=float,
        metavar="PART",
        help="one submission: exit 3 below this part",
    )
    grade.add_argument(
        "--again", action="store_true", help="grade anew what has a result already"
    )
    grade.set_defaults(run=_grade)
    regrade = verbs.add_parser(
        "regrade",
        parents=[course, grading],
        help="after a change of tests: say what changes for whom and why",
    )
    regrade.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the changes there as well"
    )
    regrade.add_argument(
        "--apply",
        action="store_true",
        help="then put the new results in place, the old ones beside",
    )
    regrade.set_defaults(run=_regrade)
    collect = verbs.add_parser(
        "collect",
        parents=[course],
        help="lay out an LMS's zip as nbgrader's submitted/ tree",
    )
    collect.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    collect.add_argument(
        "--assignment", default="", help="take every notebook for this exercise's"
    )
    collect.add_argument(
        "--into",
        type=Path,
        default=Path("grading/submitted"),
        help="the tree (grading/submitted)",
    )
    collect.add_argument(
        "--times",
        type=Path,
        metavar="CSV",
        help="when students handed in: columns student, time",
    )
    collect.set_defaults(run=_collect)
    release = verbs.add_parser(
        "release", parents=[course], help="make exercises/ from solutions/"
    )
    release.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    release.set_defaults(run=_release)
    leaks = verbs.add_parser(
        "leaks", parents=[course], help="look for secrets in what is published"
    )
    leaks.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    leaks.set_defaults(run=_leaks)
    dist = verbs.add_parser(
        "dist",
        parents=[course],
        help="make the student's repository as a folder, and as a zip",
    )
    dist.set_defaults(run=_dist)
    report.add_verb(verbs)
    export.add_verb(verbs)
    public_folder.add_verb(verbs)
    doctor = verbs.add_parser("doctor", help="say what this machine can confine with")
    doctor.set_defaults(run=_doctor)
    return top


def _grading() -> argparse.ArgumentParser:
    """Options of the verbs that grade."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    options.add_argument(
        "--assignment", default="", help="take every notebook for this exercise's"
    )
    options.add_argument(
        "--out",
        type=Path,
        default=Path("results"),
        help="where result files go (results)",
    )
    options.add_argument("--jobs", type=_positive, default=1, help="processes (1)")
    options.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="hand them to a dask.distributed cluster",
    )
    options.add_argument(
        "--seed",
        type=_seed,
        help="draw hidden inputs from this number, to try things out",
    )
    options.add_argument(
        "--sandbox", default="auto", choices=["auto", "bubblewrap", "user", "none"]
    )
    return options


def _seed(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is below 0")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number


def _grade(options: argparse.Namespace) -> int:
    from .batch.commands import grade

    return grade(options)


def _regrade(options: argparse.Namespace) -> int:
    from .batch.commands import regrade

    return regrade(options)


def _collect(options: argparse.Namespace) -> int:
    from .batch.commands import collect_tree

    return collect_tree(options)


def _release(options: argparse.Namespace) -> int:
    from .release.build import release

    course = Course.find(".", options.solutions)
    for path in release(course, options.assignments or None):
        print(f"released {os.path.relpath(path)}")
    return OK


def _leaks(options: argparse.Namespace) -> int:
    from .publish.leaks import find_leaks, published

    course = Course.find(".", options.solutions)
    paths = options.paths or published(course)
    found = find_leaks(course, paths)
    for leak in found:
        print(leak)
    print(f"{len(found)} leaks in {', '.join(os.path.relpath(p) for p in paths)}")
    return NOT_GRADED if found else OK


def _dist(options: argparse.Namespace) -> int:
    from .publish.student_repository import make

    tree, archive = make(Course.find(".", options.solutions))
    print(
        f"the student's repository: {os.path.relpath(tree)}, as a zip: {os.path.relpath(archive)}"
    )
    return OK


def _doctor(options: argparse.Namespace) -> int:
    from .confine.doctor import report

    text, confines = report()
    print(text)
    return OK if confines else NOT_GRADED
