"""Mistakes that have no numbers of their own: they show in the code's names, its errors, or in what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from unrolled.check.compare import outputs, plural
from unrolled.check.known_mistakes import Misconception
from unrolled.check.outcome import Lost, Outcome, Raised, Returned
from unrolled.check.wire import ITSELF, Opaque
from unrolled.contract import (
    Array,
    Dict,
    Function,
    PerStep,
    ProducedBy,
    Spec,
    Text,
    Tuple,
)

Told = (
    tuple[str, str, str, str] | None
)  # id, the end of the section's label, symptom, hint

_SYNTAX = re.compile(r"fails with (SyntaxError|IndentationError|TabError)\b")
_NO_ATTRIBUTE = re.compile(r"AttributeError: module 'numpy' has no attribute ")
_NONE_USED = re.compile(
    r"TypeError: .*NoneType|ValueError: matmul: .*\(has 0, gufunc", re.DOTALL
)


def general_mistake(
    function: Function,
    outcomes: Sequence[Outcome],
    data: Sequence[str] = (),
    unknown: Sequence[str] = (),
) -> Misconception | None:
    """The first general mistake that the outcomes of a wrong function show, or None.

    Parameters
    ----------
    function : Function
        The contract.
    outcomes : sequence of Outcome
        What the function came to.
    data, unknown : sequence of str
        What `names.stray` found in its code.
    """
    told = (
        _signature(function, outcomes)
        or (_reads_data(data) if data else None)
        or (_undefined(unknown) if unknown else None)
        or _itself(outcomes)
        or _returns(function, outcomes)
        or _placeholder(function, outcomes)
        or _syntax(outcomes)
        or _never_returns(outcomes)
    )
    return _misconception(function, told) if told else None


def last_guess(function: Function, outcomes: Sequence[Outcome]) -> Misconception | None:
    """What is said where no known mistake explains the outcomes; nothing of the student's is repeated."""
    told = (
        _unknown_key(function, outcomes)
        or _key_missing(function, outcomes)
        or _no_attribute(outcomes)
    )
    return _misconception(function, told) if told else None


def reads_data(function: Function, data: Sequence[str]) -> Misconception:
    """The mistake of a function that takes data from the notebook, right as its numbers may be."""
    return _misconception(function, _reads_data(data))


def _misconception(function: Function, told: Told) -> Misconception:
    id_, slip, symptom, hint = told
    page = function.section.split("#")[0]
    return Misconception(id_, function.name, symptom, hint, f"{page}#slip-{slip}")


def _signature(function: Function, outcomes: Sequence[Outcome]) -> Told:
    call = re.compile(
        rf"(^|\.){function.name}(\.\w+)?\(\) (missing|takes|got) .*argument"
    )
    if not any(
        isinstance(o, Raised) and o.kind == "TypeError" and call.search(o.text)
        for o in outcomes
    ):
        return None
    wanted = ", ".join(a.name for a in function.arguments)
    hint = f"Its first line should read `def {function.name}({wanted}):`."
    if function.driver:
        hint = f"`{function.driver}` shows how its methods are called; their first lines stay as the notebook has them."
    what = "class" if function.driver else "function"
    symptom = f"The {what} cannot be called with the arguments that the exercise names."
    return "signature-changed", "signature", symptom, hint


def _reads_data(data: Sequence[str]) -> Told:
    return (
        "notebook-globals",
        "globals",
        f"The function reads {_quoted(data)} from the notebook, not from its arguments.",
        "It works with whatever stands there at the moment, and fails where nothing does, as when it is graded. Take "
        "everything from the arguments, or from the cache. (A constant of your own may stay: write its name in "
        "capitals, two letters or more.)",
    )


def _undefined(unknown: Sequence[str]) -> Told:
    return (
        "undefined-name",
        "globals",
        f"{_quoted(unknown)} {'is' if len(unknown) == 1 else 'are'} defined nowhere.",
        "Look for a variable that you renamed in one place only, for a line that is gone, and for a cell above that "
        "has not been run.",
    )


def _returns(function: Function, outcomes: Sequence[Outcome]) -> Told:
    values = [o.value for o in outcomes if isinstance(o, Returned)]
    if any(value is None for value in values):
        hint = (
            "Is its `return` line still there, indented like the rest of the function?"
        )
        if isinstance(function.returns, Tuple) and len(function.outputs) == 1:
            hint += " And is a `None` of the exercise still in place?"
        return "nothing-returned", "signature", "The function returns nothing.", hint
    names, spec = function.outputs, function.returns
    if isinstance(spec, Dict):
        changed, wanted = (
            any(not isinstance(v, Mapping) for v in values),
            "a dictionary",
        )
        hint = f"It returns one dictionary, with the keys {_quoted(names)}."
    else:
        changed = len(names) > 1 and any(
            not isinstance(v, tuple | list) or len(v) != len(names) for v in values
        )
        wanted, hint = (
            plural(len(names), "value"),
            f"Its last line should read `return {', '.join(names)}`.",
        )
    return (
        (
            "returns-changed",
            "signature",
            f"The function does not return {wanted}.",
            hint,
        )
        if changed
        else None
    )


