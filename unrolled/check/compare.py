"""Compare what a function gave with what it should give: structure, then shapes, then values.

The same comparison serves the check in the notebook and the hidden tests. A difference never
holds an expected value, only where and how far; the check asks for values, of visible numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from unrolled.check.in_words import (
    REAL,
    describe,
    extent_text,
    plural,
    quoted,
    shape_hint,
    steps_text,
    with_values,
)
from unrolled.contract import Array, Dict, PerStep, Spec, Text, Tuple

RELATIVE = 1e-5  # of the largest wanted magnitude
ABSOLUTE = 1e-8
STEPS = ("T_x", "T")  # axes along which a function goes step by step
CACHES = ("cache", "caches")  # outputs in which a function keeps what it was given
KINDS = ("structure", "shape", "value")  # of differences, first what makes others


@dataclass(frozen=True)
class Difference:
    """One place where two values differ.

    Attributes
    ----------
    kind : str
        `structure`, `shape` or `value`.
    output : str
        The return value or gradient concerned.
    path : str
        The place in words a student can type, such as `caches[0][2][1] (a_prev)`.
    text : str
        What differs, as a sentence without a subject.
    step : int or None
        The first step that differs, where the array has steps.
    index : tuple of int or None
        The first entry that differs.
    error : float or None
        Largest deviation, relative to the largest wanted magnitude.
    wrong : ndarray of bool or None
        Which entries are off, for a picture; the axis of the steps, if there is one, is the last.
    far : ndarray or None
        How far each entry is off, as a part of what is furthest off: of visible numbers only,
        since it tells expected values. The axes are those of `wrong`.
    shape, expected_shape : tuple of int or None
        Where these differ.
    """

    kind: str
    output: str
    path: str
    text: str
    step: int | None = None
    index: tuple[int, ...] | None = None
    error: float | None = None
    wrong: np.ndarray | None = None
    far: np.ndarray | None = None
    shape: tuple[int, ...] | None = None
    expected_shape: tuple[int, ...] | None = None

    def __str__(self) -> str:
        return f"{self.path} {self.text}"


class _Place(NamedTuple):
    """Where in a return value something is: the path, and the output that it belongs to.

    `values` says whether expected values may be told of it.
    """

    path: str
    output: str
    values: bool = False

    @property
    def bare(self) -> str:
        """The path without the name in brackets at its end, to which a step further is added."""
        return self.path.split(" (")[0]

    def structure(self, text: str) -> Difference:
        """Give a difference of structure here."""
        return Difference("structure", self.output, self.path, text)


def tolerance(want: np.ndarray) -> float:
    """Give how far an entry may be off: `1e-5 * max|want| + 1e-8`."""
    largest = float(np.max(np.abs(want), initial=0.0))
    return RELATIVE * largest + ABSOLUTE


def close_entries(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """Say which entries are equal within the tolerance; NaN equals nothing."""
    with np.errstate(all="ignore"):
        return np.abs(got - want) <= tolerance(want)


def as_numbers(value: Any) -> np.ndarray | None:
    """Give a value as an array of real numbers, or None where it is none."""
    if value is None or isinstance(value, str | bytes | Mapping):
        return None
    # numpy would unroll it until the memory is full
    if isinstance(value, list | tuple) and _holds_itself(value):
        return None
    try:
        found = np.asarray(value)
        if found.dtype.kind not in REAL:
            return None
        return found.astype(np.float64)
    except Exception:  # a student's object may raise anything when it is converted
        return None


def _holds_itself(value: Any, above: tuple[int, ...] = ()) -> bool:
    """Say whether a list is somewhere inside itself; `above` has the ones around it."""
    if not isinstance(value, list | tuple):
        return False
    if id(value) in above:
        return True
    around = (*above, id(value))
    return any(_holds_itself(one, around) for one in value)


def find_differences(
    spec: Spec,
    got: Any,
    want: Any,
    path: str = "",
    output: str = "",
    values: bool = False,
) -> Iterator[Difference]:
    """Give all differences between two values, outermost and earliest first.

    Parameters
    ----------
    spec : Spec
        What both should be.
    got, want : object
        The student's value and the reference's.
    path : str, optional
        Where it is, as in a `Difference`; the spec's name unless given.
    output : str, optional
        The return value that it belongs to; the spec's name unless given.
    values : bool, optional
        Whether to tell the expected value of the first entry that is off: for numbers that the
        student sees anyway.

    Notes
    -----
    In a cache a function keeps what it was given, and a start of `0`, or of one column, is as
    good as an array of zeros: what broadcasts to the right numbers is right there. An array
    that is returned has its own shape.
    """
    if isinstance(spec, Array):
        want = np.asarray(want, dtype=np.float64)
        if _is_identical(got, want):
            return  # the usual case, and much the fastest
    place = _Place(path or spec.name, output or spec.name, values)
    if isinstance(spec, Array):
        yield from _in_array(spec, got, want, place)
    elif isinstance(spec, Text):
        yield from _in_text(got, want, place)
    elif isinstance(spec, Dict):
        yield from _in_dict(spec, got, want, place)
    else:
        yield from _in_sequence(spec, got, want, place)


def compare_returned(
    spec: Tuple | Dict, got: Any, want: Any, values: bool = False
) -> list[Difference]:
    """Compare a function's return value with the reference's.

    Parameters
    ----------
    spec : Tuple or Dict
        What the function returns.
    got, want : object
        What was returned, and what the reference returns.
    values : bool, optional
        As for `find_differences`.

    Returns
    -------
    list of Difference
        Structure and shapes before values.
    """
    if isinstance(spec, Dict):
        found = list(_in_dict(spec, got, want, _Place("the dictionary", "", values)))
    else:
        found = list(_in_several(spec, got, want, values))
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def outputs_by_name(spec: Tuple | Dict, value: Any) -> dict[str, Any]:
    """Give the outputs in a function's return value by name, without those that are not there.

    A function of several outputs returns a tuple, one of a single output returns that itself.
    """
    names = [item.name for item in spec.items]
    if isinstance(spec, Dict):
        there = value if isinstance(value, Mapping) else {}
        return {name: there[name] for name in names if name in there}
    if len(names) == 1:
        return {names[0]: value}
    return dict(zip(names, value, strict=False)) if _is_sequence(value) else {}


def _in_several(spec: Tuple, got: Any, want: Any, values: bool) -> Iterator[Difference]:
    """Give the differences in what a function returns: one value, or a tuple of several."""
    count = len(spec.items)
    if count == 1:
        yield from find_differences(spec.items[0], got, want, values=values)
        return
    if not _is_sequence(got) or len(got) != count:
        what = plural(len(got), "value") if isinstance(got, tuple) else describe(got)
        text = f"returns {what}, expected {count} ({_names(spec)})"
        yield Difference("structure", "", "the function", text)
        return
    for item, one, other in zip(spec.items, got, want, strict=True):
        yield from find_differences(item, one, other, values=values)


def _in_dict(spec: Dict, got: Any, want: Any, place: _Place) -> Iterator[Difference]:
    """Give the differences in a dictionary: keys that lack, then what the others hold."""
    if not isinstance(got, Mapping):
        text = f"is {describe(got)}, expected a dictionary with {_names(spec)}"
        yield place.structure(text)
        return
    there = []
    for item in spec.items:
        if item.name in got:
            there.append(item)
            continue
        text = f"has no key {item.name!r}; expected {_names(spec)}"
        yield Difference("structure", place.output or item.name, place.path, text)
    for item in there:
        name = item.name
        # What a function returns by key is named by the key alone.
        path = f"{place.bare}[{name!r}]" if place.output else name
        output = place.output or name
        yield from find_differences(
            item, got[name], want[name], path, output, place.values
        )


def _in_sequence(
    spec: Tuple | PerStep, got: Any, want: Any, place: _Place
) -> Iterator[Difference]:
    """Give the differences in a tuple of named values, or in a list of one for each step."""
    items: Sequence[Spec]
    if isinstance(spec, PerStep):
        items = [spec.item] * len(want)
        labels = [""] * len(want)
        wanted = f"a list of {len(want)}, one entry for each step"
    else:
        items = spec.items
        labels = [f" ({item.name})" if item.name else "" for item in items]
        wanted = f"a tuple of {len(items)} ({_names(spec)})"
    if not _is_sequence(got) or len(got) != len(want):
        yield place.structure(f"is {describe(got)}, expected {wanted}")
        return
    for i, (item, one, other) in enumerate(zip(items, got, want, strict=True)):
        path = f"{place.bare}[{i}]{labels[i]}"
        yield from find_differences(item, one, other, path, place.output, place.values)


def _names(spec: Tuple | Dict) -> str:
    """Give the names of a spec's items in a row."""
    return ", ".join(item.name for item in spec.items)


