"""The list of students that an LMS exports: read as it comes, marks put in, written as the LMS
takes it back.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..grade.result import Result
from ..safe.csv_cells import lines, number
from ..safe.printable import complain, tame_line
from .gather import Gathered, ReportError
from .matching import Matched, Names, match_students

BYTE_ORDER_MARK = "\ufeff"
SAME = 0.005  # points by which two maxima may differ and be the same
_DECIMAL_COMMA = re.compile(r"\d+,\d+")


@dataclass
class Roster:
    """A CSV file with one line a student.

    Parameters
    ----------
    heads : list of str
        The first line.
    rows : list of list of str
        The others, those that are no student's included.
    delimiter, decimal, mark : str
        How the file separates cells and writes numbers, and the byte order mark that it began
        with, if it did.
    """

    heads: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    decimal: str = "."
    mark: str = ""

    def column(self, name: str) -> int | None:
        """Find the column of this name, without regard to capitals."""
        wanted = name.strip().casefold()
        for place, head in enumerate(self.heads):
            if head.strip().casefold() == wanted:
                return place
        return None

    def cell(self, row: Sequence[str], name: str) -> str:
        """Give a line's value in a column; "" if there is none."""
        place = self.column(name)
        if place is None or place >= len(row):
            return ""
        return row[place].strip()

    def cells(self, row: Sequence[str], names: Sequence[str]) -> list[str]:
        """Give a line's values in some columns, those that there are."""
        return list(filter(None, [self.cell(row, name) for name in names]))

    def text(self, columns: Sequence[int] | None = None) -> str:
        """Give all columns or some as a CSV file."""
        chosen = range(len(self.heads)) if columns is None else columns
        table = [_cells(row, chosen) for row in (self.heads, *self.rows)]
        return self.mark + lines(table, self.delimiter)


def _cells(row: Sequence[str], columns: Sequence[int]) -> list[str]:
    """Give a line's cells in some columns; what a short line lacks is empty."""
    return [row[i] if i < len(row) else "" for i in columns]


@dataclass(frozen=True)
class People:
    """Whose the lines of a roster are.

    Parameters
    ----------
    names : Names
        For each student's line all that may stand for the student, the name first.
    accounts : Names
        For each the numbers that the LMS puts into the names of downloads.
    platform : str
        The word by which results name this LMS's accounts.
    """

    names: Names
    accounts: Names
    platform: str


def add_roster_options(parser: argparse.ArgumentParser, lms: str, export: str) -> None:
    """Add the options that every LMS's report has.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The format's.
    lms, export : str
        What the LMS is called, and what of it the roster is.
    """
    parser.add_argument(
        "--roster",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"{export}, as {lms} exports it",
    )
    parser.add_argument(
        "--column",
        metavar="NAME",
        help="the column of the mark, where its name is not the exercise's",
    )
    parser.add_argument(
        "--scale",
        action="store_true",
        help="convert the mark where the LMS's maximum is not the exercise's",
    )
    parser.add_argument(
        "--missing-zero",
        action="store_true",
        help="0 for students without a result (else their cell stays as it is)",
    )


def read_roster(path: Path) -> Roster:
    """Read a roster: comma, semicolon or tab; UTF-8, or what European spreadsheets make of it.

    Raises
    ------
    ReportError
        If it cannot be read or has no line of heads.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror}") from None
    text, mark = _decoded(raw)
    delimiter = _delimiter(text)
    file = io.StringIO(text.replace("\0", ""), newline="")
    try:
        table = list(csv.reader(file, delimiter=delimiter))
    except csv.Error as error:
        raise ReportError(f"{path}: no CSV file ({error})") from None
    heads = table[0] if table else []
    if len(heads) < 2:
        raise ReportError(f"{path}: no roster; the first line should name the columns")
    body = [row + [""] * (len(heads) - len(row)) for row in table[1:]]
    # a comma in a number cannot be told from one that separates cells
    comma = delimiter == ";" and _has_decimal_comma(body)
    return Roster(heads, body, delimiter, "," if comma else ".", mark)


def _decoded(raw: bytes) -> tuple[str, str]:
    """Give a file's text, and the byte order mark that it is to begin with again."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace"), ""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), ""
    if text.startswith(BYTE_ORDER_MARK):
        return text.removeprefix(BYTE_ORDER_MARK), BYTE_ORDER_MARK
    return text, ""


