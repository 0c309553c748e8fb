"""Grading again: what would change for whom and why, with nothing overwritten until it is asked
for.
"""

import csv
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import notebooks as nb
import pytest
from tables import each_row

from autograder import cli
from autograder.batch import regrade
from autograder.batch.submissions import Graded
from autograder.collect.hand_in import HandIn
from autograder.grade import result as results
from autograder.grade.result import Result, TaskResult, TestResult
from autograder.grade.told import Feedback, Mistake

CELL, SEQUENCE = "rnn_cell_forward", "rnn_forward"
NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def task(name, points, status="passed", mistake=None, outcomes=("passed", "passed")):
    tests = [
        TestResult(f"test_{n}", "values", o, 5.0, 5.0) for n, o in enumerate(outcomes)
    ]
    named = Mistake(mistake, "", "", "") if mistake else None
    return TaskResult(name, points, 10, status, Feedback("told", mistake=named), tests)


def result(student, *tasks, tests="old", problem=""):
    score = sum(t.points for t in tasks)
    return Result(
        "ex1_rnn_cell",
        student,
        0,
        score,
        20,
        list(tasks),
        [],
        problem,
        {"tests": tests},
    )


OLD = [
    result("ann", task(CELL, 10), task(SEQUENCE, 10)),
    result(
        "bob",
        task(CELL, 10),
        task(SEQUENCE, 5, "partial", "a0-every-step", ("passed", "failed")),
    ),
    result(
        "cyd",
        task(CELL, 10),
        task(SEQUENCE, 0, "failed", "bias-missing", ("failed", "failed")),
    ),
]
NO_BIAS = task(SEQUENCE, 0, "failed", "bias-missing", ("failed", "failed"))
NEW = [
    result("ann", task(CELL, 10), task(SEQUENCE, 10), tests="new"),
    result("bob", task(CELL, 10), task(SEQUENCE, 10), tests="new"),
    result(
        "cyd",
        task(CELL, 2, "partial", None, ("failed", "passed")),
        NO_BIAS,
        tests="new",
    ),
    result("dan", task(CELL, 10), task(SEQUENCE, 10), tests="new"),
]


@pytest.fixture
def out(tmp_path):
    """Old results in place, new ones beside."""
    out = tmp_path / "results"
    for place, ones in ((out, OLD), (regrade.folder_beside(out), NEW)):
        for one in ones:
            results.write(one, results.path_of(place, one.student, one.assignment))
    return out


@pytest.fixture
def done():
    return [Graded(HandIn(r.student, r.assignment, Path("x")), r) for r in NEW]


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_only_what_differs_is_a_change_and_the_largest_comes_first(out, done):
    found = regrade.find_changes(out, done)
    assert [(c.student, c.points) for c in found] == [
        ("cyd", -8),
        ("bob", 5),
        ("dan", 0),
    ]
    assert [c.because for c in found] == [
        "the tests changed",
        "the tests changed",
        "there was no result before",
    ]


def test_each_function_says_which_tests_turned(out, done):
    (cyd,), (bob,) = (c.tasks for c in regrade.find_changes(out, done)[:2])
    assert (bob.task, bob.before, bob.after) == (SEQUENCE, 5, 10)
    assert bob.why == (
        "partial, now passed",
        "mistake a0-every-step, now unnamed",
        "test test_1: failed, now passed",
    )
    assert (cyd.task, cyd.why) == (
        CELL,
        ("passed, now partial", "test test_0: passed, now failed"),
    )


@each_row(
    ("old", "new", "why"),
    [
        (
            task(CELL, 10),
            replace(task(CELL, 10), max_points=12),
            "worth 12 points, was 10",
        ),
        (task(CELL, 10), None, "the exercise has this function no more"),
        (None, task(CELL, 10), "the function is new in the exercise"),
        (
            task(CELL, 10),
            task(CELL, 10, outcomes=("passed", "passed", "failed")),
            "test test_2: absent, now failed",
        ),
        (task(CELL, 10), task(CELL, 8), "the tests weigh otherwise"),
    ],
)
def test_reasons(old, new, why, tmp_path):
    before, after = (result("ann", *([t] if t else [])) for t in (old, new))
    results.write(before, results.path_of(tmp_path, "ann", "ex1_rnn_cell"))
    (change,) = regrade.find_changes(
        tmp_path, [Graded(HandIn("ann", "", Path("x")), after)]
    )
    assert why in change.tasks[0].why


def damaged(out, text=b"{\xff"):
    path = results.path_of(out, "bob", "ex1_rnn_cell")
    path.write_bytes(text)
    return path


def test_a_damaged_result_of_before_is_told_from_none(out, done):
    path = damaged(out)
    found = {c.student: c for c in regrade.find_changes(out, done)}
    assert (found["bob"].before, found["bob"].because) == (
        None,
        "the result of before cannot be read",
    )
    assert str(path) in found["bob"].damage
    assert (found["dan"].because, found["dan"].damage) == (
        "there was no result before",
        "",
    )


