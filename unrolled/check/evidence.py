"""What there is to go by where a mistake has no numbers of its own, and how one is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from unrolled.check.compare import compare_returned
from unrolled.check.known_mistakes import Misconception
from unrolled.check.outcome import Lost, Outcome, Raised, Returned
from unrolled.contract import Function

MOST_NAMES = 16  # that a sentence holds: a dictionary of gradients has no more


class Finding(NamedTuple):
    """A general mistake, as it is told of one function.

    Attributes
    ----------
    id : str
        Its name in results.
    slip : str
        The end of its section's label in the book.
    symptom, hint : str
        As in a `Misconception`.
    """

    id: str
    slip: str
    symptom: str
    hint: str


@dataclass(frozen=True)
class Evidence:
    """What there is to go by: what a wrong function came to, and the names in its code."""

    function: Function
    outcomes: Sequence[Outcome]
    data: Sequence[str] = ()
    unknown: Sequence[str] = ()
    want: Sequence[Any] = ()  # what the reference returned, where that is known

    @cached_property
    def values(self) -> list[Any]:
        """What was returned."""
        return [o.value for o in self.outcomes if isinstance(o, Returned)]

    @cached_property
    def raised(self) -> list[Raised]:
        """The exceptions."""
        return [o for o in self.outcomes if isinstance(o, Raised)]

    @cached_property
    def lost(self) -> list[Lost]:
        """What came to nothing."""
        return [o for o in self.outcomes if isinstance(o, Lost)]

    def has_error(self, pattern: re.Pattern) -> bool:
        """Say whether an exception, as `Type: message`, begins like a pattern."""
        return any(pattern.match(f"{one.kind}: {one.text}") for one in self.raised)

    @cached_property
    def right(self) -> list[bool]:
        """Case by case, whether the answer is right; nothing where that is not known."""
        if not self.want:
            return []
        pairs = zip(self.outcomes, self.want, strict=True)
        return [self._is_right(outcome, want) for outcome, want in pairs]

    def _is_right(self, outcome: Outcome, want: Any) -> bool:
        if not isinstance(outcome, Returned):
            return False
        return not compare_returned(self.function.returns, outcome.value, want)


Check = Callable[[Evidence], Finding | None]


def first_found(checks: Sequence[Check], evidence: Evidence) -> Misconception | None:
    """Give what the first check finds that finds anything."""
    for find in checks:
        finding = find(evidence)
        if finding:
            return as_misconception(evidence.function, finding)
    return None


def as_misconception(function: Function, finding: Finding) -> Misconception:
    """Give a finding as a known mistake, explained on the function's page of slips."""
    page = function.section.split("#")[0]
    section = f"{page}#slip-{finding.slip}"
    return Misconception(
        finding.id, function.name, finding.symptom, finding.hint, section
    )


def quoted(names: Iterable[str]) -> str:
    """Give names in words: "`a`, `b` and `c`"; of very many the first, and how many more."""
    listed = [f"`{name}`" for name in names]
    if len(listed) > MOST_NAMES:
        rest = len(listed) - MOST_NAMES
        listed[MOST_NAMES:] = [f"{rest} more"]
    return " and ".join(", ".join(listed).rsplit(", ", 1))
