"""Many submissions: result files that are the same however they come about, and kept while
nothing changes.
"""

import errno
import json
import multiprocessing
import os
import signal
from dataclasses import replace

import notebooks as nb
import pytest

from autograder.batch.batch import Batch
from autograder.batch.submissions import grade_all, grade_one
from autograder.collect.hand_in import HandIn
from autograder.system.processes import Died

NAME = nb.UNIT.assignment
MARKS = {"right": 20, "untouched": 0, "empty": 0, "cut_off": 0}


@pytest.fixture
def order(tmp_path):
    return Batch(nb.COURSE.root, nb.COURSE.solutions, tmp_path / "results")


@pytest.fixture
def submissions(tmp_path):
    files = {name: tmp_path / "in" / name / f"{NAME}.ipynb" for name in nb.SUBMISSIONS}
    return [
        HandIn(name, NAME, nb.write(nb.SUBMISSIONS[name], path))
        for name, path in files.items()
    ]


def results(order, times=False):
    """Result files by path, those with durations left out."""
    files = [
        p
        for p in order.out.rglob("*")
        if p.is_file() and (times or ".time." not in p.name)
    ]
    return {str(p.relative_to(order.out)): p.read_bytes() for p in files}


def marks(done):
    return {d.hand_in.student: d.result.score for d in done}


def test_one_file_a_submission_whatever_the_number_of_processes(order, submissions):
    done = list(grade_all(order, submissions))
    assert marks(done) | MARKS == marks(done)
    assert set(results(order)) == {f"{s.student}/{NAME}.json" for s in submissions}
    assert len(results(order, times=True)) == 2 * len(submissions)
    two = replace(order, out=order.out.with_name("two"))
    assert marks(grade_all(two, submissions, jobs=2)) == marks(done)
    assert results(two) == results(order)


def test_a_killed_grading_process_is_replaced(order, submissions):
    done, before = [], multiprocessing.active_children()
    for one in grade_all(order, submissions, jobs=2):
        done.append(one)
        if len(done) == 1:
            os.kill(
                next(
                    p.pid for p in multiprocessing.active_children() if p not in before
                ),
                signal.SIGKILL,
            )
    assert marks(done) | MARKS == marks(done)
    assert len(done) == len(submissions) == len(results(order))
    assert set(multiprocessing.active_children()) <= set(before)


def test_what_kills_its_process_is_a_failure_of_the_machinery(
    order, submissions, monkeypatch
):
    ends = [
        (submissions[0], Died()),
        (submissions[1], grade_one(order, submissions[1])),
    ]
    monkeypatch.setattr(
        "autograder.batch.submissions.map_in_processes", lambda *a: iter(ends)
    )
    done = list(grade_all(order, submissions[:2], jobs=2))
    assert [d.hand_in for d in done] == submissions[:2]
    assert (done[0].result.score, done[0].result.problem) == (
        None,
        "the grading process died again and again",
    )
    assert done[1].result.score is not None


def test_what_was_graded_is_kept_until_something_changes(order, submissions):
    one = submissions[0]
    first = grade_one(order, one)
    before = results(order, times=True)
    again = grade_one(order, one)
    assert (first.kept, again.kept, again.result, again.before) == (
        False,
        True,
        first.result,
        20,
    )
    assert results(order, times=True) == before
    assert not grade_one(replace(order, again=True), one).kept
    assert not grade_one(replace(order, seed=1), one).kept
    nb.write(nb.untouched(), one.path)
    changed = grade_one(replace(order, seed=1), one)
    assert (changed.before, changed.result.score, changed.because) == (
        20,
        0,
        "the submission changed",
    )


