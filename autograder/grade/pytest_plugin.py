"""Running hidden tests by hand, with pytest's own reports.

`pytest -p autograder.grade.pytest_plugin solutions/test_ex1_rnn_cell.py` runs the hidden tests
on the reference; `--submission FILE` runs them on a notebook. The grader does without this.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from unrolled.check.outcome import WITHOUT_ASSERT

from ..unit.secret_seed import chosen
from ..unit.unit import Unit, load
from .hidden_tests import Collector, tests_of
from .judge import Caller, Judge, ReferenceCaller

JUDGE = pytest.StashKey[Judge]()


@pytest.fixture(scope="session")
def judge(pytestconfig: pytest.Config) -> Judge:
    """Give what the hidden tests ask."""
    return pytestconfig.stash[JUDGE]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for running hidden tests by hand."""
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
    """Load the unit whose tests are asked for, and what they are run on.

    Raises
    ------
    pytest.UsageError
        If Python leaves out assertions.
    """
    if not __debug__:
        raise pytest.UsageError(WITHOUT_ASSERT)
    path = Path(config.args[0].split("::")[0])
    unit = load(path.stem.removeprefix("test_"))
    seed = chosen(unit.course, config.getoption("--seed"))
    config.stash[JUDGE] = Judge(unit, _caller(unit, config), seed)
    config.pluginmanager.register(Collector(unit))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse by hand, too, what the grader would refuse."""
    tests_of(items)


def _caller(unit: Unit, config: pytest.Config) -> Caller:
    """Give the reference, or a client for the submission that was asked for."""
    path = config.getoption("--submission")
    if path is None:
        return ReferenceCaller(unit)
    # the reference alone needs neither confinement nor a reader of notebooks
    from ..confine import choose
    from .grader import client_for
    from .submission import read

    client = client_for(unit, read(path, unit), choose(secrets=unit.course.secrets))
    config.add_cleanup(client.close)
    return client
