"""Values, and how two of them differ, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from unrolled.check.wire import ITSELF, TOO_DEEP

_IN_WORDS = {
    "str": "a text",
    ITSELF: "the very list that it stands in",
    TOO_DEEP: "nested too deep",
}
REAL = "biuf"  # numpy's kinds of real numbers
LONGEST_TEXT = 80  # characters of one that is told
FEWEST_DIGITS, MOST_DIGITS = 4, 17  # of a value that is told


def quoted(text: str) -> str:
    """Give a text in quotes, of bounded length."""
    short = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
    return repr(short)


def shape_hint(got: tuple[int, ...], want: tuple[int, ...]) -> str:
    """Give what may have happened to a shape, as the end of a sentence."""
    if len(got) == len(want) and sorted(got) == sorted(want):
        return ": the axes are in another order"
    if len(got) < len(want) and got == tuple(n for n in want if n != 1):
        return ": an axis of length 1 is lost (keepdims=True keeps it)"
    if len(got) != len(want):
        return f": it has {plural(len(got), 'axis', 'axes')} in place of {len(want)}"
    return ""


def extent_text(got: np.ndarray, wrong: np.ndarray) -> str:
    """Say what the array holds that is no number, and how many entries are off."""
    held = "NaN" if np.isnan(got).any() else "infinity"
    held = "" if np.isfinite(got).all() else f"holds {held} and "
    if wrong.ndim == 0:
        return f"{held}differs"
    if wrong.size == 1:
        return f"{held}differs in its only entry"
    if wrong.all():
        return f"{held}differs in all {wrong.size} entries"
    return f"{held}differs in {int(wrong.sum())} of {wrong.size} entries"


def with_values(text: str, got: float, want: float, index: tuple[int, ...]) -> str:
    """Add a value and the expected one, with as many digits as tell them apart.

    Parameters
    ----------
    text : str
        What differs so far.
    got, want : float
        The entries at `index`, which of a single number is empty.
    index : tuple of int
        Where the first entry is that is off.
    """
    digits = FEWEST_DIGITS
    while f"{got:.{digits}g}" == f"{want:.{digits}g}" and digits < MOST_DIGITS:
        digits += 1
    yours, expected = f"{got:.{digits}g}", f"{want:.{digits}g}"
    if not index:
        return f"is {yours}, expected {expected}"
    place = ", ".join(map(str, index))
    return f"{text}; at [{place}]: yours {yours}, expected {expected}"


def steps_text(step: int, steps: np.ndarray) -> str:
    """Say which of the steps are off, `step` being the first."""
    if steps.all():
        return "every step is off" if steps.size > 1 else "there is one step only"
    right = np.flatnonzero(~steps).tolist()
    if right == list(range(step)):
        return f"step {step} is the first that is off, the steps before it are right"
    end = steps.size - len(right)  # of those that are off, if they are the first ones
    if right != list(range(end, steps.size)):
        return f"the steps that are off: {', '.join(map(str, np.flatnonzero(steps)))}"
    if end == 1:
        return "only step 0 is off"
    return f"steps 0 to {end - 1} are off, the steps after them are right"


def plural(count: int, one: str, many: str = "") -> str:
    """Give a count with its noun: `1 entry`, `2 entries`.

    Parameters
    ----------
    count : int
        How many there are.
    one, many : str
        The noun, and its plural where it is not made by an `s`.
    """
    if count == 1:
        return f"{count} {one}"
    return f"{count} {many or one + 's'}"


def describe(value: Any) -> str:
    """Give a value's kind in a few words, never its contents."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return _describe_array(value)
    if isinstance(value, bool | int | float | np.generic):
        return "a single number"
    if isinstance(value, Mapping):
        return f"a dictionary with {plural(len(value), 'key')}"
    if isinstance(value, tuple | list):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return f"a {kind} of {len(value)}" if len(value) else f"an empty {kind}"
    kind = getattr(value, "kind", type(value).__name__)
    if kind in _IN_WORDS:
        return _IN_WORDS[kind]
    return f"an object of type {kind}"


def _describe_array(value: np.ndarray) -> str:
    if value.dtype.kind == "c":
        return "an array of complex numbers"
    if value.dtype.kind in REAL:
        return f"an array of shape {value.shape}"
    return "an array that holds no numbers"
