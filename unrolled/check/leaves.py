"""What a function returns, taken apart into its arrays, and which known mistakes make which of
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from unrolled.check.compare import as_numbers, close_entries, is_same
from unrolled.check.known_mistakes import KnownAnswer
from unrolled.check.outcome import Outcome, Returned
from unrolled.contract import Array, Dict, Function, PerStep, Spec, Text, Tuple

SMALL = 1e-3  # beside which a wanted array is as good as zero: see `compare.tolerance`
GOLDEN, PLASTIC = 0.6180339887498949, 0.7548776662466927  # spread numbers most evenly


class Misfit(NamedTuple):
    """Stands for an array in a container of another form; it has that container."""

    container: Any


def leaves(spec: Spec, want: Any, value: Any, output: str = "") -> Iterator[tuple]:
    """Give the arrays in a value, each with its output, and as it is wanted.

    Parameters
    ----------
    spec : Spec
        What both should be.
    want, value : object
        The reference's value, which says how many steps there are, and another one.
    output : str, optional
        The return value that they belong to.

    Yields
    ------
    output : str
    want, value : object
        An array each; a `Misfit` stands for what the value lacks. A text is no leaf: several
        mistakes lead to the same word.
    """
    if isinstance(spec, Array):
        yield output or spec.name, want, value
    elif isinstance(spec, Dict):
        there = value if isinstance(value, Mapping) else {}
        for item in spec.items:
            name = item.name
            part = there.get(name, _misfit(value))
            yield from leaves(item, want[name], part, output or name)
    elif not isinstance(spec, Text):
        yield from _of_sequence(spec, want, value, output)


def _of_sequence(
    spec: Tuple | PerStep, want: Any, value: Any, output: str
) -> Iterator[tuple]:
    """Give the arrays in a tuple of named values, or in a list of one for each step."""
    items: Sequence[Spec] = (
        [spec.item] * len(want) if isinstance(spec, PerStep) else spec.items
    )
    fits = isinstance(value, list | tuple) and len(value) == len(want)
    parts = value if fits else [_misfit(value)] * len(want)
    for item, one, part in zip(items, want, parts, strict=True):
        yield from leaves(item, one, part, output)


def _misfit(value: Any) -> Misfit:
    return value if isinstance(value, Misfit) else Misfit(value)


def leaves_returned(function: Function, want: Any, value: Any) -> Iterator[tuple]:
    """Give the arrays in what a function returned; one value alone stands without a tuple.

    Parameters and what is given as for `leaves`, the first being the function's contract.
    """
    returns = function.returns
    if isinstance(returns, Tuple) and len(returns.items) == 1:
        yield from leaves(returns.items[0], want, value, returns.items[0].name)
    elif isinstance(returns, Tuple):
        fits = isinstance(value, list | tuple) and len(value) == len(returns.items)
        parts = value if fits else [_misfit(value)] * len(returns.items)
        for item, one, part in zip(returns.items, want, parts, strict=True):
            yield from leaves(item, one, part, item.name)
    else:
        yield from leaves(returns, want, value)


@dataclass(frozen=True)
class Table:
    """Some calls of a wrong function, array by array, beside those of the known mistakes.

    Attributes
    ----------
    outputs : ndarray of str
        Of each array the return value that it belongs to.
    cases : ndarray of int
        Of each array the case.
    right : ndarray of bool
        Which arrays are right.
    wrong : ndarray of bool
        For each mistake, which arrays it makes wrong.
    same : ndarray of bool
        For each mistake, which of its arrays are those of the function.
    """

    outputs: np.ndarray
    cases: np.ndarray
    right: np.ndarray
    wrong: np.ndarray
    same: np.ndarray

    @property
    def explained(self) -> np.ndarray:
        """For each mistake, which wrong arrays are its own."""
        return self.wrong & self.same

    @property
    def contradicted(self) -> np.ndarray:
        """For each mistake, whether an array is right that it makes wrong."""
        return (self.wrong & self.right).any(axis=1)


def table(
    function: Function,
    got: Sequence[Outcome],
    want: Sequence[Any],
    known: Sequence[KnownAnswer],
) -> Table | None:
    """Compare calls with those of known mistakes; None where a call came to nothing.

    Parameters
    ----------
    function : Function
        The contract.
    got : sequence of Outcome
        What the function came to, case by case.
    want : sequence
        What the reference returned.
    known : sequence of KnownAnswer
        The catalogue, on the same cases.
    """
    outputs: list[str] = []
    cases: list[int] = []
    right: list[bool] = []
    rows: list[list[tuple[bool, bool]]] = [[] for _ in known]
    comparing = _Comparing()
    for place, (mine, wanted) in enumerate(zip(got, want, strict=True)):
        if not isinstance(mine, Returned):
            return None
        own = list(leaves_returned(function, wanted, mine.value))
        outputs += [name for name, _, _ in own]
        cases += [place] * len(own)
        are_right = [comparing(value, w) for _, w, value in own]
        right += are_right
        for row, one in zip(rows, known, strict=True):
            came = one.outcomes[place]
            if isinstance(came, Returned):
                theirs = leaves_returned(function, wanted, came.value)
                row += comparing.each(own, are_right, theirs)
            else:
                row += [(True, False)] * len(own)
    pairs = np.array(rows, bool).reshape(len(known), len(right), 2)
    wrong, same = pairs[:, :, 0], pairs[:, :, 1]
    by_case = np.array(cases, int)
    return Table(np.array(outputs), by_case, np.array(right, bool), wrong, same)


@dataclass(frozen=True)
class _Comparing:
    """Compares arrays, and containers of another form once for all arrays in them."""

    containers: dict[tuple[int, int], bool] = field(default_factory=dict)

    def each(
        self, own: Sequence[tuple], right: Sequence[bool], theirs: Iterable[tuple]
    ) -> list[tuple[bool, bool]]:
        """Say of each array of a mistake whether it is wrong, and whether it is the function's.

        Parameters
        ----------
        own, theirs : iterable of tuple
            The function's arrays and the mistake's, as `leaves` gives them.
        right : sequence of bool
            Which of the function's are right.
        """
        found = []
        for (_, want, value), ok, (_, _, other) in zip(own, right, theirs, strict=True):
            # what a mistake leaves as it is was kept once: the usual case, and the fastest
            if other is want or self(other, want):
                found.append((False, ok))
            else:
                found.append((True, not ok and self(value, other)))
        return found

    def __call__(self, got: Any, want: Any) -> bool:
        if isinstance(got, Misfit) or isinstance(want, Misfit):
            return type(got) is type(want) and self._contained(got, want)
        if type(got) is np.ndarray and type(want) is np.ndarray:
            if got.shape != want.shape:
                return False
            if got.dtype == want.dtype == np.float64 and np.isfinite(want).all():
                return bool(close_entries(got, want).all())
        return is_same(got, want)

    def _contained(self, got: Misfit, want: Misfit) -> bool:
        key = (id(got.container), id(want.container))
        if key not in self.containers:
            self.containers[key] = is_same(got.container, want.container)
        return self.containers[key]


def print_of(function: Function, value: Any, want: Any) -> float:
    """Give a number that differs where an array of a returned value does, as a fingerprint.

    Two values have the same one, but for rounding, where all their arrays are the same. It tells
    nothing of an array itself.

    Parameters
    ----------
    function : Function
        The contract.
    value, want : object
        What was returned, and what the reference returns.

    Returns
    -------
    float
        NaN if something is not there or is no array of numbers.
    """
    total = 0.0
    for place, (_, wanted, one) in enumerate(leaves_returned(function, want, value)):
        numbers = None if isinstance(one, Misfit) else as_numbers(one)
        if numbers is None:
            return np.nan
        largest = np.max(np.abs(np.asarray(wanted, np.float64)), initial=0.0)
        scale = float(largest) + SMALL if np.isfinite(largest) else 1.0
        total += _print_of_array(numbers, scale, place + sum(numbers.shape))
    return total


def _print_of_array(numbers: np.ndarray, scale: float, start: int) -> float:
    """Sum an array with weights from a half to one and a half."""
    flat = numbers.ravel() / scale
    if not np.isfinite(flat).all():
        flat = np.nan_to_num(flat, nan=7.0, posinf=9e3, neginf=-9e3)
    flat = np.clip(flat, -1e4, 1e4)
    return float(_weights(flat.size, start) @ flat) + start * PLASTIC % 1


@lru_cache(maxsize=1024)
def _weights(count: int, start: int) -> np.ndarray:
    return (np.arange(1, count + 1) * GOLDEN + start * PLASTIC) % 1 + 0.5
