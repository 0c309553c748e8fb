"""Known mistakes on hidden cases: each is called when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from unrolled.check.known_mistakes import KnownAnswer
from unrolled.check.outcome import Outcome

from ..unit.unit import Unit
from .hidden_case import hidden_case


@lru_cache(maxsize=8192)
def _known_outcome(
    unit: Unit, name: str, label: str, seed: int, number: int
) -> Outcome:
    """Give what one known mistake comes to on a hidden case."""
    arguments, _ = hidden_case(unit, name, label, seed)
    return unit.known_outcome(name, number, arguments)


@dataclass(frozen=True)
class KnownAt(Sequence):
    """A function's known mistakes on some hidden cases; each is called when it is looked at."""

    unit: Unit
    name: str
    labels: Sequence[str]
    seed: int = field(repr=False)

    def __len__(self) -> int:
        return len(self.unit.known[self.name])

    # by a number only: no more is asked of it
    def __getitem__(self, number: int) -> KnownAnswer:  # type: ignore[override]
        mistake, _ = self.unit.known[self.name][number]
        return KnownAnswer(mistake, _OutcomesAt(self, number))


@dataclass(frozen=True)
class _OutcomesAt(Sequence):
    """What one known mistake comes to, case by case; called as far as it is looked at.

    Most mistakes are out of the question after the first case, and a sequence of many steps
    takes its time.
    """

    known: KnownAt
    number: int

    def __len__(self) -> int:
        return len(self.known.labels)

    # by a number only: no more is asked of it
    def __getitem__(self, place: int) -> Outcome:  # type: ignore[override]
        of, label = self.known, self.known.labels[place]
        return _known_outcome(of.unit, of.name, label, of.seed, self.number)
