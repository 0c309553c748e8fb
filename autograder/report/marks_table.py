"""Points by hand and times of hand-ins, from tables that an instructor keeps."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ..grade.result import Result
from ..safe.harmless import composed
from .gather import ReportError
from .groups import Groups
from .matching import bare_name
from .totals import ByHand, Key

Row = dict[str, str]


class People:
    """The students and exercises that there are results of; a table's line is one of theirs.

    A line of a group is all its members'.
    """

    def __init__(self, results: Sequence[Result], groups: Groups | None = None):
        self.groups = groups or {}
        self.exercises = sorted({one.assignment for one in results if one.assignment})
        self.students: dict[str, str] = {}
        for one in results:
            self.students[composed(one.student)] = one.student
            if one.account:
                self.students.setdefault(one.account, one.student)
                number = one.account.split(" ")[1]
                self.students.setdefault(number, one.student)

    def those(self, row: Row, where: str) -> list[str]:
        """Give whose a line is: by the folder's name among the results, the account, the group.

        Raises
        ------
        ReportError
            If there is none: a point that is given to nobody is no point.
        """
        named = composed(row["student"].strip())
        if members := self.groups.get(bare_name(named), ()):
            return [one.student for one in members if one.student in self.students]
        if named not in self.students:
            raise ReportError(
                f"{where}: no result belongs to {named!r}; names are those of the "
                "folders of results"
            )
        return [self.students[named]]

    def exercise(self, row: Row, where: str) -> str:
        """Give the exercise of a line; one that names none is of the only one.

        Raises
        ------
        ReportError
            If it is none, or could be several.
        """
        named = (row.get("assignment") or "").strip()
        there = ", ".join(self.exercises) or "none"
        if named and named not in self.exercises:
            raise ReportError(f"{where}: no result is of {named!r}; there are: {there}")
        if not named and len(self.exercises) != 1:
            raise ReportError(
                f"{where}: say in a column assignment which exercise it is of; "
                f"there are: {there}"
            )
        return named or self.exercises[0]


def read_by_hand(path: Path, people: People) -> dict[Key, ByHand]:
    """Read points by hand: columns `student` and `points`, if need be `assignment`, `comment`.

    Several lines of one student and exercise, one for each answer, are added up.

    Raises
    ------
    ReportError
        If it cannot be read, or a line is nobody's or has no points.
    """
    found: dict[Key, ByHand] = {}
    for where, row in _rows(path, ("student", "points")):
        exercise = people.exercise(row, where)
        points = _points(row["points"], where)
        for student in people.those(row, where):
            before = found.get((exercise, student), ByHand())
            comments = [before.comment, (row.get("comment") or "").strip()]
            found[exercise, student] = ByHand(
                before.points + points, comment=" ".join(filter(None, comments))
            )
    return found


def read_handed_in(path: Path, people: People) -> dict[Key, datetime]:
    """Read when students handed in: columns `student` and `time`, if need be `assignment`.

    Raises
    ------
    ReportError
        If it cannot be read, or a line is nobody's or has no time with an offset.
    """
    found: dict[Key, datetime] = {}
    for where, row in _rows(path, ("student", "time")):
        exercise = people.exercise(row, where) if row.get("assignment") else ""
        try:
            moment = datetime.fromisoformat(row["time"].strip())
        except ValueError:
            moment = datetime.min
        if moment.tzinfo is None:
            raise ReportError(
                f"{where}: {row['time']!r} is no time with an offset, as in "
                "2027-01-15T23:59:00+01:00"
            )
        for student in people.those(row, where):
            found[exercise, student] = moment
    return found


def _points(text: str, where: str) -> float:
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points < float("inf"):
        raise ReportError(f"{where}: {text!r} is no number of points, such as 4.5")
    return points


def _rows(path: Path, wanted: Sequence[str]) -> Iterator[tuple[str, Row]]:
    """Give a table's lines that are not empty, each with its place for messages."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter=_delimiter(file.readline()))
            file.seek(0)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReportError(f"{path} cannot be read: {error}") from None
    for number, row in enumerate(rows, 2):
        cells = {
            (head or "").strip().lower(): cell or ""
            for head, cell in row.items()
            if not isinstance(cell, list)
        }
        lacking = [name for name in wanted if name not in cells]
        if lacking:
            raise ReportError(
                f"{path}: expected the columns {', '.join(wanted)}; "
                f"there is no {lacking[0]}"
            )
        if any(cell.strip() for cell in cells.values()):
            yield f"{path}:{number}", cells


def _delimiter(heads: str) -> str:
    return max(",;\t", key=heads.count)
