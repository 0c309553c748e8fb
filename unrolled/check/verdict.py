"""From outcomes to a verdict on one function: what was called, what differs first, which mistake it looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.check.compare import Difference, as_numbers, returned, same
from unrolled.check.general_mistakes import general_mistake, last_guess
from unrolled.check.known_mistakes import KnownAnswer, Misconception, name_mistake
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.contract import Function

LONGEST = 240  # characters of an exception's message that are shown
LINE = 160  # characters of a line of the student's code that are shown


@dataclass(frozen=True)
class Verdict:
    """What is said about one function.

    Attributes
    ----------
    function : str
        Its name.
    right : bool
        Whether everything agrees.
    call : str
        The call that shows the first fault, with shapes.
    differences : tuple of Difference
        Of that call; structure and shapes first.
    failure : str
        Why there was nothing to compare, if so.
    mistake : Misconception or None
        The known mistake.
    notes : tuple of str
        What to know first, each a sentence.
    section : str
        Where the book explains the function.
    outputs : tuple of str
        Names of all that it returns.
    checked : bool
        False if nothing was called: there is nothing to check it against, or it is no function
        of the exercise.
    """

    function: str
    right: bool
    call: str = ""
    differences: tuple[Difference, ...] = ()
    failure: str = ""
    mistake: Misconception | None = None
    notes: tuple[str, ...] = ()
    section: str = ""
    outputs: tuple[str, ...] = ()
    checked: bool = True


def judge(
    function: Function,
    cases: Sequence[tuple],
    want: Sequence[Any],
    outcomes: Sequence[Outcome],
    known: Sequence[KnownAnswer] = (),
    stray: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> Verdict:
    """Judge a function by what it came to on several cases.

    Parameters
    ----------
    function : Function
        The contract.
    cases, want, outcomes : sequence
        Arguments, the reference's return values and the student's outcomes, case by case.
    known : sequence of KnownAnswer
        Known mistakes on the same cases.
    stray : pair of sequences of str
        What `stray_names` found.

    Returns
    -------
    Verdict
        On the first case that shows a fault.
    """
    for case, wanted, outcome in zip(cases, want, outcomes, strict=True):
        found, failure = _faults(function, case, wanted, outcome)
        if found or failure:
            mistake = find_mistake(function, want, outcomes, known, stray)
            return Verdict(
                function.name,
                False,
                call_text(function, case),
                tuple(found),
                failure,
                mistake,
                section=function.section,
                outputs=function.outputs,
            )
    return right(function)


def find_mistake(
    function: Function,
    want: Sequence[Any],
    outcomes: Sequence[Outcome],
    known: Sequence[KnownAnswer] = (),
    stray: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> Misconception | None:
    """Name the mistake in a wrong function; parameters as for `judge`, None if it is unknown."""
    return (
        general_mistake(function, outcomes, *stray)
        or name_mistake(function, outcomes, want, known)
        or last_guess(function, outcomes)
    )


def right(function: Function) -> Verdict:
    """The verdict on a function with which nothing is wrong."""
    return Verdict(
        function.name, True, section=function.section, outputs=function.outputs
    )


def _faults(
    function: Function, case: tuple, want: Any, outcome: Outcome
) -> tuple[list[Difference], str]:
    if isinstance(outcome, Returned):
        return changed_arguments(function, case, outcome) + returned(
            function.returns, outcome.value, want
        ), ""
    if isinstance(outcome, Raised):
        return [], failure_text(outcome)
    return [], outcome.text


def changed_arguments(
    function: Function, case: tuple, outcome: Returned
) -> list[Difference]:
    """Arguments that the call changed, which it must leave as they were."""
    if outcome.after is None:
        return []
    text = "is an argument, and the function changes it; work on a copy"
    return [
        Difference("structure", argument.name, argument.name, text)
        for argument, before, after in zip(
            function.arguments, case, outcome.after, strict=True
        )
        if not same(after, before)
    ]


def failure_text(raised: Raised) -> str:
    """An exception in one line, with the place in the student's code."""
    where = (
        f" (line {raised.line} of the cell: `{shown_line(raised.cell)}`)"
        if raised.line and raised.cell
        else ""
    )
    text = " ".join(raised.text.split())
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} …"
    return f"raises {raised.kind}{': ' + text if text else ''}{where}"


def shown_line(text: str) -> str:
    """A line of the student's code as it may reach a page or a terminal: of bounded length, without control codes."""
    short = text if len(text) <= LINE else f"{text[:LINE]} …"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)


def call_text(function: Function, case: Sequence[Any]) -> str:
    """The call with the shapes of its arguments: `rnn_cell_forward(xt (3, 4), a_prev (5, 4), parameters)`."""
    parts = [
        f"{a.name}{_size(value)}"
        for a, value in zip(function.arguments, case, strict=True)
    ]
    return f"{function.called}({', '.join(parts)})"


def _size(value: Any) -> str:
    if isinstance(value, Mapping | tuple | list):
        return ""
    numbers = as_numbers(value)
    if isinstance(value, np.ndarray) and numbers is not None:
        return f" {numbers.shape}"
    return ""
