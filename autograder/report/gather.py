"""Find and read result files; a damaged one is named and stops nobody else."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..results import Result, from_json


class ReportError(ValueError):
    """A report that cannot be written as it was asked for; the message says what to change."""


@dataclass(frozen=True)
class Gathered:
    """Results by exercise and student, and what is wrong with the files that are none."""

    results: tuple[Result, ...]
    problems: tuple[str, ...] = ()

    def only(self, what: str) -> Result:
        """The one result that there is.

        Raises
        ------
        ReportError
            If there are several; `what` needs one.
        """
        if len(self.results) != 1:
            raise ReportError(f"{what} is for one submission; {len(self.results)} results found")
        return self.results[0]


def gather(paths: Sequence[Path]) -> Gathered:
    """Read result files, and those in folders.

    In a folder, durations, hidden files and JSON that never was a result are passed over; what is named by itself
    has to be one.
    """
    found: dict[Path, Result] = {}
    problems: list[str] = []
    for path in paths:
        if not os.path.lexists(path):
            problems.append(f"{path} does not exist")
        for file in _files(path):
            try:
                result = _read(file, strict=not path.is_dir())
            except (OSError, ValueError) as error:
                problems.append(f"{file}: {error}")
                continue
            if result is not None:
                found.setdefault(file.resolve(), result)
    once: dict[tuple[str, str], Result] = {}
    for file, result in found.items():
        key = (result.assignment, result.student)
        if key in once:
            problems.append(f"{file}: another file has the result of {result.student} for {result.assignment} too")
        once.setdefault(key, result)
    return Gathered(tuple(once[key] for key in sorted(once)), tuple(problems))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        if os.path.lexists(path):
            yield path
        return
    for file in sorted(path.rglob("*.json")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if not hidden and not file.name.endswith(".time.json") and file.is_file():
            yield file


def _read(file: Path, strict: bool) -> Result | None:
    """One result; None for JSON of another kind, unless `strict`.

    Raises
    ------
    ValueError
        If it is damaged, or of another schema.
    """
    try:
        text = file.read_text(encoding="utf-8")
        data = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"damaged: it is no JSON ({error})") from None
    if not strict and not (isinstance(data, dict) and {"schema", "assignment", "student", "tasks"} & set(data)):
        return None
    try:
        result = from_json(text)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"damaged: {error}") from None
    if wrong := _wrong(result):
        raise ValueError(f"damaged: {wrong}")
    return result


def _wrong(result: Result) -> str:
    """What in a result is of another kind than it should be."""
    texts = [result.assignment, result.student, result.problem, result.account, *result.repairs]
    numbers = [("max_score", result.max_score), *([] if result.score is None else [("score", result.score)])]
    for task in result.tasks:
        texts += [task.task, task.status, task.message, task.html, task.misconception or ""]
        texts += [text for test in task.tests for text in (test.name, test.kind, test.outcome)]
        numbers += [("max_points", task.max_points), *([] if task.points is None else [("points", task.points)])]
        numbers += [("points", n) for test in task.tests for n in (test.points, test.max_points)]
    if not all(isinstance(text, str) for text in texts):
        return "a text in it is none"
    for name, number in numbers:
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            return f"{name} is {number!r}, no number"
    return ""
