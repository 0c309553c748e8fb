"""What no known mistake explains, for the class page: grouped by equal wrong numbers where
`python -m autograder unexplained` has looked, else by what the check said.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..grade.result import Result, TaskResult
from ..safe.harmless import shown

NOTE = "unexplained.json"  # beside the results
WRONG = ("partial", "failed")
SHOWN_LINES = 24  # of a function
BY_NUMBERS = "The same wrong numbers on the visible cases: the same mistake."
BY_WORDS = (
    "Grouped by what the check said, which is rounded. `python -m autograder unexplained` "
    "on the submissions groups them by their numbers, shows the code, and drafts an entry "
    "of the catalogue."
)


@dataclass(frozen=True)
class Unexplained:
    """A wrong answer that nothing explains: of which function, who, what was found, the code."""

    function: str
    students: tuple[str, ...]
    said: str
    code: str = ""

    def answers(self) -> list[tuple[str, str]]:
        """Give the function and each student."""
        return [(self.function, student) for student in self.students]


@dataclass(frozen=True)
class Groups:
    """The groups of one exercise, and how they came about."""

    rows: list[Unexplained]
    how: str


def groups_of(
    assignment: str, graded: Sequence[Result], noted: Iterable[Unexplained] | None
) -> Groups:
    """Give what is unexplained in an exercise, what most have first.

    Parameters
    ----------
    assignment : str
        The exercise.
    graded : sequence of Result
        Of it.
    noted : iterable of Unexplained, optional
        Its groups by numbers; None where nobody has looked.
    """
    now = {
        (task.task, result.student): task.found
        for result in graded
        for task in result.tasks
        if _is_unexplained(task)
    }
    by_numbers = _still_there(noted or (), now)
    explained = {key for row in by_numbers for key in row.answers()}
    left = {key: said for key, said in now.items() if key not in explained}
    by_words = _by_words(left)
    how = BY_WORDS if by_words else BY_NUMBERS
    rows = sorted([*by_numbers, *by_words], key=_what_most_have_first)
    return Groups(rows, how)


def _is_unexplained(task: TaskResult) -> bool:
    return task.status in WRONG and not task.misconception


def _what_most_have_first(row: Unexplained) -> tuple[int, str]:
    return -len(row.students), row.function


def _still_there(
    noted: Iterable[Unexplained], now: dict[tuple[str, str], str]
) -> list[Unexplained]:
    """Give noted groups without those who have another result by now."""
    found = []
    for row in noted:
        students = tuple(s for s in row.students if (row.function, s) in now)
        if students:
            code = _shortened(row.code)
            found.append(Unexplained(row.function, students, row.said, code))
    return found


def _by_words(now: dict[tuple[str, str], str]) -> list[Unexplained]:
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (function, student), said in now.items():
        alike[function, said].append(student)
    return [
        Unexplained(function, tuple(sorted(students)), said)
        for (function, said), students in alike.items()
    ]


def _shortened(code: str) -> str:
    """Give a function's code without its docstring, as far as it is shown."""
    head, *rest = code.split('"""')
    if len(rest) > 1:
        code = head.rstrip() + "".join(rest[1:])
    lines = list(filter(str.strip, code.splitlines()))
    kept = lines[:SHOWN_LINES]
    if len(lines) > len(kept):
        kept.append("…")
    return shown("\n".join(kept))


def read_notes(paths: Iterable[Path]) -> dict[str, list[Unexplained]] | None:
    """Read groups by exercise from beside the results; None if nobody has looked.

    A note that cannot be read is as good as none: it is made anew by the same command.
    """
    found: dict[str, list[Unexplained]] | None = None
    for path in paths:
        try:
            rows = json.loads((path / NOTE).read_text(encoding="utf-8"))["groups"]
            groups = [(row["assignment"], _row(row)) for row in rows]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found = found or {}
        for assignment, group in groups:
            found.setdefault(assignment, []).append(group)
    return found


def _row(row: dict) -> Unexplained:
    students = tuple(map(str, row["students"]))
    return Unexplained(
        str(row["function"]), students, str(row["said"]), str(row["code"])
    )
