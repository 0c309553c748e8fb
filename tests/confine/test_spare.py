"""Workers started beforehand: each is handed out once, a dead one never, and none is left over."""

import os
import signal

import notebooks as nb
import pytest
from leftovers import left, nothing_new

from autograder.confine import READ_FD, WRITE_FD, Limits, choose
from autograder.confine.spare import Spare
from autograder.grade.worker_files import FILES

ARGV = ["worker.py", str(READ_FD), str(WRITE_FD)]
LIMITS = Limits()


class Counted:
    """A way of confinement that counts what it starts."""

    name = "counted"

    def __init__(self):
        self._way, self.started = choose(secrets=[nb.COURSE.solutions]), []

    def available(self):
        return None

    def start(self, files, argv, limits):
        if len(self.started) == 5:
            raise OSError("no more")
        self.started.append(self._way.start(files, argv, limits))
        return self.started[-1]


@pytest.fixture
def way():
    way = Counted()
    before = left()
    yield way
    assert nothing_new(before)


def test_spare_ones_are_handed_out_first_and_what_is_left_is_ended(way):
    with Spare(way, 2, FILES, ARGV, LIMITS) as spare:
        assert len(way.started) == 2
        first, second, third = (spare.start(FILES, ARGV, LIMITS) for _ in range(3))
        assert [first, second, third] == way.started
        for worker in (first, second, third):
            assert worker.poll() is None
            worker.kill()
    with Spare(way, 2, FILES, ARGV, LIMITS):
        pass
    assert all(worker.poll() is not None for worker in way.started)


def test_one_that_has_died_is_replaced(way):
    with Spare(way, 1, FILES, ARGV, LIMITS) as spare:
        os.kill(way.started[0].process.pid, signal.SIGKILL)
        way.started[0].wait(10)
        with spare.start(FILES, ARGV, LIMITS) as worker:
            assert worker is way.started[1]


@pytest.mark.parametrize(
    "asked",
    [(FILES, ["worker.py", "3", "5"], LIMITS), (FILES, ARGV, Limits(memory_mb=2000))],
)
def test_who_asks_for_something_else_gets_no_spare_one(asked, way):
    with Spare(way, 1, FILES, ARGV, LIMITS) as spare, spare.start(*asked) as worker:
        assert worker is way.started[1]


def test_where_not_all_can_be_started_none_is_left(way):
    with pytest.raises(OSError, match="no more"):
        Spare(way, 6, FILES, ARGV, LIMITS)
