"""The result of one submission: the file that every report, gradebook and regrade reads."""

from __future__ import annotations

import json
import math
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..safe.whole_file import write_whole

SCHEMA = 1
STATUSES = (
    "passed",
    "partial",
    "failed",
    "untouched",
    "missing",
    "crashed",
    "timeout",
    "error",
)


class DamagedError(ValueError):
    """A result file that cannot be read for what is in it."""


@dataclass(frozen=True)
class TestResult:
    """One hidden test: `outcome` is `passed`, `failed` or `error`; points are those had and those to be had."""

    __test__ = False  # pytest: not a test class

    name: str
    kind: str
    outcome: str
    points: float
    max_points: float


@dataclass(frozen=True)
class TaskResult:
    """One function. `message` is the feedback as plain text, `html` the same for a page; neither holds a secret."""

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
        """As the text of a result file: stable order, one value a line."""
        data = asdict(self)
        first = {"schema": data.pop("schema")}
        if not self.account:
            del data["account"]
        return json.dumps(first | data, indent=1, ensure_ascii=False) + "\n"


def versions(digest: str) -> dict[str, str]:
    """What a mark depends on: this package, numpy, Python, and a digest of the hidden tests."""
    from importlib.metadata import version

    return {
        "autograder": version("unrolled-autograder"),
        "numpy": version("numpy"),
        "python": platform.python_version(),
        "tests": digest,
    }


def path_of(out: Path, student: str, assignment: str) -> Path:
    """Where a result lies in a folder of results."""
    return out / student / f"{assignment}.json"


def write(result: Result, path: Path) -> None:
    """Write a result file whole or not at all."""
    write_text(result.to_json(), path)


def write_text(text: str, path: Path) -> None:
    """Write a text file whole or not at all, as `write_bytes`; a question mark stands for what is no character."""
    write_bytes(text.encode("utf-8", "replace"), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file whole or not at all: a new file takes the old one's place when it is on the disk."""
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
    """Give a damaged file another name beside it, so that what is in it is not lost; the new name."""
    turn = 1
    while os.path.lexists(
        aside := path.with_name(f"{path.name}.damaged{f'-{turn}' if turn > 1 else ''}")
    ):
        turn += 1
    path.rename(aside)
    return aside


def from_bytes(data: bytes) -> Result:
    """What `write` wrote.

    Raises
    ------
    DamagedError
        If it is something else, of another schema, or a value in it is of another kind than it
        should be.
    """
    try:
        data = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"damaged: it is no JSON ({error})") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise DamagedError(f"this is no result of schema {SCHEMA}")
    try:
        tasks = [
            TaskResult(**{**t, "tests": [TestResult(**one) for one in t["tests"]]})
            for t in data["tasks"]
        ]
        result = Result(**{**data, "tasks": tasks})
        wrong = _wrong(result)
    except (KeyError, TypeError, AttributeError) as error:
        raise DamagedError(f"damaged: {error}") from None
    if wrong:
        raise DamagedError(f"damaged: {wrong}")
    return result


def _wrong(result: Result) -> str:
    """What in a result is of another kind than it should be."""
    texts = [result.assignment, result.student, result.problem, result.account]
    texts += [*result.repairs, *result.versions.values()]
    numbers = [
        ("max_score", result.max_score),
        *([] if result.score is None else [("score", result.score)]),
    ]
    for task in result.tasks:
        texts += [
            task.task,
            task.status,
            task.message,
            task.html,
            task.misconception or "",
        ]
        texts += [
            text for test in task.tests for text in (test.name, test.kind, test.outcome)
        ]
        numbers += [
            ("max_points", task.max_points),
            *([] if task.points is None else [("points", task.points)]),
        ]
        numbers += [
            ("points", n) for test in task.tests for n in (test.points, test.max_points)
        ]
    if not all(isinstance(text, str) for text in texts):
        return "a text in it is none"
    for name, number in numbers:
        if (
            isinstance(number, bool)
            or not isinstance(number, int | float)
            or not math.isfinite(number)
        ):
            return f"{name} is {number!r}, no number"
    return ""
