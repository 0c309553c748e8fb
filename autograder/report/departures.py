"""Where a class's wrong functions depart first from what the book computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..grade.result import Result
from .tally import tried_functions

VERDICTS = {  # of the first line that departs
    "shape": "wrong shape",
    "value": "wrong values",
    "missing": "never computed",
    "raises": "raises",
    "unknown": "none of the book's",
    "loop": "a loop of another length",
    "unchanged": "left as it was",
    "form": "put together otherwise",
}


@dataclass
class Departure:
    """A quantity of the book from which functions depart first, and whose do.

    `tried` counts those who tried the function and have not got it right; `verdicts` says what
    is wrong with the quantity, and how often.
    """

    function: str
    name: str
    tried: int
    students: list[str] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)


def first_departures(graded: Sequence[Result]) -> list[Departure]:
    """Count where wrong functions depart first, the most frequent place first."""
    tried = tried_functions(graded)
    wrong = [(student, task) for student, task in tried if task.status != "passed"]
    counts = Counter(task.task for _, task in wrong)
    found: dict[tuple[str, str], Departure] = {}
    for student, task in wrong:
        where = task.feedback.where
        if where is None:
            continue
        name = where.known or where.name
        new = Departure(task.task, name, counts[task.task])
        departure = found.setdefault((task.task, name), new)
        departure.students.append(student)
        departure.verdicts[where.verdict] += 1
    return sorted(found.values(), key=_most_frequent_first)


def _most_frequent_first(departure: Departure) -> tuple[int, str, str]:
    return -len(departure.students), departure.function, departure.name


@dataclass(frozen=True)
class DepartureRow:
    """A quantity from which functions depart first: how many do, of those that are wrong."""

    function: str
    name: str
    count: int
    share: float
    said: str
    verdicts: str
    students: str


def departure_rows(graded: Sequence[Result], names: bool) -> list[DepartureRow]:
    """Give where wrong functions depart first; nothing where that is not known of any."""
    rows = []
    for departure in first_departures(graded):
        count = len(departure.students)
        verdicts = departure.verdicts.most_common()
        row = DepartureRow(
            departure.function,
            departure.name,
            count,
            share=count / departure.tried,
            said=f"{count} of {departure.tried}",
            verdicts=", ".join(f"{VERDICTS[kind]}: {many}" for kind, many in verdicts),
            students=", ".join(sorted(departure.students)) if names else "",
        )
        rows.append(row)
    return rows
