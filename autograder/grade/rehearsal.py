"""Before the first submission of an exercise: does this process tell right work from wrong?

Three answers are known beforehand. The released notebook, graded like any submission, gets
nothing; the reference gets everything; and each function with a mistake in it loses points. The
first goes through the confined worker. The other two, which hold secrets, are called in this
process, by the same hidden tests and with the same points.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check.compare import is_same
from unrolled.check.outcome import MachineryError, Outcome, Raised, Returned

from ..unit import catalogue
from ..unit.source import read_cells, stubbed
from ..unit.unit import Unit
from .grader import Grader, points_of
from .hidden_case import released_outcome
from .hidden_tests import Attempt, run_tests
from .judge import Caller, Judge, ReferenceCaller, outcome_here

RELEASED, REFERENCE, MISTAKE = (
    "the released notebook",
    "the reference",
    "a known mistake",
)


class RehearsalError(MachineryError):
    """Marks that cannot be trusted here: which answer got what, and should get what."""


def rehearse(grader: Grader) -> None:
    """See that the released notebook, the reference and the known mistakes get what they must get.

    Raises
    ------
    RehearsalError
        If one does not.
    MachineryError
        If one could not be graded.
    """
    if not sum(grader.unit.points.values()) > 0:
        raise _wrong(
            grader.unit,
            RELEASED,
            "the exercise is worth nothing",
            "points in its check cells",
        )
    _reference(grader)
    _mistakes(grader)
    _released(grader)


def _released(grader: Grader) -> None:
    """See that the released notebook gets nothing, by the whole way that a submission goes."""
    unit = grader.unit
    seen: dict[str, Attempt] = {}
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as scratch:
        path = released_notebook(unit, Path(scratch))
        result = replace(grader, watch=seen.update).grade(path, RELEASED)
    if result.score is None:
        raise MachineryError(
            f"{RELEASED} of {unit.assignment} cannot be graded: {result.problem}"
        )
    got = f"{result.score:g} of {result.max_score:g} points" + (
        f" ({result.problem})" if result.problem else ""
    )
    if [task.task for task in result.tasks] != list(unit.functions):
        raise _wrong(
            unit,
            RELEASED,
            f"{got} for {len(result.tasks)} functions",
            f"0 for {len(unit.functions)}",
        )
    for task in result.tasks:
        if task.points != 0 or result.score != 0:
            raise _wrong(
                unit,
                RELEASED,
                f"{got}, {task.task} {task.points:g} of {task.max_points:g}",
                "0",
            )
        if task.status != "untouched" or not task.tests:
            raise _wrong(
                unit,
                RELEASED,
                f"{got}, {task.task} is {task.status!r}",
                "0, with every function untouched",
            )
        _as_here(unit, seen[task.task])


def _as_here(unit: Unit, attempt: Attempt) -> None:
    """See that the worker's functions do what they do in this process.

    Where nothing works in a worker, all is wrong: that must not pass for a zero.
    """
    name, judge = attempt.name, attempt.judge
    for label, call in judge.calls(name).items():
        here = released_outcome(unit, name, label, judge.seed)
        if not _alike(call.outcome, here):
            got = f"{_what(call.outcome)} from {name} in the confined worker"
            expected = f"what it comes to outside of it: {_what(here)}"
            raise _wrong(unit, RELEASED, got, expected)


def _alike(got: Outcome, want: Outcome) -> bool:
    if isinstance(got, Returned) and isinstance(want, Returned):
        return is_same(got.value, want.value)
    return type(got) is type(want)


def _what(one: Outcome) -> str:
    if isinstance(one, Returned):
        return "an answer"
    return one.kind if isinstance(one, Raised) else one.text


def _reference(grader: Grader) -> None:
    """See that the reference gets every point that there is."""
    unit = grader.unit
    for name, attempt in _attempts(grader, ReferenceCaller(unit)).items():
        _refuse_broken(unit, REFERENCE, attempt)
        got, highest = points_of(attempt, unit.points[name]), unit.points[name]
        if not attempt.whole or got != highest:
            failed = [r.name for r in attempt.records if r.outcome != "passed"]
            more = f" and {len(failed) - 3} more" if failed[3:] else ""
            which = f"{', '.join(failed[:3])}{more}"
            what = f"{got:g} of {highest:g} points for {name}: it fails {which}"
            raise _wrong(unit, REFERENCE, what, f"{highest:g}")


def _mistakes(grader: Grader) -> None:
    """See that each function with a known mistake, or else with numbers off, loses points."""
    unit = grader.unit
    for name, attempt in _attempts(grader, MistakenCaller.of(unit)).items():
        _refuse_broken(unit, MISTAKE, attempt)
        got, highest = points_of(attempt, unit.points[name]), unit.points[name]
        if attempt.whole or attempt.part >= 1 or (highest and got >= highest):
            raise _wrong(
                unit,
                MISTAKE,
                f"{got:g} of {highest:g} points for {name}",
                f"less than {highest:g}",
            )


def _attempts(grader: Grader, caller: Caller) -> dict[str, Attempt]:
    return run_tests(grader.unit, Judge(grader.unit, caller, grader.seed))


def _refuse_broken(unit: Unit, who: str, attempt: Attempt) -> None:
    if attempt.broken:
        raise _wrong(
            unit, who, f"no mark for {attempt.name}: {attempt.broken[0]}", "one"
        )


def _wrong(unit: Unit, who: str, got: str, expected: str) -> RehearsalError:
    return RehearsalError(
        f"nothing of {unit.assignment} is graded, since marks cannot be trusted here: "
        f"{who} gets {got}; expected: {expected}"
    )


def released_notebook(unit: Unit, scratch: Path) -> Path:
    """Give the notebook as students get it.

    The released file, or, where that is not at hand, one made from the source.
    """
    path = unit.course.exercises / unit.assignment / f"{unit.assignment}.ipynb"
    if path.is_file():
        return path
    cells = []
    for cell in read_cells(unit.course.source(unit.assignment)):
        if cell.role not in ("", "written"):
            text = stubbed(cell.text) if cell.role == "solve" else cell.text
            cells.append(
                {
                    "cell_type": "code",
                    "id": cell.id,
                    "metadata": {},
                    "outputs": [],
                    "source": text,
                }
            )
    made = scratch / path.name
    made.write_text(
        json.dumps(
            {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        ),
        encoding="utf-8",
    )
    return made


@dataclass(frozen=True)
class MistakenCaller:
    """Calls functions that are wrong.

    Each with its first mistake of the catalogue; without one, with numbers off.
    """

    unit: Unit
    wrong: Mapping[str, Any]

    @classmethod
    def of(cls, unit: Unit) -> MistakenCaller:
        """With the first mistake of each function that has one."""
        firsts: dict[str, catalogue.Edit] = {}
        for edit in unit.edits:
            firsts.setdefault(edit.misconception.function, edit)
        variants = {
            name: catalogue.variant(unit.assignment, edit, unit.course)
            for name, edit in firsts.items()
        }
        return cls(
            unit, {name: unit.of(module, name) for name, module in variants.items()}
        )

    def call(self, name: str, arguments: tuple) -> Outcome:
        """Call the wrong function."""
        if name in self.wrong:
            return outcome_here(self.wrong[name], arguments)
        result = ReferenceCaller(self.unit).call(name, arguments)
        if isinstance(result, Returned):
            return replace(result, value=_off(result.value))
        return result


def _off(value: Any) -> Any:
    """Give the same value with every number and text in it another one."""
    if isinstance(value, dict):
        return {key: _off(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_off(one) for one in value)
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, np.ndarray | np.generic | int | float):
        return np.asarray(value) + 1.0
    return None
