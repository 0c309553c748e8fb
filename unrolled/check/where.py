"""The first line of a student's own that departs, as plain data: told, stored and counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

LONGEST_NAME = 60  # characters of a name that is told
MOST_LINES = 100_000  # of a cell
SAID = {
    "shape": "has another shape than the book's",
    "value": "has the book's shape and other values",
    "step": "agrees with the book's up to a step, and no further",
    "missing": "is never computed",
}


@dataclass(frozen=True)
class Where:
    """Where a function departs first from what the book computes.

    Attributes
    ----------
    function : str
        Whose line it is: the function that was judged, or one that it calls.
    cell : str
        The cell that holds the line, by its number or id; "" if it is not known.
    line : int
        The line in the cell, from 1; 0 where there is none, as for what is missing.
    name : str
        The book's quantity, such as `cct`.
    verdict : str
        What is wrong with it: `shape`, `value`, `step` (right at first) or `missing`.

    Raises
    ------
    ValueError
        If a value is none that may be told: it is checked since some of them come from beside a
        student's code.
    """

    function: str
    cell: str
    line: int
    name: str
    verdict: str

    def __post_init__(self) -> None:
        for text in (self.function, self.cell, self.name):
            if not _is_short(text):
                raise ValueError(f"{text!r:.80} is no name of at most {LONGEST_NAME}")
        if type(self.line) is not int or not 0 <= self.line <= MOST_LINES:
            raise ValueError(f"{self.line!r:.80} is no line of a cell")
        if self.verdict not in SAID:
            raise ValueError(f"{self.verdict!r:.80} is none of {', '.join(SAID)}")

    def to_data(self) -> dict[str, Any]:
        """Give it as plain data (for JSON)."""
        return asdict(self)

    @property
    def text(self) -> str:
        """Give it as one line of text."""
        of = f"`{self.name}`"
        said = f"{of} {SAID[self.verdict]}"
        if not self.line:
            return f"first departure: {said}"
        return f"first wrong line: line {self.line}, {said}"


def _is_short(text: Any) -> bool:
    """Say whether a value is a text that stays on its line."""
    return isinstance(text, str) and len(text) <= LONGEST_NAME and text.isprintable()
