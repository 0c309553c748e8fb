"""Judge one submission's functions case by case; the hidden tests ask this object and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from unrolled.check.compare import Difference, compare_returned
from unrolled.check.known_mistakes import KnownAnswer
from unrolled.check.outcome import Outcome, Returned
from unrolled.check.verdict import (
    Verdict,
    changed_arguments,
    judge_outcomes,
    right_verdict,
)
from unrolled.contract import Dict, Function, ProducedBy

from ..unit import hidden_cases
from ..unit.central_differences import gradient_of_case
from ..unit.steady_cases import FailsError, steady_case
from ..unit.unit import Unit, copied, outcome
from .companions import RefusedError, companion


class Caller(Protocol):
    """What calls a submission's functions: a confined worker, or the reference itself."""

    def call(self, name: str, arguments: tuple) -> Outcome: ...


@dataclass(
    frozen=True, repr=False
)  # pytest would write out every array at each failed test
class Judged:
    """One call: its arguments, what the reference returns, what came of it, and the differences."""

    arguments: tuple
    want: Any
    outcome: Outcome
    differences: tuple[Difference, ...]


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
        """The call of a function on the case of this label, made once."""
        key = (name, label)
        if key not in self.judged:
            arguments, want = hidden_case(self.unit, name, label, self.seed)
            got = self.caller.call(name, copied(arguments))
            found: Sequence[Difference] = ()
            if isinstance(got, Returned):
                function = self.unit.functions[name]
                found = compare_returned(
                    function.returns, got.value, want
                ) or changed_arguments(function, arguments, got)
            self.judged[key] = Judged(arguments, want, got, tuple(found))
        return self.judged[key]

    def against_differences(self, name: str) -> list[Difference]:
        """Differences between a backward function and central differences, on a small case."""
        function = self.unit.functions[name]
        arguments, want = _gradient(_Same(self.unit), name, self.seed)
        got = self.caller.call(name, copied(arguments))
        if not isinstance(got, Returned):
            return [_nothing(name)]
        numbers = Dict(
            "", tuple(item for item in function.returns.items if item.name in want)
        )
        return compare_returned(numbers, got.value, want)

    def composed(self, forward: str, backward: str) -> list[Difference]:
        """Differences in the gradients that the reference's backward function makes of a student's caches."""
        reference, contract = self.unit.makers[backward]
        made = next(a for a in contract.arguments if isinstance(a, ProducedBy))
        _, want = hidden_case(self.unit, forward, hidden_cases.RANDOM.label, self.seed)
        got = self.case(forward, hidden_cases.RANDOM.label)
        if not isinstance(got.outcome, Returned) or any(
            d.kind != "value" for d in got.differences
        ):
            return [_nothing(forward)]
        upstream = self._upstream(contract, want)
        right = reference(*upstream(want[made.index]))
        try:
            found = companion(reference, contract)(
                *upstream(got.outcome.value[made.index])
            )
        except RefusedError as error:
            return [
                Difference(
                    "structure",
                    made.name,
                    made.name,
                    f"does not serve {backward}: {error}",
                )
            ]
        # numbers of a kind that the reference cannot work with, such as truth values
        except Exception as error:
            text = f"does not serve {backward}: it leads to a {type(error).__name__}"
            return [Difference("structure", made.name, made.name, text)]
        return compare_returned(contract.returns, found, right)

    def _upstream(self, contract: Function, want: Any) -> Callable[[Any], tuple]:
        """What completes a cache to the arguments of a backward function: gradients of ones."""
        numbers = dict(contract.upstream)

        def arguments(cache: Any) -> tuple:
            return tuple(
                cache
                if isinstance(a, ProducedBy)
                else np.ones(np.shape(want[numbers[a.name]]))
                for a in contract.arguments
            )

        return arguments

    def verdict(
        self, name: str, stray: tuple[Sequence[str], Sequence[str]] = ((), ())
    ) -> Verdict:
        """Judge a function by all its calls so far."""
        labels = [label for function, label in self.judged if function == name]
        calls = [self.judged[name, label] for label in labels]
        function = self.unit.functions[name]
        if all(isinstance(c.outcome, Returned) and not c.differences for c in calls):
            return right_verdict(function)
        known = _KnownAt(self.unit, name, labels, self.seed)
        return judge_outcomes(
            function,
            [c.arguments for c in calls],
            [c.want for c in calls],
            [c.outcome for c in calls],
            known,
            stray,
        )


