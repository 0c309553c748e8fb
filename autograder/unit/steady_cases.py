"""Choose a case whose results do not hang on rounding.

Orders and precisions of computing differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from unrolled.check.compare import as_numbers, tolerance
from unrolled.check.outcome import Outcome, Returned
from unrolled.contract import Function, ProducedBy

from .unit import outcome

DRAWS = 24  # at most, of which the steadiest is taken if none is steady
FEW = 12  # draws, after which one is good enough that is FAIR
# tolerances: what a nudge may change, so that a quarter of it stays within one
FAIR = 4.0
# tolerances: what is moved so little by the first nudges needs no more of them
CALM = 0.1
NUDGE = 2.0**-22  # of each entry: some times what single precision rounds off
TRIALS = 6  # nudges: a single one may leave a touchy entry where it is


class FailsError(Exception):
    """The reference returns nothing on a case that was drawn; says what came of it."""


def steady_case(
    function: Function, reference: Callable, draw: Callable[[int], tuple]
) -> tuple[tuple, Any]:
    """Draw until rounding does not matter.

    Parameters
    ----------
    function : Function
        The contract.
    reference : callable
        What is right.
    draw : callable
        Arguments by the number of the draw, from 0.

    Returns
    -------
    arguments : tuple
        The first draw whose results stay within the tolerance when they are computed in single
        precision, and when inputs are nudged; if there is none, the steadiest.
    want : object
        What the reference returns for it.

    Raises
    ------
    FailsError
        If the reference returns nothing.
    """
    best: tuple[float, tuple, Any] = (math.inf, (), None)
    for number in range(DRAWS):
        arguments = draw(number)
        given = outcome(reference, arguments)
        if not isinstance(given, Returned):
            raise FailsError(str(given))
        double: Outcome = given
        if _has_single(arguments):
            double = outcome(reference, _as(arguments, np.float64))
        spread = _spread(function, reference, arguments, double, number)
        if number == 0 or spread < best[0]:
            best = (spread, arguments, given.value)
        if best[0] <= (1 if number < FEW else FAIR):
            break
    return best[1:]


def _spread(
    function: Function,
    reference: Callable,
    arguments: tuple,
    right: Outcome,
    number: int,
) -> float:
    """How far results lie apart, in tolerances: in single precision first, which is soon seen."""
    spread = _apart(outcome(reference, _as(arguments, np.float32)), right)
    for trial in range(TRIALS):
        if spread > FAIR or (spread < CALM and trial >= 3):
            break
        # the second goes the other way, so that what turns at a point is seen from both sides, and
        # through dictionaries from their end, so that of two equally large entries none comes first
        rng = np.random.default_rng((number, max(trial, 1)))
        size = NUDGE if trial else -NUDGE
        moved = nudged(function, arguments, size, rng)
        if trial == 1:
            moved = _reversed(moved)
        spread = max(spread, _apart(outcome(reference, moved), right))
    return spread


def nudged(
    function: Function, arguments: tuple, size: float, rng: np.random.Generator
) -> tuple:
    """Give arguments with their real entries a little larger or smaller.

    Parameters
    ----------
    function : Function
        The contract. A cache is no number of its own: nudged, it would contradict itself, so
        what a function makes stays as it is.
    arguments : tuple
        Those to nudge; not changed.
    size : float
        Part of itself by which each entry is moved.
    rng : numpy.random.Generator
        Draws each entry's direction.
    """
    moved = []
    for spec, value in zip(function.arguments, arguments, strict=True):
        made = isinstance(spec, ProducedBy)
        moved.append(value if made else _nudged(value, size, rng))
    return tuple(moved)


def _apart(got: Outcome, want: Outcome) -> float:
    if not (isinstance(got, Returned) and isinstance(want, Returned)):
        return np.inf
    return _distance(got.value, want.value)


def _distance(got: Any, want: Any) -> float:
    """The largest deviation in tolerances; infinite where anything else differs."""
    if isinstance(want, Mapping):
        return max((_distance(got[key], want[key]) for key in want), default=0.0)
    if isinstance(want, list | tuple):
        if len(got) != len(want):
            return np.inf
        return max(map(_distance, got, want), default=0.0)
    numbers, other = as_numbers(got), as_numbers(want)
    if numbers is None or other is None:
        is_same = type(got) is type(want) and bool(np.all(got == want))
        return 0.0 if is_same else np.inf
    return _largest_deviation(numbers, other)


def _largest_deviation(got: np.ndarray, want: np.ndarray) -> float:
    """The largest deviation of an array's entries, in tolerances."""
    if got.shape != want.shape:
        return np.inf
    with np.errstate(all="ignore"):
        deviation = np.abs(got - want)
    deviation = np.where(np.isnan(deviation), np.inf, deviation)
    far = np.where(got == want, 0.0, deviation)  # infinities that are equal are not far
    finite = want[np.isfinite(want)]
    return float(np.max(far, initial=0.0)) / tolerance(finite)


def _as(value: Any, dtype: type) -> Any:
    """Arguments with all their real arrays in one precision."""
    return _mapped(value, lambda array: array.astype(dtype))


def _has_single(value: Any) -> bool:
    """Whether an array is in another precision than double."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and value.dtype != np.float64
    if isinstance(value, dict):
        return any(map(_has_single, value.values()))
    return isinstance(value, list | tuple) and any(map(_has_single, value))


def _nudged(value: Any, size: float, rng: np.random.Generator) -> Any:
    """Arguments with all their real entries a little larger or smaller, in double precision."""

    def moved(array: np.ndarray) -> np.ndarray:
        signs = rng.choice((-1, 1), size=array.shape)
        return array.astype(np.float64) * (1 + size * signs)

    return _mapped(value, moved)


def _reversed(value: Any) -> Any:
    """Arguments with all their dictionaries in the opposite order."""
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    if isinstance(value, list | tuple):
        return type(value)(map(_reversed, value))
    return value


def _mapped(value: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        return change(value) if value.dtype.kind == "f" else value
    if isinstance(value, dict):
        return {key: _mapped(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_mapped(one, change) for one in value)
    return value
