"""Name a wrong answer: is it, number for number, the answer of a known mistake?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from unrolled.check.compare import outputs, returned, same
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.contract import Function

_ABSENT = object()
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
        object.__setattr__(
            self, "section", _CHAPTERS_SLIP.sub("slips", self.section, count=1)
        )

    def to_data(self) -> dict:
        """As plain data (for JSON)."""
        return asdict(self)


@dataclass(frozen=True)
class KnownAnswer:
    """A known mistake and what it comes to on the cases at hand, in their order."""

    misconception: Misconception
    outcomes: tuple[Outcome, ...]


def name_mistake(
    function: Function,
    got: Sequence[Outcome],
    want: Sequence[Any],
    known: Sequence[KnownAnswer],
) -> Misconception | None:
    """The known mistake whose outcomes equal the student's.

    First one that explains every case whole; else one that explains some output that is off,
    alone and in every case (several mistakes may be made at once).

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
    """
    for one in known:
        whole = all(
            _explains(one, g, o) for g, o in zip(got, one.outcomes, strict=True)
        )
        if whole and _tells(one, got, want, function):
            return one.misconception
    for one in known:
        if any(
            _explains_output(function, output, got, want, one)
            for output in function.outputs
        ):
            return one.misconception
    return None


def _explains(known: KnownAnswer, got: Outcome, outcome: Outcome) -> bool:
    if isinstance(got, Returned):
        return isinstance(outcome, Returned) and same(got.value, outcome.value)
    if (
        isinstance(got, Raised)
        and isinstance(outcome, Raised)
        and outcome.kind == got.kind
    ):
        found = re.search(known.misconception.error, f"{got.kind}: {got.text}")
        return found is not None and _NUMBER.findall(got.text) == _NUMBER.findall(
            outcome.text
        )
    return False


def _tells(
    known: KnownAnswer, got: Sequence[Outcome], want: Sequence[Any], function: Function
) -> bool:
    """Whether the match says something: a wrong number equal to the mistake's, or an error it is known by."""
    for g, w in zip(got, want, strict=True):
        if isinstance(g, Returned) and returned(function.returns, g.value, w):
            return True
        if isinstance(g, Raised) and known.misconception.error:
            return True
    return False


def _explains_output(
    function: Function,
    output: str,
    got: Sequence[Outcome],
    want: Sequence[Any],
    known: KnownAnswer,
) -> bool:
    off = False
    for g, w, o in zip(got, want, known.outcomes, strict=True):
        if not (isinstance(g, Returned) and isinstance(o, Returned)):
            return False
        mine, right, wrong = (
            outputs(function.returns, v).get(output, _ABSENT)
            for v in (g.value, w, o.value)
        )
        if mine is _ABSENT or wrong is _ABSENT or not same(mine, wrong):
            return False
        off = off or not same(mine, right)
    return off
