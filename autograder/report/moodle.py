"""Marks for Moodle: the assignment's grading worksheet, or the gradebook's export, with the
marks filled in.

The worksheet: in the assignment's settings, Feedback types, tick "Offline grading worksheet",
then View all submissions, Download grading worksheet; what comes out goes back by Upload
grading worksheet. For the gradebook's export (Grades, Export, Plain text file) name the column
with --column unless the exercise's name stands in it. All columns stay, since Moodle wants
them: the dates in the worksheet keep it from overwriting newer marks. Students are found by
identifier, address, user name, ID number, or name; whoever is not found, or fits two lines, is
named on standard error.
"""

from __future__ import annotations

import argparse
import re
from html import escape

from ..safe.csv_cells import number
from ..safe.harmless import shown
from ..safe.printable import complain, tame_line
from . import roster as rosters
from .gather import Gathered, ReportError
from .roster import Matched, Roster

# Moodle, mod/assign/feedback/offline/importer.php: the columns Identifier, Grade and Last
# modified (grade) must be there; the number at the end of the identifier ("Participant 123")
# says whose the line is, and is the one in the names of downloads; a column named as a feedback
# plugin ("Feedback comments") is taken as its HTML.
HELP = "the marks in Moodle's grading worksheet or gradebook export"
_IDS = ("Identifier", "Email address", "Username", "ID number")
_ABOUT = {*(name.casefold() for name in _IDS), "full name", "first name", "surname", "last name", "institution",
          "department", "status", "group", "groups"}  # fmt: skip


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every LMS's report has, and feedback."""
    rosters.add_options(parser, "Moodle", "the grading worksheet or the gradebook")
    parser.add_argument(
        "--feedback",
        action="store_true",
        help='fill "Feedback comments" with what students read',
    )


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """The roster with the marks in it."""
    roster = rosters.read(options.roster)
    people = {
        i: names for i, row in enumerate(roster.rows) if (names := _names(roster, row))
    }
    if not people:
        raise ReportError(
            "this is no roster of Moodle: expected a column Identifier or Email address (a grading worksheet or the "
            f"gradebook's export); found {', '.join(roster.heads[:6])}"
        )
    accounts = {
        i: re.findall(r"\d+$", roster.cell(roster.rows[i], "Identifier"))
        for i in people
    }
    graded = rosters.by_exercise(gathered)
    worksheet = roster.column("Identifier") is not None
    if len(graded) != 1 and (worksheet or options.column is not None):
        what = (
            "a grading worksheet is of one assignment"
            if worksheet
            else "--column is for one exercise"
        )
        raise ReportError(
            f"{what}; there are results of {', '.join(graded) or 'none'}. Name their files only"
        )
    for assignment, results in graded.items():
        place = _column(roster, assignment, options)
        matched = rosters.match(results, people, accounts, "moodle")
        ratios = {
            i: _ratio(roster, i, max(r.max_score for r in results), options)
            for i in people
        }
        rosters.fill(roster, place, results, matched, ratios)
        missing, said = rosters.untold(results, people, matched)
        for i in missing if options.missing_zero else ():
            roster.rows[i][place] = number(0)
        if options.feedback:
            _comment(roster, results, matched)
        for text in (*matched.problems, *said):
            complain(tame_line(f"{assignment}: {text}"))
    return roster.text()


def _column(roster: Roster, assignment: str, options: argparse.Namespace) -> int:
    grade = roster.column("Grade")
    if (
        options.column is None
        and roster.column("Identifier") is not None
        and grade is not None
    ):
        return grade
    candidates = [
        i
        for i, head in enumerate(roster.heads)
        if head.strip().casefold() not in _ABOUT
    ]
    return rosters.mark_column(roster, assignment, candidates, options)


def _names(roster: Roster, row: list[str]) -> list[str]:
    """What may stand for a student, the name first."""
    ids = [found for column in _IDS if (found := roster.cell(row, column))]
    first = roster.cell(row, "First name")
    last = roster.cell(row, "Surname") or roster.cell(row, "Last name")
    names = [
        name
        for name in (roster.cell(row, "Full name"), *rosters.in_orders(first, last))
        if name
    ]
    return (
        [*names, *ids, *re.findall(r"\d+$", roster.cell(row, "Identifier"))]
        if ids
        else []
    )


def _ratio(
    roster: Roster, i: int, highest: float, options: argparse.Namespace
) -> float:
    return rosters.factor(
        highest, roster.cell(roster.rows[i], "Maximum grade"), options
    )


def _comment(roster: Roster, results, matched: Matched) -> None:
    place = roster.column("Feedback comments")
    if place is None:
        raise ReportError(
            'the roster has no column "Feedback comments"; switch comments on in the assignment'
        )
    for result in results:
        i = matched.rows.get(result.student)
        if i is not None and result.score is not None:
            said = "\n\n".join([*([f"Not graded: {result.problem}."] if result.problem else []),
                                *(task.message for task in result.tasks)])  # fmt: skip
            roster.rows[i][place] = f"<pre>{escape(shown(said), quote=False)}</pre>"
