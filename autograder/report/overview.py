"""A page for the instructor: how the class did.

For each exercise: the marks, what no known mistake explains, the points of each function, the
known mistakes and how often they were met, and the tests by difficulty, each with the section of
the book that helps. No student is named unless --names is given; then a table of students and
exercises comes first. The names of hidden tests stand on it: keep it to yourself.
Sections are links to the book's address, `[links] book` in course.toml, or to the book that was
built here.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .gather import Gathered
from .here import course_here

HELP = "a page for the instructor: marks, mistakes and tests of the class"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add whether students are named, and where the secrets are."""
    parser.add_argument(
        "--names",
        action="store_true",
        help="name the students who met a mistake or were not graded",
    )
    parser.add_argument(
        "--solutions", type=Path, help="folder of the secrets, if not the course's own"
    )


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """Give the page."""
    # Jinja2 is slow to import, and not there where only other formats are written
    from .class_page import class_page
    from .sections import Sections
    from .unexplained_rows import read_notes

    sections = Sections(course_here(options.solutions), here=True)
    notes = read_notes(options.paths)
    return class_page(gathered.results, sections, options.names, notes)
