"""Two known mistakes made at once in one function: how often the check names both, or a wrong one.

    python -m tests.bench pairs

Every pair of mistakes whose edits do not overlap (`EVERY`th of them, for time), by the visible
numbers: as released, with the fingerprints of pairs, and as if nobody had met the pair before,
without them. Then pairs that are made in other ways than those whose fingerprints travel.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from autograder.release.numbers import visible_side
from autograder.unit.course import Course, CourseError
from autograder.unit.pairs import edits_of, made_together, pairs
from autograder.unit.unit import Unit, load
from unrolled.check.known_pairs import NO_PAIRS
from unrolled.check.numbers import VisibleNumbers
from unrolled.check.verdict import judge_outcomes
from unrolled.notebook_check import call_function

EVERY = 8  # pair is tried
KINDS = ("both", "one of them", "an error of any exercise", "none", "falsely", "right")


def named(unit: Unit, side: VisibleNumbers, pair: tuple[int, int]) -> str:
    """Say how a function with both mistakes is named by the visible numbers."""
    name = side.function.name
    wrong = made_together(unit, name, pair)
    outcomes = [call_function(wrong, case) for case in side.cases]
    verdict = judge_outcomes(
        side.function, side.cases, side.want, outcomes, side.known, together=side.pairs
    )
    if verdict.right:
        return "right"
    made = {edits_of(unit, name)[place].misconception.id for place in pair}
    told = {one.id for one in verdict.mistakes}
    if told == made:
        return "both"
    if told and told < made:
        return "one of them"
    catalogue = {edit.misconception.id for edit in unit.edits}
    if told and not told & catalogue:
        return "an error of any exercise"
    return "falsely" if told else "none"


def other_ways(unit: Unit, name: str) -> Iterator[tuple[int, int]]:
    """Give pairs of ways of which at least one is not the way that the fingerprints know."""
    known = set(pairs(unit, name))
    edits = edits_of(unit, name)
    for one, other in combinations(range(len(edits)), 2):
        ids = {edits[one].misconception.id, edits[other].misconception.id}
        if len(ids) == 2 and (one, other) not in known:
            yield one, other


def main(*names: str) -> None:
    """Print how many pairs are named, and how."""
    course, counts = Course.find(), {}
    start = time.monotonic()
    for assignment in names or course.assignments:
        unit = load(assignment, course)
        for side in visible_side(unit):
            unseen = replace(side, pairs=NO_PAIRS)
            met = pairs(unit, side.function.name)[::EVERY]
            others = list(other_ways(unit, side.function.name))[:: 5 * EVERY]
            for label, of, chosen in (
                ("as released", side, met),
                ("never met", unseen, met),
                ("made in other ways", side, others),
            ):
                found = counts.setdefault(label, Counter())
                found.update(_all_named(unit, of, chosen))
        print(f"{assignment}: after {time.monotonic() - start:.0f} s", flush=True)
    for label, found in counts.items():
        print(f"{label}: {_shares(found)}")
    print(f"in {time.monotonic() - start:.0f} s")


def _all_named(unit: Unit, side: VisibleNumbers, chosen: list) -> Iterator[str]:
    for pair in chosen:
        try:
            yield named(unit, side, pair)
        except CourseError:  # the two edits cannot be made together
            continue


def _shares(found: Counter[str]) -> str:
    whole = sum(found.values()) - found["right"]
    parts = [f"{one} {100 * found[one] / whole:.1f} %" for one in KINDS[:-1]]
    return f"{whole} wrong functions, named {', '.join(parts)}"