CHANGES = {
    "tests": "the tests changed",
    "limits": "the limits changed",
    "numpy": "numpy changed",
    "python": "Python changed",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_mark_comes_with_its_reason(what, order, submissions):
    one = submissions[0]
    grade_one(order, one)
    path = order.out / one.student / f"{NAME}.json"
    old = json.loads(path.read_text())
    path.write_text(
        json.dumps(old | {"score": 12.5, "versions": old["versions"] | {what: "other"}})
    )
    done = grade_one(order, one)
    assert (done.before, done.result.score, done.because) == (12.5, 20, CHANGES[what])


def test_a_result_that_other_tests_made_is_kept_where_that_is_wanted(
    order, submissions
):
    keep, one = replace(order, keep=True), submissions[0]
    first = grade_one(keep, one)
    assert grade_one(keep, one).stale == ""
    path = order.out / one.student / f"{NAME}.json"
    old = json.loads(path.read_text())
    path.write_text(
        json.dumps(
            old | {"score": 12.5, "versions": old["versions"] | {"tests": "other"}}
        )
    )
    kept = grade_one(keep, one)
    assert (kept.kept, kept.result.score, kept.stale) == (
        True,
        12.5,
        "the tests changed",
    )
    nb.write(nb.untouched(), one.path)
    assert (
        grade_one(keep, one).result.score == 0
    )  # a new submission is graded by the tests there are
    assert first.result.score == 20


def test_a_mark_that_changed_with_nothing_says_so(order, submissions):
    one = submissions[0]
    grade_one(order, one)
    path = order.out / one.student / f"{NAME}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"score": 12.5}))
    assert grade_one(order, one).kept
    assert (
        grade_one(replace(order, again=True), one).because
        == "it came out otherwise this time, with nothing changed"
    )


@pytest.mark.parametrize(
    "text", ["", "{", '{"schema": 1}', "[]", '{"schema": 1, "tasks": 7}']
)
def test_a_damaged_result_is_made_anew(text, order, submissions):
    path = order.out / submissions[0].student / f"{NAME}.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    done = grade_one(order, submissions[0])
    assert done.result.score == 20
    kept = path.with_name(f"{path.name}.damaged")
    assert kept.read_text() == text
    assert str(path) in done.damage
    assert f"it is kept as {kept.name}" in done.damage
    assert grade_one(order, submissions[0]).damage == ""


def test_a_second_damaged_result_does_not_take_the_place_of_the_first(
    order, submissions
):
    path = order.out / submissions[0].student / f"{NAME}.json"
    path.parent.mkdir(parents=True)
    for text in ("one", "two"):
        path.write_text(text)
        assert grade_one(order, submissions[0]).damage
    assert [p.read_text() for p in sorted(path.parent.glob("*.damaged*"))] == [
        "one",
        "two",
    ]


def test_a_result_that_the_system_cannot_read_is_not_replaced(
    order, submissions, monkeypatch
):
    grade_one(order, submissions[0])
    before = results(order, times=True)
    with monkeypatch.context() as patch:
        fail = OSError(errno.EIO, os.strerror(errno.EIO))
        patch.setattr(
            "autograder.grade.result.from_bytes",
            lambda data: (_ for _ in ()).throw(fail),
        )
        done = grade_one(order, submissions[0])
    assert (done.result.score, os.strerror(errno.EIO) in done.result.problem) == (
        None,
        True,
    )
    assert results(order, times=True) == before


def test_a_problem_of_the_hand_in_is_a_result_and_is_forgotten_when_it_is_gone(
    order, submissions
):
    one = replace(
        submissions[0], problem="there is no notebook in the submission's folder"
    )
    done = grade_one(order, one)
    assert (done.result.score, done.result.problem) == (0, one.problem)
    assert grade_one(order, one).kept
    assert grade_one(order, submissions[0]).result.score == 20


def test_the_exercise_is_found_by_what_is_in_the_notebook(order, submissions):
    assert (
        grade_one(order, replace(submissions[0], assignment="")).result.assignment
        == NAME
    )
    foreign = nb.write({"cells": [nb.own("def other(): pass")]}, submissions[0].path)
    done = grade_one(order, HandIn("ann", "", foreign))
    assert (done.result.score, done.result.problem) == (
        0,
        "it belongs to no exercise of this course",
    )
    assert results(order).keys() == {f"right/{NAME}.json"}
    foreign.write_text(" ")
    done = grade_one(order, HandIn("ann", "", foreign))
    assert (done.result.score, done.result.problem) == (0, "the file is empty")


def test_a_failure_of_the_machinery_replaces_nothing_and_stops_nothing(
    order, submissions, monkeypatch
):
    """Where there was no result, one without a mark says so: nobody takes it for a submission
    that is not there.
    """
    grade_one(order, submissions[0])
    before = results(order)
    with monkeypatch.context() as patch:
        patch.setattr(
            "autograder.grade.grader.Grader.grade",
            lambda *a: (_ for _ in ()).throw(RuntimeError("odd")),
        )
        done = list(grade_all(replace(order, again=True), submissions))
    assert [d.result.score for d in done] == [None] * len(submissions)
    assert "RuntimeError: odd" in done[0].result.problem
    after = results(order)
    assert after | before == after
    written = {
        name: json.loads(data) for name, data in after.items() if name not in before
    }
    assert len(written) == len(submissions) - 1
    assert {
        (data["score"], "RuntimeError: odd" in data["problem"])
        for data in written.values()
    } == {(None, True)}
    done = list(grade_all(order, submissions))
    assert marks(done) | MARKS == marks(done)
    assert [d.because for d in done] == [""] * len(submissions)


def test_a_result_that_cannot_be_written_is_a_failure_of_the_machinery(
    order, submissions
):
    order.out.write_text("a file")
    done = list(grade_all(order, submissions[:2]))
    assert [d.result.score for d in done] == [None, None]
    assert "the grading machinery failed" in done[0].result.problem


def test_an_unknown_exercise_is_a_failure_of_the_machinery(order, submissions):
    done = grade_one(order, replace(submissions[0], assignment="ex99_none"))
    assert (done.result.score, "no assignment 'ex99_none'" in done.result.problem) == (
        None,
        True,
    )
