"""Artefacts that hold secrets, for the instructor to hand to another service: `python -m
autograder export …`.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ..exits import OK
from ..unit.course import Course


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the services, each with its options."""
    targets = parser.add_subparsers(required=True, metavar="TARGET", title="targets")
    gradescope = targets.add_parser(
        "gradescope",
        help="the autograder zip of one exercise",
        description="Make the zip that Gradescope grades an exercise with (Configure "
        "Autograder, zip file upload). It holds the exercise's solution and hidden tests: "
        "give it to nobody else. Choose a base image with Ubuntu, at least 2 GB of memory, "
        "and the exercise's points.",
    )
    gradescope.add_argument("assignment", metavar="ASSIGNMENT")
    gradescope.add_argument(
        "--out", type=Path, metavar="FILE", help="grading/gradescope/ASSIGNMENT.zip"
    )
    gradescope.add_argument(
        "--solutions", type=Path, help="folder of the secrets, if not the course's own"
    )


def run(assignment: str, out: Path | None, solutions: Path | None) -> int:
    """Make the zip for Gradescope, the one service so far, and say where it is.

    Parameters
    ----------
    assignment : str
        The exercise.
    out : Path or None
        The zip; `grading/gradescope/<assignment>.zip` if None.
    solutions : Path or None
        The folder of the secrets; the course's own if None.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    CourseError
        As from `make_zip`.
    """
    from .autograder_zip import (
        make_zip,  # slow to import, and `--help` has no need of it
    )

    path = make_zip(assignment, Course.find(".", solutions), out)
    print(f"for Gradescope, secret: {os.path.relpath(path)}")
    return OK
