"""The verbs `leaks` and `dist`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from ..exits import NOT_GRADED, OK
from ..unit.course import Course


def add_leaks(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `leaks`."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")


def leaks(course: Course, paths: Sequence[Path]) -> int:
    """Look for secrets in these places, in all that is published if none is named."""
    from .leaks import find_leaks, published  # slow to import, as below

    places = paths or published(course)
    found = find_leaks(course, places)
    for leak in found:
        print(leak)
    shown = ", ".join(os.path.relpath(place) for place in places)
    print(f"{len(found)} leaks in {shown}")
    return NOT_GRADED if found else OK


def dist(course: Course) -> int:
    """Make the student's repository as a folder and as a zip, and say where they are."""
    from .student_repository import make

    tree, archive = map(os.path.relpath, make(course))
    print(f"the student's repository: {tree}, as a zip: {archive}")
    return OK
