from types import SimpleNamespace

import pytest

from autograder.confine import Limits
from autograder.grade.input_rules import Cell
from autograder.grade.reloading import Loaded, Reloading
from unrolled.check.outcome import Lost, Raised

CELLS = (Cell("c1", "x = 1\ny = 2"), Cell("c2", "ls", run=False), Cell("c3", "z = 3"))
LATE, CRASHED = Lost("timeout", "it took more than 2 s"), Lost("crashed", "it ended")


@pytest.fixture
def reloading():
    limits = Limits(loading_seconds=100, cell_seconds=2)
    return Reloading(CELLS, limits, Loaded())


def announce(reloading, *places):
    """Have statements announced, each with the seconds of the one before."""
    for cell, line, seconds in places:
        reloading.announced(cell, line, SimpleNamespace(charge=lambda s=seconds: s))


def test_a_cell_that_is_no_python_is_told_and_never_sent(reloading):
    assert reloading.loaded.foreign == {"c2"}
    assert reloading.loaded.repairs == [("c2", "foreign")]
    assert [cell for cell, _, _ in reloading.request()["cells"]] == ["c1", "c3"]
    assert reloading.known("c1")
    assert not reloading.known("c2")


def test_what_took_long_is_left_out_where_all_took_long(reloading):
    announce(reloading, ("c1", 1, 0.0), ("c1", 2, 1.5), ("c3", 1, 0.01))
    assert reloading.request()["slow"] == []  # 1.51 s of 100: it is loaded again whole
    announce(reloading, ("c3", 1, 0.8))
    assert reloading.request()["slow"] == [("c1", 1), ("c3", 1)]


def test_a_statement_that_ended_the_worker_is_left_out_and_told(reloading):
    announce(reloading, ("c1", 2, 0.0))
    assert reloading.goes_on(LATE, None)
    assert reloading.request()["ended"] == [["c1", 2, "timeout"]]
    assert reloading.loaded.skipped == {"c1": "at line 2: it took more than 2 s"}


def test_a_cell_that_ends_it_once_more_is_left_out_as_a_whole(reloading):
    announce(reloading, ("c1", 2, 0.0))
    for _ in range(2):
        assert reloading.goes_on(CRASHED, None)
    assert [cell for cell, _, _ in reloading.request()["cells"]] == ["c3"]
    assert reloading.loaded.skipped == {"c1": "it ended"}


def test_before_any_statement_there_is_no_sense_in_loading_again(reloading):
    assert not reloading.goes_on(CRASHED, None)


def test_when_all_time_is_used_up_what_defines_is_loaded_once_more(reloading):
    announce(reloading, ("c3", 1, 0.0))
    assert reloading.goes_on(LATE, reloading.budget)
    assert reloading.request()["cautious"] == ["c3"]
    assert "from code cell c3 on only what defines was run" in reloading.loaded.cut
    reloading.begin()
    announce(reloading, ("c3", 1, 0.0))
    assert not reloading.goes_on(LATE, reloading.budget)


def test_what_the_first_whole_loading_showed_stays(reloading):
    first, later = {"c1": Raised("ValueError", "no")}, {"c3": Raised("KeyError", "a")}
    reloading.done(first, [("c1", "joined")], {"c1": 2})
    reloading.done(later, [], {})
    assert reloading.loaded.errors == first
    assert reloading.loaded.repairs == [("c1", "joined"), ("c2", "foreign")]
    assert reloading.request()["failed"] == [("c1", 2)]
