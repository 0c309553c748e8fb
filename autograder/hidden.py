"""Run a unit's hidden tests with pytest, in this process, on whatever a judge calls."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from .judging import Judge
from .outcome import MachineryError
from .plugin import Run, TestRecord
from .unit import Unit

# Parts of pytest that a run in this process does without: they write files or collect garbage at each start and end.
UNUSED = (
    *("cacheprovider", "unraisableexception", "threadexception", "faulthandler", "logging", "capture"),
    *("doctest", "unittest", "junitxml", "pastebin", "tmpdir", "monkeypatch", "recwarn", "stepwise", "debugging"),
)


@dataclass(frozen=True)
class Attempt:
    """One function judged once: with the student's own companions, or with served ones."""

    name: str
    judge: Judge
    records: list[TestRecord]
    served: bool = False

    @property
    def part(self) -> float:
        """Part of the function's points that the tests gave."""
        return sum(r.part for r in self.records if r.outcome == "passed")

    @property
    def whole(self) -> bool:
        """Whether every test passed."""
        return all(r.outcome == "passed" for r in self.records)

    @property
    def broken(self) -> list[str]:
        """What the machinery failed with."""
        return [r.text for r in self.records if r.outcome == "error"]


def run_tests(unit: Unit, judge: Judge, tasks: Sequence[str] = ()) -> dict[str, Attempt]:
    """Run the unit's hidden tests, all or those of some functions.

    Raises
    ------
    MachineryError
        If pytest could not collect them or a function has none.
    """
    run = Run(judge, tuple(tasks))
    path = unit.course.solutions / f"test_{unit.assignment}.py"
    arguments = [str(path), f"--rootdir={unit.course.solutions}", "-c", os.devnull, "--noconftest", "-q"]
    arguments += ["-p", "autograder.plugin", "--import-mode=importlib", "--strict-markers", "--tb=native"]
    arguments += ["--disable-plugin-autoload", *(part for name in UNUSED for part in ("-p", f"no:{name}"))]
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output), _without_pytest_settings():
        code = pytest.main(arguments, plugins=[run])
    if code == pytest.ExitCode.INTERRUPTED and not run.problems:  # pytest says the same of a file it cannot read
        raise KeyboardInterrupt
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or run.problems:
        raise MachineryError(f"the hidden tests of {unit.assignment} did not run: {output.getvalue()[-2000:]}")
    records = {name: [r for r in run.records.values() if r.task == name] for name in tasks or unit.functions}
    if empty := [name for name, found in records.items() if not found]:
        raise MachineryError(f"{path.name} has no tests for {', '.join(empty)}")
    return {name: Attempt(name, judge, found) for name, found in records.items()}


@contextlib.contextmanager
def _without_pytest_settings() -> Iterator[None]:
    """Keep what a shell sets for pytest, such as `-x`, from the hidden tests."""
    kept = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
