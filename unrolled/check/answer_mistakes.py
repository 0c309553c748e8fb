"""Mistakes that show beside the right answer, whatever the exercise: all is right, but for its
order, for large inputs, or for a sequence of one step.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import numpy as np

from unrolled.check.compare import STEPS, as_numbers, find_differences, outputs_by_name
from unrolled.check.evidence import Check, Evidence, Finding, quoted
from unrolled.check.outcome import Raised, Returned
from unrolled.check.wire import OpaqueValue
from unrolled.contract import Array, PerStep, Spec, Tuple, specs_in

_MOST_OUTPUTS = 5  # of a function whose results are tried in every order


def _order(evidence: Evidence) -> Finding | None:
    """Find that everything is returned, and right, in another order."""
    returns, names = evidence.function.returns, evidence.function.outputs
    if not isinstance(returns, Tuple) or not 1 < len(names) <= _MOST_OUTPUTS:
        return None
    if len(evidence.values) < len(evidence.outcomes):
        return None
    fits = np.ones((len(names), len(names)), dtype=bool)
    for value, want in zip(evidence.values, evidence.want, strict=True):
        if not isinstance(value, tuple | list) or len(value) != len(names):
            return None
        fits &= _fits(returns, value, want)
    orders = permutations(range(len(names)))
    next(orders)  # the right one
    for order in orders:
        if all(fits[place, name] for place, name in enumerate(order)):
            return Finding(
                "results-in-another-order",
                "signature",
                "The results are right, and returned in another order.",
                f"The order is {quoted(names)}: compare the last line with the docstring.",
            )
    return None


def _fits(returns: Tuple, value: Any, want: Any) -> np.ndarray:
    """Say of each value that was returned, and each output, whether the one is the other."""
    rows = [
        [
            not any(find_differences(spec, one, right))
            for spec, right in zip(returns.items, want, strict=True)
        ]
        for one in value
    ]
    return np.array(rows, dtype=bool)


def _overflow(evidence: Evidence) -> Finding | None:
    """Find that what is wrong is wrong for holding no number where one is wanted."""
    if not any(evidence.right):
        return None
    cases = zip(evidence.outcomes, evidence.want, evidence.right, strict=True)
    wrong = [(outcome, want) for outcome, want, right in cases if not right]
    if not wrong or not all(_overflows(*case) for case in wrong):
        return None
    return Finding(
        "overflows",
        "overflow",
        "It is right for small numbers; for large ones the result is no number (NaN, or "
        "infinity).",
        "`np.exp` of 1000 is infinite, and infinity by infinity is no number. Which "
        "functions does the notebook, or numpy, give you for this?",
    )


def _overflows(outcome: Any, want: Any) -> bool:
    """Say whether a value holds no number somewhere where the wanted one holds one."""
    if not isinstance(outcome, Returned):
        return False
    return any(
        wrong.shape == right.shape
        and bool((np.isfinite(right) & ~np.isfinite(wrong)).any())
        for wrong, right in _pairs(outcome.value, want)
    )


def _pairs(got: Any, want: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give the arrays of numbers that stand in the same place of two values."""
    if isinstance(want, Mapping):
        keys = [key for key in want if isinstance(got, Mapping) and key in got]
        return [pair for key in keys for pair in _pairs(got[key], want[key])]
    if isinstance(want, list | tuple):
        if not isinstance(got, list | tuple):
            return []
        both = zip(got, want, strict=False)
        return [pair for one, other in both for pair in _pairs(one, other)]
    wrong, right = as_numbers(got), as_numbers(want)
    return [] if wrong is None or right is None else [(wrong, right)]


def _one_step(evidence: Evidence) -> Finding | None:
    """Find that only a sequence of one step fails, for want of a second."""
    cases = zip(evidence.outcomes, evidence.want, evidence.right, strict=True)
    wrong = [(outcome, want) for outcome, want, right in cases if not right]
    if not wrong or not any(evidence.right):
        return None
    for outcome, want in wrong:
        if not isinstance(outcome, Raised) or outcome.kind != "IndexError":
            return None
        if not _has_one_step(evidence.function.returns, want):
            return None
    return Finding(
        "needs-two-steps",
        "hard-coded-sizes",
        "A sequence of a single step fails: the code takes a second one for granted.",
        "Look for an index 1 in the line named, and for what it is there for. With one "
        "step there is an index 0 only.",
    )


def _has_one_step(spec: Spec, value: Any) -> bool:
    """Say whether something in a value goes over the steps, and has one."""
    if isinstance(spec, PerStep):
        return len(value) == 1
    if isinstance(spec, Array):
        axes = [axis for axis, name in enumerate(spec.axes) if name in STEPS]
        return any(np.shape(value)[axis] == 1 for axis in axes)
    inner = specs_in(spec)
    parts = value.values() if isinstance(value, Mapping) else value
    return any(map(_has_one_step, inner, parts)) if inner else False


def _nested(evidence: Evidence) -> Finding | None:
    """Find a new pair of list and cache at each step, in place of a list that grows."""
    returns = evidence.function.returns
    told = False
    for value, want in zip(evidence.outcomes, evidence.want, strict=True):
        if not isinstance(value, Returned):
            return None
        got, right = (outputs_by_name(returns, one) for one in (value.value, want))
        kept = [_list_of_steps(item, got, right) for item in returns.items]
        told = told or any(len(one[1]) > 2 for one in kept if one)
        if not all(_is_chain(*one) for one in kept if one):
            return None
    if not told:
        return None
    return Finding(
        "caches-nested",
        "caches-list",
        "Each step makes a new pair of all before it and its own cache.",
        "A list grows by a method of its own. What do you assign to the list's name in "
        "the loop?",
    )


def _list_of_steps(item: Spec, got: Mapping, want: Mapping) -> tuple[Any, Any] | None:
    """Give the list with an entry for each step in an output, and the one that is wanted."""
    if not isinstance(item, Tuple):
        return None
    places = [i for i, one in enumerate(item.items) if isinstance(one, PerStep)]
    value = got.get(item.name)
    if not places or not isinstance(value, tuple | list) or len(value) <= places[0]:
        return None
    return value[places[0]], want[item.name][places[0]]


def _is_chain(got: Any, want: Any) -> bool:
    """Say whether a list is a pair of all but the last entry and the last one, and so on."""
    for step in range(len(want), 0, -1):
        if not isinstance(got, tuple | list):
            return isinstance(got, OpaqueValue)  # too deep to cross
        if len(got) != 2 or not _as_long(got[1], want[step - 1]):
            return False
        got = got[0]
    return isinstance(got, tuple | list) and len(got) == 0


def _as_long(one: Any, other: Any) -> bool:
    return isinstance(one, tuple | list) and len(one) == len(other)


# Surer than a known mistake that explains a part of an answer.
ANSWERS: tuple[Check, ...] = (_order, _overflow, _one_step, _nested)
