"""The page that explains a check names the rows and the marks that a check has."""

import re
from dataclasses import replace

from book_fixtures import ROOT

from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.check.line_picture import SIGNS
from unrolled.check.render import _rows
from unrolled.notebook_check import Check

PAGE = (ROOT / "book" / "exercises.md").read_text(encoding="utf-8")
COURSE = Course.find(__file__)


def first_cells():
    """What stands in the first column of the page's tables."""
    found = re.findall(r"^\| ([^|]+?) \|", PAGE, re.MULTILINE)
    return {word for cell in found for word in cell.split(", ")} - {"row", "mark"}


def rows_of(assignment, name):
    """The labels of a check, of each known mistake of a function."""
    unit = load(assignment, COURSE)
    check = Check(assignment, COURSE.exercises / assignment)
    for _, wrong in unit.known[name]:
        verdict = check.located(wrong, check.verdict(wrong))
        yield from (label for label, _ in _rows(replace(verdict, book=None)) if label)


def test_each_mark_and_each_row_of_a_check_is_explained():
    said = first_cells()
    assert set(SIGNS.values()) <= said
    rows = set(rows_of("ex4_lstm_backward", "lstm_cell_backward"))
    assert {"called", "found", "right", "on paper", "mistake"} <= rows
    explained = said | {"book", "and"}  # a link, and a second mistake
    assert rows <= explained
    assert said - set(SIGNS.values()) <= rows | {"note", "where", "hint"}
