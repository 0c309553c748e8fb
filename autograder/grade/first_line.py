"""Where a submission's wrong functions depart first: asked of a worker, and looked at.

A visible case is run, with the landmarks that every student has, in a worker that nothing hidden
was ever sent to: so whatever the student's code makes of its answer, there is nothing in it that
the student has not. What it answers says no mark.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from unrolled.check.landmark_store import (
    FunctionLandmarks,
    landmarks_to_data,
    read_landmarks,
)
from unrolled.check.locate import function_to_data
from unrolled.check.outcome import Returned
from unrolled.check.where import Where

from ..safe.typed import typed
from ..unit.unit import Unit, outcome
from .client import Client
from .redact import words
from .submission import Submission

_WORD = re.compile(r"[^\W\d]\w*")


def landmarks_beside(unit: Unit) -> dict[str, FunctionLandmarks]:
    """Read the landmarks that lie beside the released notebook; nothing where there are none."""
    name = unit.assignment
    path = unit.course.exercises / name / f"{name}.npz"
    if not path.is_file():
        return {}
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, written: int) -> dict[str, FunctionLandmarks]:
    """Read a file, once for each time that it is written."""
    return read_landmarks(path)


def first_lines(
    unit: Unit, client: Client, submission: Submission, wrong: Collection[str]
) -> dict[str, Where]:
    """Find where wrong functions depart first.

    Parameters
    ----------
    unit : Unit
        The exercise.
    client : Client
        Calls the functions of the submission; its worker is replaced by a new one.
    submission : Submission
        The notebook's code.
    wrong : collection of str
        The functions; each with companions that are right.
    """
    if not wrong:
        return {}
    known = landmarks_beside(unit)
    client.fresh()
    found = {
        name: first_line(unit, client, submission, name, known.get(name))
        for name in wrong
    }
    return {name: where for name, where in found.items() if where is not None}


def first_line(
    unit: Unit,
    client: Client,
    submission: Submission,
    name: str,
    known: FunctionLandmarks | None,
) -> Where | None:
    """Find where a wrong function departs first in a visible case.

    Parameters
    ----------
    unit : Unit
        The exercise.
    client : Client
        Calls the functions of the submission.
    submission : Submission
        The notebook's code.
    name : str
        The function.
    known : FunctionLandmarks or None
        What the book's does.
    """
    if known is None:
        return None
    function = unit.functions[name]
    cases = zip(unit.visible_cases(name), known.cases, strict=False)
    for case, landmarks in cases:
        want = outcome(unit.of(unit.reference, name), case)
        if not isinstance(want, Returned):
            return None
        data, arrays = landmarks_to_data(landmarks)
        request = {"function": function_to_data(function), "landmarks": data}
        said = client.trace(name, request, (case, want.value, arrays))
        where = _looked_at(said, unit, submission)
        if where is not None:
            return where
    return None


def _looked_at(said: Any, unit: Unit, submission: Submission) -> Where | None:
    """Take what a worker says, as far as it is of the student's own lines and words."""
    if said is None:
        return None
    try:
        where = typed(Where, said)
    except ValueError:
        return None
    text = dict(submission.cells).get(where.cell)
    if text is None or where.line < 1:
        return None
    if max(where.line, where.last) > text.count("\n") + 1:
        return None
    own = words(one for _, one in (*submission.given, *submission.cells))
    told = " ".join((where.name, where.function))
    book = " ".join((where.known, *(n for one in where.marks for n in one.names)))
    if any(one not in own for one in _WORD.findall(told)):
        return None
    if any(one not in own | _words_of(unit) for one in _WORD.findall(book)):
        return None
    if where.equation and (where.number, where.equation) not in _equations(unit):
        return None
    lines = text.split("\n")
    return where.with_lines([line.rstrip() for line in lines])


def _equations(unit: Unit) -> set[tuple[str, str]]:
    """Give number and place of each equation that landmarks lead to."""
    return {
        one
        for found in landmarks_beside(unit).values()
        for case in found.cases
        for one in case.equations.values()
    }


def _words_of(unit: Unit) -> set[str]:
    """Give the names by which landmarks are told: they are public, beside every notebook."""
    return {
        word
        for found in landmarks_beside(unit).values()
        for case in found.cases
        for one in case.marks
        for word in _WORD.findall(one.name)
    } | {
        one.name
        for found in landmarks_beside(unit).values()
        for case in found.cases
        for one in case.forms
    }
