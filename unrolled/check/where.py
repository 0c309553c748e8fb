"""Where a student's function departs first: plain data, and how it is said.

Nothing here tells an expected number, so that it may be said of any case. Standard library only:
the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

AGREES, OWN, FIRST, FOLLOWS = "agrees", "own", "first", "follows"
MARKS = (AGREES, OWN, FIRST, FOLLOWS)
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
MOST_NAMES = 6  # that are listed


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
    """

    number: int
    mark: str
    names: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Where:
    """The first line that departs from the book's numbers.

    Attributes
    ----------
    line, last : int
        The statement's lines in its cell, from 1.
    name : str
        The variable whose value departs; "" for what has no name.
    known : str
        What the book calls it; "" where it has no such name.
    verdict : str
        One of `VERDICTS`.
    found, expected : tuple of int or None
        Shapes, where these differ.
    off, of : int
        How many entries are off, and of how many.
    turn, turns : int
        The turn of the loop in which it departs first, from 1, and how many there are; for the
        verdict `loop` how often it turns and how often it should. 0 where there is no loop.
    equation : str
        `page#label` of the book's equation; "" where there is none.
    owner : str
        The helper that the line stands in; "" for the function itself.
    cell : str
        The cell that it stands in; "" where there is one only.
    marks : tuple of LineMark
        The lines of the function, as far as they were executed.
    """

    line: int
    last: int
    name: str = ""
    known: str = ""
    verdict: str = "unknown"
    found: tuple[int, ...] | None = None
    expected: tuple[int, ...] | None = None
    off: int = 0
    of: int = 0
    turn: int = 0
    turns: int = 0
    equation: str = ""
    owner: str = ""
    cell: str = ""
    marks: tuple[LineMark, ...] = field(default=())

    def to_data(self) -> dict[str, Any]:
        """Give it as plain data (for JSON)."""
        return asdict(self)

    def with_lines(self, lines: Sequence[str]) -> Where:
        """Give it with the text of each line, from those of its cell."""
        marks = tuple(
            replace(one, text=lines[one.number - 1].rstrip())
            for one in self.marks
            if one.number <= len(lines)
        )
        return replace(self, marks=marks)


def where_text(where: Where) -> str:
    """Say which line is the first that departs, and how, in one sentence or two."""
    place = lines_text(where.line, where.last)
    if where.owner:
        place += f" of `{where.owner}`"
    name = f", `{where.name}`," if where.name else ""
    text = f"{place}{name} is the first that departs: {_verdict_text(where)}."
    agree = _agreeing(where)
    return f"{text} {agree}" if agree else text


def lines_text(first: int, last: int) -> str:
    """Give a line, or a range of lines, in words."""
    return f"line {first}" if last <= first else f"lines {first} to {last}"


def _verdict_text(where: Where) -> str:
    said = {
        "value": f"shape right, {where.off} of {where.of} entries off",
        "shape": f"its shape is {where.found}, expected {where.expected}",
        "missing": "it is still `None`",
        "raises": "the exception comes from here, and all before it agrees",
        "unknown": "it is none of the book's values, though all that it is made of is right",
        "loop": f"the loop turns {where.turn} times, expected {where.turns}",
        "unchanged": f"nothing in this loop changes `{where.name}`",
        "form": "right values are put together in another way than asked for",
    }[where.verdict]
    if where.verdict == "loop" or where.turns < 2:
        return said
    if where.turn == 1:
        return f"{said}, from the loop's first turn on"
    return f"{said}, from turn {where.turn} of {where.turns} of the loop on"


def _agreeing(where: Where) -> str:
    """Say which lines before it agree, and with what of the book's."""
    agree = [
        one
        for one in where.marks
        if one.mark == AGREES and one.names and one.number < where.line
    ]
    if not agree:
        return ""
    names = list(dict.fromkeys(name for one in agree for name in one.names))
    shown = ", ".join(f"`{name}`" for name in names[:MOST_NAMES])
    more = " …" if len(names) > MOST_NAMES else ""
    lines = lines_text(agree[0].number, agree[-1].number)
    verb = "agrees" if agree[0].number == agree[-1].number else "agree"
    return f"Before it, {lines} {verb} with the book ({shown}{more})."


def where_from_data(data: Any) -> Where | None:
    """Give what `to_data` gave, if that is what it is: from a process that is not to be trusted.

    Parameters
    ----------
    data : object
        Anything.

    Returns
    -------
    Where or None
        None for whatever is not of the right kinds. What its texts say is not looked at.
    """
    if not isinstance(data, dict):
        return None
    try:
        marks = tuple(_marks_from(data.get("marks", ())))
        where = Where(
            **{
                key: data[key] for key in ("line", "last", "off", "of", "turn", "turns")
            },
            **{
                key: data[key]
                for key in ("name", "known", "verdict", "equation", "owner", "cell")
            },
            found=_shape_from(data.get("found")),
            expected=_shape_from(data.get("expected")),
            marks=marks,
        )
    except (KeyError, TypeError, ValueError):
        return None
    return where if _is_plain(where) else None


def _marks_from(marks: Any) -> Iterator[LineMark]:
    for one in list(marks)[:MOST_MARKS]:
        number, mark, names = one["number"], one["mark"], one["names"]
        if type(number) is not int or number < 1 or mark not in MARKS:
            raise ValueError("no mark of a line")
        texts = tuple(name for name in list(names)[:MOST_NAMES] if type(name) is str)
        yield LineMark(number, mark, texts)


def _shape_from(value: Any) -> tuple[int, ...] | None:
    if value is None:
        return None
    shape = tuple(value)
    if len(shape) > MOST_AXES or any(type(one) is not int for one in shape):
        raise ValueError("no shape")
    return shape


def _is_plain(where: Where) -> bool:
    numbers = (where.line, where.last, where.off, where.of, where.turn, where.turns)
    texts = (where.name, where.known, where.equation, where.owner, where.cell)
    return (
        all(type(one) is int and 0 <= one <= LARGEST for one in numbers)
        and all(type(one) is str and len(one) <= LONGEST for one in texts)
        and where.verdict in VERDICTS
        and 1 <= where.line <= where.last
    )


MOST_MARKS = 400
MOST_AXES = 8
LARGEST = 10**6
LONGEST = 80
