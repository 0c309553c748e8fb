"""What the book's own computation comes to on its way: numbers that a student's are held against.

A landmark is a number or an array, never code. Standard library and numpy only: the confined
worker reads this file too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from unrolled.check.compare import tolerance
from unrolled.check.executed import LoopRun

OUTSIDE = -1  # the turn of what stands in no loop
MOST_AXES = 3  # of an array that is tried in all orders of its axes

Turns = Sequence[tuple[LoopRun, int]]


@dataclass(frozen=True)
class Landmark:
    """One value that a right computation comes by.

    Attributes
    ----------
    value : ndarray
        What it is.
    name : str
        What the book calls it; "" for a part of a line.
    turn, turns : int
        In which turn of its outermost loop it is met, from 0, and how many there are; `OUTSIDE`
        and 0 where there is no loop.
    call : int
        The number of the call from outside, as in an `Executed`.
    part : bool
        Whether it is a sum that lacks a term yet: a line that ends there may have forgotten it.
    """

    value: np.ndarray
    name: str = ""
    turn: int = OUTSIDE
    turns: int = 0
    part: bool = False
    call: int = 0

    def fits(self, loops: Turns) -> bool:
        """Say whether it belongs to the turns in which a student's loops are; as `fits_turn`."""
        return fits_turn(self.turn, self.turns, loops)


@dataclass(frozen=True)
class Form:
    """How a list or dictionary of the book's is nested, in a turn as of a `Landmark`."""

    name: str
    form: str
    turn: int = OUTSIDE
    turns: int = 0


@dataclass(frozen=True)
class Landmarks:
    """All landmarks of one call of a function.

    Attributes
    ----------
    marks : list of Landmark
        In the order in which they are met.
    forms : list of Form
        Of what is no array.
    trusted : frozenset of str
        Names that mean the same in every student's function: what the contract or the stub names.
    given : frozenset of str
        The course's own functions, which are not watched.
    equations : dict of str to (str, str)
        Number and place of the book's equation for a name, where there is one.
    """

    marks: list[Landmark]
    forms: list[Form] = field(default_factory=list)
    trusted: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    equations: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def calls(self) -> int:
        """How often the book's functions are called from outside."""
        return max((one.call for one in self.marks), default=0)

    def of_call(
        self, marks: Sequence[Landmark], call: int, calls: int
    ) -> list[Landmark]:
        """Give those of the same call from outside; all where there are more or fewer calls.

        Parameters
        ----------
        marks : sequence of Landmark
            Some of these.
        call, calls : int
            The number of a student's call, and how many there are.
        """
        if calls != self.calls:
            return list(marks)
        return [one for one in marks if one.call in (0, call)]

    @cached_property
    def _by_size(self) -> dict[int, tuple[list[Landmark], np.ndarray, np.ndarray]]:
        """The landmarks of each size, their entries in rows, and what each may be off by."""
        found: dict[int, list[Landmark]] = {}
        for one in self.marks:
            found.setdefault(one.value.size, []).append(one)
        return {
            size: (
                group,
                np.array([one.value.ravel() for one in group]),
                np.array([tolerance(one.value) for one in group]),
            )
            for size, group in found.items()
        }

    @cached_property
    def by_name(self) -> dict[str, list[Landmark]]:
        """The landmarks that have a name."""
        found: dict[str, list[Landmark]] = {}
        for one in self.marks:
            if one.name:
                found.setdefault(one.name, []).append(one)
        return found

    def equal_to(self, value: np.ndarray) -> list[Landmark]:
        """Give the landmarks that a value equals, its axes in any order."""
        if value.size not in self._by_size:
            return []
        group, rows, most = self._by_size[value.size]
        hits: set[int] = set()
        for turned in _turned(value):
            with np.errstate(all="ignore"):
                near = np.abs(rows - turned.ravel()) <= most[:, None]
            # the same numbers row by row in other axes are an array that was reshaped
            hits.update(
                int(place)
                for place in np.flatnonzero(near.all(axis=1))
                if _long_axes(group[place].value.shape) == turned.shape
            )
        return [group[place] for place in sorted(hits)]

    def named(self, name: str, loops: Turns) -> list[Landmark]:
        """Give what the book has by a name in these turns of the loops, or else before them."""
        found = [one for one in self.by_name.get(name, ()) if one.fits(loops)]
        inside = bool(loops)
        return [one for one in found if (one.turn != OUTSIDE) == inside] or found


def fits_turn(turn: int, turns: int, loops: Turns) -> bool:
    """Say whether a turn of the book's loop is the one in which a student's loops are.

    A loop is the book's if it turns as often; where none does, the turn is not known, and all
    fit.

    Parameters
    ----------
    turn, turns : int
        Of the book's loop, as in a `Landmark`.
    loops : sequence of (LoopRun, int)
        The student's, outermost first, each with the number of its turn.
    """
    if turn == OUTSIDE:
        return True
    same = [number for run, number in loops if run.count == turns]
    return not same or same[0] == turn


def _long_axes(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)


def _turned(value: np.ndarray) -> Iterator[np.ndarray]:
    """Give an array with its axes in every order; those of length 1 make no difference."""
    slim = np.squeeze(value)
    if slim.ndim > MOST_AXES:
        yield slim
        return
    for order in itertools.permutations(range(slim.ndim)):
        yield np.transpose(slim, order)
