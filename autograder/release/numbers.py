"""Write the numbers beside a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check import numbers, wire
from unrolled.check.known_mistakes import KnownAnswer
from unrolled.check.numbers import NumbersError, VisibleNumbers
from unrolled.check.outcome import Returned

from ..unit.course import CourseError
from ..unit.mistakes import mistakes_told
from ..unit.steady_cases import nudged
from ..unit.unit import Unit, outcome

STILL_EQUAL = (
    1e-9  # processors differ in the last bits; only for more is a file rewritten
)
# part of each input: a central difference makes of what double precision rounds off some 1e-11,
# and a hundredth of what is still equal is no other number
NUDGE = 1e-11
NUDGES = 8


def visible_side(unit: Unit) -> list[VisibleNumbers]:
    """Give the visible side of every function.

    It is the arguments, the reference's outputs, and what known mistakes come to.

    Raises
    ------
    CourseError
        If the reference returns nothing on a visible case.
    """
    sides = []
    for name, function in unit.functions.items():
        cases = unit.visible_cases(name)
        right = unit.of(unit.reference, name)
        want = []
        for case in cases:
            found = outcome(right, case)
            if not isinstance(found, Returned):
                raise CourseError(
                    f"{unit.assignment}: the reference of {name} fails on a visible case: "
                    f"{found}"
                )
            want.append(found.value)
        known = _known_answers(unit, name, cases)
        sides.append(VisibleNumbers(function, cases, want, known))
    return sides


def _known_answers(unit: Unit, name: str, cases: list[tuple]) -> list[KnownAnswer]:
    return [
        KnownAnswer(one, tuple(outcome(wrong, case) for case in cases))
        for one, wrong in unit.known[name]
    ]


def write(unit: Unit, path: Path) -> bool:
    """Write the numbers of a unit, unless the file there holds the same ones.

    Returns
    -------
    bool
        Whether it was written.
    """
    book = unit.course.settings.links.book.strip()
    new = [replace(side, book=book) for side in visible_side(unit)]
    if path.is_file() and _unchanged(path, new, unit):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with mistakes_told(unit.path, unit.cells):  # of what is neither number nor text
        numbers.save_numbers(path, unit.assignment, new)
    return True


def _unchanged(path: Path, new: list[VisibleNumbers], unit: Unit) -> bool:
    """Whether a file holds these numbers, as far as rounding lets them be told apart."""
    try:
        old = list(numbers.read_numbers(path).values())
    except NumbersError:
        return False
    if len(old) != len(new):
        return False
    for before, now in zip(old, new, strict=True):
        if before.book != now.book:
            return False
        data = numbers.numbers_to_data(before)
        if _equal(data, _as_read(now)):
            continue
        # An answer may name the largest of several that are equal but for rounding: so it names
        # another one on another processor. Such a text changes when inputs are nudged.
        turns = [_as_read(_nudged(unit, now, turn)) for turn in range(NUDGES)]
        if not _equal(data, _as_read(now), turns):
            return False
    return True


def _nudged(unit: Unit, side: VisibleNumbers, turn: int) -> VisibleNumbers:
    """Give a side with what known mistakes come to when the inputs are nudged."""
    rng = np.random.default_rng(turn)
    cases = [nudged(side.function, case, NUDGE, rng) for case in side.cases]
    known = _known_answers(unit, side.function.name, cases)
    return replace(side, known=known)


def _as_read(side: VisibleNumbers) -> dict:
    """Give a side's data as they are when they have been written and read again."""
    return wire.rebuild(*wire.flatten(numbers.numbers_to_data(side)))


def _equal(old: Any, new: Any, nudged: Sequence[Any] = ()) -> bool:
    """Whether two values are equal but for rounding.

    Parameters
    ----------
    old, new : object
        What the file holds, and what it would hold.
    nudged : sequence
        What would stand in the new one's place with other rounding. A text that is not the same
        in all of them is decided by rounding, and any other one is as good.
    """
    if isinstance(old, np.ndarray | float) and isinstance(new, np.ndarray | float):
        return _equal_numbers(np.asarray(old), np.asarray(new))
    if type(old) is not type(new):
        return False
    if isinstance(old, str):
        return old == new or any(other != new for other in nudged)
    if isinstance(old, dict):
        return list(old) == list(new) and all(
            _equal(old[key], new[key], _parts(nudged, key)) for key in old
        )
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(
            _equal(old[i], new[i], _parts(nudged, i)) for i in range(len(old))
        )
    return repr(old) == repr(new)


def _equal_numbers(old: np.ndarray, new: np.ndarray) -> bool:
    if old.shape != new.shape or old.dtype != new.dtype:
        return False
    return np.allclose(old, new, rtol=STILL_EQUAL, atol=STILL_EQUAL, equal_nan=True)


def _parts(nudged: Sequence[Any], key: Any) -> list[Any]:
    """Give what each of some values has at a key or an index, of those that have it."""
    found = []
    for one in nudged:
        try:
            found.append(one[key])
        except (KeyError, IndexError, TypeError):
            continue
    return found
