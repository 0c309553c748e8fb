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
from collections.abc import Sequence
from html import escape

from ..grade.result import Result
from ..safe.harmless import shown
from .gather import Gathered, ReportError
from .matching import Matched, in_both_orders
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
from .totals import Total

# Moodle, mod/assign/feedback/offline/importer.php: the columns Identifier, Grade and Last
# modified (grade) must be there; the number at the end of the identifier ("Participant 123")
# says whose the line is, and is the one in the names of downloads; a column named as a feedback
# plugin ("Feedback comments") is taken as its HTML.
HELP = "the marks in Moodle's grading worksheet or gradebook export"
_NUMBER = re.compile(r"\d+$")
_IDS = ("Identifier", "Email address", "Username", "ID number")
_ABOUT = (
    *(name.casefold() for name in _IDS),
    "full name",
    "first name",
    "surname",
    "last name",
    "institution",
    "department",
    "status",
    "group",
    "groups",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every LMS's report has, and feedback."""
    add_roster_options(parser, "Moodle", "the grading worksheet or the gradebook")
    parser.add_argument(
        "--feedback",
        action="store_true",
        help='fill "Feedback comments" with what students read',
    )


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """Give the roster with the marks in it."""
    roster = read_roster(options.roster)
    people = _people(roster)
    graded = results_by_exercise(gathered)
    _refuse_several(roster, list(graded), options.column)
    for assignment, results in graded.items():
        place = _mark_column(roster, assignment, options.column)
        factors = _factors(roster, people, results, options.scale)
        matched = enter_marks(
            roster, place, results, people, factors, options.missing_zero
        )
        if options.feedback:
            _enter_comments(roster, gathered, results, matched)
        tell_problems(assignment, matched.problems)
    return roster.text()


def _people(roster: Roster) -> People:
    names = {}
    accounts = {}
    for line, row in enumerate(roster.rows):
        if own := _names(roster, row):
            names[line] = own
            accounts[line] = _participant_number(roster, row)
    if not names:
        raise ReportError(
            "this is no roster of Moodle: expected a column Identifier or Email address "
            "(a grading worksheet or the gradebook's export); "
            f"found {', '.join(roster.heads[:6])}"
        )
    return People(names, accounts, "moodle")


def _names(roster: Roster, row: list[str]) -> list[str]:
    """Give what may stand for a student, the name first; nothing for no student's line."""
    ids = roster.cells(row, _IDS)
    if not ids:
        return []
    full = roster.cell(row, "Full name")
    first = roster.cell(row, "First name")
    last = roster.cell(row, "Surname") or roster.cell(row, "Last name")
    names = [full] if full else []
    names += in_both_orders(first, last)
    return [*names, *ids, *_participant_number(roster, row)]


def _participant_number(roster: Roster, row: list[str]) -> list[str]:
    """Give the number in the identifier, if there is one."""
    return _NUMBER.findall(roster.cell(row, "Identifier"))


def _refuse_several(
    roster: Roster, assignments: Sequence[str], named: str | None
) -> None:
    """See that there is one exercise where the file, or the column named, is of one."""
    if len(assignments) == 1:
        return
    if roster.column("Identifier") is not None:
        what = "a grading worksheet is of one assignment"
    elif named is not None:
        what = "--column is for one exercise"
    else:
        return
    there = ", ".join(assignments) or "none"
    raise ReportError(f"{what}; there are results of {there}. Name their files only")


def _mark_column(roster: Roster, assignment: str, named: str | None) -> int:
    grade = roster.column("Grade")
    is_worksheet = roster.column("Identifier") is not None
    if named is None and is_worksheet and grade is not None:
        return grade
    heads = [head.strip().casefold() for head in roster.heads]
    candidates = [place for place, head in enumerate(heads) if head not in _ABOUT]
    return mark_column(roster, assignment, candidates, named)


def _factors(
    roster: Roster, people: People, results: Sequence[Result], scale: bool
) -> dict[int, float]:
    """Say by line what a mark is multiplied by: each has a maximum of its own."""
    most = max(result.max_score for result in results)
    return {
        line: mark_factor(most, roster.cell(roster.rows[line], "Maximum grade"), scale)
        for line in people.names
    }


def _enter_comments(
    roster: Roster, gathered: Gathered, results: Sequence[Result], matched: Matched
) -> None:
    """Put what students read into the column of comments."""
    place = roster.column("Feedback comments")
    if place is None:
        raise ReportError(
            'the roster has no column "Feedback comments"; '
            "switch comments on in the assignment"
        )
    for result in results:
        line = matched.rows.get(result.student)
        if line is not None and result.score is not None:
            roster.rows[line][place] = _comment_html(result, gathered.total(result))


def _comment_html(result: Result, total: Total | None) -> str:
    said = [task.message for task in result.tasks]
    if total and total.parts:
        said.insert(0, f"{', '.join(total.parts)}.")
        said.insert(1, total.by_hand.comment)
    if result.problem:
        said.insert(0, f"Not graded: {result.problem}.")
    text = shown("\n\n".join(filter(None, said)))
    return f"<pre>{escape(text, quote=False)}</pre>"
