"""Name a wrong answer: is it, number for number, the answer of a known mistake?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from unrolled.check.compare import compare_returned, is_same
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.raising_line import of_one_line
from unrolled.contract import Function

_NUMBER = re.compile(r"\d+")
_CHAPTERS_SLIP = re.compile(r"ch(?=\d+_\w+#slip-)")


@dataclass(frozen=True)
class Misconception:
    """A known mistake, as far as it is told to a student.

    Attributes
    ----------
    id : str
        Its name in results, such as `a0-every-step`.
    function : str
        The function it is made in.
    symptom : str
        What is seen, as a sentence.
    hint : str
        What to look at, without giving the line away.
    section : str
        `page#label` in the book. A slip of a chapter is led to the page of slips beside it:
        `ch1_rnn_cell#slip-bias` becomes `slips1_rnn_cell#slip-bias`.
    error : str
        Regular expression for `Type: message`, where the mistake shows as an exception. The
        numbers in the message, such as shapes, have to be those of the mistake as well.
    """

    id: str
    function: str
    symptom: str
    hint: str
    section: str
    error: str = ""

    def __post_init__(self):
        section = _CHAPTERS_SLIP.sub("slips", self.section, count=1)
        object.__setattr__(self, "section", section)

    def to_data(self) -> dict:
        """Give it as plain data (for JSON)."""
        return asdict(self)


@dataclass(frozen=True)
class KnownAnswer:
    """A known mistake and what it comes to on the cases at hand, in their order."""

    misconception: Misconception
    outcomes: Sequence[Outcome]


def name_whole(
    function: Function,
    got: Sequence[Outcome],
    want: Sequence[Any],
    known: Sequence[KnownAnswer],
) -> Misconception | None:
    """Find the known mistake that comes to the student's outcome in every case.

    Parameters
    ----------
    function : Function
        The contract.
    got : sequence of Outcome
        What the student's function came to, case by case.
    want : sequence
        What the reference returned.
    known : sequence of KnownAnswer
        The catalogue, on the same cases.

    Returns
    -------
    Misconception or None
    """
    for one in known:
        if _explains_all(one, got, function.outputs) and _tells(
            one, got, want, function
        ):
            return one.misconception
    return None


def _explains_all(
    known: KnownAnswer, got: Sequence[Outcome], outputs: Sequence[str]
) -> bool:
    """Say whether a mistake comes to the student's outcome in every case."""
    pairs = zip(got, known.outcomes, strict=True)
    return all(_explains(known, mine, other, outputs) for mine, other in pairs)


def _explains(
    known: KnownAnswer, got: Outcome, outcome: Outcome, outputs: Sequence[str]
) -> bool:
    """Say whether a mistake's outcome is the student's: the same value, or the same error.

    Parameters
    ----------
    known : KnownAnswer
        The mistake.
    got, outcome : Outcome
        The student's, and the mistake's on the same case.
    outputs : sequence of str
        What the function returns: where both raise, it is at the same one of them.
    """
    if isinstance(got, Returned):
        return isinstance(outcome, Returned) and is_same(got.value, outcome.value)
    if not isinstance(got, Raised) or not isinstance(outcome, Raised):
        return False
    if outcome.kind != got.kind or not of_one_line(got, outcome, outputs):
        return False
    if not re.search(known.misconception.error, f"{got.kind}: {got.text}"):
        return False
    # The shapes in the message tell one mistake from another with the same message.
    return _NUMBER.findall(got.text) == _NUMBER.findall(outcome.text)


def _tells(
    known: KnownAnswer,
    got: Sequence[Outcome],
    want: Sequence[Any],
    function: Function,
) -> bool:
    """Say whether a match says something.

    It does if a wrong number equals the mistake's, or an error is one that it is known by.
    """
    for mine, right in zip(got, want, strict=True):
        if isinstance(mine, Raised) and known.misconception.error:
            return True
        if not isinstance(mine, Returned):
            continue
        if compare_returned(function.returns, mine.value, right):
            return True
    return False
