"""Results made beside nbgrader: the same as elsewhere, in whatever order they are asked for,
whatever ends too soon.
"""

import os
import signal
import threading
from dataclasses import replace

import notebooks as nb
import pytest
from leftovers import left, nothing_new

from autograder.batch.batch import Batch
from autograder.batch.submissions import grade_one
from autograder.collect.hand_in import HandIn
from autograder.gradebook.ahead import Ahead
from unrolled.check.outcome import MachineryError


@pytest.fixture
def ahead():
    """Makes them, and ends their processes."""
    made, before = [], left()

    def ahead(*arguments):
        made.append(Ahead(*arguments))
        return made[-1]

    yield ahead
    for one in made:
        one.close()
    assert nothing_new(before)


@pytest.fixture
def submissions(tmp_path):
    texts = {"right": nb.answered(), "untouched": nb.untouched(), "empty": b""}
    return [
        HandIn(name, nb.UNIT.assignment, nb.write(data, tmp_path / f"{name}.ipynb"))
        for name, data in texts.items()
    ]


def alone(place, found):
    """What a submission gets in this process."""
    return grade_one(Batch(nb.COURSE.root, nb.COURSE.solutions, place), found).result


def process(beside):
    """The first of the processes that grade."""
    return beside._graders._all[0]._process


def test_results_are_those_of_grading_alone_in_any_order(submissions, ahead, tmp_path):
    beside = ahead(nb.COURSE.root, tmp_path / "out", submissions)
    for found in (submissions[1], submissions[0], submissions[2]):
        result = beside.result(found)
        assert result == alone(tmp_path / "alone", found)
        assert (
            tmp_path / "out" / found.student / f"{found.assignment}.json"
        ).read_text() == result.to_json()


def test_more_than_are_begun_at_once_are_graded_in_turn(submissions, ahead, tmp_path):
    many = [replace(submissions[2], student=f"student{i}") for i in range(40)]
    beside = ahead(nb.COURSE.root, tmp_path / "out", many)
    assert [beside.result(found).student for found in many] == [
        found.student for found in many
    ]


def test_what_was_not_foreseen_is_graded_when_it_is_asked_for(
    submissions, ahead, tmp_path
):
    beside = ahead(nb.COURSE.root, tmp_path, submissions[:2])
    assert beside.result(submissions[2]).problem == "the file is empty"
    assert beside.result(submissions[0]).score == 20
    assert beside.result(submissions[0]).score == 20


def test_nothing_is_graded_in_this_process(submissions, ahead, tmp_path, monkeypatch):
    """Not even a single one, and whether or not this process has several threads."""
    monkeypatch.setattr(
        "autograder.batch.submissions.grade_one", lambda *_: pytest.fail("graded here")
    )
    assert (
        ahead(nb.COURSE.root, tmp_path, submissions[:1]).result(submissions[0]).score
        == 20
    )
    busy = threading.Event()
    threading.Thread(target=busy.wait).start()
    try:
        assert ahead(nb.COURSE.root, tmp_path, []).result(submissions[1]).score == 0
    finally:
        busy.set()


def test_no_process_starts_for_no_submission(ahead, tmp_path):
    assert ahead(nb.COURSE.root, tmp_path, [])._graders._all == []


def test_a_process_that_is_killed_is_replaced(submissions, ahead, tmp_path):
    many = [replace(submissions[0], student=f"student{i}") for i in range(4)]
    beside = ahead(nb.COURSE.root, tmp_path, many)
    first = beside.result(many[0])
    os.kill(process(beside).pid, signal.SIGKILL)
    assert {beside.result(found).score for found in many[1:]} | {first.score} == {20}


def test_where_no_process_lives_there_is_no_mark(
    submissions, ahead, tmp_path, monkeypatch
):
    monkeypatch.setattr("autograder.batch.apart.command", lambda *_: ["false"])
    beside = ahead(nb.COURSE.root, tmp_path, submissions)
    with pytest.raises(MachineryError, match="died again and again"):
        beside.result(submissions[0])


def test_a_failure_of_the_machinery_is_told(submissions, ahead, tmp_path):
    unknown = [replace(found, assignment="ex0_none") for found in submissions]
    result = ahead(nb.COURSE.root, tmp_path, unknown).result(unknown[0])
    assert (result.score, "ex0_none" in result.problem) == (None, True)
