"""Are the landmarks of a file those of now, as far as rounding lets them be told apart?

On another processor a value may differ in its last digits, and one that is there twice but for
rounding may be there once: under a name, or outside of loops.
"""

from __future__ import annotations

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
    return list(old) == list(new) and all(
        len(old[name].cases) == len(new[name].cases)
        and all(map(_same_case, old[name].cases, new[name].cases))
        for name in new
    )


def _same_case(old: Landmarks, new: Landmarks) -> bool:
    if (old.trusted, old.given) != (new.trusted, new.given):
        return False
    if (old.forms, dict(old.equations)) != (new.forms, dict(new.equations)):
        return False
    names = [{_key(one) for one in case.marks if one.name} for case in (old, new)]
    return names[0] == names[1] and _covers_all(old, new) and _covers_all(new, old)


def _covers_all(some: Landmarks, others: Landmarks) -> bool:
    """Say whether each of the others' values is among some."""
    named, all_ = _grouped(some.marks, _key), _grouped(some.marks, _place)
    for one in others.marks:
        rows = named.get(_key(one), []) if one.name else all_.get(_place(one), [])
        outside = replace(one, turn=OUTSIDE, turns=0)
        rows = rows if one.name else [*rows, *all_.get(_place(outside), [])]
        if not rows or not _covers(np.array(rows), [one.value.ravel()]):
            return False
    return True


def _grouped(
    marks: Sequence[Landmark], key_of: Callable[[Landmark], tuple]
) -> dict[tuple, list[np.ndarray]]:
    groups: dict[tuple, list[np.ndarray]] = {}
    for one in marks:
        groups.setdefault(key_of(one), []).append(one.value.ravel())
    return groups


def _place(one: Landmark) -> tuple:
    """Give where a value is computed, whatever it is called."""
    return one.call, one.turn, one.turns, one.value.shape


def _key(one: Landmark) -> tuple:
    return one.name, one.call, one.turn, one.turns, one.part, one.value.shape


def _covers(rows: np.ndarray, others: Sequence[np.ndarray]) -> bool:
    """Say whether each of the others is, but for rounding, one of the rows."""
    for one in others:
        with np.errstate(all="ignore"):
            off = np.abs(rows - one)
        near = (off <= tolerance(one)) | (np.isnan(rows) & np.isnan(one))
        same = near | (rows == one)
        if not same.all(axis=1).any():
            return False
    return True
