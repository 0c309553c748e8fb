"""The list of students that an LMS exports: read as it comes, marks put in, written as the LMS takes it back."""

from __future__ import annotations

import argparse
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..grade.result import Result
from ..safe.csv_cells import lines, number
from .gather import Gathered, ReportError

_ACCOUNT = re.compile(
    r"(?P<name>.+)-(?P<account>\d+)"
)  # as `collect` tells apart two people of one name
ANOTHERS = "fits a line of the roster that is another's; no mark was written"


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
        """Where the column of this name is, without regard to capitals."""
        wanted = name.strip().casefold()
        return next(
            (
                i
                for i, head in enumerate(self.heads)
                if head.strip().casefold() == wanted
            ),
            None,
        )

    def cell(self, row: Sequence[str], name: str) -> str:
        """A line's value in a column; "" if there is none."""
        place = self.column(name)
        return row[place].strip() if place is not None and place < len(row) else ""

    def text(self, columns: Sequence[int] | None = None) -> str:
        """As a CSV file, all columns or some."""
        chosen = range(len(self.heads)) if columns is None else columns
        table = [
            [row[i] if i < len(row) else "" for i in chosen]
            for row in (self.heads, *self.rows)
        ]
        return self.mark + lines(table, self.delimiter)


def add_options(parser: argparse.ArgumentParser, lms: str, export: str) -> None:
    """Add the options that every LMS's report has."""
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


def read(path: Path) -> Roster:
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
    try:
        rows = list(
            csv.reader(
                io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter
            )
        )
    except csv.Error as error:
        raise ReportError(f"{path}: no CSV file ({error})") from None
    if not rows or len(rows[0]) < 2:
        raise ReportError(f"{path}: no roster; the first line should name the columns")
    width = len(rows[0])
    body = [row + [""] * (width - len(row)) for row in rows[1:]]
    comma = delimiter == ";" and any(
        re.fullmatch(r"\d+,\d+", cell) for row in body for cell in row
    )
    return Roster(rows[0], body, delimiter, "," if comma else ".", mark)


def _decoded(raw: bytes) -> tuple[str, str]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace"), ""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), ""
    return (text[1:], "\ufeff") if text.startswith("\ufeff") else (text, "")


def _delimiter(text: str) -> str:
    """The separator that the line of heads has most of, outside quotes."""
    head = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(",;\t", key=head.count)


Names = Mapping[int, Sequence[str]]  # by the number of the line


@dataclass(frozen=True)
class Matched:
    """Which line is which student's, and what could not be told."""

    rows: dict[str, int]
    problems: list[str]


def match(
    results: Sequence[Result], people: Names, accounts: Names, platform: str
) -> Matched:
    """Find each student's line; where two fit, none is taken.

    An account that the platform itself has given says it alone. Names are looked at only of
    results that have none, and only among the lines that are nobody's by account.

    Parameters
    ----------
    results : sequence of Result
        Of one exercise.
    people : Names
        For each line all that may stand for the student: numbers, logins, addresses, the name
        in both orders.
    accounts : Names
        For each line the numbers that the LMS puts into the names of downloads.
    platform : str
        The word by which results name this LMS's accounts.
    """
    ours = [result for result in results if result.account.startswith(f"{platform} ")]
    numbered = {result.student: result.account.split(" ")[1] for result in ours}
    have_numbers = any(any(numbers) for numbers in accounts.values())
    rows, problems = {}, []
    for student, account in numbered.items() if have_numbers else ():
        fitting = {i for i, numbers in accounts.items() if account in numbers}
        _enter(student, fitting, rows, problems)
    alike = _called_alike(rows, numbered, people)
    problems += [f"{student} {ANOTHERS}" for student in rows if student not in alike]
    rows, problems = _no_two(alike, problems)
    free = {i: names for i, names in people.items() if i not in rows.values()}
    rest = [r.student for r in results if r.student not in numbered or not have_numbers]
    by_name, named_problems = _match_names(rest, people, free, accounts, numbered)
    return Matched(rows | by_name, problems + named_problems)


def _called_alike(
    rows: dict[str, int], numbered: Mapping[str, str], people: Names
) -> dict[str, int]:
    """Of several students with one line those who are called as it says, if there are such.

    A name that ends in a number can look like another's account in the name of a download.
    """
    counts = Counter(rows.values())
    fits = {
        s: plain(_shown(s, numbered)) in map(plain, people.get(i, ()))
        for s, i in rows.items()
    }
    named = {rows[student] for student, fit in fits.items() if fit}
    return {
        s: i for s, i in rows.items() if counts[i] == 1 or fits[s] or i not in named
    }


def _shown(student: str, numbered: Mapping[str, str]) -> str:
    return (
        student.removesuffix(f"-{numbered[student]}")
        if student in numbered
        else student
    )


