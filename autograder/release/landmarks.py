"""Record what right functions come to on their way: the landmarks that travel as numbers.

The reference, and right answers in other styles, are rewritten so that every part of every line
tells its value, and run once on a visible case. What leaves is numbers, and the names that the
reference gives them.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np

from unrolled.check.code_lines import statements_by_line
from unrolled.check.landmark_store import FunctionLandmarks
from unrolled.check.landmarks import OUTSIDE, Landmark, Landmarks
from unrolled.contract import names_in

from ..unit.programs import is_program
from ..unit.samples import SilentCheck, sample_cells, samples, without_commands
from ..unit.source import solved, stubbed
from ..unit.unit import Unit
from .equations import equations_of
from .recorder import Recorder
from .telling import recorded, telling

ROUNDING = 1e-6  # of the largest entry: some right answers compute in single precision

log = logging.getLogger(__name__)


def landmarks_of(unit: Unit, name: str) -> FunctionLandmarks:
    """Record the landmarks of a function on its visible cases.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.

    Returns
    -------
    FunctionLandmarks
        Of each visible case; none of a program that is to be repaired: its right lines stand
        there, and the first that departs would be the answer.
    """
    if is_program(unit, name):
        return FunctionLandmarks([])
    return FunctionLandmarks(
        [_of_case(unit, name, case) for case in unit.visible_cases(name)]
    )


def _of_case(unit: Unit, name: str, case: tuple) -> Landmarks:
    recorder = Recorder()
    module = telling(list(_reference_texts(unit, name)), recorder)
    marks = recorded(unit.of(module, name), case, recorder)
    forms = recorder.forms()
    # of a class, all that its methods do in several calls is much already
    for path in () if unit.functions[name].driver else samples(unit):
        marks += _of_sample(unit, path, name, case)
    given = {
        key
        for key, value in vars(unit.reference).items()
        if callable(value) and key not in unit.functions
    }
    return Landmarks(
        without_equals(marks),
        forms,
        trusted_names(unit, name),
        frozenset(given),
        equations_of(unit, name),
    )


def _reference_texts(unit: Unit, name: str) -> Iterator[tuple[str, bool | None]]:
    for cell in unit.cells:
        if cell.role == "given":
            yield cell.text, None
        elif cell.role == "solve":
            yield solved(cell.text), cell.task == name


def _of_sample(unit: Unit, path: Path, name: str, case: tuple) -> list[Landmark]:
    """Record a right answer in another style; nothing of what cannot be rewritten."""
    recorder = Recorder(smallest=2)
    try:
        with (
            open(os.devnull, "w") as nowhere,
            redirect_stdout(nowhere),
            redirect_stderr(nowhere),
            warnings.catch_warnings(action="ignore"),
        ):
            texts = list(_sample_texts(unit, path))
            module = telling(texts, recorder, check=SilentCheck(unit))
            return recorded(unit.of(module, name), case, recorder)
    except Exception as error:  # a landmark less, and nothing that is wrong
        log.warning(
            "%s: no landmarks of %s: %s: %s", path, name, type(error).__name__, error
        )
        return []


def _sample_texts(unit: Unit, path: Path) -> Iterator[tuple[str, bool | None]]:
    roles = {cell.id: cell.role for cell in unit.cells}
    for cell in sample_cells(unit, path):
        role = roles.get(cell["id"], "own")
        if cell["cell_type"] == "code" and role in ("given", "solve", "own"):
            text = without_commands("".join(cell["source"]))
            yield text, None if role == "given" else False


def trusted_names(unit: Unit, name: str) -> frozenset[str]:
    """Give the names that mean the same in every student's function.

    They are those of the exercise's contracts and of the stub.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    """
    names = {one for f in unit.functions.values() for one in names_in(f)}
    names |= {one for _, f in unit.makers.values() for one in names_in(f)}
    for statement in statements_by_line(stubbed(unit.solves[name].text)).values():
        names |= {one for binding in statement.bindings for one in binding.targets}
    return frozenset(names - {"", name})


def without_equals(found: list[Landmark]) -> list[Landmark]:
    """Leave out what has no name and says nothing new: is a size, or, but for rounding, another one
    of its turn or of none.
    """
    kept = [mark for mark in found if mark.name]
    known = _Known()
    for mark in kept:
        known.add(mark)
    unnamed = [mark for mark in found if not mark.name and not _is_size(mark.value)]
    for mark in sorted(unnamed, key=lambda mark: (mark.part, mark.turn)):
        if _is_new(mark, known):
            known.add(mark)
            kept.append(mark)
    return kept


def _is_size(value: np.ndarray) -> bool:
    return value.size < 2 and float(value.flat[0]).is_integer()


def _is_new(mark: Landmark, known: _Known) -> bool:
    """Say whether a value is another one than those of its turn, and than those of none."""
    if known.has(mark, mark.turn, mark.turns):
        return False
    # in which turns zeros are right is worth knowing
    is_constant = mark.value.size > 1 and bool((mark.value == mark.value.flat[0]).all())
    return is_constant or not known.has(mark, OUTSIDE, 0)


class _Known:
    """Values by call and turn. Of those in single precision, rounding makes no other ones."""

    def __init__(self) -> None:
        self._rows: defaultdict[tuple, list[np.ndarray]] = defaultdict(list)

    def add(self, mark: Landmark) -> None:
        """Take a value."""
        key = mark.call, mark.turn, mark.turns, mark.value.shape
        self._rows[key].append(mark.value)

    def has(self, mark: Landmark, turn: int, turns: int) -> bool:
        """Say whether a value was there in a turn already."""
        rows = self._rows.get((mark.call, turn, turns, mark.value.shape))
        if not rows:
            return False
        axes = tuple(range(1, mark.value.ndim + 1))
        largest = float(np.max(np.abs(mark.value), initial=0.0))
        off = np.abs(np.array(rows) - mark.value).max(axis=axes, initial=0.0)
        return bool((off <= ROUNDING * largest).any())
