"""Are the landmarks of a file those of now, as far as rounding lets them be told apart?

On another processor a value may differ in its last digits, and one that is there twice but for
rounding may be there once.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from unrolled.check.compare import tolerance
from unrolled.check.landmark_store import FunctionLandmarks
from unrolled.check.landmarks import Landmark, Landmarks


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
    before, now = _grouped(old), _grouped(new)
    return set(before) == set(now) and all(
        _covers(before[key], now[key]) and _covers(now[key], before[key]) for key in now
    )


def _grouped(landmarks: Landmarks) -> dict[tuple, np.ndarray]:
    """Give the values that are told by the same name in the same turn, in rows."""
    groups: dict[tuple, list[np.ndarray]] = {}
    for one in landmarks.marks:
        groups.setdefault(_key(one), []).append(one.value.ravel())
    return {key: np.array(rows) for key, rows in groups.items()}


def _key(one: Landmark) -> tuple:
    return one.name, one.call, one.turn, one.turns, one.part, one.value.shape


def _covers(rows: np.ndarray, others: np.ndarray) -> bool:
    """Say whether each of the others is, but for rounding, one of the rows."""
    for one in others:
        with np.errstate(all="ignore"):
            off = np.abs(rows - one)
        near = (off <= tolerance(one)) | (np.isnan(rows) & np.isnan(one))
        same = near | (rows == one)
        if not same.all(axis=1).any():
            return False
    return True
