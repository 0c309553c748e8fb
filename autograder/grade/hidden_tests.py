"""Run a unit's hidden tests with pytest, in this process, on whatever a judge calls.

pytest reads its settings, loads its parts and collects the tests once for each unit. After that
the same items are run anew for each submission, which is what makes a thousand of them quick.
Like pytest itself, one thread at a time.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from _pytest.config import (
    _prepareconfig,
)  # `pytest.main` would collect anew at each call

from unrolled.check.outcome import WITHOUT_ASSERT, MachineryError

from ..unit.unit import Unit
from . import pytest_plugin
from .judge import Judge
from .pytest_plugin import Run, TestRecord

# Parts of pytest that a run in this process does without: they print, keep reports, write files
# or collect garbage.
UNUSED = (
    *(
        "terminal",
        "assertion",
        "reports",
        "cacheprovider",
        "unraisableexception",
        "threadexception",
        "faulthandler",
    ),
    *(
        "logging",
        "capture",
        "doctest",
        "unittest",
        "junitxml",
        "pastebin",
        "tmpdir",
        "legacypath",
        "monkeypatch",
    ),
    *("recwarn", "stepwise", "debugging", "setuponly", "setupplan", "subtests"),
)
_IDLE: dict[
    Path, _Collected
] = {}  # by the tests' file; what runs is taken out, and put back if it ends well


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


def run_tests(
    unit: Unit, judge: Judge, tasks: Sequence[str] = ()
) -> dict[str, Attempt]:
    """Run the unit's hidden tests, all or those of some functions.

    Raises
    ------
    MachineryError
        If pytest could not collect them, a function has none, or Python leaves out what some
        judge by.
    """
    if not __debug__:
        raise MachineryError(WITHOUT_ASSERT)
    with _collected(unit) as collected:
        found = collected.run(judge, tasks)
    records = {
        name: [r for r in found if r.task == name] for name in tasks or unit.functions
    }
    if empty := [name for name, own in records.items() if not own]:
        raise MachineryError(
            f"test_{unit.assignment}.py has no tests for {', '.join(empty)}"
        )
    return {name: Attempt(name, judge, own) for name, own in records.items()}


def shares(unit: Unit, name: str) -> list[TestRecord]:
    """The hidden tests of a function, each with its kind and its part of the points, without
    running any.

    Raises
    ------
    MachineryError
        If pytest could not collect them.
    """
    with _collected(unit) as collected:
        return collected.of(name)


@contextlib.contextmanager
def _collected(unit: Unit) -> Iterator[_Collected]:
    """The hidden tests of a unit; what is left by an exception is collected anew the next time."""
    path = unit.course.solutions / f"test_{unit.assignment}.py"
    collected = _IDLE.pop(path, None)
    if collected is None or collected.unit is not unit:
        collected = _Collected(unit, path)
    yield collected
    _IDLE[path] = collected


class _Collected:
    """The hidden tests of a unit, collected, to be run on one submission after the other."""

    def __init__(self, unit: Unit, path: Path):
        self.unit = unit
        self._failed = f"the hidden tests of {unit.assignment} did not run"
        folders = [f"--{option}={path.parent}" for option in ("rootdir", "confcutdir")]
        arguments = [
            str(path),
            *folders,
            "-c",
            os.devnull,
            "--noconftest",
            "--import-mode=importlib",
        ]
        arguments += ["--strict-markers", "--disable-plugin-autoload"]
        arguments += [part for name in UNUSED for part in ("-p", f"no:{name}")]
        self._run = Run(unit)
        sys.modules.pop(
            path.stem, None
        )  # pytest takes one of this name for the same, be it of another course
        with self._told(), _without_pytest_settings():
            config = _prepareconfig(arguments, [pytest_plugin, self._run, _Plain()])
            config._do_configure()
            self._session = pytest.Session.from_config(config)
            config.hook.pytest_sessionstart(session=self._session)
            config.hook.pytest_collection(session=self._session)
        self._items = list(self._session.items)

    def run(self, judge: Judge, tasks: Sequence[str]) -> list[TestRecord]:
        """Run the tests of these functions, or all; every fixture is made anew."""
        self._run.begin(judge)
        asked = [
            item
            for item in self._items
            if not tasks or self._run.records[item.nodeid].task in tasks
        ]
        self._session.items, self._session.testsfailed = asked, 0
        with self._told():
            self._session.config.hook.pytest_runtestloop(session=self._session)
        return [self._run.records[item.nodeid] for item in asked]

    def of(self, name: str) -> list[TestRecord]:
        """The tests of a function, in their order."""
        records = (self._run.records[item.nodeid] for item in self._items)
        return [record for record in records if record.task == name]

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever keeps the tests from running, as a failure of the machinery; and nothing is printed meanwhile."""
        with (
            open(os.devnull, "w") as nowhere,
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter(
                "ignore"
            )  # whatever filter there is: a warning is no failure, and none hides one
            try:
                yield
            except (
                pytest.UsageError,
                pytest.Session.Interrupted,
                pytest.exit.Exception,
            ) as error:
                raise MachineryError(f"{self._failed}: {error}") from error
        if self._run.problems:
            raise MachineryError(
                f"{self._failed}: " + "\n".join(self._run.problems)[-2000:]
            )


class _Plain:
    """Reports that say only how a test ended: pytest's own show the source of what failed, which nobody reads here."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo
    ) -> pytest.TestReport:
        outcome = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(
            item.nodeid, item.location, {}, outcome, None, call.when
        )


@contextlib.contextmanager
def _without_pytest_settings() -> Iterator[None]:
    """Keep what a shell sets for pytest, such as `-x`, from the hidden tests."""
    kept = {
        name: os.environ.pop(name)
        for name in tuple(os.environ)
        if name.startswith("PYTEST_")
    }
    try:
        yield
    finally:
        os.environ.update(kept)
