"""The verdict on a function by the numbers that lie beside its notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from unrolled.check.calling import call_function
from unrolled.check.compare import compare_returned
from unrolled.check.general_mistakes import mistake_of_reading_data
from unrolled.check.numbers import VisibleNumbers
from unrolled.check.outcome import Returned
from unrolled.check.stray_names import find_stray_names
from unrolled.check.sum_up import IN_EXAMPLES, Tested
from unrolled.check.verdict import Verdict, call_text, judge_outcomes

EXAMPLES = (
    "the example",
    "other sizes",
)  # what the visible cases before the trials are


def verdict_on_calls(
    side: VisibleNumbers, tested: Tested, stray: tuple[Sequence[str], Sequence[str]]
) -> Verdict:
    """Judge a function by the examples, then, if these are right, by the trials.

    Parameters
    ----------
    side : VisibleNumbers
        The numbers beside the notebook.
    tested : Tested
        What the calls came to.
    stray : pair of sequences of str
        What `find_stray_names` found in the function.
    """
    verdict = judge_outcomes(
        side.function,
        side.cases,
        side.want,
        tested.examples,
        side.known,
        stray,
        side.pairs,
    )
    if not verdict.right or not side.trials:
        return verdict
    tried = judge_outcomes(
        side.function,
        [one.arguments for one in side.trials],
        [one.want for one in side.trials],
        tested.trials,
        side.known_in_trials,
        stray,
    )
    labels = [one.label for one in side.trials]
    left = dict.fromkeys(one.of for one in side.parts if one.kind == "robustness")
    return replace(
        tried,
        case=tried.case + len(side.cases),
        tried=(*EXAMPLES, *labels),
        untried=tuple(
            one for one in left if one and one not in (*labels, *IN_EXAMPLES)
        ),
    )


def unchecked(name: str, failure: str) -> Verdict:
    """Give the verdict on what could not be called, and why."""
    return Verdict(name, False, f"check({name})", failure=failure, checked=False)


def reading_data(verdict: Verdict, side: VisibleNumbers, data: list[str]) -> Verdict:
    """Give the verdict on a function whose numbers are right in this notebook only.

    Parameters
    ----------
    verdict : Verdict
        On its numbers.
    side : VisibleNumbers
        The exercise's.
    data : list of str
        The notebook's variables that it reads.
    """
    return replace(
        verdict,
        right=False,
        call=call_text(side.function, side.cases[0]),
        failure="gives the right numbers, but only beside this notebook's own variables",
        mistake=mistake_of_reading_data(side.function, data),
    )


def is_right(function: Callable, side: VisibleNumbers) -> bool:
    """Say whether a function is right by the numbers, and reads no data of the notebook.

    Parameters
    ----------
    function : callable
        The student's.
    side : VisibleNumbers
        The numbers beside the notebook.
    """
    contract = side.function
    calls = [*zip(side.cases, side.want, strict=True)]
    calls += [(one.arguments, one.want) for one in side.trials]
    for case, want in calls:
        outcome = call_function(function, case)
        if not isinstance(outcome, Returned):
            return False
        if compare_returned(contract.returns, outcome.value, want):
            return False
    data, _ = find_stray_names(function, contract.companions)
    return not data
