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
from .matching import bare_name, number_of
from .totals import ByHand, Key

Row = dict[str, str]


class People:
    """The students and exercises that there are results of; a table's line is one of theirs.

    A line of a group is all its members'.
    """

    def __init__(self, results: Sequence[Result], groups: Groups | None = None):
        self.groups = groups or {}
        self.exercises = sorted({result.assignment for result in results} - {""})
        self.students: dict[str, str] = {}
        for result in results:
            student = result.student
            self.students[composed(student)] = student
            if result.account:
                self.students.setdefault(result.account, student)
                self.students.setdefault(number_of(result.account), student)

    def those(self, row: Row, where: str) -> list[str]:
        """Give whose a line is: by the folder's name among the results, the account, the group.

        Raises
        ------
        ReportError
            If there is none: a point that is given to nobody is no point.
        """
        named = composed(row["student"].strip())
        if members := self.groups.get(bare_name(named), ()):
            students = [member.student for member in members]
            return [student for student in students if student in self.students]
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
            said = [before.comment, (row.get("comment") or "").strip()]
            comment = " ".join(filter(None, said))
            found[exercise, student] = ByHand(before.points + points, comment=comment)
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
        moment = _time(row["time"], where)
        for student in people.those(row, where):
            found[exercise, student] = moment
    return found


def _time(text: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise ReportError(
            f"{where}: {text!r} is no time with an offset, as in "
            "2027-01-15T23:59:00+01:00"
        )
    return moment


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
        row.pop(None, None)  # cells beyond the last column
        cells = {head.strip().lower(): cell or "" for head, cell in row.items()}
        lacking = [name for name in wanted if name not in cells]
        if lacking:
            raise ReportError(
                f"{path}: expected the columns {', '.join(wanted)}; "
                f"there is no {lacking[0]}"
            )
        if any(map(str.strip, cells.values())):
            yield f"{path}:{number}", cells


def _delimiter(heads: str) -> str:
    return max(",;\t", key=heads.count)
