"""Name two known mistakes that were made at once in one function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.leaves import Table, print_of, table
from unrolled.check.outcome import Outcome, Returned
from unrolled.contract import Function

ROUNDING = 2e-6  # of fingerprints in single precision, as a part of what they are

MOST = 16  # pairs that are proved on all cases

Pair = tuple[int, int]  # of mistakes, by their places in the catalogue
Named = tuple[Misconception, ...]


class Together(Protocol):
    """What is known of mistakes that are made together and change each other's numbers."""

    def matching(
        self,
        function: Function,
        got: Sequence[Outcome],
        want: Sequence[Any],
        doubts: np.ndarray,
    ) -> Iterable[Pair]:
        """Give the pairs that come to what a wrong function came to.

        Parameters
        ----------
        function : Function
            The contract.
        got : sequence of Outcome
            What the function came to.
        want : sequence
            What the reference returned.
        doubts : ndarray of int
            For each pair, how many arrays speak against it.
        """


@dataclass(frozen=True)
class PairTable:
    """Pairs of known mistakes with a fingerprint of what they come to, case by case.

    Attributes
    ----------
    places : ndarray of int of shape (pairs, 2)
        Places of the two in the catalogue.
    prints : ndarray of float of shape (pairs, cases)
        Fingerprints, in single precision.
    """

    places: np.ndarray
    prints: np.ndarray

    def matching(
        self,
        function: Function,
        got: Sequence[Outcome],
        want: Sequence[Any],
        doubts: np.ndarray,
    ) -> list[Pair]:
        """Give the pairs with the fingerprints of a wrong function.

        Parameters as for `Together.matching`.
        """
        if self.prints.shape != (len(self.places), len(got)):
            return []
        own = np.array(
            [
                print_of(function, mine.value, wanted)
                for mine, wanted in zip(got, want, strict=True)
                if isinstance(mine, Returned)
            ]
        )
        if len(own) < len(got):
            return []
        known = self.prints.astype(np.float64)
        near = np.abs(known - own) <= ROUNDING * (1 + np.abs(known))
        return [(int(i), int(j)) for i, j in self.places[near.all(axis=1)]]


NO_PAIRS = PairTable(np.zeros((0, 2), np.uint16), np.zeros((0, 0), np.float32))


def name_pair(
    function: Function,
    got: Sequence[Outcome],
    want: Sequence[Any],
    known: Sequence[KnownAnswer],
    seen: Table,
    together: Together = NO_PAIRS,
) -> Named:
    """Find the two known mistakes that explain all that is off.

    Each wrong array is that of one of them; or they change each other's numbers, and a
    fingerprint of both together is that of the function.

    Parameters
    ----------
    function : Function
        The contract.
    got, want : sequence
        What the function came to, and what the reference returned, case by case.
    known : sequence of KnownAnswer
        The catalogue, on the same cases.
    seen : Table
        The first case that is wrong, array by array.
    together : Together, optional
        What is known of pairs.

    Returns
    -------
    tuple of Misconception
        Both; one, if several pairs match and all have it; none, if nothing is certain.
    """
    ids = [one.misconception.id for one in known]
    separate: dict[frozenset[str], Pair] = {}
    for pair in separate_pairs(seen, ids)[:MOST]:
        both = [known[place] for place in pair]
        names = frozenset(ids[place] for place in pair)
        if names not in separate and _is_proved(function, got, want, both):
            separate[names] = pair
    found = _certain(list(separate.values()), known)
    if found:
        return found
    doubts = _doubts(seen)
    matching = together.matching(function, got, want, doubts)
    return _certain([one for one in matching if ids[one[0]] != ids[one[1]]], known)


def _is_proved(
    function: Function,
    got: Sequence[Outcome],
    want: Sequence[Any],
    both: Sequence[KnownAnswer],
) -> bool:
    """Say whether two mistakes explain all that is off in every case.

    Parameters as for `name_pair`; in a single case one of them may show alone.
    """
    seen = table(function, got, want, both)
    return seen is not None and bool(separate_pairs(seen, ("", "other")))


def separate_pairs(seen: Table, ids: Sequence[str]) -> list[Pair]:
    """Give the pairs of which each wrong array is explained by one, and both are needed."""
    unlike = (seen.wrong & ~seen.same).astype(int)
    own = seen.explained.astype(int)
    fits = (_doubts(seen) == 0) & (unlike @ unlike.T == 0)
    needed = own @ (1 - own).T > 0  # the first explains what the second does not
    names = np.array(ids)
    fits &= needed & needed.T & (names[:, None] != names[None, :])
    return [(int(i), int(j)) for i, j in np.argwhere(np.triu(fits))]


def _doubts(seen: Table) -> np.ndarray:
    """Count for each pair the arrays that are neither right nor wrong as it makes them.

    Those that both make wrong are not counted: they may change each other's numbers.
    """
    unlike, leaves_it = (seen.wrong & ~seen.same).astype(int), (~seen.wrong).astype(int)
    first = unlike @ leaves_it.T
    neither = (leaves_it * ~seen.right) @ leaves_it.T
    return first + first.T + neither


def _certain(pairs: Sequence[Pair], known: Sequence[KnownAnswer]) -> Named:
    """Give what all matching pairs have: the same mistake may be made in several ways."""
    by_ids: dict[frozenset[str], Named] = {}
    for pair in pairs:
        named = tuple(known[place].misconception for place in sorted(pair))
        by_ids.setdefault(frozenset(one.id for one in named), named)
    if not by_ids:
        return ()
    common = frozenset.intersection(*by_ids)
    named = next(iter(by_ids.values()))
    return tuple(one for one in named if one.id in common)
