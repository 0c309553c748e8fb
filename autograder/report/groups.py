"""Marks of groups, for each of their members."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..grade.result import Result
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
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [_lower(row) for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReportError(f"{path} cannot be read: {error}") from None
    heads = rows[0].keys() if rows else ()
    group = next((head for head in GROUP if head in heads), "")
    member = next((head for head in MEMBER if head in heads), "")
    if not (group and member):
        raise ReportError(
            f"{path}: expected the columns group and student, a line a member, or "
            "Canvas's export of a set of groups"
        )
    found: dict[str, list[Member]] = {}
    for row in rows:
        if row[group] and row[member]:
            number = row.get(ACCOUNT, "")
            account = f"canvas {number} {row[member]}" if number else ""
            one = Member(composed(row[member]), account)
            found.setdefault(bare_name(row[group]), []).append(one)
    return found


def _lower(row: Mapping[str | None, str | list[str] | None]) -> dict[str, str]:
    return {
        (head or "").strip().lower(): cell.strip()
        for head, cell in row.items()
        if isinstance(cell, str)
    }


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
    single = [one for one in results if bare_name(one.student) not in groups]
    found = {(one.assignment, one.student): one for one in single}
    problems = []
    for one in results:
        for member in groups.get(bare_name(one.student), ()):
            key = (one.assignment, member.student)
            if key in found:
                problems.append(
                    f"{one.assignment}: {member.student} has a result already; that of "
                    f"{one.student} is left out"
                )
                continue
            found[key] = replace(one, student=member.student, account=member.account)
    return list(found.values()), problems
