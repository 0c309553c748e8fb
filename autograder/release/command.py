"""The verb `release`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from ..exits import OK
from ..unit.course import Course


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `release`."""
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")


def run(course: Course, assignments: Sequence[str]) -> int:
    """Release these exercises, all if none is named, and say what was written."""
    from .build import release  # slow to import, and `--help` has no need of it

    for path in release(course, assignments or None):
        print(f"released {os.path.relpath(path)}")
    return OK
