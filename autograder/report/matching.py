"""Which line of a roster is which student's: by the LMS's account, else by name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
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
        elif fitting:
            what = f"fits {len(fitting)} lines of the roster"
            self.problems.append(f"{student} {what}; no mark was written")
        else:
            self.problems.append(f"{student} is not in the roster; no mark was written")

    def refuse(self, student: str) -> None:
        """Say that what fits a student is another's, and take it from the student."""
        self.rows.pop(student, None)
        self.problems.append(f"{student} {ANOTHERS}")

    def leave_out_shared(self) -> None:
        """Take the line from all students where several have the same."""
        for _, sharing in sorted(self._by_line().items()):
            if len(sharing) == 1:
                continue
            self.problems.append(
                f"{', '.join(sorted(sharing))} fit the same line of the roster; "
                "no mark was written"
            )
            for student in sharing:
                del self.rows[student]

    def _by_line(self) -> dict[int, list[str]]:
        """Whose each line is."""
        students: dict[int, list[str]] = defaultdict(list)
        for student, line in self.rows.items():
            students[line].append(student)
        return students

    def called_otherwise(self, is_called_so: Callable[[str, int], bool]) -> list[str]:
        """Of several students with one line find those who are not called so, if another is.

        A name that ends in a number can look like another's account in the name of a download.
        """
        found: list[str] = []
        for line, sharing in self._by_line().items():
            others = [student for student in sharing if not is_called_so(student, line)]
            if len(others) < len(sharing):
                found += others
        return [student for student in self.rows if student in found]


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
    of_platform = [r for r in results if r.account.startswith(f"{platform} ")]
    numbered = {result.student: number_of(result.account) for result in of_platform}
    students = [result.student for result in results]
    found = Matched()
    # a roster without the LMS's numbers leaves names only
    if any(map(any, accounts.values())):
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

    def is_called_so(student: str, line: int) -> bool:
        names = map(bare_name, people.get(line, ()))
        return bare_name(_without_account(student, numbered)) in names

    for student in found.called_otherwise(is_called_so):
        found.refuse(student)
    found.leave_out_shared()
    return found


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
        fitting = exact.get(_composed(name)) or loose.get(bare_name(name))
        if not fitting:
            fitting = _lines_with_account(student, loose, accounts)
        if fitting and fitting.isdisjoint(free):
            found.refuse(student)
        else:
            found.enter(student, fitting)
    found.leave_out_shared()
    return found


def _lines_with_account(
    student: str, lines: Mapping[str, set[int]], accounts: Names
) -> set[int]:
    """Find the lines of a name of a student's that ends in one of the line's accounts."""
    parts = _WITH_ACCOUNT.fullmatch(student)
    if parts is None:
        return set()
    named = lines.get(bare_name(parts["name"]), set())
    return {line for line in named if parts["account"] in accounts.get(line, ())}


def _lines_by_name(people: Names, form: Callable[[str], str]) -> dict[str, set[int]]:
    """Give the lines of each name, in one form of it."""
    index: dict[str, set[int]] = defaultdict(set)
    for line, names in people.items():
        for name in filter(None, map(form, names)):
            index[name].add(line)
    return index


def number_of(account: str) -> str:
    """Give an account's number: what follows the word for the platform."""
    return account.split(" ")[1]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def bare_name(name: str) -> str:
    """Give a name's letters and digits: what is left of it in the name of a download."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(filter(str.isalnum, folded))


def in_both_orders(first: str, last: str) -> list[str]:
    """Give a name in both orders; nothing where one part is not known."""
    if not first or not last:
        return []
    return [f"{first} {last}", f"{last} {first}"]
