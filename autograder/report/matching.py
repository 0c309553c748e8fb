"""Which line of a roster is which student's: by the LMS's account, else by name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ..grade.result import Result

Names = Mapping[int, Sequence[str]]  # by the number of the line

# as `collect` tells apart two people of one name
_WITH_ACCOUNT = re.compile(r"(?P<name>.+)-(?P<account>\d+)")
ANOTHERS = "fits a line of the roster that is another's; no mark was written"


@dataclass
class Matched:
    """Which line is which student's, and what could not be told."""

    rows: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def enter(self, student: str, fitting: Collection[int]) -> None:
        """Take the line that fits a student, if it is only one."""
        if len(fitting) == 1:
            (self.rows[student],) = fitting
            return
        what = "is not in the roster"
        if fitting:
            what = f"fits {len(fitting)} lines of the roster"
        self.problems.append(f"{student} {what}; no mark was written")

    def leave_out_shared(self) -> None:
        """Take the line from all students where several have the same."""
        counts = Counter(self.rows.values())
        for shared in sorted(line for line, count in counts.items() if count > 1):
            students = sorted(
                name for name, line in self.rows.items() if line == shared
            )
            self.problems.append(
                f"{', '.join(students)} fit the same line of the roster; "
                "no mark was written"
            )
            for student in students:
                del self.rows[student]


def match_students(
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

    Returns
    -------
    Matched
    """
    numbered = {
        result.student: result.account.split(" ")[1]
        for result in results
        if result.account.startswith(f"{platform} ")
    }
    students = [result.student for result in results]
    found = Matched()
    # a roster without the LMS's numbers leaves names only
    if any(any(numbers) for numbers in accounts.values()):
        found = _match_accounts(numbered, people, accounts)
        students = [student for student in students if student not in numbered]
    free = people.keys() - set(found.rows.values())
    named = _match_names(students, people, free, accounts, numbered)
    return Matched(found.rows | named.rows, found.problems + named.problems)


def _match_accounts(
    numbered: Mapping[str, str], people: Names, accounts: Names
) -> Matched:
    found = Matched()
    for student, account in numbered.items():
        fitting = {line for line, numbers in accounts.items() if account in numbers}
        found.enter(student, fitting)
    others = _called_otherwise(found.rows, numbered, people)
    found.problems += [f"{student} {ANOTHERS}" for student in others]
    for student in others:
        del found.rows[student]
    found.leave_out_shared()
    return found


def _called_otherwise(
    rows: Mapping[str, int], numbered: Mapping[str, str], people: Names
) -> list[str]:
    """Of several students with one line find those who are not called as it says, if another is.

    A name that ends in a number can look like another's account in the name of a download.
    """
    counts = Counter(rows.values())
    called_so = set()
    for student, line in rows.items():
        names = {bare_name(name) for name in people.get(line, ())}
        if bare_name(_without_account(student, numbered)) in names:
            called_so.add(student)
    named = {rows[student] for student in called_so}
    return [
        student
        for student, line in rows.items()
        if counts[line] > 1 and line in named and student not in called_so
    ]


def _without_account(student: str, numbered: Mapping[str, str]) -> str:
    """Give a student's name without the account that `collect` has added to it."""
    if student not in numbered:
        return student
    return student.removesuffix(f"-{numbered[student]}")


def _match_names(
    students: Sequence[str],
    people: Names,
    free: Collection[int],
    accounts: Names,
    numbered: Mapping[str, str],
) -> Matched:
    """Find lines by name: as it is spelt, else by its letters and digits alone."""
    exact = _lines_by_name(people, _composed)
    loose = _lines_by_name(people, bare_name)
    found = Matched()
    for student in students:
        name = _without_account(student, numbered)
        fitting = exact.get(_composed(name)) or loose.get(bare_name(name), set())
        parts = _WITH_ACCOUNT.fullmatch(student)
        if not fitting and parts:
            named = loose.get(bare_name(parts["name"]), set())
            account = parts["account"]
            fitting = {line for line in named if account in accounts.get(line, ())}
        if fitting and fitting.isdisjoint(free):
            found.problems.append(f"{student} {ANOTHERS}")
        else:
            found.enter(student, fitting)
    found.leave_out_shared()
    return found


def _lines_by_name(people: Names, form: Callable[[str], str]) -> dict[str, set[int]]:
    """Give the lines of each name, in one form of it."""
    index: dict[str, set[int]] = {}
    for line, names in people.items():
        for name in filter(None, map(form, names)):
            index.setdefault(name, set()).add(line)
    return index


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def bare_name(name: str) -> str:
    """Give a name's letters and digits: what is left of it in the name of a download."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum())


def in_both_orders(first: str, last: str) -> list[str]:
    """Give a name in both orders; nothing where one part is not known."""
    return [f"{first} {last}", f"{last} {first}"] if first and last else []
