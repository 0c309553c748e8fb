"""Marks for Canvas: the gradebook's export (Grades, Export) with the exercise's column filled in.

Make the assignment in Canvas first, with the exercise's name in its name (`ex1_rnn_cell`) and
the same points, then export. What comes out has the columns that say whose the line is and
those of the marks: no other column, so that importing it changes nothing else. Students are
found by Canvas's id, SIS id, login, or name; whoever is not found, or fits two lines, is named
on standard error.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from ..grade.result import Result
from .gather import Gathered, ReportError
from .matching import in_both_orders
from .roster import (
    People,
    Roster,
    add_roster_options,
    enter_marks,
    mark_column,
    mark_factor,
    read_roster,
    results_by_exercise,
    tell_problems,
)

# Canvas, app/models/gradebook_importer.rb: the line of heads begins with Student and ID (or
# LastName, FirstName, ID), the last column about the student is Section, assignments are `title
# (id)`; a line with "Points Possible" in the first cell and one of nothing but "Manual Posting"
# are no students; semicolons and decimal commas are understood. A student is looked up by ID,
# then by SIS User ID and SIS Login ID, last by name. An empty cell where there is a mark takes
# the mark away, which is why a cell without a result stays as it was exported.
HELP = "the marks in Canvas's gradebook export"
_ASSIGNMENT = re.compile(r".*\(\d+\)\s*$", re.S)
_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_ABOUT = (
    "student",
    "lastname",
    "firstname",
    "root account",
    "section",
    *(name.casefold() for name in _IDS),
)
_NO_STUDENTS = ("Student, Test", "Test Student")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every LMS's report has."""
    add_roster_options(parser, "Canvas", "the gradebook")


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """Give the gradebook with the marks in it."""
    roster = read_roster(options.roster)
    about = _columns_about_students(roster)
    people = _people(roster)
    graded = results_by_exercise(gathered)
    if options.column is not None and len(graded) != 1:
        named = ", ".join(graded) or "none"
        raise ReportError(f"--column is for one exercise; there are results of {named}")
    marks = []
    for assignment, results in graded.items():
        candidates = _assignment_columns(roster, beyond=max(about))
        place = mark_column(roster, assignment, candidates, options.column)
        factor = _factor(roster, place, results, options.scale)
        factors = dict.fromkeys(people.names, factor)
        matched = enter_marks(
            roster, place, results, people, factors, options.missing_zero
        )
        tell_problems(assignment, matched.problems)
        marks.append(place)
    return roster.text([*about, *sorted(set(marks))])


def _columns_about_students(roster: Roster) -> list[int]:
    """Find the columns about the student, which Canvas wants in their order."""
    section = roster.column("Section")
    has_ids = roster.column("ID") is not None
    begins_with_name = roster.heads[0].strip() in ("Student", "LastName")
    if section is None or not (has_ids and begins_with_name):
        raise ReportError(
            "this is no gradebook of Canvas: expected columns Student, ID, …, Section, "
            "and then the assignments (Grades, Export); "
            f"found {', '.join(roster.heads[:6])}"
        )
    heads = [head.strip().casefold() for head in roster.heads[: section + 1]]
    return [place for place, head in enumerate(heads) if head in _ABOUT]


def _assignment_columns(roster: Roster, beyond: int) -> list[int]:
    """Find the columns of assignments, which stand behind those about the student."""
    behind = range(beyond + 1, len(roster.heads))
    return [place for place in behind if _ASSIGNMENT.fullmatch(roster.heads[place])]


def _people(roster: Roster) -> People:
    names = {}
    accounts = {}
    for line, row in enumerate(roster.rows):
        if own := _names(roster, row):
            names[line] = own
            accounts[line] = [roster.cell(row, "ID")]
    return People(names, accounts, "canvas")


def _names(roster: Roster, row: list[str]) -> list[str]:
    """Give what may stand for a student, the name first; nothing for no student's line."""
    name = row[0].strip()
    ids = roster.cells(row, _IDS)
    is_points = "Points Possible" in name
    if not ids or is_points or name in _NO_STUDENTS:
        return []
    if roster.heads[0].strip() == "LastName":
        return [name, *in_both_orders(row[1].strip(), name), *ids]
    last, comma, first = name.partition(",")
    names = in_both_orders(first.strip(), last.strip()) if comma else [name]
    return [name, *names, *ids]


def _factor(
    roster: Roster, place: int, results: Sequence[Result], scale: bool
) -> float:
    """Say what marks are multiplied by: the points are in a line that is no student's."""
    most = max(result.max_score for result in results)
    for row in roster.rows:
        if "Points Possible" in row[0]:
            return mark_factor(most, row[place], scale)
    return mark_factor(most, "", scale)
