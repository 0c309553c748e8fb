"""Name what is wrong with a function: by all the evidence there is, the surest kind first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unrolled.check.compare import compare_returned
from unrolled.check.general_mistakes import (
    find_beside_right_answer,
    find_general_mistake,
    guess_mistake,
)
from unrolled.check.known_mistakes import KnownAnswer, name_whole
from unrolled.check.known_pairs import NO_PAIRS, Named, Together, name_pair
from unrolled.check.known_parts import name_part
from unrolled.check.leaves import table
from unrolled.check.outcome import Outcome, Returned
from unrolled.contract import Function


def find_mistakes(
    function: Function,
    want: Sequence[Any],
    outcomes: Sequence[Outcome],
    known: Sequence[KnownAnswer] = (),
    stray: tuple[Sequence[str], Sequence[str]] = ((), ()),
    together: Together = NO_PAIRS,
) -> Named:
    """Name the mistake in a wrong function, or the two in it; nothing if they are unknown.

    A mistake of a kind is surer than one by its numbers, that
    than two which explain the answer together, these than one that explains a part of it, and
    that than a guess.

    Parameters
    ----------
    function : Function
        The contract.
    want, outcomes : sequence
        The reference's return values and the student's outcomes, case by case.
    known : sequence of KnownAnswer
        Known mistakes on the same cases.
    stray : pair of sequences of str
        What `find_stray_names` found.
    together : Together
        What is known of mistakes that are made together.

    Returns
    -------
    tuple of Misconception
        The surest first.
    """
    one = (
        find_general_mistake(function, outcomes, *stray)
        or name_whole(function, outcomes, want, known)
        or find_beside_right_answer(function, outcomes, want)
    )
    if one:
        return (one,)
    return _named_by_arrays(function, want, outcomes, known, together) or tuple(
        filter(None, [guess_mistake(function, outcomes, want)])
    )


def _named_by_arrays(
    function: Function,
    want: Sequence[Any],
    outcomes: Sequence[Outcome],
    known: Sequence[KnownAnswer],
    together: Together,
) -> Named:
    """Name two mistakes, or one of several, where all calls came to a value.

    Parameters and what is returned as for `find_mistakes`.
    """
    if not known or not all(isinstance(one, Returned) for one in outcomes):
        return ()
    first = _first_wrong(function, want, outcomes)
    answers = [KnownAnswer(one.misconception, [one.outcomes[first]]) for one in known]
    seen = table(function, [outcomes[first]], [want[first]], answers)
    if seen is None:
        return ()
    pair = name_pair(function, outcomes, want, known, seen, together)
    if pair:
        return pair
    part = name_part(function, outcomes, want, known, seen)
    return (part,) if part else ()


def _first_wrong(
    function: Function, want: Sequence[Any], outcomes: Sequence[Outcome]
) -> int:
    """Give the number of the first case that did not come out right."""
    for number, (right, one) in enumerate(zip(want, outcomes, strict=True)):
        value = one.value if isinstance(one, Returned) else None
        if compare_returned(function.returns, value, right):
            return number
    return 0
