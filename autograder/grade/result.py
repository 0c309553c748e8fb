"""The result of one submission: the file that every report, gradebook and regrade reads."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from ..safe.whole_file import write_whole

SCHEMA = 1


class DamagedError(ValueError):
    """A result file that cannot be read for what is in it."""


@dataclass(frozen=True)
class TestResult:
    """One hidden test: points are those had and those to be had.

    `outcome` is `passed`, `failed` or `error`.
    """

    __test__ = False  # pytest: not a test class

    name: str
    kind: str
    outcome: str
    points: float
    max_points: float


@dataclass(frozen=True)
class TaskResult:
    """One function: its points, and what is said of it.

    `status` is `passed`, `partial`, `failed`, `untouched`, `missing`, `crashed`, `timeout` or
    `error`. `message` is the feedback as plain text, `html` the same for a page; neither holds a
    secret.
    """

    task: str
    points: float | None
    max_points: float
    status: str
    misconception: str | None
    message: str
    html: str
    tests: list[TestResult] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """One graded submission. `score` is None where the machinery failed; `problem` says why, or
    what was refused.

    `account` is whose it is where the name does not say: `canvas 123`, a platform's word and
    number.
    """

    assignment: str
    student: str
    seed: int
    score: float | None
    max_score: float
    tasks: list[TaskResult]
    repairs: list[str]
    problem: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    schema: int = SCHEMA
    account: str = ""

    def to_json(self) -> str:
        """Give the text of a result file: stable order, one value a line."""
        data = asdict(self)
        first = {"schema": data.pop("schema")}
        if not self.account:
            del data["account"]
        return json.dumps(first | data, indent=1, ensure_ascii=False) + "\n"


def versions(digest: str) -> dict[str, str]:
    """Name what a mark depends on: this package, numpy, Python, a digest of the hidden tests."""
    return {
        "autograder": _version("unrolled-autograder"),
        "numpy": _version("numpy"),
        "python": platform.python_version(),
        "tests": digest,
    }


@cache
def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def path_of(out: Path, student: str, assignment: str) -> Path:
    """Give the place of a result in a folder of results.

    Parameters
    ----------
    out : Path
        The folder.
    student, assignment : str
        Whose result, and of which exercise.
    """
    return out / student / f"{assignment}.json"


def write(result: Result, path: Path) -> None:
    """Write a result file whole or not at all."""
    write_text(result.to_json(), path)


def write_text(text: str, path: Path) -> None:
    """Write a text file whole or not at all; a question mark stands for what is no character."""
    write_bytes(text.encode("utf-8", "replace"), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file whole or not at all.

    A new file takes the old one's place when it is on the disk.
    """
    write_whole(path, data, 0o644)


def read(path: Path) -> Result:
    """Read a result file.

    Raises
    ------
    DamagedError
        If it is none, or of another schema.
    OSError
        If it cannot be read: it is not there (`FileNotFoundError`), or the system fails.
    """
    return from_bytes(path.read_bytes())


def set_aside(path: Path) -> Path:
    """Give a damaged file another name beside it, so that nothing is lost; return the new name."""
    aside = path.with_name(f"{path.name}.damaged")
    turn = 1
    while os.path.lexists(aside):
        turn += 1
        aside = path.with_name(f"{path.name}.damaged-{turn}")
    path.rename(aside)
    return aside


def from_bytes(data: bytes) -> Result:
    """Read what `write` wrote.

    Raises
    ------
    DamagedError
        If it is something else, of another schema, or a value in it is of another kind than it
        should be.
    """
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"damaged: it is no JSON ({error})") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise DamagedError(f"this is no result of schema {SCHEMA}")
    try:
        tasks = [_task_result(task) for task in found["tasks"]]
        result = Result(**{**found, "tasks": tasks})
    except (KeyError, TypeError, AttributeError) as error:
        raise DamagedError(f"damaged: {error}") from None
    _see_kinds(result)
    for task in tasks:
        _see_kinds(task)
        for test in task.tests:
            _see_kinds(test)
    return result


def _task_result(task: dict) -> TaskResult:
    tests = [TestResult(**test) for test in task["tests"]]
    return TaskResult(**{**task, "tests": tests})


def _see_kinds(part: Result | TaskResult | TestResult) -> None:
    """See that each value is of the kind that its field is declared with."""
    for field_ in fields(part):
        value = getattr(part, field_.name)
        kind = str(field_.type)
        if kind in TEXTS and not TEXTS[kind](value):
            raise DamagedError("damaged: a text in it is none")
        if kind in NUMBERS and not NUMBERS[kind](value):
            raise DamagedError(f"damaged: {field_.name} is {value!r}, no number")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # a whole number may be too large for a float
    return abs(value) <= sys.float_info.max


# By what a field is declared as: whether a value is of that kind.
TEXTS: dict[str, Callable[[Any], bool]] = {
    "str": _is_text,
    "str | None": lambda value: value is None or _is_text(value),
    "list[str]": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    "dict[str, str]": lambda value: (
        isinstance(value, dict) and all(map(_is_text, value.values()))
    ),
}
NUMBERS: dict[str, Callable[[Any], bool]] = {
    "float": _is_number,
    "float | None": lambda value: value is None or _is_number(value),
}
