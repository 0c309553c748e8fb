"""Are the landmarks of a file those of now, as far as rounding lets them be told apart?

On another processor a value may differ in its last digits, and one that is there twice but for
rounding may be there once: under a name, or outside of loops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from unrolled.check.compare import tolerance
from unrolled.check.landmark_store import FunctionLandmarks
from unrolled.check.landmarks import OUTSIDE, Landmark, Landmarks


def same_landmarks(
    old: Mapping[str, FunctionLandmarks], new: Mapping[str, FunctionLandmarks]
) -> bool:
    """Say whether two exercises' landmarks are the same.

    Parameters
    ----------
    old, new : mapping
        By function.
    """
    if list(old) != list(new):
        return False
    return all(_same_cases(old[name].cases, new[name].cases) for name in new)


def _same_cases(old: Sequence[Landmarks], new: Sequence[Landmarks]) -> bool:
    return len(old) == len(new) and all(map(_same_case, old, new))


def _same_case(old: Landmarks, new: Landmarks) -> bool:
    if _without_values(old) != _without_values(new):
        return False
    return _covers_all(old, new) and _covers_all(new, old)


def _without_values(case: Landmarks) -> tuple:
    """Give all that has to be the same to the letter."""
    names = {_key(one) for one in case.marks if one.name}
    return case.trusted, case.given, case.forms, dict(case.equations), names


def _covers_all(some: Landmarks, others: Landmarks) -> bool:
    """Say whether each of the others' values is among some."""
    by_name, by_place = _grouped(some.marks, _key), _grouped(some.marks, _place)
    for one in others.marks:
        if one.name:
            rows = by_name[_key(one)]
        else:
            outside = replace(one, turn=OUTSIDE, turns=0)
            rows = by_place[_place(one)] + by_place[_place(outside)]
        if not rows or not _is_among(one.value.ravel(), np.array(rows)):
            return False
    return True


def _grouped(
    marks: Sequence[Landmark], key_of: Callable[[Landmark], tuple]
) -> defaultdict[tuple, list[np.ndarray]]:
    """Give the values of some landmarks in groups, each as a row of numbers."""
    groups: defaultdict[tuple, list[np.ndarray]] = defaultdict(list)
    for one in marks:
        groups[key_of(one)].append(one.value.ravel())
    return groups


def _place(one: Landmark) -> tuple:
    """Give where a value is computed, whatever it is called."""
    return one.call, one.turn, one.turns, one.value.shape


def _key(one: Landmark) -> tuple:
    return one.name, one.call, one.turn, one.turns, one.part, one.value.shape


def _is_among(value: np.ndarray, rows: np.ndarray) -> bool:
    """Say whether a value is, but for rounding, one of the rows."""
    with np.errstate(all="ignore"):
        is_near = np.abs(rows - value) <= tolerance(value)
    are_nan = np.isnan(rows) & np.isnan(value)
    are_same = is_near | are_nan | (rows == value)
    return bool(are_same.all(axis=1).any())
