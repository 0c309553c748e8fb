"""Results made beside nbgrader: the same as without, in whatever order they are asked for, whatever ends too soon."""

import os
import signal
import threading
from dataclasses import replace

import notebooks as nb
import pytest

from autograder.collect import Found
from autograder.gradebook.ahead import Ahead, grade

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """Those that other tests left in this process are idle."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture
def ahead():
    """Makes them, and ends their processes: pytest's own has threads, so that a fork of it may hang at its end."""
    made = []

    def ahead(*arguments):
        made.append(Ahead(*arguments))
        return made[-1]

    yield ahead
    for pool in (one._pool for one in made if hasattr(one, "_pool")):
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
            process.join()


@pytest.fixture
def submissions(tmp_path):
    texts = {"right": nb.answered(), "untouched": nb.untouched(), "empty": b""}
    return [Found(name, nb.UNIT.assignment, nb.write(data, tmp_path / f"{name}.ipynb")) for name, data in texts.items()]


def test_results_are_those_of_grading_alone_in_any_order(submissions, ahead, tmp_path):
    beside = ahead(nb.COURSE.root, tmp_path / "out", submissions)
    for found in (submissions[1], submissions[0], submissions[2]):
        result = beside.result(found)
        assert result == grade(nb.COURSE.root, tmp_path / "alone", found)
        assert (tmp_path / "out" / found.student / f"{found.assignment}.json").read_text() == result.to_json()


def test_more_than_are_begun_at_once_are_graded_in_turn(submissions, ahead, tmp_path):
    many = [replace(submissions[2], student=f"student{i}") for i in range(40)]
    beside = ahead(nb.COURSE.root, tmp_path / "out", many)
    assert [beside.result(found).student for found in many] == [found.student for found in many]


def test_what_was_not_foreseen_has_no_result(submissions, ahead, tmp_path):
    beside = ahead(nb.COURSE.root, tmp_path, submissions[:2])
    assert beside.result(submissions[2]) is None
    assert beside.result(submissions[0]).score == 20
    assert beside.result(submissions[0]) is None  # told once


def test_one_submission_starts_no_process(submissions, ahead, tmp_path):
    assert ahead(nb.COURSE.root, tmp_path, submissions[:1]).result(submissions[0]) is None


def test_a_program_with_threads_is_not_forked(submissions, ahead, tmp_path, monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert ahead(nb.COURSE.root, tmp_path, submissions).result(submissions[0]) is None


def test_processes_that_are_killed_leave_the_rest_to_others(submissions, ahead, tmp_path):
    many = [replace(submissions[0], student=f"student{i}") for i in range(20)]
    beside = ahead(nb.COURSE.root, tmp_path, many)
    for process in list(beside._pool._processes):
        os.kill(process, signal.SIGKILL)
    assert {beside.result(found) for found in many} == {None}


def test_a_failure_of_the_machinery_is_told(submissions, ahead, tmp_path):
    unknown = [replace(found, assignment="ex0_none") for found in submissions]
    result = ahead(nb.COURSE.root, tmp_path, unknown).result(unknown[0])
    assert (result.score, "ex0_none" in result.problem) == (None, True)
