"""Judge one submission's functions case by case.

The hidden tests ask a `Judge` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from unrolled.check.compare import Difference, compare_returned
from unrolled.check.naming import find_mistakes
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.verdict import (
    Verdict,
    call_text,
    changed_arguments,
    failure_text,
    right_verdict,
)
from unrolled.contract import Dict, Function, ProducedBy

from ..unit import hidden_cases
from ..unit.unit import Unit, copied, outcome
from .companions import RefusedError, companion
from .hidden_case import gradient_case, hidden_case
from .known_at import KnownAt
from .pairs_at import PairsAt

Stray = tuple[Sequence[str], Sequence[str]]  # data that is read, and unknown names


class Caller(Protocol):
    """What calls a submission's functions: a confined worker, or the reference itself."""

    def call(self, name: str, arguments: tuple) -> Outcome:
        """Call a function."""


# pytest would write out every array at each failed test
@dataclass(frozen=True, repr=False)
class Judged:
    """One call of a function.

    Attributes
    ----------
    arguments : tuple
        Of the hidden case.
    want : object
        What the reference returns.
    outcome : Outcome
        What came of the call.
    off : tuple of Difference
        Where a returned value differs from the wanted one.
    changed : tuple of Difference
        Arguments that the call changed.
    """

    arguments: tuple
    want: Any
    outcome: Outcome
    off: tuple[Difference, ...] = ()
    changed: tuple[Difference, ...] = ()

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What the hidden tests judge by: changed arguments only where the values are right."""
        return self.off or self.changed

    @property
    def is_right(self) -> bool:
        """Whether it came to the wanted result."""
        return isinstance(self.outcome, Returned) and not self.differences


@dataclass
class Judge:
    """Calls a submission's functions on hidden cases and remembers what came of it.

    Parameters
    ----------
    unit : Unit
        Contracts, reference and known mistakes.
    caller : Caller
        Runs the submission's functions.
    seed : int
        All inputs are drawn from it.
    """

    unit: Unit
    caller: Caller
    seed: int = field(repr=False)
    judged: dict[tuple[str, str], Judged] = field(default_factory=dict)

    def case(self, name: str, label: str) -> Judged:
        """Give the call of a function on the case of this label, made once."""
        key = (name, label)
        if key not in self.judged:
            arguments, want = hidden_case(self.unit, name, label, self.seed)
            got = self.caller.call(name, copied(arguments))
            function = self.unit.functions[name]
            self.judged[key] = compared(function, arguments, want, got)
        return self.judged[key]

    def calls(self, name: str) -> dict[str, Judged]:
        """Give the calls of a function so far, by the labels of their cases."""
        return {
            label: call for (one, label), call in self.judged.items() if one == name
        }

    def against_differences(self, name: str) -> list[Difference]:
        """Compare a backward function with central differences, on a small case."""
        function = self.unit.functions[name]
        arguments, want = gradient_case(self.unit, name, self.seed)
        got = self.caller.call(name, copied(arguments))
        if not isinstance(got, Returned):
            return [_nothing(name)]
        if not isinstance(function.returns, Dict):
            raise TypeError(f"{name} returns no dictionary of gradients")
        measured = tuple(one for one in function.returns.items if one.name in want)
        return compare_returned(Dict("", measured), got.value, want)

    def composed(self, forward: str, backward: str) -> list[Difference]:
        """Compare the gradients that the reference's backward function makes of a student's caches.

        Parameters
        ----------
        forward : str
            The student's function.
        backward : str
            The reference's.

        Returns
        -------
        list of Difference
            From the gradients that it makes of the reference's own caches.
        """
        reference, contract = self.unit.makers[backward]
        made = next(a for a in contract.arguments if isinstance(a, ProducedBy))
        label = hidden_cases.RANDOM.label
        _, want = hidden_case(self.unit, forward, label, self.seed)
        got = self.case(forward, label)
        off = any(d.kind != "value" for d in got.differences)
        if off or not isinstance(got.outcome, Returned):
            return [_nothing(forward)]
        wanted = reference(*_arguments_with(contract, want, want[made.index]))
        arguments = _arguments_with(contract, want, got.outcome.value[made.index])
        try:
            found = companion(reference, contract)(*arguments)
        except RefusedError as error:
            return [_not_serving(made.name, backward, str(error))]
        return compare_returned(contract.returns, found, wanted)

    def also(self, name: str, label: str) -> list[Difference]:
        """Compare a function that is called in another way, of those in the contract's `ALSO`.

        Parameters
        ----------
        name : str
            The function.
        label : str
            The way.
        """
        by = self.unit.also[name][label]
        arguments, _ = hidden_case(
            self.unit, name, hidden_cases.RANDOM.label, self.seed
        )
        want = outcome(self.unit.of(self.unit.reference, by), arguments)
        got = self.caller.call(by, copied(arguments))
        if not isinstance(want, Returned):
            raise RuntimeError(f"the reference of {name} fails ({label}): {want}")
        if not isinstance(got, Returned):
            return [_nothing(name)]
        return compare_returned(
            self.unit.functions[name].returns, got.value, want.value
        )

    def verdict(self, name: str, stray: Stray = ((), ())) -> Verdict:
        """Judge a function by all its calls so far."""
        return verdict_on(self.unit, name, self.calls(name), self.seed, stray)


def compared(
    function: Function, arguments: tuple, want: Any, outcome: Outcome
) -> Judged:
    """Compare what came of a call with what was wanted.

    Parameters
    ----------
    function : Function
        The contract.
    arguments : tuple
        Of the call.
    want : object
        What the reference returns.
    outcome : Outcome
        What came of it.
    """
    if not isinstance(outcome, Returned):
        return Judged(arguments, want, outcome)
    off = tuple(compare_returned(function.returns, outcome.value, want))
    changed = tuple(changed_arguments(function, arguments, outcome))
    return Judged(arguments, want, outcome, off, changed)


def verdict_on(
    unit: Unit,
    name: str,
    calls: Mapping[str, Judged],
    seed: int,
    stray: Stray = ((), ()),
) -> Verdict:
    """Judge a function by its calls.

    Parameters
    ----------
    unit : Unit
        The exercise, with its known mistakes.
    name : str
        The function.
    calls : mapping
        By the labels of their cases.
    seed : int
        That the cases were drawn from.
    stray : pair of sequences of str
        What `stray_names` found in the function.
    """
    function = unit.functions[name]
    first = first_wrong(calls.values())
    if first is None:
        return right_verdict(function)
    wants = [call.want for call in calls.values()]
    outcomes = [call.outcome for call in calls.values()]
    at = (unit, name, tuple(calls), seed)
    named = find_mistakes(function, wants, outcomes, KnownAt(*at), stray, PairsAt(*at))
    return Verdict(
        name,
        False,
        call_text(function, first.arguments),
        first.changed + first.off,
        failure_of(first.outcome),
        named[0] if named else None,
        section=function.section,
        outputs=function.outputs,
        also=named[1] if len(named) > 1 else None,
    )


def first_wrong(calls: Iterable[Judged]) -> Judged | None:
    """Give the first call that did not come to the wanted result."""
    return next((call for call in calls if not call.is_right), None)


def failure_of(outcome: Outcome) -> str:
    """Say why there is nothing to compare; "" where there is."""
    if isinstance(outcome, Returned):
        return ""
    return failure_text(outcome) if isinstance(outcome, Raised) else outcome.text


def _nothing(name: str) -> Difference:
    return Difference("structure", "", name, "gave nothing to look at")


def _not_serving(cache: str, backward: str, why: str) -> Difference:
    text = f"does not serve {backward}: {why}"
    return Difference("structure", cache, cache, text)


def _arguments_with(contract: Function, want: Any, cache: Any) -> tuple:
    """Complete a cache to the arguments of a backward function, by gradients of ones.

    `want` is what the forward function returns: gradients have the shapes of its outputs.
    """
    numbers = dict(contract.upstream)

    def argument(spec: Any) -> Any:
        if isinstance(spec, ProducedBy):
            return cache
        return np.ones(np.shape(want[numbers[spec.name]]))

    return tuple(argument(spec) for spec in contract.arguments)


@dataclass(frozen=True)
class ReferenceCaller:
    """Calls the reference itself: for trying the hidden tests without a submission."""

    unit: Unit

    def call(self, name: str, arguments: tuple) -> Outcome:
        """Call the reference's function."""
        return outcome_here(self.unit.of(self.unit.reference, name), arguments)


def outcome_here(function: Callable, arguments: tuple) -> Outcome:
    """Call a function in this process, on a copy; tell what was left of the arguments, too."""
    given = copied(arguments)
    result = outcome(function, given)
    return Returned(result.value, given) if isinstance(result, Returned) else result