def _enter(
    student: str, fitting: set[int], rows: dict[str, int], problems: list[str]
) -> None:
    if len(fitting) == 1:
        rows[student] = next(iter(fitting))
    else:
        what = (
            f"fits {len(fitting)} lines of the roster"
            if fitting
            else "is not in the roster"
        )
        problems.append(f"{student} {what}; no mark was written")


def _match_names(
    students: Sequence[str],
    people: Names,
    free: Names,
    accounts: Names,
    numbered: Mapping[str, str],
) -> tuple[dict[str, int], list[str]]:
    exact, loose = _index(people, _composed), _index(people, plain)
    rows, problems = {}, []
    for student in students:
        shown = _shown(student, numbered)
        fitting = exact.get(_composed(shown), set()) or loose.get(plain(shown), set())
        parts = _ACCOUNT.fullmatch(student)
        if not fitting and parts:
            named = loose.get(plain(parts["name"]), set())
            fitting = {i for i in named if parts["account"] in accounts.get(i, ())}
        if fitting and not fitting & set(free):
            problems.append(f"{student} {ANOTHERS}")
            continue
        _enter(student, fitting, rows, problems)
    return _no_two(rows, problems)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _no_two(
    rows: dict[str, int], problems: list[str]
) -> tuple[dict[str, int], list[str]]:
    """Without students of whom several have one line."""
    counts = Counter(rows.values())
    shared = {i for i, count in counts.items() if count > 1}
    for i in sorted(shared):
        names = sorted(student for student, line in rows.items() if line == i)
        problems.append(
            f"{', '.join(names)} fit the same line of the roster; no mark was written"
        )
    return {student: i for student, i in rows.items() if i not in shared}, problems


def _index(people: Names, form) -> dict[str, set[int]]:
    index: dict[str, set[int]] = {}
    for i, names in people.items():
        for name in names:
            if key := form(name):
                index.setdefault(key, set()).add(i)
    return index


def plain(name: str) -> str:
    """A name's letters and digits: what is left of it in the name of a download."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum())


def in_orders(first: str, last: str) -> list[str]:
    """A name in both orders."""
    return [f"{first} {last}", f"{last} {first}"] if first and last else []


def by_exercise(gathered: Gathered) -> dict[str, list[Result]]:
    """Results by exercise; a refused notebook that belongs to none is not among them."""
    found: dict[str, list[Result]] = {}
    for result in gathered.results:
        if result.assignment:
            found.setdefault(result.assignment, []).append(result)
    return found


def mark_column(
    roster: Roster,
    assignment: str,
    candidates: Sequence[int],
    options: argparse.Namespace,
) -> int:
    """The column of an exercise's mark: the one named, else the only one that the exercise's
    name stands in.

    Raises
    ------
    ReportError
        If there is none, or several.
    """
    if options.column is not None:
        place = roster.column(options.column)
        fitting = (
            [place]
            if place is not None
            else [i for i in candidates if options.column in roster.heads[i]]
        )
    else:
        fitting = [
            i for i in candidates if assignment.casefold() in roster.heads[i].casefold()
        ]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(repr(roster.heads[i]) for i in candidates) or "none"
    wanted = options.column or assignment
    raise ReportError(
        f"{len(fitting) or 'no'} columns for {wanted!r} in the roster; name one with --column. There are: {there}"
    )


def factor(result_max: float, highest: str, options: argparse.Namespace) -> float:
    """What a mark is multiplied by to be one of the LMS's.

    Raises
    ------
    ReportError
        If the maxima differ and nobody said to convert.
    """
    there = as_number(highest)
    if there is None or not result_max or abs(there - result_max) < 0.005:
        return 1.0
    if not options.scale:
        raise ReportError(
            f"the LMS's maximum is {there:g} points and the exercise's {result_max:g}; make them the same there, or "
            "convert the marks with --scale"
        )
    return there / result_max


def as_number(text: str) -> float | None:
    """A cell's number, with a point or a comma; None if it is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def fill(
    roster: Roster,
    place: int,
    results: Sequence[Result],
    matched: Matched,
    factors: Mapping[int, float],
) -> None:
    """Put marks into a column; where the machinery failed, the cell stays as it is."""
    for result in results:
        i = matched.rows.get(result.student)
        if i is not None and result.score is not None:
            roster.rows[i][place] = number(
                result.score * factors.get(i, 1.0), roster.decimal
            )


def untold(
    results: Sequence[Result], people: Names, matched: Matched
) -> tuple[list[int], list[str]]:
    """Lines of students without a result, and what to say of them and of results without a mark."""
    missing = [i for i in people if i not in matched.rows.values()]
    said = [
        f"{r.student} has no mark: {r.problem}"
        for r in results
        if r.score is None and r.student in matched.rows
    ]
    said += [f"no result for {people[i][0]}" for i in missing]
    return missing, said
