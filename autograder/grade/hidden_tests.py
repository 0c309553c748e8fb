"""A unit's hidden tests: collected once by pytest, then called plainly on whatever a judge calls.

pytest finds the test functions, their parameters and their marks. To run one is to make an
instance of its class and to call it with its parameters and the judge, nothing else of pytest
takes part. So a hidden test cannot have fixtures, set-up functions or marks of other kinds: one
that has is a failure of the machinery, since left out silently it might let everything pass.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unrolled.check.outcome import WITHOUT_ASSERT, MachineryError

from ..unit import hidden_cases
from ..unit.unit import Unit
from .judge import Judge

# Parts of pytest that change this process or write files while it collects.
UNUSED = (
    *("assertion", "cacheprovider", "capture", "debugging", "faulthandler", "logging"),
    *("terminal", "threadexception", "unraisableexception"),
)
MARKS = ("graded", "task")  # those that we read
FIXTURE = type(pytest.fixture(lambda: None))
WITH_JUDGE = {"pytestconfig", "request"}  # what the judge of a run by hand asks for
COLLECTED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


@dataclass(frozen=True)
class TestRecord:
    """One hidden test: whose it is, its kind, its part of the points, and its outcome."""

    __test__ = False  # pytest: not a test class

    task: str
    name: str
    kind: str
    part: float
    outcome: str = "error"
    text: str = ""


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


@dataclass(frozen=True)
class HiddenTest:
    """A collected test: what to call, with which parameters, and its record before it has run."""

    record: TestRecord
    function: Callable
    of: type | None
    parameters: Mapping[str, Any]
    asks_judge: bool

    def run(self, judge: Judge) -> TestRecord:
        """Call the test; a failure of any kind but its own is the machinery's."""
        try:
            came = self._called(judge)
        except (AssertionError, pytest.fail.Exception):
            return replace(self.record, outcome="failed")
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        # whatever it is: that it stopped the test says nothing about the student's function
        except BaseException as error:
            return replace(self.record, outcome="error", text=_where(error))
        if came is not None:  # such as a comparison that nothing requires to hold
            return replace(
                self.record, outcome="error", text="the test returns something"
            )
        return replace(self.record, outcome="passed")

    def _called(self, judge: Judge) -> Any:
        own = () if self.of is None else (self.of(),)
        asked = {"judge": judge} if self.asks_judge else {}
        return self.function(*own, **self.parameters, **asked)


