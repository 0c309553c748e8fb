"""What the verbs `grade`, `regrade` and `collect` take; imports nothing of weight."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_grade(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `grade`."""
    _add_grading(parser)
    parser.add_argument(
        "--min-score",
        type=float,
        metavar="PART",
        help="one submission: exit 3 below this part",
    )
    parser.add_argument(
        "--again", action="store_true", help="grade anew what has a result already"
    )


def add_regrade(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `regrade`."""
    _add_grading(parser)
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the changes there as well"
    )
    parser.add_argument(
        "--apply",
        action="store_true",
        help="then put the new results in place, the old ones beside",
    )


def add_collect(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `collect`."""
    _add_submissions(parser)
    parser.add_argument(
        "--into",
        type=Path,
        default=Path("grading/submitted"),
        help="the tree (grading/submitted)",
    )
    parser.add_argument(
        "--times",
        type=Path,
        metavar="CSV",
        help="when students handed in: columns student, time",
    )


def _add_submissions(parser: argparse.ArgumentParser) -> None:
    """Add what the three of them take: where submissions are, and of which exercise."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument(
        "--assignment", default="", help="take every notebook for this exercise's"
    )
    parser.add_argument(
        "--who",
        default="",
        metavar="PATTERN|CSV",
        help='whose a file is, where nobody knows: "{any}/{student} - {file}", also with '
        "{exercise} and {time}; or a table with the columns name and student",
    )
    parser.add_argument(
        "--files",
        type=Path,
        metavar="CSV",
        help="write down what became of every file",
    )


def _add_grading(parser: argparse.ArgumentParser) -> None:
    """Add what the two take that grade."""
    _add_submissions(parser)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("results"),
        help="where result files go (results)",
    )
    parser.add_argument("--jobs", type=_positive, default=1, help="processes (1)")
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="hand them to a dask.distributed cluster",
    )
    parser.add_argument(
        "--seed",
        type=_not_negative,
        help="draw hidden inputs from this number, to try things out",
    )
    parser.add_argument(
        "--sandbox", default="auto", choices=["auto", "bubblewrap", "user", "none"]
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="start a Python for each worker, in place of a fork (several times slower)",
    )


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is below 0")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number
