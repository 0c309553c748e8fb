"""Pairs of submissions that share what few others have.

Right answers to a short exercise look alike, so that two are alike says nothing. What says
something is a line that nobody else in the class has written: the fewer have it, the more it
weighs, in bits, as chance would have it. A pair is as suspicious as its shared lines weigh.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from .own_lines import Line

LEAST = 8.0  # bits from which a pair is shown
COMMON = 0.2  # a line that a greater share of the class has is everybody's
FEW = 3  # in a class so small that the share says nothing


@dataclass(frozen=True)
class Submitted:
    """One submission: whose, of which exercise, and its lines by function."""

    student: str
    assignment: str
    functions: Mapping[str, Sequence[Line]]

    @property
    def forms(self) -> set[str]:
        """The forms of all its own lines."""
        lines = chain.from_iterable(self.functions.values())
        return {line.form for line in lines} - {""}


@dataclass(frozen=True)
class Pair:
    """Two submissions, the forms that they share and few others have, and what these weigh."""

    first: Submitted
    second: Submitted
    shared: frozenset[str]
    bits: float


def suspicious(submitted: Sequence[Submitted], least: float = LEAST) -> list[Pair]:
    """Find the pairs of one exercise whose rare lines weigh so much, the heaviest first.

    Parameters
    ----------
    submitted : sequence of Submitted
        The class, of one exercise or several.
    least : float
        Bits from which a pair is one.

    Returns
    -------
    list of Pair
    """
    by_exercise: dict[str, list[Submitted]] = defaultdict(list)
    for submission in submitted:
        by_exercise[submission.assignment].append(submission)
    found: list[Pair] = []
    for _, submissions in sorted(by_exercise.items()):
        found += _of_exercise(submissions)
    kept = [pair for pair in found if pair.bits >= least]
    return sorted(kept, key=_heaviest_first)


def _heaviest_first(pair: Pair) -> tuple[float, str, str]:
    return -pair.bits, pair.first.student, pair.second.student


def _of_exercise(submitted: Sequence[Submitted]) -> list[Pair]:
    holders: dict[str, list[int]] = defaultdict(list)
    for place, submission in enumerate(submitted):
        for form in submission.forms:
            holders[form].append(place)
    many = max(FEW, COMMON * len(submitted))
    rare = {form: places for form, places in holders.items() if len(places) <= many}
    shared: dict[tuple[int, int], list[str]] = defaultdict(list)
    for form, places in rare.items():
        for pair in combinations(places, 2):
            shared[pair].append(form)
    found = []
    for (i, j), forms in shared.items():
        bits = sum(_bits(len(rare[form]), len(submitted)) for form in forms)
        found.append(Pair(submitted[i], submitted[j], frozenset(forms), bits))
    return found


def _bits(holders: int, students: int) -> float:
    """Say how surprising it is that two share a line which so many of a class have."""
    return math.log2((students + 1) / (holders - 1 + 1e-9))


def clusters(pairs: Sequence[Pair]) -> dict[tuple[str, str], int]:
    """Count the pairs of each student and exercise: a source has many."""
    counts: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        for submission in (pair.first, pair.second):
            counts[submission.assignment, submission.student] += 1
    return dict(counts)