@dataclass(eq=False)
class Collector:
    """A plugin for pytest: declares our marks, makes one test an output and kind, keeps the tests.

    Attributes
    ----------
    unit : Unit
        Whose tests they are.
    items : list of pytest.Item
        What was collected.
    problems : list of str
        What kept tests from being collected.
    """

    unit: Unit
    items: list[pytest.Item] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marks; a mark with a typing error is then refused."""
        config.addinivalue_line(
            "markers",
            "graded(kind, share): what a hidden test is about and its share of the points",
        )
        config.addinivalue_line(
            "markers",
            "task(function): the function that a test outside a suite belongs to",
        )

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make one test an output, and one a kind of case that the function can have."""
        name = getattr(metafunc.cls, "function", None)
        if name is None:
            return
        function = self.unit.functions[name]
        outputs = list(function.outputs)
        kinds = hidden_cases.robust(function.axes)
        if chosen_by := getattr(metafunc.cls, "parameters", None):
            outputs, kinds = chosen_by(self.unit, name, outputs, kinds)
        if "output" in metafunc.fixturenames:
            metafunc.parametrize("output", outputs)
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", kinds)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what was collected."""
        self.items = list(items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file of tests cannot be read."""
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_keyboard_interrupt(
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        """Keep that the collection ended early: by its errors, or by `pytest.exit` in the tests.

        Raises
        ------
        KeyboardInterrupt
            If it is a real one, which pytest would swallow.
        """
        error = excinfo.value
        if isinstance(error, pytest.Session.Interrupted | pytest.exit.Exception):
            # the errors that were met say more than that there were some
            self.problems = self.problems or [str(error)]
        else:
            raise error

    def pytest_internalerror(
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        """Keep what pytest itself failed with."""
        self.problems.append(excinfo.exconly())


def run_tests(
    unit: Unit, judge: Judge, tasks: Sequence[str] = ()
) -> dict[str, Attempt]:
    """Run the unit's hidden tests, all or those of some functions.

    Parameters
    ----------
    unit : Unit
        The exercise.
    judge : Judge
        What the tests ask; it remembers the calls.
    tasks : sequence of str, optional
        Names of functions; all of the unit unless given.

    Returns
    -------
    dict
        Attempts by the functions' names.

    Raises
    ------
    MachineryError
        If pytest could not collect them, a function has none, or Python leaves out what some
        judge by.
    """
    if not __debug__:
        raise MachineryError(WITHOUT_ASSERT)
    names = list(tasks or unit.functions)
    tests = collected(unit)
    records: dict[str, list[TestRecord]] = {name: [] for name in names}
    with _silence():
        for test in tests:
            if test.record.task in records:
                records[test.record.task].append(_run(unit, test, judge))
    if empty := [name for name, own in records.items() if not own]:
        raise MachineryError(
            f"test_{unit.assignment}.py has no tests for {', '.join(empty)}"
        )
    return {name: Attempt(name, judge, own) for name, own in records.items()}


def _run(unit: Unit, test: HiddenTest, judge: Judge) -> TestRecord:
    try:
        return test.run(judge)
    except pytest.exit.Exception as error:
        raise MachineryError(f"{_failed(unit)}: {error}") from error


def shares(unit: Unit, name: str) -> list[TestRecord]:
    """Give the hidden tests of a function, with kind and part of the points, without running any.

    Raises
    ------
    MachineryError
        If pytest could not collect them.
    """
    return [test.record for test in collected(unit) if test.record.task == name]


@lru_cache(maxsize=64)
def collected(unit: Unit) -> tuple[HiddenTest, ...]:
    """Collect a unit's hidden tests with pytest, once.

    Raises
    ------
    MachineryError
        If they cannot be collected, or one could not be called plainly.
    """
    path = unit.course.solutions / f"test_{unit.assignment}.py"
    # pytest takes one of this name for the same, be it of another course
    sys.modules.pop(path.stem, None)
    collector = Collector(unit)
    with _silence() as printed, _without_pytest_settings():
        code = pytest.main(_arguments(path), plugins=[collector])
    if collector.problems or code not in COLLECTED:
        told = "\n".join(collector.problems) or printed.getvalue().strip()
        raise MachineryError(f"{_failed(unit)}: {told[-2000:]}")
    try:
        return tuple(tests_of(collector.items))
    except pytest.UsageError as error:
        raise MachineryError(f"{_failed(unit)}: {error}") from error


def _arguments(path: Path) -> list[str]:
    """What pytest is told: to read nothing beside the tests, and to load no more than needed."""
    folders = [f"--{option}={path.parent}" for option in ("rootdir", "confcutdir")]
    alone = ["-c", os.devnull, "--noconftest", "--disable-plugin-autoload"]
    how = ["--collect-only", "--import-mode=importlib", "--strict-markers"]
    unused = [part for name in UNUSED for part in ("-p", f"no:{name}")]
    return [str(path), *folders, *alone, *how, *unused]


def _failed(unit: Unit) -> str:
    return f"the hidden tests of {unit.assignment} did not run"


def tests_of(items: Sequence[pytest.Item]) -> list[HiddenTest]:
    """Make hidden tests of what pytest collected, and share out each function's points among them.

    Raises
    ------
    pytest.UsageError
        If one could not be called plainly, or does not say what it is about.
    """
    functions = [_plain_function(item) for item in items]
    alike = Counter((_task(item), item.originalname) for item in functions)
    graded = [_graded(item) for item in functions]
    weights = [
        share / alike[_task(item), item.originalname]
        for item, (_, share) in zip(functions, graded, strict=True)
    ]
    totals: dict[str, float] = {}
    for item, weight in zip(functions, weights, strict=True):
        totals[_task(item)] = totals.get(_task(item), 0.0) + weight
    tests = []
    for item, (kind, _), weight in zip(functions, graded, weights, strict=True):
        task = _task(item)
        record = TestRecord(task, item.name, kind, weight / totals[task])
        tests.append(_hidden_test(item, record))
    return tests


def _plain_function(item: pytest.Item) -> pytest.Function:
    """See that to call an item with its parameters and the judge is all that there is to it."""
    if type(item) is not pytest.Function:
        raise pytest.UsageError(f"{item.nodeid}: a hidden test is a function")
    where = item.nodeid
    of_own = _fixtures_beside(item)
    asked = {*inspect.signature(item.function).parameters} - {"self"}
    unknown = asked | ({*item.fixturenames} - WITH_JUDGE)
    unknown -= {"judge", *_parameters(item)}
    if of_own or unknown:
        names = ", ".join(sorted({*of_own, *unknown}))
        raise pytest.UsageError(
            f"{where}: a hidden test has no fixtures and no set-up but `judge`: {names}"
        )
    marks = {mark.name for mark in item.iter_markers()} - {*MARKS, "parametrize"}
    if marks:
        raise pytest.UsageError(
            f"{where}: a hidden test has no marks but `graded` and `task`: "
            f"{', '.join(sorted(marks))}"
        )
    if inspect.iscoroutinefunction(item.function):
        raise pytest.UsageError(f"{where}: a hidden test is no coroutine")
    return item


def _fixtures_beside(item: pytest.Function) -> list[str]:
    """Names of fixtures that a test's file or class makes: one may stand behind a parameter."""
    owners = [item.module, *(item.cls.__mro__ if item.cls else ())]
    return [
        name
        for owner in owners
        for name, value in vars(owner).items()
        if isinstance(value, FIXTURE)
    ]


def _parameters(item: pytest.Function) -> dict[str, Any]:
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}