def _itself(outcomes: Sequence[Outcome]) -> Told:
    if not any(isinstance(o, Returned) and _holds_itself(o.value) for o in outcomes):
        return None
    hint = "Look at what you append: the list's own name stands where the step's cache belongs."
    return "list-in-itself", "signature", "A list is appended to itself.", hint


def _holds_itself(value: Any, above: tuple[int, ...] = ()) -> bool:
    if isinstance(value, Opaque):
        return value.kind == ITSELF
    if not isinstance(value, list | tuple | Mapping) or len(above) > 6:
        return False
    inner = value.values() if isinstance(value, Mapping) else value
    return id(value) in above or any(
        _holds_itself(one, (*above, id(value))) for one in inner
    )


def _unknown_key(function: Function, outcomes: Sequence[Outcome]) -> Told:
    if not any(isinstance(o, Raised) and o.kind == "KeyError" for o in outcomes):
        return None
    keys = list(
        dict.fromkeys(key for argument in function.arguments for key in _keys(argument))
    )
    hint = (
        f"Its keys are {_quoted(keys)}, spelled so. "
        if keys
        else "Print the keys that it has. "
    )
    hint += (
        "What some courses call the update gate, `u`, is the input gate here, `i`."
        if "Wi" in keys
        else ""
    )
    return (
        "unknown-key",
        "signature",
        "A dictionary is asked for an entry that it does not have.",
        hint.strip(),
    )


def _keys(spec: Spec | ProducedBy) -> list[str]:
    if isinstance(spec, ProducedBy):
        return _keys(spec.spec)
    if isinstance(spec, Dict):
        return [item.name for item in spec.items]
    if isinstance(spec, PerStep):
        return _keys(spec.item)
    return [key for item in getattr(spec, "items", ()) for key in _keys(item)]


def _key_missing(function: Function, outcomes: Sequence[Outcome]) -> Told:
    if not isinstance(function.returns, Dict):
        return None
    found = [
        o.value
        for o in outcomes
        if isinstance(o, Returned) and isinstance(o.value, Mapping)
    ]
    missing = [
        name for name in function.outputs if any(name not in value for value in found)
    ]
    if not missing:
        return None
    symptom = f"The dictionary that is returned lacks {_quoted(missing)}."
    return (
        "key-missing",
        "signature",
        symptom,
        f"Its keys are {_quoted(function.outputs)}, spelled so.",
    )


def _no_attribute(outcomes: Sequence[Outcome]) -> Told:
    if not any(
        isinstance(o, Raised) and _NO_ATTRIBUTE.match(f"{o.kind}: {o.text}")
        for o in outcomes
    ):
        return None
    hint = "Look at its spelling. (`np.float`, `np.int` and `np.bool` are gone: write `float`, `int`, `bool`.)"
    return (
        "undefined-name",
        "globals",
        "numpy has nothing of the name that is used here.",
        hint,
    )


def _placeholder(function: Function, outcomes: Sequence[Outcome]) -> Told:
    arrays = [
        item.name for item in function.returns.items if isinstance(item, Array | Text)
    ]
    found = [
        outputs(function.returns, o.value) for o in outcomes if isinstance(o, Returned)
    ]
    left = [
        name for name in arrays if any(name in f and f[name] is None for f in found)
    ]
    if left:
        return (
            "placeholder-left",
            "placeholder",
            f"{_quoted(left)} {'is' if len(left) == 1 else 'are'} still `None`.",
            "Replace every `None` between START CODE HERE and END CODE HERE, and leave none behind: one that stands "
            "below your own line overwrites it.",
        )
    if any(
        isinstance(o, Raised) and _NONE_USED.match(f"{o.kind}: {o.text}")
        for o in outcomes
    ):
        return (
            "placeholder-left",
            "placeholder",
            "A `None` stands where the function computes with a number or an array.",
            "Is a `None` of the exercise still in place, here or in a function that this one calls?",
        )
    return None


def _syntax(outcomes: Sequence[Outcome]) -> Told:
    if not any(
        isinstance(o, Lost) and o.how == "missing" and _SYNTAX.search(o.text)
        for o in outcomes
    ):
        return None
    hint = "The line named, or the one above it, lacks a bracket, a colon or the right indentation."
    return (
        "syntax-error",
        "syntax",
        "The cell is not Python, so it does not run and defines nothing.",
        hint,
    )


def _never_returns(outcomes: Sequence[Outcome]) -> Told:
    late = [o.text for o in outcomes if isinstance(o, Lost) and o.how == "timeout"]
    if not late:
        return None
    if any(text.startswith("the notebook's own cells") for text in late):
        hint = "Shorten what your own cells try out, or delete it: the function itself may be right."
        return (
            "cells-take-too-long",
            "loop-range",
            f"The function was not called: {late[0]}.",
            hint,
        )
    said = f"The function did not return in time: {late[0]}."
    if any(text.startswith("one call") for text in late):
        hint = "Look for a loop whose condition never changes, or for work that is done again at every step."
        return "never-returns", "loop-range", said, hint
    return (
        "takes-too-long",
        "loop-range",
        said,
        "Look for work that is done again and again, and is needed once.",
    )


def _quoted(names: Iterable[str]) -> str:
    return " and ".join(", ".join(f"`{name}`" for name in names).rsplit(", ", 1))
