"""Write the numbers beside a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check import numbers
from unrolled.check.compare import compare_returned
from unrolled.check.known_mistakes import KnownAnswer
from unrolled.check.landmark_store import read_landmarks
from unrolled.check.numbers import Part, Trial, VisibleNumbers, Written
from unrolled.check.outcome import Returned
from unrolled.contract import Function

from ..grade.hidden_tests import collected
from ..unit.course import CourseError
from ..unit.mistakes import mistakes_told
from ..unit.paper_cases import paper_cases
from ..unit.steady_cases import nudged
from ..unit.unit import Unit, outcome
from ..unit.visible_cases import trials
from .clear_stubs import ANSWER
from .landmarks import landmarks_of
from .pair_table import pair_table
from .same_landmarks import same_landmarks
from .same_numbers import same_numbers

# part of each input: a central difference makes of what double precision rounds off some 1e-11,
# and a hundredth of what is still equal is no other number
NUDGE = 1e-11


def visible_side(unit: Unit) -> list[VisibleNumbers]:
    """Give the visible side of every function.

    It is the arguments, the reference's outputs, what known mistakes come to, and what the
    points are for.

    Raises
    ------
    CourseError
        If the reference returns nothing on a visible case.
    """
    return [_side(unit, name) for name in unit.functions]


def _side(unit: Unit, name: str) -> VisibleNumbers:
    function = unit.functions[name]
    cases = unit.visible_cases(name)
    want = [_wanted(unit, name, case) for case in cases]
    known = _known_answers(unit, name, cases)
    shown = [_shows(function, one, want) for one in known]
    tried = _trials(unit, name, cases[0])
    return VisibleNumbers(
        function,
        cases,
        want,
        list(compress(known, shown)),
        tried,
        _known_in_trials(unit, name, tried, shown),
        unit.points[name],
        parts_of(unit, name),
        pairs=pair_table(unit, name, cases, want, shown),
        paper=paper_cases(unit, name),
    )


def _trials(unit: Unit, name: str, first: tuple) -> list[Trial]:
    """Give what the check tries when all examples are right: other inputs, other ways to call."""
    found = [
        Trial(label, arguments, _wanted(unit, name, arguments))
        for label, arguments in trials(unit, name).items()
    ]
    found += [
        Trial(label, first, _wanted(unit, by, first), by)
        for label, by in unit.also.get(name, {}).items()
    ]
    return found


def _wanted(unit: Unit, name: str, case: tuple) -> Any:
    found = outcome(unit.of(unit.reference, name), case)
    if not isinstance(found, Returned):
        raise CourseError(
            f"{unit.assignment}: the reference of {name} fails on a visible case: {found}"
        )
    return found.value


def _known_answers(
    unit: Unit, name: str, cases: Sequence[tuple], but: Sequence[bool] = ()
) -> list[KnownAnswer]:
    """Give what the known mistakes of a function come to, without those marked in `but`."""
    answers = []
    for number, (misconception, _) in enumerate(unit.known[name]):
        if but and but[number]:
            continue
        outcomes = [unit.known_outcome(name, number, case) for case in cases]
        answers.append(KnownAnswer(misconception, tuple(outcomes)))
    return answers


def _known_in_trials(
    unit: Unit, name: str, tried: Sequence[Trial], shown: Sequence[bool]
) -> list[KnownAnswer]:
    """Give what mistakes come to in the trials that nothing before them shows."""
    called = [one.arguments for one in tried if not one.by]
    return _known_answers(unit, name, called, shown)


def _shows(function: Function, known: KnownAnswer, want: Sequence[Any]) -> bool:
    """Say whether a known mistake is seen in the examples."""
    return any(
        not isinstance(came, Returned)
        or compare_returned(function.returns, came.value, right)
        for came, right in zip(known.outcomes, want, strict=True)
    )


def parts_of(unit: Unit, name: str) -> list[Part]:
    """Give what a function's hidden tests are about, with their parts of its points.

    Where there are no tests yet, nothing.
    """
    if not (unit.course.solutions / f"test_{unit.assignment}.py").is_file():
        return []  # of a course that is being written
    found = []
    for test in collected(unit):
        if test.record.task == name:
            of = test.parameters.get("output") or test.parameters.get("kind") or ""
            found.append(Part(test.record.kind, of, round(test.record.part, 6)))
    return found


def _questions(unit: Unit) -> list[Written]:
    return [Written(cell.id, cell.points, ANSWER) for cell in unit.written]


def write(unit: Unit, path: Path) -> bool:
    """Write the numbers of a unit, unless the file there holds the same ones.

    Returns
    -------
    bool
        Whether it was written.
    """
    book = unit.course.settings.links.book.strip()
    new = [replace(side, book=book) for side in visible_side(unit)]
    written = _questions(unit)
    landmarks = {name: landmarks_of(unit, name) for name in unit.functions}
    nudged_side = partial(_nudged, unit)
    as_it_was = path.is_file() and same_numbers(path, new, written, nudged_side)
    if as_it_was and same_landmarks(read_landmarks(path), landmarks):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with mistakes_told(unit.path, unit.cells):  # of what is neither number nor text
        numbers.save_numbers(path, unit.assignment, new, written, landmarks)
    return True


def _nudged(unit: Unit, side: VisibleNumbers, turn: int) -> VisibleNumbers:
    """Give a side with what known mistakes come to when the inputs are nudged."""
    rng = np.random.default_rng(turn)
    cases = [nudged(side.function, case, NUDGE, rng) for case in side.cases]
    known = _known_answers(unit, side.function.name, cases)
    by_id = {one.misconception.id for one in side.known}
    return replace(side, known=[one for one in known if one.misconception.id in by_id])