def test_a_damaged_result_is_kept_byte_for_byte(out, done):
    path = damaged(out)
    kept = regrade.put_in_place(out, done, NOW)
    assert results.read(path).score == 20
    assert (kept / path.relative_to(out)).read_bytes() == b"{\xff"


def test_a_result_without_a_mark_is_no_mark_of_before(out, done):
    results.write(
        replace(OLD[1], score=None), results.path_of(out, "bob", "ex1_rnn_cell")
    )
    found = {c.student: c for c in regrade.find_changes(out, done)}
    assert (found["bob"].before, found["bob"].points, found["bob"].because) == (
        None,
        0,
        "there was no mark before",
    )


def test_a_failure_of_the_machinery_changes_nothing(out, done):
    failed = [replace(d, result=replace(d.result, score=None)) for d in done]
    assert regrade.find_changes(out, failed) == []
    before = contents(out)
    assert regrade.put_in_place(out, failed, NOW) is None
    assert contents(out) == before


def test_asking_changes_no_file(out, done):
    before = contents(out)
    regrade.find_changes(out, done)
    assert contents(out) == before


def test_applying_puts_the_new_in_place_and_the_old_beside(out, done):
    before, after = contents(out), contents(regrade.folder_beside(out))
    kept = regrade.put_in_place(out, done, NOW)
    assert kept == out.with_name("results.before-2027-01-02T030405Z")
    assert kept.stat().st_mode & 0o077 == 0
    assert contents(out) == after
    assert contents(kept) == before
    assert not regrade.folder_beside(out).exists()
    assert regrade.find_changes(out, done) == []


def test_applying_that_was_stopped_ends_the_same(out, done):
    before, after = contents(out), contents(regrade.folder_beside(out))
    spare = shutil.copytree(regrade.folder_beside(out), out.with_name("spare"))
    regrade.put_in_place(out, done[:2], NOW)
    spare.rename(regrade.folder_beside(out))
    kept = regrade.put_in_place(out, done, NOW)
    assert contents(out) == after
    assert contents(kept) == before


def test_marks_that_wait_or_gave_way_are_never_committed():
    places = [
        regrade.folder_beside(Path("results")).name,
        "results.before-2027-01-02T030405Z",
        "unrolled-grading-abc",
    ]
    command = [
        "git",
        "check-ignore",
        "--no-index",
        *(f"{place}/ann/ex1_rnn_cell.json" for place in places),
    ]
    said = subprocess.run(
        command, cwd=nb.COURSE.root, capture_output=True, text=True, check=False
    ).stdout
    assert len(said.splitlines()) == len(places)


def test_the_table_of_changes_is_safe_in_a_spreadsheet(out, done):
    odd = [replace(d, result=replace(d.result, student="=1+1")) for d in done[:1]]
    rows = list(
        csv.DictReader(
            regrade.changes_as_csv(
                regrade.find_changes(out, [*done, *odd])
            ).splitlines()
        )
    )
    assert [row["student"] for row in rows] == ["cyd", "bob", "'=1+1", "dan"]
    assert (rows[1]["mark before"], rows[1]["mark now"], rows[1]["function"]) == (
        "15",
        "20",
        SEQUENCE,
    )
    assert rows[3]["mark before"] == ""


def test_the_verb_from_question_to_answer(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(nb.COURSE.root)
    out, name = tmp_path / "results", nb.UNIT.assignment
    nb.write(nb.SUBMISSIONS["right"], tmp_path / "in" / "ann" / f"{name}.ipynb")
    paths = [str(tmp_path / "in"), "--out", str(out)]
    assert cli.main(["grade", *paths]) == 0
    (path,) = out.rglob(f"{name}.json")
    good = path.read_text()
    old = json.loads(good)
    path.write_text(
        json.dumps(
            old | {"score": 12.5, "versions": old["versions"] | {"tests": "other"}}
        )
    )
    capsys.readouterr()
    assert cli.main(["grade", *paths]) == 0
    assert "1 result of before stay as they are, though the tests changed" in " ".join(
        capsys.readouterr().out.split()
    )
    assert json.loads(path.read_text())["score"] == 12.5
    assert cli.main(["regrade", *paths, "--csv", str(tmp_path / "changes.csv")]) == 0
    said = capsys.readouterr().out
    assert "12.5 of 20 → 20 of 20, since the tests changed" in said
    assert "1 result of 1 would change: 1 up" in said
    assert json.loads(path.read_text())["score"] == 12.5
    assert "the tests changed" in (tmp_path / "changes.csv").read_text()
    assert cli.main(["regrade", *paths, "--apply"]) == 0
    assert path.read_text() == good
    assert cli.main(["regrade", *paths]) == 0
    assert "0 results of 1 would change" in capsys.readouterr().out
    assert sorted(p.name.split("-")[0] for p in tmp_path.glob("results*")) == [
        "results",
        "results.before",
    ]
