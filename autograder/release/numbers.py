"""Write the numbers beside a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check import numbers, wire
from unrolled.check.compare import compare_returned
from unrolled.check.known_mistakes import KnownAnswer
from unrolled.check.landmark_store import read_landmarks
from unrolled.check.numbers import NumbersError, Part, Trial, VisibleNumbers, Written
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

# processors differ in the last bits; only for more is a file rewritten
STILL_EQUAL = 1e-9
ROUGHLY = 1e-5  # the same for single precision
# where some is in single precision
TRIED = ("trials", "known_in_trials", "pairs")
# part of each input: a central difference makes of what double precision rounds off some 1e-11,
# and a hundredth of what is still equal is no other number
NUDGE = 1e-11
NUDGES = 8


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
    tried = [
        Trial(label, arguments, _wanted(unit, name, arguments))
        for label, arguments in trials(unit, name).items()
    ]
    tried += [
        Trial(label, cases[0], _wanted(unit, by, cases[0]), by)
        for label, by in unit.also.get(name, {}).items()
    ]
    return VisibleNumbers(
        function,
        cases,
        want,
        [one for one, out in zip(known, shown, strict=True) if out],
        tried,
        _known_in_trials(unit, name, tried, shown),
        unit.points[name],
        parts_of(unit, name),
        pairs=pair_table(unit, name, cases, want, shown),
        paper=paper_cases(unit, name),
    )


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
    known = unit.known[name]
    left_out = but or [False] * len(known)
    return [
        KnownAnswer(one, tuple(unit.known_outcome(name, n, case) for case in cases))
        for n, ((one, _), out) in enumerate(zip(known, left_out, strict=True))
        if not out
    ]


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
    as_it_was = path.is_file() and _unchanged(path, new, unit, written)
    if as_it_was and same_landmarks(read_landmarks(path), landmarks):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with mistakes_told(unit.path, unit.cells):  # of what is neither number nor text
        numbers.save_numbers(path, unit.assignment, new, written, landmarks)
    return True


def _unchanged(
    path: Path, new: list[VisibleNumbers], unit: Unit, written: list[Written]
) -> bool:
    """Whether a file holds these numbers, as far as rounding lets them be told apart."""
    try:
        sheet = numbers.read_sheet(path)
    except NumbersError:
        return False
    old = list(sheet.functions.values())
    if sheet.written != written or len(old) != len(new):
        return False
    for before, now in zip(old, new, strict=True):
        if before.book != now.book:
            return False
        data, fresh = numbers.numbers_to_data(before), _as_read(now)
        if not all(
            _equal(data.pop(key), fresh.pop(key), close=ROUGHLY) for key in TRIED
        ):
            return False
        if _equal(data, fresh):
            continue
        # An answer may name the largest of several that are equal but for rounding: so it names
        # another one on another processor. Such a text changes when inputs are nudged.
        turns = [_as_read(_nudged(unit, now, turn)) for turn in range(NUDGES)]
        if not _equal(data, fresh, turns):
            return False
    return True


def _nudged(unit: Unit, side: VisibleNumbers, turn: int) -> VisibleNumbers:
    """Give a side with what known mistakes come to when the inputs are nudged."""
    rng = np.random.default_rng(turn)
    cases = [nudged(side.function, case, NUDGE, rng) for case in side.cases]
    known = _known_answers(unit, side.function.name, cases)
    by_id = {one.misconception.id for one in side.known}
    return replace(side, known=[one for one in known if one.misconception.id in by_id])


def _as_read(side: VisibleNumbers) -> dict:
    """Give a side's data as they are when they have been written and read again."""
    return wire.rebuild(*wire.flatten(numbers.numbers_to_data(side)))


def _equal(
    old: Any, new: Any, nudged: Sequence[Any] = (), close: float = STILL_EQUAL
) -> bool:
    """Whether two values are equal but for rounding.

    Parameters
    ----------
    old, new : object
        What the file holds, and what it would hold.
    nudged : sequence
        What would stand in the new one's place with other rounding. A text that is not the same
        in all of them is decided by rounding, and any other one is as good.
    close : float, optional
        What passes for rounding.
    """
    if isinstance(old, np.ndarray | float) and isinstance(new, np.ndarray | float):
        return _equal_numbers(np.asarray(old), np.asarray(new), close)
    if type(old) is not type(new):
        return False
    if isinstance(old, str):
        return old == new or any(other != new for other in nudged)
    if isinstance(old, dict):
        return list(old) == list(new) and all(
            _equal(old[key], new[key], _parts(nudged, key), close) for key in old
        )
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(
            _equal(old[i], new[i], _parts(nudged, i), close) for i in range(len(old))
        )
    return repr(old) == repr(new)


def _equal_numbers(old: np.ndarray, new: np.ndarray, close: float) -> bool:
    if old.shape != new.shape or old.dtype != new.dtype:
        return False
    return np.allclose(old, new, rtol=close, atol=close, equal_nan=True)


def _parts(nudged: Sequence[Any], key: Any) -> list[Any]:
    """Give what each of some values has at a key or an index, of those that have it."""
    found = []
    for one in nudged:
        try:
            found.append(one[key])
        except (KeyError, IndexError, TypeError):
            continue
    return found
