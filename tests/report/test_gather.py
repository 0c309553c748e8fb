"""Result files found among others, and damaged ones named."""

import errno
import json
import os

import pytest
import report_results as rr

from autograder.report.gather import Gathered, ReportError, gather


@pytest.fixture
def folder(tmp_path):
    return rr.put(
        tmp_path / "results",
        rr.result("bob"),
        rr.result("ann"),
        rr.result("ann", assignment="ex2_x"),
    )


def test_a_folder_in_a_stable_order(folder):
    found = gather([folder])
    assert [(r.assignment, r.student) for r in found.results] == [
        ("ex1_rnn_cell", "ann"),
        ("ex1_rnn_cell", "bob"),
        ("ex2_x", "ann"),
    ]
    assert found.problems == ()


def test_what_is_no_result_is_passed_over(folder):
    (folder / "notes.json").write_text('{"hello": 1}')
    (folder / "list.json").write_text("[1]")
    (folder / "ann" / ".ex1_rnn_cell.json.abc").write_text("{")
    (folder / ".hidden.json").write_text("{")
    (folder / "ann" / "readme.txt").write_text("x")
    assert len(gather([folder]).results) == 3
    assert gather([folder]).problems == ()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[: len(text) // 2], "no JSON"),
        (
            lambda text: text.replace('"schema": 2', '"schema": 99'),
            "no result of schema 1 or 2",
        ),
        (
            lambda text: text.replace('"score": 15.0', '"score": "15"'),
            "score is '15', no number",
        ),
        (
            lambda text: text.replace('"score": 15.0', '"score": NaN'),
            "score is nan, no number",
        ),
        (
            lambda text: text.replace('"score": 15.0', '"score": true'),
            "score is True, no number",
        ),
        (lambda text: text.replace('"task": ', '"tusk": '), "damaged"),
        (
            lambda text: text.replace('"student": "ann"', '"student": 7'),
            "student is 7, no text",
        ),
        (lambda text: text.replace('"tests": [', '"tests": 5, "x": ['), "damaged"),
        (lambda text: "[" * 100_000, "no JSON"),
        (lambda text: "\0\xff", "no JSON"),
    ],
)
def test_a_damaged_file_is_named_and_stops_nobody_else(damage, said, folder):
    path = folder / "ann" / "ex1_rnn_cell.json"
    before = path.read_text()
    path.write_bytes(damage(before).encode("latin-1", "replace"))
    assert path.read_text("latin-1") != before
    found = gather([folder])
    scores = {(r.assignment, r.student): r.score for r in found.results}
    assert scores == {
        ("ex1_rnn_cell", "ann"): None,
        ("ex1_rnn_cell", "bob"): 15,
        ("ex2_x", "ann"): 15,
    }
    (problem,) = found.problems
    assert str(path) in problem
    assert said in problem


def test_what_is_named_by_itself_has_to_be_a_result(tmp_path):
    path = tmp_path / "other.json"
    path.write_text(json.dumps({"hello": 1}))
    assert "no result of schema" in gather([path]).problems[0]
    assert "does not exist" in gather([tmp_path / "no"]).problems[0]


def test_the_same_file_twice_is_one_result(folder):
    found = gather([folder, folder / "ann", folder / "ann" / "ex1_rnn_cell.json"])
    assert (len(found.results), found.problems) == (3, ())


def test_two_files_for_one_submission_are_told(folder, tmp_path):
    other = rr.put(tmp_path / "other", rr.result("ann"))
    found = gather([folder, other])
    assert len(found.results) == 3
    assert "another file has the result of ann" in found.problems[0]


def test_a_report_for_one_submission_says_how_many_there_are():
    with pytest.raises(ReportError, match="one submission; 2 results"):
        Gathered((rr.result("a"), rr.result("b"))).only("this")


def test_a_damaged_file_of_an_unknown_exercise_is_no_row(folder):
    (folder / "ann" / "notes.json").write_text("{")
    found = gather([folder])
    assert (len(found.results), len(found.problems)) == (3, 1)


def test_a_folder_that_cannot_be_looked_into_is_told_and_no_absence(
    folder, monkeypatch
):
    scan = os.scandir

    def closed(path):
        if os.path.basename(path) == "ann":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", closed)
    found = gather([folder])
    assert {(r.assignment, r.student): r.score for r in found.results} == {
        ("ex1_rnn_cell", "ann"): None,
        ("ex1_rnn_cell", "bob"): 15,
    }
    assert found.problems == (f"{folder / 'ann'}: {os.strerror(errno.EACCES)}",)


def test_a_pipe_among_results_is_passed_over(folder):
    os.mkfifo(folder / "ann" / "pipe.json")
    assert (len(gather([folder]).results), gather([folder]).problems) == (3, ())
