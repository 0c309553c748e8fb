"""Calls in several processes: values as they come, deaths that take nobody along, and nothing
left behind.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from leftovers import left, nothing_new

from autograder.system.processes import Died, map_in_processes

HERE = Path(__file__).parent


def square(number):
    return number * number


def deadly(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def deadly_once(place):
    """Kill the process at the first call for a place."""
    if not place.exists():
        place.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return place.name


def wrong(number):
    raise ValueError(f"no {number}")


def pid(_):
    time.sleep(0.05)
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 3])
def test_each_item_comes_once_with_its_value(jobs):
    assert sorted(map_in_processes(square, range(20), jobs)) == [
        (n, n * n) for n in range(20)
    ]
    assert list(map_in_processes(square, [], jobs)) == []


def test_no_call_is_made_in_this_process_nor_all_in_one():
    pids = {value for _, value in map_in_processes(pid, range(30), 2)}
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_items_are_read_only_as_they_are_needed():
    read = []

    def items():
        for number in range(100):
            read.append(number)
            yield number

    ends = map_in_processes(square, items(), 2)
    next(ends)
    assert len(read) <= 8
    assert len(list(ends)) == 99


def test_what_kills_its_process_takes_no_other_with_it():
    ends = dict(map_in_processes(deadly, range(12), 2))
    assert isinstance(ends.pop(3), Died)
    assert ends == {n: n for n in range(12) if n != 3}


def test_what_was_killed_by_chance_is_called_again(tmp_path):
    (tmp_path / "b").touch()
    ends = dict(map_in_processes(deadly_once, [tmp_path / "a", tmp_path / "b"], 2))
    assert sorted(ends.values()) == ["a", "b"]


def test_an_exception_is_passed_on_and_ends_the_processes():
    before = left()
    with pytest.raises(ValueError, match="no 7"):
        list(map_in_processes(wrong, [7], 2))
    assert nothing_new(before)


def test_nobody_waits_for_what_is_no_longer_wanted():
    before = left()
    ends = map_in_processes(time.sleep, [0.01, 60, 60, 60], 2)
    next(ends)
    start = time.monotonic()
    ends.close()
    assert nothing_new(before)
    assert time.monotonic() - start < 30


PARENT = """
import sys, time
sys.path.insert(0, {here!r})
from autograder.system.processes import map_in_processes
from test_processes import tell
if __name__ == "__main__":
    for _ in map_in_processes(tell, [{place!r}] * 4, 2):
        pass
"""


def tell(place):
    """Write down this process's id, and be busy."""
    Path(place, str(os.getpid())).touch()
    time.sleep(60)


def test_processes_end_with_one_that_is_killed(tmp_path):
    place = tmp_path / "pids"
    place.mkdir()
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(here=str(HERE), place=str(place)))
    parent = subprocess.Popen(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, HERE.parents[:2]))},
    )
    try:
        assert until(lambda: len(list(place.iterdir())) == 2, 30)
        parent.kill()
        parent.wait()
        assert until(lambda: not any(running(one.name) for one in place.iterdir()), 10)
    finally:
        parent.kill()


def running(number):
    """Whether a process lives, and is no zombie that waits to be reaped."""
    try:
        return (
            Path("/proc", number, "stat").read_text().rsplit(")", 1)[1].split()[0]
            not in "ZX"
        )
    except OSError:
        return False


def until(condition, seconds):
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return met


TOLD = ""


def told(_):
    return TOLD


FORKS = """
import sys, threading
sys.path[:0] = [{here!r}, {tests!r}]
import test_processes as here
if __name__ == "__main__":  # a process that starts anew comes by here, too
    here.TOLD = "imported before"
    if sys.argv[1] == "busy":
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    print({{value for _, value in here.map_in_processes(here.told, range(4), 2)}})
"""


@pytest.mark.parametrize(
    ("threads", "seen"), [("one", "{'imported before'}"), ("busy", "{''}")]
)
def test_processes_are_forked_from_a_single_thread(tmp_path, threads, seen):
    program = tmp_path / "program.py"
    program.write_text(FORKS.format(here=str(HERE), tests=str(HERE.parent)))
    said = subprocess.run(
        [sys.executable, program, threads],
        capture_output=True,
        text=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # as the grader sets it
        timeout=60,
    )
    assert said.stdout.strip() == seen, said.stderr


def none():
    raise ValueError("not here")


def test_what_is_called_first_can_refuse_all():
    read = []
    ends = map_in_processes(square, (read.append(n) or n for n in range(3)), 2, none)
    with pytest.raises(ValueError, match="not here"):
        next(ends)
    assert read == []
    assert dict(map_in_processes(square, range(3), 2, os.getpid)) == {0: 0, 1: 1, 2: 4}
