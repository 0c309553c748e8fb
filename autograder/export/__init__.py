"""Artefacts that hold secrets, for the instructor to hand to another service: `python -m
autograder export …`.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ..unit.course import Course


def add_verb(verbs) -> None:
    """Add `export` to the verbs of the command line."""
    export = verbs.add_parser(
        "export", help="make what another service grades with (holds secrets)"
    )
    targets = export.add_subparsers(required=True, metavar="TARGET", title="targets")
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
    gradescope.set_defaults(run=_export_gradescope)


def _export_gradescope(options: argparse.Namespace) -> int:
    from .autograder_zip import make_zip

    course = Course.find(".", options.solutions)
    path = make_zip(options.assignment, course, options.out)
    print(f"for Gradescope, secret: {os.path.relpath(path)}")
    return 0
