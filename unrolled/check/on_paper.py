"""A wrong answer on a case that is small enough for paper: inputs, yours and expected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.check.compare import as_numbers, compare_returned, outputs_by_name
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.contract import Function

LONGEST = 240  # characters of a value that are shown
MOST_INPUTS = 480  # of all inputs
MOST_OUTPUTS = 3
DIGITS = 4


@dataclass(frozen=True)
class PaperCase:
    """A small case on which a function is wrong.

    Attributes
    ----------
    label : str
        By which `check.example` gives its arguments.
    inputs : str
        The arguments, each `name = value`; "" where they are too many for a line.
    rows : tuple of (str, str, str)
        An output that is off, what it is, and what it should be.
    raised : str
        The exception, if there is one.
    """

    label: str
    inputs: str
    rows: tuple[tuple[str, str, str], ...]
    raised: str = ""

    @property
    def text(self) -> str:
        """Give it as lines of text, with code in backticks."""
        given = f"`{self.inputs}`" if self.inputs else f"`{self.label}`"
        lines = [f"{given} gives"]
        lines += [
            f"`{name}`: yours `{mine}`, expected `{right}`"
            for name, mine, right in self.rows
        ]
        if self.raised:
            lines.append(f"an exception, {self.raised}")
        return "\n".join(lines)


def paper_case(
    function: Function,
    cases: Sequence[tuple[tuple, Any]],
    call: Callable[[tuple], Outcome],
) -> PaperCase | None:
    """Find the first small case on which a function is wrong.

    Parameters
    ----------
    function : Function
        The contract.
    cases : sequence of (tuple, object)
        Arguments and what the reference returns, the smallest first.
    call : callable
        Calls the student's function.
    """
    for number, (arguments, want) in enumerate(cases, 1):
        came = call(arguments)
        label = f"check.example({function.name!r}, 'on paper {number}')"
        inputs = _inputs(function, arguments)
        if isinstance(came, Raised):
            return PaperCase(label, inputs, (), came.kind)
        if not isinstance(came, Returned):
            return None
        rows = _rows(function, came.value, want)
        if rows:
            return PaperCase(label, inputs, rows)
    return None


def _rows(
    function: Function, value: Any, want: Any
) -> tuple[tuple[str, str, str], ...]:
    off = [one.output for one in compare_returned(function.returns, value, want)]
    mine = outputs_by_name(function.returns, value)
    right = outputs_by_name(function.returns, want)
    rows = [
        (name, _value_text(mine[name]), _value_text(right[name]))
        for name in dict.fromkeys(off)
        if name in mine and name in right
    ]
    arrays = [row for row in rows if as_numbers(mine[row[0]]) is not None]
    short = [row for row in arrays or rows if max(map(len, row)) <= LONGEST]
    if off and not rows:
        return (("the function", _value_text(value)[:LONGEST], "another form"),)
    return tuple(short[:MOST_OUTPUTS])


def _inputs(function: Function, arguments: tuple) -> str:
    """Give the arguments in one line, if there is room for them."""
    parts: list[str] = []
    for argument, value in zip(function.arguments, arguments, strict=True):
        if isinstance(value, dict):
            parts += [f"{key} = {_value_text(one)}" for key, one in value.items()]
        else:
            parts.append(f"{argument.name} = {_value_text(value)}")
    text = ", ".join(parts)
    return text if len(text) <= MOST_INPUTS else ""


def _value_text(value: Any) -> str:
    """Give a value as it is written by hand: few digits, no spaces to fill up."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key}: {_value_text(one)}" for key, one in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple) and as_numbers(value) is None:
        return f"({', '.join(map(_value_text, value))})"
    numbers = as_numbers(value)
    if numbers is None:
        return repr(value)[:LONGEST]
    return _numbers_text(np.asarray(numbers))


def _numbers_text(numbers: np.ndarray) -> str:
    if not numbers.ndim:
        return f"{float(numbers):.{DIGITS}g}"
    return f"[{', '.join(map(_numbers_text, numbers))}]"
