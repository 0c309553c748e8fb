"""What a difference says, as far as it may be told: how much that is stands in `redact`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from unrolled.check.compare import Difference

from .redact import lengths

_MOST_AXES = 4
# How texts begin that say nothing but which output.
_FIXED = ("has no key", "is an argument", "is another text")
_LONG_SHAPE = re.compile(rf"\(\d+(?:, \d+){{{_MOST_AXES},}}\)")
_NUMBER = re.compile(r"(?<!\w)\d+")
_ODD = ("holds NaN", "holds infinity")  # what an output can hold in place of numbers


def narrowed(
    differences: Iterable[Difference], case: Any, served: bool = False
) -> tuple[Difference, ...]:
    """Give differences as a student may read them.

    The first with its place and extent, of the others that they are there.

    Parameters
    ----------
    differences : iterable of Difference
        Of one call.
    case : object
        The hidden arguments: lengths of their axes may be repeated.
    served : bool
        Whether companions were served: then of the first, too, no more is told than its place
        and its error's size.
    """
    if not (found := list(differences)):
        return ()
    first, *others = found
    told = _place_and_size(first) if served else plain(first, case)
    return (told, *map(_merely, others))


def _place_and_size(difference: Difference) -> Difference:
    """Say where an output differs, in what kind, and by what power of ten."""
    merely = replace(_merely(difference), path=difference.path, error=difference.error)
    if difference.kind == "value" and difference.error is not None:
        return replace(merely, text=f"{merely.text}{magnitude(difference.error)}")
    return merely


def _merely(difference: Difference) -> Difference:
    """Say that an output differs, and in what kind."""
    kind, output = difference.kind, difference.output
    return Difference(kind, output, output or difference.path, _kind_told(difference))


def _kind_told(difference: Difference) -> str:
    """Say in what kind an output differs."""
    if difference.kind == "value" and difference.error is not None:
        return "differs"
    if difference.kind == "shape":
        return "has another shape than expected"
    if difference.text.startswith(_FIXED):
        return difference.text
    wanted = difference.text.partition(", expected ")[2]  # that is ours
    return f"is something else than {wanted or 'expected'}"


def magnitude(error: float) -> str:
    """Say how large an error is, in powers of ten from 1e-05 to 1000; "" if it is no number."""
    if not np.isfinite(error):
        return ""
    power = int(np.clip(np.round(np.log10(max(error, 1e-9))), -5, 3))
    size = "above 100" if power > 2 else f"about {10.0**power:g}"
    return f", relative error {size}"


def _value(difference: Difference, wrong: np.ndarray) -> Difference:
    """Give a difference in values without exact counts and digits.

    Of the pattern of what is off nothing stays but rows, columns and steps.
    """
    held = next((f"{what} and " for what in _ODD if what in difference.text), "")
    size = "" if held or difference.error is None else magnitude(difference.error)
    extent = f" in {_extent(difference, wrong)}" if wrong.ndim else ""
    text = f"{held}differs{extent}{size}"
    if difference.step is not None:
        steps_off = np.atleast_1d(wrong.any(axis=tuple(range(wrong.ndim - 1))))
        text += f"; {_steps(difference.step, steps_off)}"
    pattern = wrong if _is_block(wrong) else None
    return replace(difference, text=text, error=None, wrong=pattern)


def _extent(difference: Difference, wrong: np.ndarray) -> str:
    """Say how many entries are off, between two powers of two, and which is the first."""
    if wrong.all():
        return f"all {wrong.size} entries" if wrong.size > 1 else "its only entry"
    least = 2 ** (int(wrong.sum()).bit_length() - 1)
    most = min(2 * least - 1, wrong.size - 1)
    count = f"{least} to {most}" if most > least else f"{least}"
    first = ", ".join(map(str, difference.index or ()))
    return f"{count} of {wrong.size} entries, first at index [{first}]"


def _steps(first: int, off: np.ndarray) -> str:
    if off.all():
        return "every step is off" if off.size > 1 else "there is one step only"
    if off[first:].all():
        return f"step {first} is the first that is off, the steps before it are right"
    return f"step {first} is the first that is off"


def _is_block(wrong: np.ndarray) -> bool:
    """Tell whether what is off is just where some rows, columns and steps meet."""
    block = np.ones(wrong.shape, dtype=bool)
    for axis in range(wrong.ndim):
        others = tuple(i for i in range(wrong.ndim) if i != axis)
        block &= wrong.any(axis=others, keepdims=True)
    return bool((block == wrong).all())


def plain(difference: Difference, case: Any) -> Difference:
    """Give a difference whose text holds lengths of the hidden case and small numbers only."""
    if difference.kind == "value":
        wrong = difference.wrong
        return difference if wrong is None else _value(difference, wrong)
    allowed = lengths(case)
    text = _LONG_SHAPE.sub("(…)", difference.text)
    text = _NUMBER.sub(lambda number: _number(number[0], allowed), text)
    shape = _shape(difference.shape, allowed)
    expected = _shape(difference.expected_shape, allowed)
    return replace(difference, text=text, shape=shape, expected_shape=expected)


def _number(digits: str, allowed: Collection[int]) -> str:
    """Give a number as it stands, if it is a length that may be told."""
    return digits if len(digits) <= 5 and int(digits) in allowed else "…"


def _shape(
    shape: tuple[int, ...] | None, allowed: Collection[int]
) -> tuple[int, ...] | None:
    """Give a shape that holds lengths of the hidden case and small numbers only, else none."""
    if shape is None or len(shape) > _MOST_AXES:
        return None
    return shape if all(one in allowed for one in shape) else None
