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

from ..safe.csv_cells import number
from ..safe.printable import complain, tame_line
from . import roster as rosters
from .gather import Gathered, ReportError
from .roster import Roster

# Canvas, app/models/gradebook_importer.rb: the line of heads begins with Student and ID (or
# LastName, FirstName, ID), the last column about the student is Section, assignments are `title
# (id)`; a line with "Points Possible" in the first cell and one of nothing but "Manual Posting"
# are no students; semicolons and decimal commas are understood. A student is looked up by ID,
# then by SIS User ID and SIS Login ID, last by name. An empty cell where there is a mark takes
# the mark away, which is why a cell without a result stays as it was exported.
HELP = "the marks in Canvas's gradebook export"
_ASSIGNMENT = re.compile(r".*\(\d+\)\s*$", re.S)
_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every LMS's report has."""
    rosters.add_options(parser, "Canvas", "the gradebook")


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """The gradebook with the marks in it."""
    roster = rosters.read(options.roster)
    about = _about(roster)
    people = {
        i: names for i, row in enumerate(roster.rows) if (names := _names(roster, row))
    }
    accounts = {i: [roster.cell(roster.rows[i], "ID")] for i in people}
    graded = rosters.by_exercise(gathered)
    if options.column is not None and len(graded) != 1:
        raise ReportError(
            f"--column is for one exercise; there are results of {', '.join(graded) or 'none'}"
        )
    columns = []
    for assignment, results in graded.items():
        candidates = [
            i
            for i, head in enumerate(roster.heads)
            if i > max(about) and _ASSIGNMENT.fullmatch(head)
        ]
        place = rosters.mark_column(roster, assignment, candidates, options)
        ratio = rosters.factor(
            max(r.max_score for r in results), _possible(roster, place), options
        )
        matched = rosters.match(results, people, accounts, "canvas")
        rosters.fill(roster, place, results, matched, dict.fromkeys(people, ratio))
        missing, said = rosters.untold(results, people, matched)
        for i in missing if options.missing_zero else ():
            roster.rows[i][place] = number(0)
        for text in (*matched.problems, *said):
            complain(tame_line(f"{assignment}: {text}"))
        columns.append(place)
    return roster.text([*about, *sorted(set(columns))])


def _about(roster: Roster) -> list[int]:
    """The columns about the student, which Canvas wants in their order."""
    section = roster.column("Section")
    if (
        section is None
        or roster.column("ID") is None
        or roster.heads[0].strip() not in ("Student", "LastName")
    ):
        raise ReportError(
            "this is no gradebook of Canvas: expected columns Student, ID, …, Section, and then the assignments "
            f"(Grades, Export); found {', '.join(roster.heads[:6])}"
        )
    known = {
        "student",
        "lastname",
        "firstname",
        "root account",
        "section",
        *(name.casefold() for name in _IDS),
    }
    return [
        i for i in range(section + 1) if roster.heads[i].strip().casefold() in known
    ]


def _names(roster: Roster, row: list[str]) -> list[str]:
    """What may stand for a student, the name first; nothing for a line that is no student's."""
    name = row[0].strip()
    ids = [roster.cell(row, column) for column in _IDS]
    if (
        not any(ids)
        or "Points Possible" in name
        or name in ("Student, Test", "Test Student")
    ):
        return []
    if roster.heads[0].strip() == "LastName":
        names = rosters.in_orders(row[1].strip(), name)
    else:
        last, comma, first = name.partition(",")
        names = rosters.in_orders(first.strip(), last.strip()) if comma else [name]
    return [name, *names, *(one for one in ids if one)]


def _possible(roster: Roster, place: int) -> str:
    return next((row[place] for row in roster.rows if "Points Possible" in row[0]), "")
