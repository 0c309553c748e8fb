"""Two known mistakes together, on hidden cases: tried one pair after the other, when nothing else
explains a wrong function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from unrolled.check.known_pairs import ROUNDING
from unrolled.check.leaves import print_of
from unrolled.check.outcome import Outcome, Returned
from unrolled.contract import Function

from ..unit.pairs import Pair, made_together, pairs
from ..unit.unit import Unit, outcome
from .hidden_case import hidden_case

MOST = 200  # pairs that are tried for one function, the likeliest first
PROOFS = 3  # cases in which a pair has to come to the same


@dataclass(frozen=True)
class PairsAt:
    """A function's pairs of known mistakes, on the hidden cases of these labels."""

    unit: Unit
    name: str
    labels: Sequence[str]
    seed: int = field(repr=False)

    def matching(
        self,
        function: Function,
        got: Sequence[Outcome],
        want: Sequence[Any],
        doubts: np.ndarray,
    ) -> list[Pair]:
        """Give the pairs that come to what a wrong function came to.

        Parameters and what is returned as for `Together.matching`.
        """
        likely = sorted(pairs(self.unit, self.name), key=lambda pair: doubts[pair])
        own: list[tuple[str, float]] = []
        for label, mine, wanted in zip(self.labels, got, want, strict=True):
            if not isinstance(mine, Returned) or len(own) == PROOFS:
                break
            own.append((label, print_of(function, mine.value, wanted)))
        return [pair for pair in likely[:MOST] if own and self._comes_to(pair, own)]

    def _comes_to(self, pair: Pair, own: Sequence[tuple[str, float]]) -> bool:
        return all(
            abs(print_at(self.unit, self.name, label, self.seed, pair) - mine)
            <= ROUNDING * (1 + abs(mine))
            for label, mine in own
        )


@lru_cache(maxsize=2**16)
def print_at(unit: Unit, name: str, label: str, seed: int, pair: Pair) -> float:
    """Give the fingerprint of what a pair comes to on a hidden case; NaN if that is no value.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name, label : str
        The function, and the case.
    seed : int
        That it is drawn from.
    pair : pair of int
        Places of the mistakes.
    """
    arguments, want = hidden_case(unit, name, label, seed)
    came = outcome(made_together(unit, name, pair), arguments)
    if not isinstance(came, Returned):
        return np.nan
    return print_of(unit.functions[name], came.value, want)