def _is_sequence(value: Any) -> bool:
    texts = str | bytes | bytearray | memoryview
    return isinstance(value, Sequence) and not isinstance(value, texts)


def _in_array(
    spec: Array, got: Any, want: np.ndarray, place: _Place
) -> Iterator[Difference]:
    """Give the difference of an array, if there is one: of its kind, its shape or its values."""
    numbers = as_numbers(got)
    if numbers is not None and place.output in CACHES:
        numbers = _broadcast(numbers, want.shape)
    expected = f"{want.shape} = {spec.label}" if want.ndim else "a single number"
    if numbers is None:
        shaped = "an array of shape " if want.ndim else ""
        text = f"is {describe(got)}, expected {shaped}{expected}"
        yield place.structure(text)
    elif numbers.shape != want.shape:
        hint = shape_hint(numbers.shape, want.shape)
        text = f"has shape {numbers.shape}, expected {expected}{hint}"
        yield Difference(
            "shape",
            place.output,
            place.path,
            text,
            shape=numbers.shape,
            expected_shape=want.shape,
        )
    elif not (equal := close_entries(numbers, want)).all():
        yield _value_difference(spec, numbers, want, ~equal, place)


def _broadcast(numbers: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Give an array broadcast to a shape, or as it is where it does not fit."""
    try:
        return np.broadcast_to(numbers, shape)
    except ValueError:
        return numbers


def _is_identical(got: Any, want: np.ndarray) -> bool:
    """Say whether a value is the wanted array to the last bit."""
    if type(got) is not np.ndarray or got.dtype != want.dtype:
        return False
    return got.shape == want.shape and bool((got == want).all())


def _in_text(got: Any, want: str, place: _Place) -> Iterator[Difference]:
    """Give the difference of a text, if there is one."""
    if not isinstance(got, str):
        yield place.structure(f"is {describe(got)}, expected a text")
    elif not _is_same_text(got, want):
        text = "is another text than the one expected"
        if place.values:
            text = f"is {quoted(got)}, expected {quoted(want)}"
        yield Difference("value", place.output, place.path, text)


def _is_same_text(got: str, want: str) -> bool:
    return "".join(got.split()) == "".join(want.split())


def _value_difference(
    spec: Array,
    got: np.ndarray,
    want: np.ndarray,
    wrong: np.ndarray,
    place: _Place,
) -> Difference:
    """Give the difference of an array of the right shape with wrong entries.

    Parameters
    ----------
    spec : Array
        Names the axes.
    got, want : ndarray
        Of the same shape.
    wrong : ndarray of bool
        Which entries are off: one at least.
    place : _Place
        Where the array is.
    """
    axis = next((i for i, name in enumerate(spec.axes) if name in STEPS), None)
    entries = np.argwhere(wrong)
    step, shown, told = None, wrong, ""
    if axis is not None:
        shown = np.moveaxis(wrong, axis, -1)
        steps = np.any(shown, axis=tuple(range(wrong.ndim - 1)), keepdims=True).ravel()
        step = int(np.argmax(steps))
        told = f"; {steps_text(step, steps)}"
        entries = entries[entries[:, axis] == step]
    index = tuple(int(i) for i in entries[0])
    error = _relative_error(got, want)
    text, far = extent_text(got, wrong), None
    if not place.values and not wrong.all():
        text += f", first at index [{', '.join(map(str, index))}]"
    # Beside the expected value of a single number the error tells nothing more.
    if np.isfinite(error) and not (place.values and wrong.size == 1):
        text += f", relative error {error:.2g}"
    if place.values:
        text = with_values(text, got[index], want[index], index)
        far = _parts_off(got, want)
        far = far if axis is None else np.moveaxis(far, axis, -1)
    text += told
    return Difference(
        "value", place.output, place.path, text, step, index, error, shown, far
    )


def _relative_error(got: np.ndarray, want: np.ndarray) -> float:
    """Give the largest deviation by the largest wanted magnitude; infinity beside zeros."""
    largest = np.max(np.abs(want), initial=0.0)
    if largest <= ABSOLUTE:
        return np.inf
    with np.errstate(all="ignore"):
        return float(np.max(np.abs(got - want)) / largest)


def _parts_off(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """Give how far each entry is off, from 0 to 1; what is no number is as far as can be."""
    with np.errstate(all="ignore"):
        off = np.abs(got - want)
        finite = off[np.isfinite(off)]
        largest = np.max(finite, initial=0.0)
        parts = off / largest if largest else np.zeros(off.shape)
    return np.where(np.isfinite(off), parts, 1.0)


def is_same(got: Any, want: Any) -> bool:
    """Say whether two values are equal in structure, shapes and numbers, whatever they mean.

    For telling whether a wrong answer is the answer of a known mistake. Keys that only `got`
    has do not count.
    """
    if isinstance(want, str):
        return isinstance(got, str) and _is_same_text(got, want)
    if isinstance(want, Mapping):
        return isinstance(got, Mapping) and all(
            key in got and is_same(got[key], want[key]) for key in want
        )
    if _is_sequence(want) and _is_sequence(got):
        return len(got) == len(want) and all(map(is_same, got, want))
    if isinstance(want, np.ndarray) and _is_identical(got, want):
        return True  # the usual case of arguments, which a function leaves as they are
    numbers, other = as_numbers(got), as_numbers(want)
    if numbers is not None and other is not None:
        return _are_same_numbers(numbers, other)
    if _is_sequence(want):
        return False
    return numbers is other and describe(got) == describe(want)


def _are_same_numbers(got: np.ndarray, want: np.ndarray) -> bool:
    """Say whether two arrays are equal within the tolerance; here NaN equals NaN."""
    if got.shape != want.shape:
        return False
    odd = ~np.isfinite(want)
    if not odd.any():  # nearly always, and asked for every known mistake
        return bool(close_entries(got, want).all())
    if not np.array_equal(got[odd], want[odd], equal_nan=True):
        return False
    return bool(close_entries(got[~odd], want[~odd]).all())
