"""Mistakes that have no numbers of their own.

They show in the code's names, in its errors, or in what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from unrolled.check.answer_mistakes import ANSWERS
from unrolled.check.error_mistakes import ERRORS
from unrolled.check.evidence import (
    Check,
    Evidence,
    Finding,
    as_misconception,
    first_found,
    quoted,
)
from unrolled.check.known_mistakes import Misconception
from unrolled.check.outcome import Outcome
from unrolled.check.returned_mistakes import (
    holding_itself,
    key_missing,
    none_in_cache,
    placeholder,
    returns,
)
from unrolled.contract import Dict, Function, PerStep, Spec, Tuple, spec_of

_SYNTAX = re.compile(r"fails with (SyntaxError|IndentationError|TabError)\b")
_NO_ATTRIBUTE = re.compile(r"AttributeError: module 'numpy' has no attribute ")


def find_general_mistake(
    function: Function,
    outcomes: Sequence[Outcome],
    data: Sequence[str] = (),
    unknown: Sequence[str] = (),
) -> Misconception | None:
    """Find the first general mistake that the outcomes of a wrong function show.

    Parameters
    ----------
    function : Function
        The contract.
    outcomes : sequence of Outcome
        What the function came to.
    data, unknown : sequence of str
        What `find_stray_names` found in its code.

    Returns
    -------
    Misconception or None
    """
    return first_found(GENERAL, Evidence(function, outcomes, data, unknown))


def find_beside_right_answer(
    function: Function, outcomes: Sequence[Outcome], want: Sequence[Any]
) -> Misconception | None:
    """Find what keeps an answer from being right that is nearly so.

    Parameters
    ----------
    function : Function
        The contract.
    outcomes : sequence of Outcome
        What the function came to.
    want : sequence
        What the reference returned, case by case.
    """
    return first_found(ANSWERS, Evidence(function, outcomes, want=want))


def guess_mistake(
    function: Function, outcomes: Sequence[Outcome], want: Sequence[Any] = ()
) -> Misconception | None:
    """Guess where no known mistake explains the outcomes; nothing of the student's is repeated.

    Parameters
    ----------
    function : Function
        The contract.
    outcomes : sequence of Outcome
        What the function came to.
    want : sequence, optional
        What the reference returned, case by case.
    """
    return first_found(GUESSES, Evidence(function, outcomes, want=want))


def mistake_of_reading_data(function: Function, data: Sequence[str]) -> Misconception:
    """Give the mistake of a function that takes data from the notebook, right as it may be."""
    return as_misconception(function, _notebook_data(data))


def _signature(evidence: Evidence) -> Finding | None:
    """Find that the first line of the function, or of a method, was changed."""
    function = evidence.function
    refused = re.compile(
        rf"(^|\.){function.name}(\.\w+)?\(\) (missing|takes|got) .*argument"
    )
    texts = [one.text for one in evidence.raised if one.kind == "TypeError"]
    if not any(refused.search(text) for text in texts):
        return None
    if function.driver:
        what = "class"
        hint = (
            f"`{function.driver}` shows how its methods are called; "
            "their first lines stay as the notebook has them."
        )
    else:
        what = "function"
        wanted = ", ".join(argument.name for argument in function.arguments)
        hint = f"Its first line should read `def {function.name}({wanted}):`."
    symptom = f"The {what} cannot be called with the arguments that the exercise names."
    return Finding("signature-changed", "signature", symptom, hint)


def _reads_data(evidence: Evidence) -> Finding | None:
    """Find that data are taken from the notebook."""
    return _notebook_data(evidence.data) if evidence.data else None


def _notebook_data(data: Sequence[str]) -> Finding:
    return Finding(
        "notebook-globals",
        "globals",
        f"The function reads {quoted(data)} from the notebook, not from its arguments.",
        "It works with whatever stands there at the moment, and fails where nothing "
        "does, as when it is graded. Take everything from the arguments, or from the "
        "cache. (A constant of your own may stay: write its name in capitals, two "
        "letters or more.)",
    )


def _undefined(evidence: Evidence) -> Finding | None:
    """Find a name that the function looks for in vain."""
    if not evidence.unknown:
        return None
    verb = "is" if len(evidence.unknown) == 1 else "are"
    return Finding(
        "undefined-name",
        "globals",
        f"{quoted(evidence.unknown)} {verb} not defined when the function runs.",
        "Look for a variable that you renamed in one place only, for a line that is "
        "gone, and for a cell that was not run, or ended in an error, before it came to "
        "the name.",
    )


def _syntax(evidence: Evidence) -> Finding | None:
    """Find that the function's cell is no Python."""
    missing = [one.text for one in evidence.lost if one.how == "missing"]
    if not any(_SYNTAX.search(text) for text in missing):
        return None
    return Finding(
        "syntax-error",
        "syntax",
        "The cell is not Python, so it does not run and defines nothing.",
        "The line named, or the one above it, lacks a bracket, a colon or the right "
        "indentation.",
    )