def _delimiter(text: str) -> str:
    """Give the separator that the line of heads has most of, outside quotes."""
    first_line, _, _ = text.partition("\n")
    head = re.sub(r'"[^"]*"', "", first_line)
    return max(",;\t", key=head.count)


def _has_decimal_comma(rows: Sequence[Sequence[str]]) -> bool:
    return any(_DECIMAL_COMMA.fullmatch(cell) for row in rows for cell in row)


def results_by_exercise(gathered: Gathered) -> dict[str, list[Result]]:
    """Give results by exercise; a refused notebook that belongs to none is not among them."""
    found: dict[str, list[Result]] = {}
    for result in gathered.results:
        if result.assignment:
            found.setdefault(result.assignment, []).append(result)
    return found


def mark_column(
    roster: Roster, assignment: str, candidates: Sequence[int], named: str | None
) -> int:
    """Find the column of an exercise's mark: the one named, else the only one that the
    exercise's name stands in.

    Parameters
    ----------
    roster : Roster
    assignment : str
        The exercise.
    candidates : sequence of int
        Columns that may be an exercise's.
    named : str or None
        What `--column` says: a column's name, or a part of one candidate's.

    Returns
    -------
    int
        The column.

    Raises
    ------
    ReportError
        If there is none, or several.
    """
    heads = {place: roster.heads[place] for place in candidates}
    if named is None:
        part = assignment.casefold()
        fitting = [place for place, head in heads.items() if part in head.casefold()]
    else:
        place = roster.column(named)
        if place is not None:
            return place
        fitting = [place for place, head in heads.items() if named in head]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(map(repr, heads.values())) or "none"
    raise ReportError(
        f"{len(fitting) or 'no'} columns for {named or assignment!r} in the roster; "
        f"name one with --column. There are: {there}"
    )


def mark_factor(most: float, most_there: str, scale: bool) -> float:
    """Say what a mark is multiplied by to be one of the LMS's.

    Parameters
    ----------
    most : float
        The exercise's points.
    most_there : str
        The LMS's, as its file has them; 1 is the factor where it has no number.
    scale : bool
        Whether marks may be converted.

    Returns
    -------
    float
        The factor, above 0.

    Raises
    ------
    ReportError
        If the maxima differ and nobody said to convert.
    """
    there = _as_number(most_there)
    if there is None or not most or abs(there - most) < SAME:
        return 1.0
    if not scale:
        raise ReportError(
            f"the LMS's maximum is {there:g} points and the exercise's {most:g}; "
            "make them the same there, or convert the marks with --scale"
        )
    return there / most


def _as_number(text: str) -> float | None:
    """Read a cell's number, with a point or a comma; None if it is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def enter_marks(
    roster: Roster,
    place: int,
    results: Sequence[Result],
    people: People,
    factors: Mapping[int, float],
    missing_zero: bool,
) -> Matched:
    """Put the marks of one exercise into a column.

    Where the machinery failed, or a student has no result, the cell stays as it is.

    Parameters
    ----------
    roster : Roster
        Its rows are changed.
    place : int
        The column.
    results : sequence of Result
        Of the exercise.
    people : People
        Whose the lines are.
    factors : Mapping of int to float
        By line, what a mark is multiplied by.
    missing_zero : bool
        Whether students without a result get 0.

    Returns
    -------
    Matched
        Whose line is which, and what is to be said of marks that are not there.
    """
    matched = match_students(results, people.names, people.accounts, people.platform)
    for result in results:
        line = matched.rows.get(result.student)
        if line is None:
            continue
        if result.score is None:
            matched.problems.append(f"{result.student} has no mark: {result.problem}")
            continue
        mark = result.score * factors[line]
        roster.rows[line][place] = number(mark, roster.decimal)
    have_results = set(matched.rows.values())
    for line, names in people.names.items():
        if line in have_results:
            continue
        matched.problems.append(f"no result for {names[0]}")
        if missing_zero:
            roster.rows[line][place] = number(0)
    return matched


def tell_problems(assignment: str, problems: Sequence[str]) -> None:
    """Say on standard error what could not be entered of an exercise."""
    for problem in problems:
        complain(tame_line(f"{assignment}: {problem}"))
