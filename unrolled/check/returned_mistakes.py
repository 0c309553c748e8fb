"""Mistakes that show in the form of what is returned, or in a `None` that is left, whatever the
exercise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from unrolled.check.compare import outputs_by_name
from unrolled.check.evidence import Evidence, Finding, quoted
from unrolled.check.in_words import plural
from unrolled.check.wire import ITSELF, OpaqueValue
from unrolled.contract import Array, Dict, Function, PerStep, Spec, Text, Tuple

_NONE_USED = re.compile(
    r"TypeError: .*NoneType|ValueError: matmul: .*\(has 0, gufunc", re.DOTALL
)
_DEPTH = 6  # containers around one that may hold itself


def holding_itself(evidence: Evidence) -> Finding | None:
    """Find a list that was appended to itself."""
    if not any(_holds_itself(value) for value in evidence.values):
        return None
    return Finding(
        "list-in-itself",
        "signature",
        "A list is appended to itself.",
        "Look at what you append: the list's own name stands where the step's cache "
        "belongs.",
    )


def _holds_itself(value: Any, above: tuple[int, ...] = ()) -> bool:
    """Say whether a container is somewhere inside itself; `above` has the ones around it."""
    if isinstance(value, OpaqueValue):
        return value.kind == ITSELF
    if not isinstance(value, list | tuple | Mapping) or len(above) > _DEPTH:
        return False
    if id(value) in above:
        return True
    inner = value.values() if isinstance(value, Mapping) else value
    around = (*above, id(value))
    return any(_holds_itself(one, around) for one in inner)


def returns(evidence: Evidence) -> Finding | None:
    """Find that something else is returned than a tuple of so many, or a dictionary."""
    function, values = evidence.function, evidence.values
    if any(value is None for value in values):
        return _returns_nothing(function)
    names = function.outputs
    if isinstance(function.returns, Dict):
        kept = all(isinstance(value, Mapping) for value in values)
        wanted = "a dictionary"
        hint = f"It returns one dictionary, with the keys {quoted(names)}."
    else:
        kept = len(names) <= 1 or all(_is_row(value, len(names)) for value in values)
        wanted = plural(len(names), "value")
        hint = f"Its last line should read `return {', '.join(names)}`."
    if kept:
        return None
    symptom = f"The function does not return {wanted}."
    return Finding("returns-changed", "signature", symptom, hint)


def _returns_nothing(function: Function) -> Finding:
    hint = "Is its `return` line still there, indented like the rest of the function?"
    if isinstance(function.returns, Tuple) and len(function.outputs) == 1:
        hint += " And is a `None` of the exercise still in place?"
    symptom = "The function returns nothing."
    return Finding("nothing-returned", "signature", symptom, hint)


def _is_row(value: Any, count: int) -> bool:
    """Say whether a value is a tuple or list of so many."""
    return isinstance(value, tuple | list) and len(value) == count


def placeholder(evidence: Evidence) -> Finding | None:
    """Find a `None` of the exercise, in what is returned or in an error."""
    left = _outputs_left(evidence)
    if left:
        verb = "is" if len(left) == 1 else "are"
        symptom = f"{quoted(left)} {verb} still `None`."
        hint = (
            "Replace every `None` between START CODE HERE and END CODE HERE, and leave "
            "none behind: one that stands below your own line overwrites it."
        )
    elif evidence.has_error(_NONE_USED):
        symptom = (
            "A `None` stands where the function computes with a number or an array."
        )
        hint = (
            "Is a `None` of the exercise still in place, here or in a function that this "
            "one calls?"
        )
    else:
        return None
    return Finding("placeholder-left", "placeholder", symptom, hint)


def none_in_cache(evidence: Evidence) -> Finding | None:
    """Find a `None` inside a cache: in a step's place, or in an array's."""
    returns = evidence.function.returns
    if not isinstance(returns, Tuple):
        return None
    caches = [item for item in returns.items if isinstance(item, Tuple | PerStep)]
    for value in evidence.values:
        found = outputs_by_name(returns, value)
        for item in caches:
            if _has_none(item, found.get(item.name)):
                return Finding(
                    "none-in-cache",
                    "placeholder",
                    f"`{item.name}` holds `None` where something of a step belongs.",
                    "What is put away at each step is what the cell gave back at that "
                    "step.",
                )
    return None


def _has_none(spec: Spec, value: Any) -> bool:
    """Say whether a `None` stands inside a tuple or list, in another place than that of a list.

    A list that is gone as a whole has been lost otherwise.
    """
    if not isinstance(value, tuple | list):
        return False
    if isinstance(spec, PerStep):
        items: tuple[Spec, ...] = (spec.item,) * len(value)
    else:
        items = spec.items if isinstance(spec, Tuple) else ()
    pairs = zip(items, value, strict=False)
    return any(
        _has_none(item, one) or (one is None and not isinstance(item, PerStep))
        for item, one in pairs
    )


def _outputs_left(evidence: Evidence) -> list[str]:
    """Give the arrays and texts among the outputs that are still None."""
    returns = evidence.function.returns
    found = [outputs_by_name(returns, value) for value in evidence.values]
    names = [item.name for item in returns.items if isinstance(item, Array | Text)]
    return [name for name in names if any(one.get(name, 0) is None for one in found)]


def key_missing(evidence: Evidence) -> Finding | None:
    """Find that the dictionary returned lacks a key."""
    function = evidence.function
    if not isinstance(function.returns, Dict):
        return None
    found = [value for value in evidence.values if isinstance(value, Mapping)]
    names = function.outputs
    missing = [name for name in names if any(name not in one for one in found)]
    if not missing:
        return None
    symptom = f"The dictionary that is returned lacks {quoted(missing)}."
    hint = f"Its keys are {quoted(names)}, spelled so."
    return Finding("key-missing", "signature", symptom, hint)
