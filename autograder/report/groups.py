"""Marks of groups, for each of their members."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..grade.result import Result
from ..safe.csv_cells import read_rows
from ..safe.harmless import composed
from .gather import ReportError
from .matching import bare_name

# The heads of a table of one's own, and those of Canvas's export of a set of groups.
GROUP = ("group", "group_name", "group name")
MEMBER = ("student", "member", "login_id", "name")
ACCOUNT = "canvas_user_id"


@dataclass(frozen=True)
class Member:
    """A student in a group; `account` as results name it, where the table knows it."""

    student: str
    account: str = ""


Groups = Mapping[
    str, Sequence[Member]
]  # by the group's name, its letters and digits alone


def read_groups(path: Path) -> dict[str, list[Member]]:
    """Read who is in which group: columns `group` and `student`, or Canvas's export.

    Raises
    ------
    ReportError
        If it cannot be read, or has no such columns.
    """
    try:
        rows = list(map(_lower, read_rows(path)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReportError(f"{path} cannot be read: {error}") from None
    heads = rows[0].keys() if rows else ()
    group = _first_of(GROUP, heads)
    member = _first_of(MEMBER, heads)
    if not (group and member):
        raise ReportError(
            f"{path}: expected the columns group and student, a line a member, or "
            "Canvas's export of a set of groups"
        )
    found: dict[str, list[Member]] = {}
    for row in rows:
        name = row[member]
        if row[group] and name:
            number = row.get(ACCOUNT, "")
            account = f"canvas {number} {name}" if number else ""
            members = found.setdefault(bare_name(row[group]), [])
            members.append(Member(composed(name), account))
    return found


def _first_of(names: Sequence[str], heads: Collection[str]) -> str:
    """Give the first of some names that is a head of the table; "" if none is."""
    for name in names:
        if name in heads:
            return name
    return ""


def _lower(row: Mapping[str, str]) -> dict[str, str]:
    """Give a line without what it has beyond the last column, or lacks."""
    there = {head: cell for head, cell in row.items() if isinstance(cell, str)}
    return {head.strip().lower(): cell.strip() for head, cell in there.items()}


def of_members(
    results: Sequence[Result], groups: Groups
) -> tuple[list[Result], list[str]]:
    """Give each member of a group the group's result, in place of the group.

    Parameters
    ----------
    results : sequence of Result
        Of groups and of single students.
    groups : Groups
        Who is in which.

    Returns
    -------
    results : list of Result
        A member with a result of one's own, or of two groups, keeps the first.
    problems : list of str
        Whose results are several.
    """
    single = [r for r in results if bare_name(r.student) not in groups]
    found = {(result.assignment, result.student): result for result in single}
    problems = []
    for result in results:
        for member in groups.get(bare_name(result.student), ()):
            own = replace(result, student=member.student, account=member.account)
            if found.setdefault((own.assignment, own.student), own) is not own:
                problems.append(
                    f"{own.assignment}: {own.student} has a result already; that of "
                    f"{result.student} is left out"
                )
    return list(found.values()), problems
