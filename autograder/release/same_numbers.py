"""Are the numbers of a file those of now, as far as rounding lets them be told apart?

Processors differ in the last bits; a file is rewritten only for more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check import numbers, wire
from unrolled.check.numbers import NumbersError, VisibleNumbers, Written

# what is still rounding, in double and in single precision
CLOSE, ROUGHLY = 1e-9, 1e-5
# where some is in single precision
TRIED = ("trials", "known_in_trials", "pairs")
NUDGES = 8


def same_numbers(
    path: Path,
    new: Sequence[VisibleNumbers],
    written: Sequence[Written],
    nudged: Callable[[VisibleNumbers, int], VisibleNumbers],
) -> bool:
    """Say whether a file holds these numbers and questions.

    Parameters
    ----------
    path : Path
        The file; one that cannot be read holds others.
    new : sequence of VisibleNumbers
        Of each function.
    written : sequence of Written
        The questions that are answered in words.
    nudged : callable
        Gives of one of `new`, and the number of a turn from 0, the same with inputs that are
        moved by about what rounding may do.
    """
    try:
        sheet = numbers.read_sheet(path)
    except NumbersError:
        return False
    old = list(sheet.functions.values())
    if sheet.written != list(written) or len(old) != len(new):
        return False
    return all(
        _is_same(before, now, nudged) for before, now in zip(old, new, strict=True)
    )


def _is_same(
    before: VisibleNumbers,
    now: VisibleNumbers,
    nudged: Callable[[VisibleNumbers, int], VisibleNumbers],
) -> bool:
    """Say whether one function's numbers are the same."""
    if before.book != now.book:
        return False
    old, new = numbers.numbers_to_data(before), _as_read(now)
    for key in TRIED:
        if not are_equal(old.pop(key), new.pop(key), close=ROUGHLY):
            return False
    if are_equal(old, new):
        return True
    # An answer may name the largest of several that are equal but for rounding: so it names
    # another one on another processor. Such a text changes when inputs are nudged.
    turns = [_as_read(nudged(now, turn)) for turn in range(NUDGES)]
    return are_equal(old, new, turns)


def _as_read(side: VisibleNumbers) -> dict:
    """Give a side's data as they are when they have been written and read again."""
    return wire.rebuild(*wire.flatten(numbers.numbers_to_data(side)))


def are_equal(
    old: Any, new: Any, nudged: Sequence[Any] = (), close: float = CLOSE
) -> bool:
    """Say whether two values are equal but for rounding.

    Parameters
    ----------
    old, new : object
        What the file holds, and what it would hold.
    nudged : sequence, optional
        What would stand in the new one's place with other rounding. A text that is not the same
        in all of them is decided by rounding, and any other one is as good.
    close : float, optional
        What passes for rounding.
    """
    if isinstance(old, np.ndarray | float) and isinstance(new, np.ndarray | float):
        return _are_close(np.asarray(old), np.asarray(new), close)
    if type(old) is not type(new):
        return False
    if isinstance(old, str):
        return old == new or any(other != new for other in nudged)
    if not isinstance(old, dict | list | tuple):
        return repr(old) == repr(new)
    if _keys(old) != _keys(new):
        return False
    return all(
        are_equal(old[key], new[key], _parts(nudged, key), close) for key in _keys(old)
    )


def _keys(value: dict | list | tuple) -> list[Any]:
    return list(value) if isinstance(value, dict) else list(range(len(value)))


def _are_close(old: np.ndarray, new: np.ndarray, close: float) -> bool:
    if old.shape != new.shape or old.dtype != new.dtype:
        return False
    return np.allclose(old, new, rtol=close, atol=close, equal_nan=True)


def _parts(nudged: Sequence[Any], key: Any) -> list[Any]:
    """Give what each of some values has at a key or an index, of those that have it."""
    found = []
    for one in nudged:
        try:
            found.append(one[key])
        except (KeyError, IndexError, TypeError):
            continue
    return found
