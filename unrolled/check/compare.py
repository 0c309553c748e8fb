"""Compare what a function gave with what it should give: structure, then shapes, then values.

The same comparison serves the check in the notebook and the hidden tests. A difference never
holds an expected value, only where and how far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.contract import Array, Dict, PerStep, Spec, Text, Tuple

RELATIVE = 1e-5  # of the largest wanted magnitude
ABSOLUTE = 1e-8
STEPS = ("T_x", "T")


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
    """

    kind: str
    output: str
    path: str
    text: str
    step: int | None = None
    index: tuple[int, ...] | None = None
    error: float | None = None
    wrong: np.ndarray | None = None

    def __str__(self) -> str:
        return f"{self.path} {self.text}"


def tolerance(want: np.ndarray) -> float:
    """How far an entry may be off: `1e-5 * max|want| + 1e-8`."""
    return RELATIVE * float(np.max(np.abs(want), initial=0.0)) + ABSOLUTE


def close(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """Which entries are equal within the tolerance; NaN equals nothing."""
    with np.errstate(all="ignore"):
        return np.abs(got - want) <= tolerance(want)


def as_numbers(value: Any) -> np.ndarray | None:
    """A value as an array of real numbers, or None where it is none."""
    if value is None or isinstance(value, str | bytes | Mapping):
        return None
    try:
        found = np.asarray(value)
        if found.dtype.kind not in "biuf":
            return None
        return found.astype(np.float64)
    except Exception:  # a student's object may raise anything when it is converted
        return None


def differences(
    spec: Spec, got: Any, want: Any, path: str = "", output: str = ""
) -> Iterator[Difference]:
    """All differences between `got` and `want`, outermost and earliest first."""
    path = path or spec.name
    output = output or spec.name
    if isinstance(spec, Array):
        yield from _array(spec, got, np.asarray(want, dtype=np.float64), path, output)
    elif isinstance(spec, Text):
        yield from _text(got, want, path, output)
    elif isinstance(spec, Dict):
        yield from _dict(spec, got, want, path, output)
    else:
        yield from _sequence(spec, got, want, path, output)


def returned(spec: Tuple | Dict, got: Any, want: Any) -> list[Difference]:
    """Differences between a function's return value and the reference's, structure and shapes before values."""
    if isinstance(spec, Dict):
        found = list(_dict(spec, got, want, path="the dictionary", output=""))
    else:
        found = list(_several(spec, got, want))
    order = {"structure": 0, "shape": 1, "value": 2}
    return sorted(found, key=lambda d: order[d.kind])


def outputs(spec: Tuple | Dict, value: Any) -> dict[str, Any]:
    """The outputs in a function's return value, by name; those that are not there are left out.

    A function of several outputs returns a tuple, one of a single output returns that itself.
    """
    names = [item.name for item in spec.items]
    if isinstance(spec, Dict):
        return (
            {name: value[name] for name in names if name in value}
            if isinstance(value, Mapping)
            else {}
        )
    if len(names) == 1:
        return {names[0]: value}
    return dict(zip(names, value, strict=False)) if _is_sequence(value) else {}


def _several(spec: Tuple, got: Any, want: Any) -> Iterator[Difference]:
    if len(spec.items) == 1:
        yield from differences(spec.items[0], got, want)
        return
    if not _is_sequence(got) or len(got) != len(spec.items):
        names = ", ".join(item.name for item in spec.items)
        what = plural(len(got), "value") if isinstance(got, tuple) else describe(got)
        yield Difference(
            "structure",
            "",
            "the function",
            f"returns {what}, expected {len(spec.items)} ({names})",
        )
        return
    for item, one, other in zip(spec.items, got, want, strict=True):
        yield from differences(item, one, other)


def _dict(
    spec: Dict, got: Any, want: Any, path: str, output: str
) -> Iterator[Difference]:
    keys = [item.name for item in spec.items]
    if not isinstance(got, Mapping):
        text = f"is {describe(got)}, expected a dictionary with {', '.join(keys)}"
        yield Difference("structure", output, path, text)
        return
    missing = [key for key in keys if key not in got]
    for key in missing:
        text = f"has no key {key!r}; expected {', '.join(keys)}"
        yield Difference("structure", output or key, path, text)
    top = not output
    for item in spec.items:
        if item.name not in missing:
            name = item.name if top else f"{path.split(' (')[0]}[{item.name!r}]"
            yield from differences(
                item, got[item.name], want[item.name], name, output or item.name
            )


def _sequence(
    spec: Tuple | PerStep, got: Any, want: Any, path: str, output: str
) -> Iterator[Difference]:
    if isinstance(spec, PerStep):
        wanted, items = (
            f"a list of {len(want)}, one entry for each step",
            [spec.item] * len(want),
        )
    else:
        names = ", ".join(item.name for item in spec.items)
        wanted, items = f"a tuple of {len(spec.items)} ({names})", list(spec.items)
    if not _is_sequence(got) or len(got) != len(want):
        yield Difference(
            "structure", output, path, f"is {describe(got)}, expected {wanted}"
        )
        return
    for i, (item, one, other) in enumerate(zip(items, got, want, strict=True)):
        label = "" if isinstance(spec, PerStep) or not item.name else f" ({item.name})"
        yield from differences(
            item, one, other, f"{path.split(' (')[0]}[{i}]{label}", output
        )


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(
        value, str | bytes | bytearray | memoryview
    )


def _array(
    spec: Array, got: Any, want: np.ndarray, path: str, output: str
) -> Iterator[Difference]:
    if (
        isinstance(got, np.ndarray)
        and got.dtype == want.dtype
        and np.array_equal(got, want)
    ):
        return  # the usual case, and much the fastest
    numbers = as_numbers(got)
    expected = f"{want.shape} = {spec.label}"
    if numbers is None:
        yield Difference(
            "structure",
            output,
            path,
            f"is {describe(got)}, expected an array of shape {expected}",
        )
    elif numbers.shape != want.shape:
        hint = _shape_hint(numbers.shape, want.shape)
        yield Difference(
            "shape",
            output,
            path,
            f"has shape {numbers.shape}, expected {expected}{hint}",
        )
    elif not (equal := close(numbers, want)).all():
        yield _value(spec, numbers, want, ~equal, path, output)


def _text(got: Any, want: str, path: str, output: str) -> Iterator[Difference]:
    if not isinstance(got, str):
        yield Difference(
            "structure", output, path, f"is {describe(got)}, expected a text"
        )
    elif not _same_text(got, want):
        yield Difference("value", output, path, "is another text than the one expected")


def _same_text(got: str, want: str) -> bool:
    return "".join(got.split()) == "".join(want.split())


def _shape_hint(got: tuple[int, ...], want: tuple[int, ...]) -> str:
    if len(got) == len(want) and sorted(got) == sorted(want):
        return ": the axes are in another order"
    if len(got) < len(want) and got == tuple(n for n in want if n != 1):
        return ": an axis of length 1 is lost (keepdims=True keeps it)"
    if len(got) != len(want):
        return f": it has {plural(len(got), 'axis', 'axes')} in place of {len(want)}"
    return ""


def _value(
    spec: Array,
    got: np.ndarray,
    want: np.ndarray,
    wrong: np.ndarray,
    path: str,
    output: str,
) -> Difference:
    step, steps = _first_step(spec, wrong)
    places = np.argwhere(wrong)
    if step is not None:
        axis = next(i for i, name in enumerate(spec.axes) if name in STEPS)
        places = places[places[:, axis] == step]
    index = tuple(int(i) for i in places[0])
    shown = wrong if step is None else np.moveaxis(wrong, axis, -1)
    with np.errstate(all="ignore"):
        error = float(
            np.max(np.abs(got - want))
            / max(np.max(np.abs(want), initial=0.0), ABSOLUTE)
        )
    count = f"{int(wrong.sum())} of {wrong.size} entries"
    if wrong.all():
        count = f"all {wrong.size} entries" if wrong.size > 1 else "its only entry"
    else:
        count += f", first at index [{', '.join(map(str, index))}]"
    if not np.isfinite(got).all():
        text = f"holds {'NaN' if np.isnan(got).any() else 'infinity'} and differs in {count}"
    else:
        text = f"differs in {count}, relative error {error:.2g}"
    if step is not None:
        text += f"; {_steps_text(step, steps)}"
    return Difference("value", output, path, text, step, index, error, shown)


def _first_step(spec: Array, wrong: np.ndarray) -> tuple[int | None, np.ndarray]:
    axis = next((i for i, name in enumerate(spec.axes) if name in STEPS), None)
    if axis is None:
        return None, np.array([], dtype=bool)
    steps = wrong.any(axis=tuple(i for i in range(wrong.ndim) if i != axis))
    return int(np.argmax(steps)), steps


def _steps_text(step: int, steps: np.ndarray) -> str:
    if steps.all():
        return "every step is off" if steps.size > 1 else "there is one step only"
    right = [t for t in range(steps.size) if not steps[t]]
    if right == list(range(step)):
        return f"step {step} is the first that is off, the steps before it are right"
    if right == list(range(steps.size - len(right), steps.size)) and step == 0:
        last = steps.size - len(right) - 1
        return (
            f"steps 0 to {last} are off, the steps after them are right"
            if last
            else "only step 0 is off"
        )
    return f"the steps that are off: {', '.join(map(str, np.flatnonzero(steps)))}"


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 entry`, `2 entries`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def describe(value: Any) -> str:
    """A value's kind in a few words, never its contents."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "c":
            return "an array of complex numbers"
        return (
            f"an array of shape {value.shape}"
            if value.dtype.kind in "biuf"
            else "an array that holds no numbers"
        )
    if isinstance(value, bool | int | float | np.generic):
        return "a single number"
    if isinstance(value, Mapping):
        return f"a dictionary with {plural(len(value), 'key')}"
    if isinstance(value, tuple | list):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return f"a {kind} of {len(value)}" if len(value) else f"an empty {kind}"
    kind = getattr(value, "kind", type(value).__name__)
    return "a text" if kind == "str" else f"an object of type {kind}"


def same(got: Any, want: Any) -> bool:
    """Whether two values are equal in structure, shapes and numbers, whatever they stand for.

    For telling whether a wrong answer is the answer of a known mistake. Keys that only `got`
    has do not count.
    """
    if isinstance(want, str):
        return isinstance(got, str) and _same_text(got, want)
    if isinstance(want, Mapping):
        return isinstance(got, Mapping) and all(
            k in got and same(got[k], want[k]) for k in want
        )
    if _is_sequence(want):
        if _is_sequence(got):
            return len(got) == len(want) and all(map(same, got, want))
        numbers, other = as_numbers(got), as_numbers(want)
        return (
            numbers is not None and other is not None and _same_numbers(numbers, other)
        )
    numbers, other = as_numbers(got), as_numbers(want)
    if numbers is None or other is None:
        return numbers is other and describe(got) == describe(want)
    return _same_numbers(numbers, other)


def _same_numbers(got: np.ndarray, want: np.ndarray) -> bool:
    if got.shape != want.shape:
        return False
    odd = ~np.isfinite(want)
    if not odd.any():  # nearly always, and asked for every known mistake
        return bool(close(got, want).all())
    if not np.array_equal(got[odd], want[odd], equal_nan=True):
        return False
    return bool(close(got[~odd], want[~odd]).all())
