"""A page for one student: what each function earned, what is wrong with it, and where the book
explains it.

The page is one file that asks for nothing from anywhere; it can be mailed, or opened without a
network. With results of several students, --out is a folder, and each gets a page of their own
in it. At the top stand the points of all exercises, and what they are made of: by machine,
by hand, less what lateness costs. Sections of the book are links where `[links] book` in
course.toml has its address.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..collect.folder_names import LASTING, safe_name
from ..collect.hand_in import kind_of
from ..grade.result import Result
from .gather import Gathered
from .here import course_here

HELP = "a page of feedback for one student, or one for each"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add where the secrets are: the course's folder is known by them."""
    parser.add_argument(
        "--solutions", type=Path, help="folder of the secrets, if not the course's own"
    )


def make_report(
    gathered: Gathered, options: argparse.Namespace
) -> str | dict[str, str]:
    """Give one page, or a page for each student by the name of its file."""
    # Jinja2 is slow to import, and not there where only other formats are written
    from .sections import Sections
    from .student_page import student_page
    from .total_parts import parts_of, with_parts

    sections = Sections(course_here(options.solutions))
    pages = []
    for student, results in results_by_student(gathered.results):
        page = student_page(student, results, sections)
        parts = parts_of(results, gathered, sections.course)
        pages.append((student, with_parts(page, parts)))
    into_folder = options.out is not None and options.out.is_dir()
    if len(pages) == 1 and not into_folder:
        [(_, page)] = pages
        return page
    return _by_file_name(pages)


def results_by_student(
    results: Sequence[Result],
) -> list[tuple[str, list[Result]]]:
    """Give each student's results; two of one name are told apart by a lasting account."""
    students: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        is_lasting = kind_of(result.account) in LASTING
        account = result.account if is_lasting else ""
        students.setdefault((result.student, account), []).append(result)
    return [(student, own) for (student, _), own in students.items()]


def _by_file_name(pages: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Give pages by file names, of which no two are the same on any system."""
    files: dict[str, str] = {}
    taken: set[str] = set()
    for student, page in pages:
        stem = safe_name(student)
        turn = 1
        while f"{stem}-{turn}".casefold() in taken:
            turn += 1
        taken.add(f"{stem}-{turn}".casefold())
        name = stem if turn == 1 else f"{stem}-{turn}"
        files[f"{name}.html"] = page
    return files
