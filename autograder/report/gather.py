"""Find and read result files; a damaged one is named and stops nobody else."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..grade.result import DamagedError, Result, from_bytes


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
            raise ReportError(
                f"{what} is for one submission; {len(self.results)} results found"
            )
        return self.results[0]


def gather(paths: Sequence[Path]) -> Gathered:
    """Read result files, and those in folders.

    In a folder, durations, hidden files and JSON that never was a result are passed over; what
    is named by itself has to be one. In place of a result that cannot be read stands one
    without a mark, for the student and exercise that its path names: whoever has one was
    graded, and is not to be taken for one who handed in nothing.
    """
    found: dict[Path, Result] = {}
    lost: list[tuple[str, str]] = []
    problems: list[str] = []
    for path in paths:
        if not os.path.lexists(path):
            problems.append(f"{path} does not exist")
        for file in _files(path, problems, lost):
            try:
                result = _read(file, strict=not path.is_dir())
            except (OSError, DamagedError) as error:
                problems.append(f"{file}: {error}")
                lost.append((file.stem, file.resolve().parent.name))
                continue
            if result is not None:
                found.setdefault(file.resolve(), result)
    once: dict[tuple[str, str], Result] = {}
    for file, result in found.items():
        key = (result.assignment, result.student)
        if key in once:
            problems.append(
                f"{file}: another file has the result of {result.student} for {result.assignment} too"
            )
        once.setdefault(key, result)
    for one in _unmarked(list(once.values()), lost):
        once.setdefault((one.assignment, one.student), one)
    return Gathered(tuple(once[key] for key in sorted(once)), tuple(problems))


def _unmarked(
    results: Sequence[Result], lost: Sequence[tuple[str, str]]
) -> Iterator[Result]:
    """Results without a mark for what could not be read, of the exercises that there are other
    results of.

    Of a student's folder that cannot be looked into, the name of the exercise is "": it may be any.
    """
    highest = {
        result.assignment: result.max_score for result in results if result.assignment
    }
    for assignment, student in lost:
        for name in highest if assignment == "" else highest.keys() & {assignment}:
            yield Result(
                name,
                student,
                0,
                None,
                highest[name],
                [],
                [],
                "the result file cannot be read",
            )


def _files(
    path: Path, problems: list[str], lost: list[tuple[str, str]]
) -> Iterator[Path]:
    if not path.is_dir():
        if os.path.lexists(path):
            yield path
        return

    def closed(error: OSError) -> None:
        problems.append(f"{error.filename}: {error.strerror}")
        lost.append(("", Path(error.filename).name))

    for folder, folders, names in os.walk(path, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            hidden = name.startswith(".") or name.endswith(".time.json")
            if (
                name.endswith(".json")
                and not hidden
                and not _is_special(Path(folder, name))
            ):
                yield Path(folder, name)


def _is_special(path: Path) -> bool:
    """Whether it is a folder, a pipe or the like; what cannot be told shows when it is read."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _read(file: Path, strict: bool) -> Result | None:
    """One result; None for JSON of another kind, unless `strict`.

    Raises
    ------
    DamagedError
        If it is damaged, or of another schema.
    OSError
        If it cannot be read.
    """
    data = file.read_bytes()
    if not strict and _of_another_kind(data):
        return None
    return from_bytes(data)


def _of_another_kind(data: bytes) -> bool:
    """Whether a file is JSON that never was a result."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return not (
        isinstance(found, dict)
        and {"schema", "assignment", "student", "tasks"} & set(found)
    )
