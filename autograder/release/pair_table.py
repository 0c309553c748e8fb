"""What two known mistakes of a function come to together, as fingerprints beside a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unrolled.check.known_pairs import PairTable
from unrolled.check.leaves import print_of
from unrolled.check.outcome import Returned

from ..unit.pairs import Pair, made_together, pairs
from ..unit.unit import Unit, outcome


def pair_table(
    unit: Unit,
    name: str,
    cases: Sequence[tuple],
    want: Sequence[Any],
    shown: Sequence[bool],
) -> PairTable:
    """Give the fingerprints of all pairs that come to a value, in every case.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    cases, want : sequence
        Arguments that the student sees, and what the reference returns.
    shown : sequence of bool
        Of each known mistake, whether it shows in these cases: only those travel, and only pairs
        of those.
    """
    place = np.cumsum(shown) - 1  # among those that are shown
    places, prints = [], []
    for one, other in pairs(unit, name):
        if shown[one] and shown[other]:
            found = _prints(unit, name, (one, other), cases, want)
            if np.isfinite(found).all():
                places.append((place[one], place[other]))
                prints.append(found)
    return PairTable(
        np.array(places, np.uint16).reshape(-1, 2),
        np.array(prints, np.float32).reshape(-1, len(cases)),
    )


def _prints(
    unit: Unit, name: str, pair: Pair, cases: Sequence[tuple], want: Sequence[Any]
) -> list[float]:
    """Give the fingerprints of a pair, case by case, as far as it comes to values."""
    function, wrong = unit.functions[name], made_together(unit, name, pair)
    found: list[float] = []
    for case, wanted in zip(cases, want, strict=True):
        came = outcome(wrong, case)
        if not isinstance(came, Returned):
            return [np.nan]
        found.append(print_of(function, came.value, wanted))
    return found