def _task(item: pytest.Function) -> str:
    marker = item.get_closest_marker("task")
    if marker is not None:
        return marker.args[0]
    task = getattr(item.cls, "function", None)
    if task is None:
        raise pytest.UsageError(
            f"{item.nodeid}: a hidden test needs a class with `function`, "
            "or @pytest.mark.task(function)"
        )
    return task


def _graded(item: pytest.Function) -> tuple[str, float]:
    marker = item.get_closest_marker("graded")
    if marker is None:
        raise pytest.UsageError(
            f"{item.nodeid}: a hidden test needs @pytest.mark.graded(kind, share=…)"
        )
    return marker.args[0], float(marker.kwargs["share"])


def _hidden_test(item: pytest.Function, record: TestRecord) -> HiddenTest:
    asks_judge = "judge" in item.fixturenames
    return HiddenTest(record, item.function, item.cls, _parameters(item), asks_judge)


def _where(error: BaseException) -> str:
    """Give an exception with the line that raised it."""
    told = pytest.ExceptionInfo.from_exception(error)
    last = told.traceback[-1]
    statement = str(last.statement).strip()
    return f"{told.exconly()} at {Path(last.path).name}, line {last.lineno + 1}: {statement}"


@contextlib.contextmanager
def _silence() -> Iterator[io.StringIO]:
    """Let nothing be printed, and no warning become a failure whatever filter there is.

    Yields
    ------
    io.StringIO
        What would have been printed.
    """
    printed = io.StringIO()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield printed


@contextlib.contextmanager
def _without_pytest_settings() -> Iterator[None]:
    """Keep what a shell sets for pytest, such as `-x`, from the hidden tests."""
    names = [name for name in os.environ if name.startswith("PYTEST_")]
    kept = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(kept)
