"""What a call of a student's function came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WITHOUT_ASSERT = (
    "this Python leaves out every `assert` (python -O, or PYTHONOPTIMIZE), and a hidden "
    "test may judge by one; start it without"
)


class MachineryError(Exception):
    """The grading machinery failed; no mark may follow from it."""


@dataclass(frozen=True)
class Returned:
    """The function returned.

    Attributes
    ----------
    value : object
        What it returned.
    after : tuple or None
        Its arguments as the call left them; None if that is not known.
    """

    value: Any
    after: tuple | None = None


@dataclass(frozen=True)
class Raised:
    """The function raised.

    Attributes
    ----------
    kind : str
        The exception's type.
    text : str
        Its message: untrusted, and may hold hidden inputs.
    cell : str
        Where in the student's notebook: the cell's id, or its line where the check tells it.
    line : int
        The number of the line in the cell, from 1; 0 if it is not known.
    owner : str
        The function that the cell defines, where that is not the one that was called.
    on : str
        The name that the line assigns to, if it is known.
    """

    kind: str
    text: str = ""
    cell: str = ""
    line: int = 0
    owner: str = ""
    on: str = ""


@dataclass(frozen=True)
class Lost:
    """There is no result.

    Attributes
    ----------
    how : str
        `timeout`, `crashed` or `missing`.
    text : str
        Says more, and is trusted.
    """

    how: str
    text: str


Outcome = Returned | Raised | Lost
