"""Where a student's function departs first from the book: plain data, told, stored and counted.

Nothing here tells an expected number. Standard library only: the confined worker reads this too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

AGREES, OWN, FIRST, FOLLOWS = "agrees", "own", "first", "follows"
MARKS = (AGREES, OWN, FIRST, FOLLOWS)  # the later one wins where a line has several
VERDICTS = (
    "value",
    "shape",
    "missing",
    "raises",
    "unknown",
    "loop",
    "unchanged",
    "form",
)
LONGEST_NAME = 80  # characters of a name that is told
LONGEST_LINE = 160  # characters of a line that is shown
MOST_LINES = 100_000  # of a cell
MOST_MARKS = 400
MOST_AXES = 8
LARGEST = 10**9  # entries, or turns of a loop
NAMES_TOLD = 6
AGREED_BEFORE = (
    "It agreed in the calls before this one: what departs is this line, or what those calls "
    "left in `self`"
)


@dataclass(frozen=True)
class LineMark:
    """One line of the student's, and how its values stand to the book's.

    Attributes
    ----------
    number : int
        Of the line in its cell, from 1.
    mark : str
        `agrees`, `own` for a way that the book has not, `first`, or `follows` from that.
    names : tuple of str
        What the book calls the values that agree.
    text : str
        The line; "" where it is not at hand.

    Raises
    ------
    ValueError
        If a value is none that may be told.
    """

    number: int
    mark: str
    names: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        _see_number(self.number, 1, MOST_LINES)
        for name in self.names:
            _see_name(name)
        if self.mark not in MARKS:
            raise ValueError(f"{self.mark!r:.80} is none of {', '.join(MARKS)}")
        if not _is_short(self.text, LONGEST_LINE + 2):
            raise ValueError(f"{self.text!r:.80} is no line that is shown")


@dataclass(frozen=True)
class Where:
    """Where a function departs first from what the book computes.

    Attributes
    ----------
    function : str
        Whose line it is: the function that was judged, or a helper that it calls.
    cell : str
        The cell that holds the line, by its number or id; "" if it is not known.
    line : int
        The line in the cell, from 1; 0 where there is none.
    name : str
        What departs: a variable, or the book's quantity; "" for what has no name.
    verdict : str
        What is wrong with it: `value`, `shape`, `missing`, `raises`,
        `unknown` (none of the book's values), `loop` (that turns too seldom), `unchanged` (by
        a loop that should change it) or `form` (right values, put together otherwise).
    last : int
        The statement's last line; 0 for one of a single line.
    known : str
        What the book calls it; "" where it has no such name.
    found, expected : tuple of int or None
        Shapes, where these differ.
    off, of : int
        How many entries are off, and of how many.
    turn, turns : int
        The turn of the loop in which it departs first, from 1, and how many there are; for the
        verdict `loop` how often it turns and how often it should. 0 where there is no loop.
    agreed_before : bool
        Whether the line was right in an earlier call of the same methods.
    equation, number : str
        Place of the book's equation, as `page#label`, and its number; "" where there is none.
    marks : tuple of LineMark
        The lines of the function, as far as they were executed.

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
    last: int = 0
    known: str = ""
    found: tuple[int, ...] | None = None
    expected: tuple[int, ...] | None = None
    off: int = 0
    of: int = 0
    turn: int = 0
    turns: int = 0
    agreed_before: bool = False
    equation: str = ""
    number: str = ""
    marks: tuple[LineMark, ...] = field(default=())

    def __post_init__(self) -> None:
        names = (
            self.function,
            self.cell,
            self.name,
            self.known,
            self.equation,
            self.number,
        )
        for text in names:
            _see_name(text)
        for line in (self.line, self.last):
            _see_number(line, 0, MOST_LINES)
        for shape in (self.found, self.expected):
            _see_shape(shape)
        for number in (self.off, self.of, self.turn, self.turns):
            _see_number(number, 0, LARGEST)
        if type(self.agreed_before) is not bool:
            raise ValueError(f"{self.agreed_before!r:.80} is neither True nor False")
        if self.verdict not in VERDICTS:
            raise ValueError(f"{self.verdict!r:.80} is none of {', '.join(VERDICTS)}")
        if len(self.marks) > MOST_MARKS:
            raise ValueError(f"{len(self.marks)} lines are marked, too many")

    def to_data(self) -> dict[str, Any]:
        """Give it as plain data (for JSON)."""
        return asdict(self)

    def with_lines(self, lines: Sequence[str]) -> Where:
        """Give it with the text of each line, from those of its cell."""
        marks = [
            replace(one, text=_shown(lines[one.number - 1]))
            for one in self.marks
            if one.number <= len(lines)
        ]
        return replace(self, marks=tuple(marks))

    @property
    def text(self) -> str:
        """Give it in one sentence, or two."""
        name = f"`{self.name}`" if self.name else "it"
        if self.number:
            name += f", equation ({self.number}),"
        said = f"{name} {self._said}{self._since}"
        if not self.line:
            return f"first departure: {said}"
        place = lines_text(self.line, self.last)
        text = f"first wrong line: {place}, {said}"
        if self.agreed_before:
            return f"{text}. {AGREED_BEFORE}"
        return f"{text}. {self._agreeing}" if self._agreeing else text

    @property
    def _said(self) -> str:
        if self.verdict == "value" and self.of:
            return f"has the right shape, and {self.off} of {self.of} entries off"
        if self.verdict == "shape" and self.found is not None:
            return f"has shape {self.found}, expected {self.expected}"
        if self.verdict == "loop":
            return f"turns {self.turn} times, expected {self.turns}"
        return {
            "value": "has the book's shape and other values",
            "shape": "has another shape than the book's",
            "missing": "is never computed",
            "raises": "raises, and all that it is given agrees with the book's",
            "unknown": "is none of the book's values, though all that it is made of is right",
            "unchanged": "is left as it was by this loop",
            "form": "puts right values together in another way than asked for",
        }[self.verdict]

    @property
    def _since(self) -> str:
        if self.verdict == "loop" or self.turns < 2 or self.turn < 1:
            return ""
        if self.turn == 1:
            return ", from the loop's first turn on"
        return f", from turn {self.turn} of {self.turns} of the loop on"

    @property
    def _agreeing(self) -> str:
        """Say which lines before it agree, and with what of the book's."""
        agree = [
            one
            for one in self.marks
            if one.mark == AGREES and one.names and one.number < self.line
        ]
        if not agree:
            return ""
        names = list(dict.fromkeys(name for one in agree for name in one.names))
        shown = ", ".join(f"`{name}`" for name in names[:NAMES_TOLD])
        more = ", …" if len(names) > NAMES_TOLD else ""
        lines = lines_text(agree[0].number, agree[-1].number)
        verb = "agrees" if agree[0] is agree[-1] else "agree"
        return f"Before it, {lines} {verb} with the book: {shown}{more}"


def lines_text(first: int, last: int) -> str:
    """Give a line, or a range of lines, in words."""
    return f"line {first}" if last <= first else f"lines {first} to {last}"


def _shown(line: str) -> str:
    text = line.rstrip().expandtabs(4)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]} …"


def _see_name(text: Any) -> None:
    if not _is_short(text, LONGEST_NAME):
        raise ValueError(f"{text!r:.80} is no name of at most {LONGEST_NAME}")


def _see_number(number: Any, least: int, most: int) -> None:
    if type(number) is not int or not least <= number <= most:
        raise ValueError(f"{number!r:.80} is no whole number from {least} to {most}")


def _see_shape(shape: Any) -> None:
    if shape is None:
        return
    if not isinstance(shape, tuple) or len(shape) > MOST_AXES:
        raise ValueError(f"{shape!r:.80} is no shape")
    for length in shape:
        _see_number(length, 0, LARGEST)


def _is_short(text: Any, most: int) -> bool:
    """Say whether a value is a text that stays on its line."""
    return isinstance(text, str) and len(text) <= most and text.isprintable()
