"""What a call of a student's function came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WITHOUT_ASSERT = (
    "this Python leaves out every `assert` (python -O, or PYTHONOPTIMIZE), and a hidden test may judge by one; "
    "start it without"
)


class MachineryError(Exception):
    """The grading machinery failed; no mark may follow from it."""


@dataclass(frozen=True)
class Returned:
    """The function returned; `after` holds its arguments as the call left them (None if not known)."""

    value: Any
    after: tuple | None = None


@dataclass(frozen=True)
class Raised:
    """The function raised.

    `kind` is the exception's type and `text` its message (untrusted, may hold hidden inputs);
    `cell` and `line` say where in the student's notebook (cell id, line from 1).
    """

    kind: str
    text: str = ""
    cell: str = ""
    line: int = 0


@dataclass(frozen=True)
class Lost:
    """There is no result: `how` is `timeout`, `crashed` or `missing`, `text` says more (trusted)."""

    how: str
    text: str


Outcome = Returned | Raised | Lost
