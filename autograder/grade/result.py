"""The result of one submission: the file that every report, gradebook and regrade reads."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from unrolled.check.render import as_html, as_text, found_texts

from ..safe.typed import KindError, typed
from ..safe.whole_file import write_whole
from . import schema_1
from .told import Feedback, verdict_of

# 2: what is told of a function is data (`told.Feedback`); of 1, still read, it was ready-made text
SCHEMA = 2


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

    Attributes
    ----------
    task : str
        The function's name.
    points : float or None
        Those it has; None where the machinery failed.
    max_points : float
        Those to be had.
    status : str
        `passed`, `partial`, `failed`, `untouched`, `missing`, `crashed`, `timeout` or `error`.
    feedback : Feedback
        What its student is told, as data; nothing in it is secret.
    tests : list of TestResult
        The hidden tests.
    """

    task: str
    points: float | None
    max_points: float
    status: str
    feedback: Feedback
    tests: list[TestResult] = field(default_factory=list)

    @property
    def misconception(self) -> str | None:
        """The id of the known mistake."""
        return self.feedback.mistake.id if self.feedback.mistake else None

    @property
    def mistakes(self) -> str:
        """The ids of all known mistakes in it, in one text: `bias-missing + sigmoid-for-tanh`."""
        return " + ".join(one.id for one in self.feedback.mistakes)

    @property
    def headline(self) -> str:
        """What says most in one line: the known mistake, else what was found."""
        if self.feedback.mistake:
            return self.feedback.mistake.symptom
        return (self.found or self.message).split("\n")[0]

    @property
    def found(self) -> str:
        """What was found, a line for each output that is off."""
        found = found_texts(verdict_of(self.task, self.feedback))
        return "\n".join(found) or self.feedback.said

    @property
    def message(self) -> str:
        """The feedback as plain text."""
        if self.feedback.said:
            return self.feedback.said
        return as_text(verdict_of(self.task, self.feedback))

    @property
    def html(self) -> str:
        """The feedback for a page; "" where there is a plain sentence only."""
        return self.html_with()

    def html_with(self, link: Callable[[str], str] | None = None) -> str:
        """Give the feedback for a page, sections of the book as `link` makes HTML of them."""
        if self.feedback.said:
            return ""
        return as_html(verdict_of(self.task, self.feedback), link)


@dataclass(frozen=True)
class Result:
    """One graded submission.

    Attributes
    ----------
    assignment, student : str
        Which exercise, and whose.
    seed : int
        A fingerprint of the seed of the hidden inputs.
    score : float or None
        The points of all functions; None where the machinery failed.
    max_score : float
        Those to be had.
    tasks : list of TaskResult
        The functions, in the exercise's order.
    repairs : list of str
        What was mended in the notebook, and which file counted.
    problem : str
        Why there is no score, or what was refused.
    versions : dict of str to str
        What the mark depends on.
    schema : int
        Of the file.
    account : str
        Whose it is where the name does not say: `canvas 123`, a platform's word and number.
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
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema not in (SCHEMA, schema_1.SCHEMA) or isinstance(schema, bool):
        known = f"{schema_1.SCHEMA} or {SCHEMA}"
        raise DamagedError(f"this is no result of schema {known}")
    try:
        if schema == schema_1.SCHEMA:
            found = schema_1.upgraded(found) | {"schema": SCHEMA}
        return typed(Result, found)
    except (KindError, RecursionError) as error:
        raise DamagedError(f"damaged: {error}") from None