def _never_returns(evidence: Evidence) -> Finding | None:
    """Find what took too long: the notebook's cells, one call, or all calls together."""
    late = [one.text for one in evidence.lost if one.how == "timeout"]
    if not late:
        return None
    id_ = "takes-too-long"
    symptom = f"The function did not return in time: {late[0]}."
    hint = "Look for work that is done again and again, and is needed once."
    if any(text.startswith("the notebook's own cells") for text in late):
        id_ = "cells-take-too-long"
        symptom = f"The function was not called: {late[0]}."
        hint = (
            "Shorten what your own cells try out, or delete it: the function itself may "
            "be right."
        )
    elif any(text.startswith("one call") for text in late):
        id_ = "never-returns"
        hint = (
            "Look for a loop whose condition never changes, or for work that is done "
            "again at every step."
        )
    return Finding(id_, "loop-range", symptom, hint)


def _unknown_key(evidence: Evidence) -> Finding | None:
    """Find that a dictionary among the arguments is asked for a key that it has not."""
    if not any(one.kind == "KeyError" for one in evidence.raised):
        return None
    keys: list[str] = []
    for argument in evidence.function.arguments:
        keys += _keys(spec_of(argument))
    hint = "Print the keys that it has."
    if keys:
        hint = f"Its keys are {quoted(dict.fromkeys(keys))}, spelled so."
    if "Wi" in keys:
        hint += (
            " What some courses call the update gate, `u`, is the input gate here, `i`."
        )
    symptom = "A dictionary is asked for an entry that it does not have."
    return Finding("unknown-key", "signature", symptom, hint)


def _keys(spec: Spec) -> list[str]:
    """Give the keys of all dictionaries in a spec."""
    if isinstance(spec, Dict):
        return [item.name for item in spec.items]
    if isinstance(spec, PerStep):
        return _keys(spec.item)
    items = spec.items if isinstance(spec, Tuple) else ()
    return [key for item in items for key in _keys(item)]


def _no_attribute(evidence: Evidence) -> Finding | None:
    """Find that numpy is asked for what it has not."""
    if not evidence.has_error(_NO_ATTRIBUTE):
        return None
    return Finding(
        "undefined-name",
        "globals",
        "numpy has nothing of the name that is used here.",
        "Look at its spelling. (`np.float`, `np.int` and `np.bool` are gone: write "
        "`float`, `int`, `bool`.)",
    )


# The order is that of certainty: what is found first is told, and nothing else.
GENERAL: tuple[Check, ...] = (
    _signature,
    _reads_data,
    _undefined,
    holding_itself,
    returns,
    placeholder,
    none_in_cache,
    _syntax,
    _never_returns,
)
GUESSES: tuple[Check, ...] = (
    _unknown_key,
    key_missing,
    _no_attribute,
    *ERRORS,
)
