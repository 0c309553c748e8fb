"""Time that is charged: the clock's, less what the machine let others have."""

import os

import pytest

from autograder.confine import clock
from autograder.confine.clock import Budget, Stretch
from unrolled.check.outcome import MachineryError


@pytest.fixture
def now(monkeypatch):
    """A clock that is set by hand; nothing waits for a processor unless it is said."""
    times = {"clock": 100.0, "starved": 0.0}
    monkeypatch.setattr(clock.time, "monotonic", lambda: times["clock"])
    monkeypatch.setattr(clock, "waited", lambda process: 0.0)
    return times


@pytest.fixture
def stretch(now):
    """Begin a stretch that is charged to these budgets."""
    return lambda *budgets: Stretch(lambda: now["starved"], *budgets)


def test_a_stretch_is_charged_to_every_budget(now, stretch):
    call, whole = Budget(5, "call"), Budget(60, "all")
    one = stretch(call, whole)
    now["clock"] += 2
    assert one.charge() == 2
    now["clock"] += 1
    assert one.charge() == 1
    assert (call.left, whole.left) == (2, 57)


def test_waiting_for_a_processor_is_not_charged(now, stretch):
    one = stretch(Budget(5, "call"))
    now["clock"] += 10
    now["starved"] += 9
    assert one.used() == 1
    assert one.left() == 4


def test_the_budget_with_the_least_left_ends_a_stretch(now, stretch):
    call, whole = Budget(5, "call"), Budget(60, "all", used=58)
    one = stretch(call, whole)
    assert one.tightest() is whole
    assert one.at_most() == 2


def test_what_this_process_did_is_spared_within_bounds(now, stretch):
    one = stretch(Budget(5, "call"))
    now["clock"] += 3
    one.spare(2)
    assert one.used() == 1
    one.spare(1000)  # never more than the budget itself
    now["clock"] += 7
    assert one.used() == 5


def test_time_never_runs_backwards(now, stretch):
    budget = Budget(5, "call")
    one = stretch(budget)
    now["starved"] += 3
    assert one.charge() == 0
    assert budget.left == 5


def test_a_machine_that_gives_no_time_is_the_machinerys(now, stretch):
    one = stretch(Budget(2, "call"))
    now["clock"] += 2 * clock.PATIENCE + 1
    now["starved"] += 2 * clock.PATIENCE + 0.5
    with pytest.raises(MachineryError, match="too busy"):
        one.left()


def test_a_process_that_is_not_there_has_waited_for_nothing():
    assert clock.waited(2**22 + 1) == 0
    assert clock.waited(os.getpid()) >= 0
