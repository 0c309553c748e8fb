"""Wrong functions that the catalogue does not hold: how often the check names what was made, and
how often something else.

    python -m tests.bench pairs [EXERCISE …]

Two known mistakes made at once in one function, every pair whose edits do not overlap
(`EVERY`th of them, for time), by the visible numbers: as released, with the fingerprints of pairs;
as if nobody had met the pair before, without them; and made in other ways than those whose
fingerprints travel. Then each mistake alone, with the catalogue that lacks it: whatever it is
called then is another mistake's name.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from autograder.unit.course import Course, CourseError
from autograder.unit.pairs import edits_of, made_together, pairs
from autograder.unit.unit import Unit, load
from unrolled.check.calling import call_function
from unrolled.check.known_pairs import NO_PAIRS
from unrolled.check.numbers import VisibleNumbers, read_sheet
from unrolled.check.verdict import Verdict, judge_outcomes

EVERY = 8  # pair is tried, and of other ways to make them every fortieth
KINDS = ("both", "one of them", "a mistake of any exercise", "none", "falsely")


def judged(side: VisibleNumbers, wrong: Callable) -> Verdict:
    """Judge a function by its examples."""
    outcomes = [call_function(wrong, case) for case in side.cases]
    return judge_outcomes(
        side.function, side.cases, side.want, outcomes, side.known, together=side.pairs
    )


def named(side: VisibleNumbers, wrong: Callable, made: set[str]) -> str:
    """Say how a function is named in which these mistakes were made."""
    verdict = judged(side, wrong)
    if verdict.right:
        return "right"
    told = {one.id for one in verdict.mistakes}
    if not told:
        return "none"
    if told <= made:
        return "both" if told == made else "one of them"
    catalogue = {one.misconception.id for one in side.known}
    return "falsely" if told & catalogue else "a mistake of any exercise"


def named_pairs(
    unit: Unit, side: VisibleNumbers, chosen: Iterable[tuple[int, int]]
) -> Iterator[str]:
    """Say how each of some pairs is named."""
    name = side.function.name
    for pair in chosen:
        made = {edits_of(unit, name)[place].misconception.id for place in pair}
        try:
            wrong = made_together(unit, name, pair)
        except CourseError:  # the two edits cannot be made together
            continue
        yield named(side, wrong, made)


def other_ways(unit: Unit, name: str) -> Iterator[tuple[int, int]]:
    """Give pairs of ways of which at least one is not the way that the fingerprints know."""
    known = set(pairs(unit, name))
    edits = edits_of(unit, name)
    for one, other in combinations(range(len(edits)), 2):
        ids = {edits[one].misconception.id, edits[other].misconception.id}
        if len(ids) == 2 and (one, other) not in known:
            yield one, other


def left_out(unit: Unit, side: VisibleNumbers) -> Iterator[str]:
    """Say how each mistake is named by the catalogue without it; its pairs are not known either."""
    seen: set[str] = set()
    for one, wrong in unit.known[side.function.name]:
        if one.id not in seen:
            seen.add(one.id)
            rest = [known for known in side.known if known.misconception.id != one.id]
            yield named(replace(side, known=rest, pairs=NO_PAIRS), wrong, {one.id})


def main(*names: str) -> None:
    """Print how many are named, and how."""
    course = Course.find()
    counts: dict[str, Counter[str]] = {}
    start = time.monotonic()
    for assignment in names or course.assignments:
        unit = load(assignment, course)
        sheet = read_sheet(course.exercises / assignment / f"{assignment}.npz")
        for name, side in sheet.functions.items():
            unseen = replace(side, pairs=NO_PAIRS)
            met = pairs(unit, name)[::EVERY]
            others = list(other_ways(unit, name))[:: 5 * EVERY]
            for label, found in (
                ("pairs, as released", named_pairs(unit, side, met)),
                ("pairs, never met", named_pairs(unit, unseen, met)),
                ("pairs, made in other ways", named_pairs(unit, side, others)),
                ("one mistake, left out of the catalogue", left_out(unit, side)),
            ):
                counts.setdefault(label, Counter()).update(found)
        print(f"{assignment}: after {time.monotonic() - start:.0f} s", flush=True)
    for label, count in counts.items():
        print(f"{label}: {_shares(count)}")


def _shares(found: Counter[str]) -> str:
    whole = found.total() - found["right"]
    parts = [f"{one} {100 * found[one] / whole:.1f} %" for one in KINDS]
    return f"{whole} wrong functions, named {', '.join(parts)}"