def _nothing(name: str) -> Difference:
    return Difference("structure", "", name, "gave nothing to look at")


@lru_cache(maxsize=512)
def _hidden(unit_key: _Same, name: str, label: str, seed: int) -> tuple[tuple, Any]:
    unit, kind = unit_key.unit, hidden_cases.kind_of(label)
    sizes = hidden_cases.sizes(
        kind, unit.functions[name].axes, unit.contracts.EXAMPLE, seed
    )

    def draw(number: int) -> tuple:
        return unit.draw(
            name,
            sizes,
            hidden_cases.entropy(seed, name, label, str(number)),
            **kind.how,
        )

    try:
        return steady_case(unit.functions[name], unit.of(unit.reference, name), draw)
    except FailsError as error:
        raise RuntimeError(
            f"the reference of {name} fails on a hidden case ({label}): {error}"
        ) from None


@lru_cache(maxsize=64)
def _gradient(
    unit_key: _Same, name: str, seed: int
) -> tuple[tuple, dict[str, np.ndarray]]:
    """Arguments of a backward function on a small case, and its gradients by differences."""
    unit = unit_key.unit
    sizes = hidden_cases.sizes(
        hidden_cases.SMALL, unit.functions[name].axes, unit.contracts.EXAMPLE, seed
    )
    return gradient_of_case(
        unit, name, sizes, hidden_cases.entropy(seed, name, "differences")
    )


@lru_cache(maxsize=8192)
def _known(unit_key: _Same, name: str, label: str, seed: int, number: int) -> Outcome:
    """What one known mistake comes to on a hidden case."""
    arguments, _ = _hidden(unit_key, name, label, seed)
    _, wrong = unit_key.unit.known[name][number]
    return outcome(wrong, arguments)


@lru_cache(maxsize=512)
def _released(unit_key: _Same, name: str, label: str, seed: int) -> Outcome:
    arguments, _ = _hidden(unit_key, name, label, seed)
    return outcome(unit_key.unit.of(unit_key.unit.released, name), arguments)


@dataclass(frozen=True)
class _KnownAt(Sequence):
    """The known mistakes of a function on some hidden cases; each is called when it is looked at."""

    unit: Unit
    name: str
    labels: Sequence[str]
    seed: int

    def __len__(self) -> int:
        return len(self.unit.known[self.name])

    def __getitem__(self, number: int) -> KnownAnswer:
        mistake, _ = self.unit.known[self.name][number]
        key = _Same(self.unit)
        return KnownAnswer(
            mistake,
            tuple(
                _known(key, self.name, label, self.seed, number)
                for label in self.labels
            ),
        )


@dataclass(frozen=True)
class _Same:
    """A unit as a key of a cache: by identity."""

    unit: Unit

    def __hash__(self) -> int:
        return id(self.unit)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.unit is self.unit


def hidden_case(unit: Unit, name: str, label: str, seed: int) -> tuple[tuple, Any]:
    """Arguments and the reference's return value for a hidden case; the same for every submission of a seed."""
    return _hidden(_Same(unit), name, label, seed)


def released_outcome(unit: Unit, name: str, label: str, seed: int) -> Outcome:
    """What a function comes to on a hidden case as long as it is as it was released."""
    return _released(_Same(unit), name, label, seed)


def known_outcomes(unit: Unit, name: str, label: str, seed: int) -> tuple[Outcome, ...]:
    """What each known mistake comes to on a hidden case, in the catalogue's order."""
    return tuple(
        _known(_Same(unit), name, label, seed, number)
        for number in range(len(unit.known[name]))
    )


@dataclass(frozen=True)
class ReferenceCaller:
    """Calls the reference itself: for trying the hidden tests without a submission."""

    unit: Unit

    def call(self, name: str, arguments: tuple) -> Outcome:
        """Call the reference's function."""
        given = copied(arguments)
        result = outcome(self.unit.of(self.unit.reference, name), given)
        return Returned(result.value, given) if isinstance(result, Returned) else result
