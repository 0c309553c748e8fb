"""Serve a reference companion as numbers: to plain values of bounded size, and what it cannot
compute with it refuses by the error that it raises, as a student's own would.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

import numpy as np

from unrolled.check.in_words import REAL
from unrolled.check.wire import OpaqueValue
from unrolled.contract import Function

# no axis of a hidden case is longer; the served reference must not be made to fill the memory
LONGEST = 256
MOST_AXES = 4
MOST_ENTRIES = (
    2**20
)  # of all arrays of a call, each as large as broadcasting can make it
MOST_VALUES = 2**14  # in the containers of a call
DEEPEST = 8  # containers around a value
# characters of a text: numpy gives each entry of an array room for it
LONGEST_WORD = 80
_LONGEST_TEXT = 300  # characters of an exception's message


class RefusedError(Exception):
    """A companion was called with something that it cannot take.

    Attributes
    ----------
    kind, text : str
        Type and message of the exception that the student's own would have raised.
    """

    def __init__(self, kind: str, text: str):
        super().__init__(f"{kind}: {text}")
        self.kind, self.text = kind, text[:_LONGEST_TEXT]


def companion(reference: Callable, contract: Function) -> Callable:
    """Give the reference function behind a look at the kinds and sizes of its arguments.

    Whether they make sense is for the reference to say: what broadcasts is right, and what does
    not raises what it raises in any notebook.

    Returns
    -------
    callable
        Raises `RefusedError` for whatever the reference cannot compute with.
    """

    def served(*positional: Any, **named: Any) -> Any:
        _refuse_strange(contract.name, (*positional, *named.values()))
        try:
            with np.errstate(all="ignore"):
                return reference(*positional, **named)
        # it was given what another function made: whatever it raises is the caller's mistake
        except Exception as error:
            raise RefusedError(type(error).__name__, str(error)) from None

    return served


def _refuse_strange(name: str, given: tuple) -> None:
    """Refuse what is no plain value, and sizes that no case of the exercise leads to."""
    shapes: list[tuple[int, ...]] = []
    times, count = 1, 0
    for count, value in enumerate(_leaves(name, given), 1):
        if count > MOST_VALUES:
            raise _refused(name, "more than it can take")
        if isinstance(value, np.ndarray):
            if value.dtype.kind not in REAL:
                raise _refused(name, "an array that holds no real numbers")
            if value.ndim > MOST_AXES or max(value.shape, default=0) > LONGEST:
                raise _refused(name, "an array of another shape")
            shapes.append(value.shape)
        elif isinstance(value, int):
            times *= max(1, abs(value))
        elif isinstance(value, str) and len(value) > LONGEST_WORD:
            raise _refused(name, "a long text")
        elif isinstance(value, OpaqueValue):
            raise _refused(name, "an object that is no array")
    # Python repeats a list that is multiplied by a whole number
    if times * count > MOST_ENTRIES:
        raise _refused(name, "numbers that are too large")
    if _entries_broadcast(shapes) > MOST_ENTRIES:
        raise _refused(name, "arrays whose shapes do not belong together")


def _leaves(name: str, value: Any, depth: int = 0) -> Iterator[Any]:
    """Give the values inside containers, and each container's own weight."""
    if depth > DEEPEST:
        raise _refused(name, "containers within containers")
    if not isinstance(value, list | tuple | Mapping):
        yield value
        return
    yield None  # an empty container counts, too
    for one in value.values() if isinstance(value, Mapping) else value:
        yield from _leaves(name, one, depth + 1)


def _entries_broadcast(shapes: list[tuple[int, ...]]) -> int:
    """Give how many entries arrays of these shapes can come to, computed with each other."""
    from_the_end = [shape[::-1] for shape in shapes]
    return math.prod(max(axis) for axis in zip_longest(*from_the_end, fillvalue=1))


def _refused(name: str, what: str) -> RefusedError:
    return RefusedError("TypeError", f"{name} is called with {what}")
