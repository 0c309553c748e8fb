"""What a value of a run is by itself: under which name, and whether it says anything.

Standard library and numpy only: the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unrolled.check.compare import close_entries
from unrolled.check.executed import Node
from unrolled.check.landmarks import Landmark


def alias_of(node: Node) -> Node | None:
    """Give the value that this one is under another name, if it is one."""
    if len(node.parents) != 1 or node.block is not None:
        return None
    (parent,) = node.parents
    return parent if parent.thing is node.thing and node.value is not None else None


def book_name(node: Node) -> str:
    """Give the name that counts: the variable's, or that of the part which a statement stores.

    It is `dWf` for `gradients["dWf"] = …`, `cache[0]` for a part of `cache = (…)`, and
    `state[0]` for one of `self.state = (…)`.
    """
    if not node.path:
        return node.name
    key, *rest = node.path
    if key in node.by.statement.keys:
        return _stored_name(str(key), rest)
    if not rest and node.name and str(key) in node.by.statement.items:
        return f"{node.name}[{key}]" if isinstance(key, int) else str(key)
    return ""


def _stored_name(key: str, rest: Sequence[Any]) -> str:
    """Give the name of what is stored by a key, or of one part of it; deeper ones have none."""
    match rest:
        case []:
            return key
        case [part]:
            return f"{key}[{part}]"
    return ""


def is_stored_in_part(node: Node) -> bool:
    """Say whether a statement such as `dx[:, :, t] = …` has changed a part of an array."""
    if node.value is None or node.block is None:
        return False
    return node.value[node.block].size < node.value.size


def is_one_of(value: np.ndarray | None, marks: Sequence[Landmark]) -> bool:
    """Say whether a value is one of these of the book's."""
    return value is not None and any(equals(value, one.value) for one in marks)


def is_turned(value: np.ndarray, marks: Sequence[Landmark]) -> bool:
    """Say whether a matrix is one of these, its axes exchanged."""
    return value.ndim == 2 and any(equals(value.T, one.value) for one in marks)


def equals(got: np.ndarray, want: np.ndarray) -> bool:
    """Say whether two arrays have one shape, and the same numbers but for rounding."""
    return got.shape == want.shape and bool(close_entries(got, want).all())


def have_same_numbers(one: Node, other: Node) -> bool:
    """Say whether two values are the same to the last bit."""
    if one.value is None or other.value is None:
        return False
    return np.array_equal(one.value, other.value, equal_nan=True)


def is_constant(value: np.ndarray) -> bool:
    """Say whether an array has one number in all its entries, or none in any."""
    if not value.size:
        return False
    return bool((value == value.flat[0]).all() or np.isnan(value).all())


def says_nothing(thing: object, value: np.ndarray) -> bool:
    """Say whether a value is one that anything may have: a size, a constant, a row of numbers.

    Parameters
    ----------
    thing : object
        The value as the student's function had it.
    value : ndarray
        The same as numbers.
    """
    if not value.size:
        return True
    if not value.ndim:
        is_count = isinstance(thing, int | bool | np.integer | np.bool_)
        return is_count or float(value) in (0.0, 1.0)
    if value.size > 1 and bool((value == value.flat[0]).all()):
        return True
    return _counts(value)


def _counts(value: np.ndarray) -> bool:
    """Say whether an array counts: 0, 1, 2 … or downwards, from any whole number."""
    if value.size < 2 or not np.array_equal(value, np.rint(value)):
        return False
    steps = np.diff(value.ravel())
    return bool(abs(steps[0]) == 1 and (steps == steps[0]).all())
