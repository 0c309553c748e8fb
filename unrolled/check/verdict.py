"""From outcomes to a verdict on one function.

It says what was called, what differs first, and which mistake it looks like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.check.book_page import BookPlace
from unrolled.check.compare import Difference, as_numbers, compare_returned, is_same
from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.known_pairs import NO_PAIRS, Together
from unrolled.check.naming import find_mistakes
from unrolled.check.on_paper import PaperCase
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.where import Where
from unrolled.contract import Function

LONGEST = 240  # characters of an exception's message that are shown
LINE = 160  # characters of a line of the student's code that are shown
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"


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
    book : BookPlace or None
        Where the book is.
    checked : bool
        False if nothing was called: there is nothing to check it against, or it is no function
        of the exercise.
    case : int
        Number of the case that shows the first fault.
    before : tuple of str
        What to know before the verdict itself: that it may be about other code than what stands
        in the notebook.
    tried, untried : tuple of str
        Which kinds of calls were made, and which others hidden tests make.
    raised : Raised or None
        The exception of which `failure` tells, its `cell` being the line itself.
    also : Misconception or None
        A second known mistake, made beside the first.
    where : Where or None
        The first line that departs.
    paper : PaperCase or None
        A small case on which it is wrong; of visible numbers only.
    again : bool
        Whether the function failed the last time that it was checked, too.
    mend_first : tuple of str
        The functions that it may call and that are not right themselves.
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
    book: BookPlace | None = None
    checked: bool = True
    case: int = 0
    before: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    raised: Raised | None = None
    also: Misconception | None = None
    where: Where | None = None
    paper: PaperCase | None = None
    again: bool = False
    mend_first: tuple[str, ...] = ()

    @property
    def mistakes(self) -> tuple[Misconception, ...]:
        """The known mistakes, the surest first."""
        return tuple(one for one in (self.mistake, self.also) if one)


def judge_outcomes(
    function: Function,
    cases: Sequence[tuple],
    want: Sequence[Any],
    outcomes: Sequence[Outcome],
    known: Sequence[KnownAnswer] = (),
    stray: tuple[Sequence[str], Sequence[str]] = ((), ()),
    together: Together = NO_PAIRS,
) -> Verdict:
    """Judge a function by what it came to on several visible cases.

    Expected values are told, so no hidden case may be among them.

    Parameters
    ----------
    function : Function
        The contract.
    cases, want, outcomes : sequence
        Arguments, the reference's return values and the student's outcomes, case by case.
    known : sequence of KnownAnswer
        Known mistakes on the same cases.
    stray : pair of sequences of str
        What `find_stray_names` found.
    together : Together
        What is known of mistakes that are made together.

    Returns
    -------
    Verdict
        On the first case with a fault; a mistake is named by all cases together.
    """
    judged = zip(cases, want, outcomes, strict=True)
    for number, (case, wanted, outcome) in enumerate(judged):
        found, failure = visible_faults(function, case, wanted, outcome)
        if found or failure:
            named = find_mistakes(function, want, outcomes, known, stray, together)
            return Verdict(
                function.name,
                False,
                call_text(function, case),
                tuple(found),
                failure,
                named[0] if named else None,
                section=function.section,
                outputs=function.outputs,
                case=number,
                raised=outcome if isinstance(outcome, Raised) else None,
                also=named[1] if len(named) > 1 else None,
            )
    return right_verdict(function)


def right_verdict(function: Function) -> Verdict:
    """Give the verdict on a function with which nothing is wrong."""
    return Verdict(
        function.name,
        True,
        section=function.section,
        outputs=function.outputs,
    )


def visible_faults(
    function: Function, case: tuple, want: Any, outcome: Outcome
) -> tuple[list[Difference], str]:
    """Give what differs in a visible case, or why there is nothing to compare.

    Parameters
    ----------
    function : Function
        The contract.
    case : tuple
        The arguments.
    want : object
        What the reference returns.
    outcome : Outcome
        What came of the call.

    Returns
    -------
    differences : list of Difference
        With expected values.
    failure : str
        Why there is nothing to compare, if so.
    """
    if isinstance(outcome, Raised):
        return [], failure_text(outcome)
    if not isinstance(outcome, Returned):
        return [], outcome.text
    changed = changed_arguments(function, case, outcome)
    return changed + compare_returned(
        function.returns, outcome.value, want, values=True
    ), ""


def changed_arguments(
    function: Function, case: tuple, outcome: Returned
) -> list[Difference]:
    """Find arguments that the call changed, which it must leave as they were.

    Parameters
    ----------
    function : Function
        Names the arguments.
    case : tuple
        The arguments as they were.
    outcome : Returned
        Holds them as they were left, if that is known.
    """
    if outcome.after is None:
        return []
    text = "is an argument, and the function changes it; work on a copy"
    found = []
    for argument, before, after in zip(
        function.arguments, case, outcome.after, strict=True
    ):
        if not is_same(after, before):
            name = argument.name
            found.append(Difference("structure", name, name, text))
    return found


def failure_text(raised: Raised) -> str:
    """Give an exception in one line, with the place in the student's code."""
    text = " ".join(raised.text.split())
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} …"
    said = f"raises {raised.kind}"
    if text:
        said += f": {text}"
    if raised.line and raised.cell:
        cell = "the cell"
        if raised.owner:
            cell = f"the cell that defines `{raised.owner}`"
        said += f" (line {raised.line} of {cell}: `{shown_line(raised.cell)}`)"
    return said


def shown_line(text: str) -> str:
    """Give a line of the student's code as it may reach a page or a terminal.

    It is of bounded length, and without control codes.
    """
    short = text if len(text) <= LINE else f"{text[:LINE]} …"
    return "".join(c if c.isprintable() else UNPRINTABLE for c in short)


def call_text(function: Function, case: Sequence[Any]) -> str:
    """Give the call with the shapes of its arguments: `f(xt (3, 4), a_prev (5, 4), parameters)`."""
    named = zip(function.arguments, case, strict=True)
    parts = [argument.name + _shape_text(value) for argument, value in named]
    return f"{function.called}({', '.join(parts)})"


def _shape_text(value: Any) -> str:
    """Give the shape of an array of numbers behind its name; nothing for all else."""
    if not isinstance(value, np.ndarray):
        return ""
    numbers = as_numbers(value)
    return "" if numbers is None else f" {numbers.shape}"
