"""Cases that are small enough for paper: the smallest sizes and the simplest numbers that show a
mistake.

They are visible, and drawn from a fixed seed: nothing in them tells of a hidden case.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from unrolled.check.compare import as_numbers, compare_returned
from unrolled.check.outcome import Returned

from .course_error import CourseError
from .draw import draw
from .hidden_cases import entropy

if TYPE_CHECKING:  # which has its paper cases by these
    from .unit import Unit

LENGTHS = (1, 2)  # of every axis
DRAWS = 6  # of each set of sizes
MOST = 6  # cases of a function
EXAMPLES = "m"  # the axis that is longer than 1 only where nothing else shows a mistake


class Halves:
    """Draws like a generator of chance, numbers from -2 to 2 in halves."""

    simple = True

    def __init__(self, seed: Any):
        self._rng = np.random.default_rng(seed)

    def standard_normal(self, size: tuple[int, ...]) -> np.ndarray:
        """Draw such numbers; not the zeros, beside which mistakes do not show."""
        drawn = self._rng.integers(1, 5, size) / 2
        return np.asarray(drawn * self._rng.choice((-1.0, 1.0), size))

    def integers(self, low: int, *, size: tuple[int, ...]) -> Any:
        """Draw whole numbers, as a generator does."""
        return self._rng.integers(low, size=size)


def paper_cases(unit: Unit, name: str) -> list[tuple[tuple, Any]]:
    """Give the smallest cases that show a function's known mistakes, as many as are needed.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.

    Returns
    -------
    list of (tuple, object)
        Arguments, and what the reference returns; the smallest case first.
    """
    function = unit.functions[name]
    wrong = dict(enumerate(one for _, one in unit.known[name]))
    chosen: list[tuple[tuple, Any]] = []
    for case in _candidates(unit, name):
        want = _called(unit.of(unit.reference, name), case)
        if not isinstance(want, Returned) or not _is_finite(want.value):
            continue
        shown = [
            key
            for key, one in wrong.items()
            if _differs(function.returns, _called(one, case), want.value)
        ]
        if not shown:
            continue
        chosen.append((case, want.value))
        for key in shown:
            del wrong[key]
        if not wrong or len(chosen) == MOST:
            break
    return chosen


def _candidates(unit: Unit, name: str) -> Iterator[tuple]:
    """Draw cases, those of the smallest sizes first."""
    function = unit.functions[name]
    axes = sorted(function.axes | ({"T_x"} if "T" in function.axes else set()))
    every = [
        dict(zip(axes, lengths, strict=True))
        for lengths in itertools.product(LENGTHS, repeat=len(axes))
    ]
    every.sort(key=lambda one: (one.get(EXAMPLES, 1), sum(one.values())))
    for sizes in every:
        if sizes.get("T", 1) > sizes.get("T_x", LENGTHS[-1]):
            continue
        for number in range(DRAWS):
            seed = entropy(0, name, "on paper", f"{sizes} {number}")
            try:
                yield draw(function, sizes, Halves(seed), unit.makers)
            except (
                ValueError,
                IndexError,
                CourseError,
            ):  # sizes that the function cannot have
                break


def _called(function: Any, case: tuple) -> Any:
    from .unit import outcome

    return outcome(function, case)


def _differs(returns: Any, came: Any, want: Any) -> bool:
    """Say whether a mistake shows."""
    if not isinstance(came, Returned):
        return True
    return bool(compare_returned(returns, came.value, want))


def _is_finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_finite, value))
    numbers = as_numbers(value)
    return numbers is None or bool(np.isfinite(numbers).all())
