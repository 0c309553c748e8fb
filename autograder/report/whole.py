"""Whole marks in place of those by machine: what every report about a class begins with."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..collect.folder_names import alike, in_tree
from ..grade.result import Result
from ..safe.printable import complain, first_few, tame_line
from ..unit.course import Course
from .gather import Gathered, ReportError
from .groups import Groups, of_members, read_groups
from .here import course_here
from .marks_table import People, read_by_hand, read_handed_in
from .nbgrader_marks import read_gradebook
from .totals import Sources, Total, totals

NAMED = 5  # students whose answers are not marked yet


def add_total_options(parser: argparse.ArgumentParser) -> None:
    """Add where points by hand and times come from."""
    group = parser.add_argument_group("one total a student")
    group.add_argument(
        "--by-hand",
        type=Path,
        metavar="CSV",
        help="points that a person gave: columns student, points (assignment, comment)",
    )
    group.add_argument(
        "--times",
        type=Path,
        metavar="CSV",
        help="when work was handed in: columns student, time (assignment); "
        "takes off what [late] in course.toml says",
    )
    group.add_argument(
        "--groups",
        type=Path,
        metavar="CSV",
        help="give a group's marks to its members: columns group, student",
    )
    group.add_argument(
        "--gradebook",
        action="store_true",
        help="take both from nbgrader's gradebook, with points changed by hand",
    )


def with_totals(gathered: Gathered, options: argparse.Namespace) -> Gathered:
    """Put totals in place of the points by machine.

    Parameters
    ----------
    gathered : Gathered
        Results by machine.
    options : argparse.Namespace
        What `add_total_options` has added, and `solutions` where a format has it.

    Raises
    ------
    ReportError
        If a table or the gradebook cannot be read, or more points are given than there are.
    """
    course = course_here(getattr(options, "solutions", None))
    results = gathered.results
    groups: Groups = {}
    if options.groups:
        groups = read_groups(options.groups)
        members, problems = of_members(results, groups)
        results = tuple(sorted(members, key=lambda r: (r.assignment, r.student)))
        for problem in problems:
            complain(tame_line(problem))
    sources = _sources(results, groups, course, options)
    found = totals(results, course, sources)
    _refuse_more_than_there_are(found)
    _tell(found)
    if options.gradebook and course:
        results = _with_accounts(results, course)
    whole = tuple(_whole(r, found[r.assignment, r.student]) for r in results)
    return replace(gathered, results=whole, totals=found)


def _sources(
    results: tuple[Result, ...],
    groups: Groups,
    course: Course | None,
    options: argparse.Namespace,
) -> Sources:
    """Read the tables that are named, over what the gradebook says."""
    read = Sources({}, {}, {})
    if options.gradebook:
        if course is None:
            raise ReportError("--gradebook is the course's: run this in its folder")
        read = read_gradebook(course, results)
    if course is None and (options.by_hand or options.times):
        raise ReportError(
            "how many points there are by hand, and what lateness costs, says the "
            "course: run this in its folder"
        )
    people = People(results, groups)
    by_hand = dict(read.by_hand)
    times = dict(read.times)
    if options.by_hand:
        by_hand |= read_by_hand(options.by_hand, people)
    if options.times:
        times |= read_handed_in(options.times, people)
    return Sources(by_hand, times, read.machine)


def _refuse_more_than_there_are(found: dict[tuple[str, str], Total]) -> None:
    for (assignment, student), total in found.items():
        given = total.by_hand.points
        most = total.most_by_hand
        if given > most + 1e-9:
            there = f"{most:g} points by hand" if most else "no points by hand"
            raise ReportError(
                f"{student} has {given:g} by hand in {assignment}, which has {there}"
            )


def _tell(found: dict[tuple[str, str], Total]) -> None:
    """Say whose answers are not marked yet: a total without them is not the last word."""
    waiting: dict[str, list[str]] = {}
    for (assignment, student), total in found.items():
        if total.is_waiting:
            waiting.setdefault(assignment, []).append(student)
    for assignment, students in waiting.items():
        what = "answers in words are not marked yet, and count 0"
        listed = first_few(students, NAMED)
        complain(tame_line(f"{assignment}: {what}: {listed}"))


def _whole(result: Result, total: Total) -> Result:
    return replace(result, score=total.points, max_score=total.most)


def _with_accounts(results: Iterable[Result], course: Course) -> tuple[Result, ...]:
    """Give results of nbgrader's the accounts that `collect` has written down beside the tree."""
    try:
        known = in_tree(course.root / "grading" / "submitted")
    except OSError as error:
        raise ReportError(str(error)) from None
    found = []
    for result in results:
        tokens = known.get(alike(result.student), set())
        accounts = _accounts_for(result.assignment, tokens)
        if not result.account and len(accounts) == 1:
            result = replace(result, account=accounts[0])
        found.append(result)
    return tuple(found)


def _accounts_for(assignment: str, tokens: Iterable[str]) -> list[str]:
    """Give the accounts that `collect` knows for an exercise, without what a folder says."""
    found = []
    for token in tokens:
        account, _, _ = token.partition("\t")
        is_for_it = token in (account, f"{account}\t{assignment}")
        if is_for_it and not account.startswith("folder "):
            found.append(account)
    return found
