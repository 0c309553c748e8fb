"""The pytest side of grading: the `judge` fixture, the `graded` marker, and a record of what
passed.

`pytest -p autograder.grade.pytest_plugin solutions/test_ex1_rnn_cell.py` runs the hidden tests
on the reference; `--submission FILE` runs them on a notebook.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from unrolled.check.outcome import WITHOUT_ASSERT

from ..unit import hidden_cases
from ..unit.secret_seed import chosen
from ..unit.unit import Unit, load
from .judge import Caller, Judge, ReferenceCaller


@dataclass
class TestRecord:
    """One hidden test: which function's, of which kind, its part of the function's points, and its outcome."""

    __test__ = False  # pytest: not a test class

    task: str
    name: str
    kind: str
    part: float
    outcome: str = "error"
    text: str = ""


@dataclass(eq=False)
class Run:
    """The runs of a unit's hidden tests, on one submission after the other; the grader hands it
    to pytest as a plugin.

    Attributes
    ----------
    unit : Unit
        Whose tests they are.
    judge : Judge
        What the tests ask.
    records : dict
        Node id to record; of no outcome until its test has run.
    problems : list of str
        What kept tests from being collected.
    """

    unit: Unit
    judge: Judge | None = None
    records: dict[str, TestRecord] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def begin(self, judge: Judge) -> None:
        """Forget what came of the run before."""
        self.judge = judge
        self.records = {
            name: replace(r, outcome="error", text="")
            for name, r in self.records.items()
        }

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test an output, and one a kind of case that the function can have."""
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
        """Share out each function's points among its tests."""
        shares = {item.nodeid: _share(item) for item in items}
        alike = Counter((_task(i), i.originalname) for i in items)
        weight = {
            i.nodeid: shares[i.nodeid][1] / alike[_task(i), i.originalname]
            for i in items
        }
        total = Counter()
        for item in items:
            total[_task(item)] += weight[item.nodeid]
        for item in items:
            task = _task(item)
            part = weight[item.nodeid] / total[task]
            self.records[item.nodeid] = TestRecord(
                task, item.name, shares[item.nodeid][0], part
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo):
        """Keep each test's outcome; an exception that is no failure of the test's own is the machinery's."""
        record = self.records[item.nodeid]
        if call.excinfo is not None:
            failed = call.when == "call" and call.excinfo.errisinstance(
                (AssertionError, pytest.fail.Exception)
            )
            record.outcome = "failed" if failed else "error"
            record.text = "" if failed else _where(call.excinfo)
        elif call.when == "call":
            record.outcome = "passed"
        return (yield)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of tests that cannot be read is the machinery's failure."""
        if report.failed:
            self.problems.append(str(report.longrepr))


@pytest.fixture(scope="session")
def judge(pytestconfig: pytest.Config) -> Judge:
    """What the hidden tests ask."""
    return next(
        p for p in pytestconfig.pluginmanager.get_plugins() if isinstance(p, Run)
    ).judge


def _where(error: pytest.ExceptionInfo) -> str:
    """An exception with the line that raised it."""
    last = error.traceback[-1]
    return f"{error.exconly()} at {Path(last.path).name}, line {last.lineno + 1}: {str(last.statement).strip()}"


def _task(item: pytest.Item) -> str:
    marker = item.get_closest_marker("task")
    return marker.args[0] if marker else item.cls.function


def _share(item: pytest.Item) -> tuple[str, float]:
    marker = item.get_closest_marker("graded")
    if marker is None:
        raise pytest.UsageError(
            f"{item.nodeid}: a hidden test needs @pytest.mark.graded(kind, share=…)"
        )
    return marker.args[0], float(marker.kwargs["share"])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options for running hidden tests by hand."""
    group = parser.getgroup("unrolled")
    group.addoption(
        "--submission",
        type=Path,
        help="judge this notebook; the reference itself unless given",
    )
    group.addoption(
        "--seed",
        type=int,
        help="seed of the hidden inputs; the course's own unless given",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and stand in for the grader when the tests are run by hand.

    Raises
    ------
    pytest.UsageError
        If they are run by hand and Python leaves out assertions.
    """
    config.addinivalue_line(
        "markers",
        "graded(kind, share): what a hidden test is about and its share of the points",
    )
    config.addinivalue_line(
        "markers", "task(function): the function that a test outside a suite belongs to"
    )
    if not any(isinstance(p, Run) for p in config.pluginmanager.get_plugins()):
        if not __debug__:
            raise pytest.UsageError(WITHOUT_ASSERT)
        config.pluginmanager.register(_by_hand(config))


def _by_hand(config: pytest.Config) -> Run:
    assignment = Path(config.args[0].split("::")[0]).stem.removeprefix("test_")
    unit = load(assignment)
    path = config.getoption("--submission")
    seed = chosen(unit.course, config.getoption("--seed"))
    return Run(unit, Judge(unit, _caller(unit, path, config), seed))


def _caller(unit: Unit, path: Path | None, config: pytest.Config) -> Caller:
    if path is None:
        return ReferenceCaller(unit)
    from ..confine import choose
    from .grader import client_for
    from .submission import read

    client = client_for(unit, read(path, unit), choose(secrets=unit.course.secrets))
    config.add_cleanup(client.close)
    return client
