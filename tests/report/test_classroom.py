"""GitHub Classroom's payload, read as its reporter reads it."""

import base64
import json
import math

import pytest
import report_results as rr
from fuzzing import cases
from hypothesis import given
from tables import each_row

from autograder.grade.told import Feedback
from autograder.report import classroom


def reporter(encoded):
    """What the reporter makes of a payload, after its source: points, maximum, whether the job
    fails, and its log.

    `autograding-grading-reporter`, src/main.js and its parts: a missing `score` or `tests` is
    JavaScript's undefined.
    """
    results = json.loads(base64.b64decode(encoded))
    log = []
    for test in results["tests"]:  # undefined.forEach would throw
        line = (
            ""
            if test.get("line_no", math.nan) == 0
            else f" - line {test.get('line_no')}"
        )
        if test["status"] == "error":
            log.append(f"Error: {test['message'] or 'Failed to run'}")
        else:
            log.append(f"{test['name']}{line}")
    if not results.get("max_score"):
        return None, results["status"] in ("fail", "error"), log
    total = sum(test.get("score", math.nan) for test in results["tests"])
    return (total, results["max_score"]), results["status"] in ("fail", "error"), log


def read(result):
    return reporter(classroom.encoded(classroom.payload(result)))


def test_points_are_those_of_the_result():
    points, fails, log = read(rr.result())
    assert (points, fails) == ((15, 20), True)
    assert log == [rr.CELL, rr.SEQUENCE]


def test_all_right_passes():
    assert read(rr.result(tasks=[rr.right(rr.CELL), rr.right(rr.SEQUENCE)]))[:2] == (
        (20, 20),
        False,
    )


@each_row("status", ["timeout", "crashed", "untouched", "missing", "failed"])
def test_score_and_tests_are_there_whatever_became_of_it(status):
    data = classroom.payload(
        rr.result(tasks=[rr.wrong(status=status), rr.right(rr.SEQUENCE)])
    )
    assert [test["score"] for test in data["tests"]] == [0, 10]
    assert read(rr.result(tasks=[rr.wrong(status=status)]))[0] == (0, 10)


def test_what_was_refused_is_a_zero():
    assert read(rr.refused())[:2] == ((0, 20), True)


@pytest.mark.parametrize(
    "result", [rr.broken(), rr.result(tasks=[], score=None, problem="it died"), None]
)
def test_where_the_machinery_failed_no_points_are_reported(result):
    points, fails, log = read(result)
    assert (points, fails) == (None, True)
    assert "no points are lost" in log[0]


def test_a_grading_that_was_ended_leaves_a_payload(tmp_path, capfdbinary):
    code, out, _ = rr.report(capfdbinary, "github-classroom", tmp_path)
    assert code == 0
    assert reporter(out)[:2] == (None, True)


def test_a_damaged_result_leaves_a_payload(tmp_path, capfdbinary):
    (tmp_path / "ex1_rnn_cell.json").write_text("{")
    code, out, _ = rr.report(capfdbinary, "github-classroom", tmp_path)
    assert code == 1
    assert reporter(out)[:2] == (None, True)


def test_one_line_for_the_steps_output(tmp_path, capfdbinary):
    folder = rr.put(tmp_path, rr.result())
    _, out, _ = rr.report(capfdbinary, "github-classroom", folder)
    assert out.count("\n") == 1
    assert (
        json.loads(rr.report(capfdbinary, "github-classroom", folder, "--json")[1])[
            "max_score"
        ]
        == 20
    )


def test_an_environment_can_hold_it():
    many = rr.result(
        tasks=[rr.wrong(f"f{i}", feedback=Feedback("€" * 100_000)) for i in range(40)]
    )
    text = classroom.encoded(classroom.payload(many))
    assert len(text) < 128 * 1024 - 100
    assert reporter(text)[0] == (200, 400)


@cases(60)
@given(rr.TEXTS)
def test_no_text_is_a_command_in_the_log(evil):
    for result in (
        rr.result(tasks=[rr.wrong(evil, feedback=rr.saying(evil))]),
        rr.result(tasks=[rr.wrong(evil, feedback=Feedback(evil))]),
        rr.result(tasks=[], score=None, problem=evil),
    ):
        for line in "\n".join(read(result)[2]).split("\n"):
            assert not line.strip().startswith("::")
            assert "##[" not in line
