"""Find and read result files; a damaged one is named and stops nobody else."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..grade.result import DamagedError, Result, from_bytes

if TYPE_CHECKING:
    from .totals import Total


class ReportError(ValueError):
    """A report that cannot be written as it was asked for; the message says what to change."""


@dataclass(frozen=True)
class Gathered:
    """Results by exercise and student, and what is wrong with the files that are none.

    `totals` are there once `whole` has put them in place of the points by machine.
    """

    results: tuple[Result, ...]
    problems: tuple[str, ...] = ()
    totals: Mapping[tuple[str, str], Total] = field(default_factory=dict)

    def total(self, result: Result) -> Total | None:
        """Give the total of a result; None where nobody has put it together."""
        return self.totals.get((result.assignment, result.student))

    def only(self, what: str) -> Result:
        """Give the one result that there is.

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
    reader = _Reader()
    for path in paths:
        reader.read(path)
    once: dict[tuple[str, str], Result] = {}
    for file, result in reader.found.items():
        if once.setdefault(_key(result), result) is not result:
            reader.problems.append(
                f"{file}: another file has the result of {result.student} "
                f"for {result.assignment} too"
            )
    for unmarked in _unmarked(list(once.values()), reader.lost):
        once.setdefault(_key(unmarked), unmarked)
    in_order = tuple(once[key] for key in sorted(once))
    return Gathered(in_order, tuple(reader.problems))


def _key(result: Result) -> tuple[str, str]:
    return result.assignment, result.student


class _Reader:
    """Results by file, what is wrong with others, and of whom and what exercise these are."""

    def __init__(self) -> None:
        self.found: dict[Path, Result] = {}
        self.problems: list[str] = []
        self.lost: list[_Lost] = []

    def read(self, path: Path) -> None:
        """Read a file, or those in a folder."""
        if path.is_dir():
            for file in self._files_in(path):
                self._read_file(file, strict=False)
        elif os.path.lexists(path):
            self._read_file(path, strict=True)
        else:
            self.problems.append(f"{path} does not exist")

    def _files_in(self, folder: Path) -> Iterator[Path]:
        for place, folders, names in os.walk(folder, onerror=self._leave_folder):
            # in place: what is taken out here is not walked into
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                file = Path(place, name)
                if _may_be_a_result(name) and not _is_special(file):
                    yield file

    def _leave_folder(self, error: OSError) -> None:
        self.problems.append(f"{error.filename}: {error.strerror}")
        self.lost.append(_Lost("", Path(error.filename).name))

    def _read_file(self, file: Path, strict: bool) -> None:
        """Read one result; JSON of another kind is passed over unless `strict`."""
        try:
            data = file.read_bytes()
            if not strict and _is_of_another_kind(data):
                return
            result = from_bytes(data)
        except (OSError, DamagedError) as error:
            self.problems.append(f"{file}: {error}")
            self.lost.append(_Lost(file.stem, file.resolve().parent.name))
            return
        self.found.setdefault(file.resolve(), result)


class _Lost(NamedTuple):
    """A result that cannot be read, as far as its path says of what it is.

    Of a student's folder that cannot be looked into, `assignment` is "": it may be any.
    """

    assignment: str
    student: str


def _unmarked(results: Sequence[Result], lost: Sequence[_Lost]) -> Iterator[Result]:
    """Give results without a mark for what could not be read, of the exercises that there are
    other results of.
    """
    most = {result.assignment: result.max_score for result in results}
    most.pop("", None)
    for of_what, student in lost:
        assignments = [name for name in most if of_what in ("", name)]
        for assignment in assignments:
            yield Result(
                assignment,
                student,
                seed=0,
                score=None,
                max_score=most[assignment],
                tasks=[],
                repairs=[],
                problem="the result file cannot be read",
            )


def _may_be_a_result(name: str) -> bool:
    """Say whether a file's name is one of a result: durations and hidden files have others."""
    if name.startswith("."):
        return False
    return name.endswith(".json") and not name.endswith(".time.json")


def _is_special(path: Path) -> bool:
    """Say whether it is a folder, a pipe or the like; what cannot be told shows when it is read."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _is_of_another_kind(data: bytes) -> bool:
    """Say whether a file is JSON that never was a result."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict):
        return True
    return found.keys().isdisjoint({"schema", "assignment", "student", "tasks"})
