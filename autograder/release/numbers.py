"""Write the numbers beside a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check import numbers, wire
from unrolled.check.known_mistakes import KnownAnswer
from unrolled.check.numbers import NumbersError, VisibleNumbers
from unrolled.check.outcome import Returned

from ..unit.course import CourseError
from ..unit.unit import Unit, outcome

STILL_EQUAL = (
    1e-9  # processors differ in the last bits; a file is rewritten only for more
)


def visible_side(unit: Unit) -> list[VisibleNumbers]:
    """The visible side of every function: arguments, the reference's outputs, and what known mistakes come to."""
    sides = []
    for name, function in unit.functions.items():
        cases = unit.visible_cases(name)
        right = unit.of(unit.reference, name)
        want = [outcome(right, case) for case in cases]
        if failed := [o for o in want if not isinstance(o, Returned)]:
            raise CourseError(
                f"{unit.assignment}: the reference of {name} fails on a visible case: {failed[0]}"
            )
        known = [
            KnownAnswer(one, tuple(outcome(wrong, case) for case in cases))
            for one, wrong in unit.known[name]
        ]
        sides.append(VisibleNumbers(function, cases, [o.value for o in want], known))
    return sides


def write(unit: Unit, path: Path) -> bool:
    """Write the numbers of a unit, unless the file there holds the same ones; whether it was written."""
    new = visible_side(unit)
    if path.is_file() and _unchanged(path, new):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers.save_numbers(path, unit.assignment, new)
    return True


def _unchanged(path: Path, new: list[VisibleNumbers]) -> bool:
    try:
        old = numbers.read_numbers(path)
    except NumbersError:
        return False
    data = [numbers.numbers_to_data(side) for side in new]
    crossed = wire.rebuild(*wire.flatten(data))
    return _equal([numbers.numbers_to_data(side) for side in old.values()], crossed)


def _equal(old: Any, new: Any) -> bool:
    if isinstance(old, np.ndarray | float) and isinstance(new, np.ndarray | float):
        same_kind = (
            np.shape(old) == np.shape(new)
            and np.asarray(old).dtype == np.asarray(new).dtype
        )
        return same_kind and np.allclose(
            old, new, rtol=STILL_EQUAL, atol=STILL_EQUAL, equal_nan=True
        )
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return list(old) == list(new) and all(_equal(old[k], new[k]) for k in old)
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(_equal, old, new))
    return repr(old) == repr(new)
