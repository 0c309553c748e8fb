"""Take a value apart: the arrays and numbers in it, by the keys that lead to each."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from unrolled.check.compare import as_numbers

MOST_LEAVES = 600  # of one value
MOST_ENTRIES = 20_000  # of an array that is looked at
DEEPEST = 5
LONGEST_TEXT = 80

LEAVES = np.ndarray | np.generic | list | tuple | int | float | bool | str

Path = tuple[Any, ...]


def form_of(value: Any, depth: int = 0) -> str:
    """Give how lists and dictionaries are nested: `((..)(..))` for two pairs. A text is itself."""
    if isinstance(value, str):
        return repr(value[:LONGEST_TEXT])
    if depth > DEEPEST or _is_plain_row_or_none(value):
        return "."
    if isinstance(value, dict):
        return "{" + ",".join(sorted(map(str, value))) + "}"
    inner = [form_of(one, depth + 1) for one in list(value)[:MOST_LEAVES]]
    return "(" + "".join(inner) + ")"


def _is_plain_row_or_none(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return _is_plain_row(value)
    return not isinstance(value, dict)


def leaves(value: Any) -> list[tuple[Path, Any]]:
    """Give the arrays, numbers and Nones in a value, each with the keys that lead to it."""
    found: list[tuple[Path, Any]] = []
    if is_object(value):
        for key in list(vars(value)):
            _collect(vars(value)[key], (key,), found, 1)
    else:
        _collect(value, (), found, 0)
    return found


def _collect(value: Any, path: Path, found: list, depth: int) -> None:
    if len(found) >= MOST_LEAVES or depth > DEEPEST:
        return
    if isinstance(value, dict):
        for key in list(value):
            _collect(value[key], (*path, key), found, depth + 1)
    elif isinstance(value, list | tuple) and not _is_plain_row(value):
        for place, one in enumerate(list(value)):
            _collect(one, (*path, place), found, depth + 1)
    elif value is None or isinstance(value, LEAVES):
        found.append((path, value))


def _is_plain_row(value: list | tuple) -> bool:
    """Say whether a list is one of numbers, which is compared as an array is."""
    return bool(value) and all(isinstance(one, int | float) for one in value)


def is_object(value: Any) -> bool:
    """Say whether a value is an object of a class that the notebook has made."""
    kind = type(value)
    return (
        (kind.__module__ == "__main__" or kind.__module__ not in sys.modules)
        and kind.__flags__ & (1 << 9) != 0  # made by a class statement
        and hasattr(value, "__dict__")
        and not isinstance(value, type)
    )


def copied_numbers(thing: Any) -> np.ndarray | None:
    if thing is None or isinstance(thing, str):
        return None
    if isinstance(thing, np.ndarray) and thing.size > MOST_ENTRIES:
        return None
    numbers = as_numbers(thing)
    return None if numbers is None else numbers.copy()


def same_numbers(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return one.shape == other.shape and np.array_equal(one, other, equal_nan=True)


def changed_block(
    old: np.ndarray | None, new: np.ndarray | None
) -> tuple[int | slice, ...] | None:
    """Give the smallest block of an array that holds all that has changed in it."""
    if old is None or new is None or old.shape != new.shape or not new.ndim:
        return None
    with np.errstate(all="ignore"):
        changed = ~((old == new) | (np.isnan(old) & np.isnan(new)))
    if not changed.any():
        return None
    block: list[int | slice] = []
    for axis in range(new.ndim):
        others = tuple(one for one in range(new.ndim) if one != axis)
        places = np.flatnonzero(changed.any(axis=others))
        low, high = int(places[0]), int(places[-1])
        block.append(low if low == high else slice(low, high + 1))
    return tuple(block)
