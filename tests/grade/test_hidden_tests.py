"""Hidden tests as pytest runs them: what counts as failed, what as a failure of the machinery."""

import gc
import os
import re
import sys
import tracemalloc
from dataclasses import replace

import pytest
from conftest import CELL, SEQUENCE
from tables import each_row

from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge, ReferenceCaller
from autograder.unit.course import Course
from unrolled.check.outcome import MachineryError

HEAD = f"""
import numpy as np
import pytest
from autograder.suite import FunctionSuite, require, require_none, require_result
class TestCell(FunctionSuite):
    function = "{CELL}"
def graded(function, share=10):
    return lambda test: pytest.mark.task(function)(pytest.mark.graded("more", share=share)(test))
"""


@pytest.fixture
def run(unit, tmp_path, monkeypatch):
    """Run other hidden tests on the reference."""
    count = iter(range(100))

    def run(text, tasks=(CELL, SEQUENCE)):
        folder = tmp_path / f"s{next(count)}"
        folder.mkdir()
        name = f"ex1_rnn_cell_{tmp_path.name}_{folder.name}"  # pytest keeps modules by their names
        (folder / f"test_{name}.py").write_text(HEAD + text, encoding="utf-8")
        other = replace(unit, assignment=name, course=Course(unit.course.root, folder))
        return run_tests(other, Judge(unit, ReferenceCaller(unit), 0), tasks)

    return run


def more(body):
    return f"@graded('{SEQUENCE}')\ndef test_more(judge):\n    {body}\n"


@each_row(
    ("body", "outcome"),
    [
        ("pass", "passed"),
        ("assert 1 == 2", "failed"),
        ("pytest.fail('no')", "failed"),
        ("require(1 == 1, 'no')", "passed"),
        ("require(1 == 2, 'no')", "failed"),
        ("require(np.all([True]), 'no')", "passed"),
        ("require(np.all([False]), 'no')", "failed"),
        ("require(judge.case, 'not called')", "error"),
        ("require([], 'no truth value')", "error"),
        ("require(None, 'no truth value')", "error"),
        ("require_none([])", "passed"),
        ("require_none(one for one in ['differs'])", "failed"),
        ("require_none(None)", "error"),
        ("require_result(judge.case('rnn_forward', 'random sizes'))", "passed"),
        ("import warnings; warnings.warn('no')", "passed"),
        ("np.log(np.zeros(1))", "passed"),
        ("1 / 0", "error"),
        ("pytest.skip('no')", "error"),
        ("judge.nothing", "error"),
        ("raise SystemExit", "error"),
    ],
)
def test_what_a_test_comes_to(body, outcome, run):
    attempt = run(more(body))[SEQUENCE]
    assert [r.outcome for r in attempt.records] == [outcome]
    assert (attempt.whole, attempt.broken != []) == (
        outcome == "passed",
        outcome == "error",
    )
    assert attempt.part == (outcome == "passed")


def test_a_fixture_that_fails_is_the_machinerys(run):
    text = "@pytest.fixture\ndef broken():\n    assert 0\n" + more("pass").replace(
        "(judge)", "(judge, broken)"
    )
    (why,) = run(text)[SEQUENCE].broken
    assert re.fullmatch(r"AssertionError\b.* at test_\w+\.py, line 11: assert 0", why)


def test_shares_weigh_within_a_function(run):
    first = f"@graded('{SEQUENCE}', share=30)\ndef test_first():\n    pass\n"
    assert run(first + more("assert 0"))[SEQUENCE].part == pytest.approx(0.75)


@each_row(
    "text",
    [
        "import nothing_of_this_name",
        "def f(:",
        more("pass").replace("@graded", "#"),
        "",
    ],
)
def test_tests_that_cannot_be_collected_are_the_machinerys(text, run):
    with pytest.raises(
        MachineryError, match=r"did not run|has no tests for rnn_forward"
    ):
        run(text)


def test_a_test_without_points_is_refused(run):
    with pytest.raises(MachineryError, match=r"needs @pytest\.mark\.graded"):
        run(f"@pytest.mark.task('{SEQUENCE}')\ndef test_more():\n    pass\n")


def test_only_the_asked_functions_are_run(run):
    text = more("raise SystemExit")
    assert list(run(text, (CELL,))) == [CELL]
    assert run(text, (CELL,))[CELL].whole


def test_a_conftest_and_settings_beside_the_tests_are_not_read(
    unit, run, tmp_path, monkeypatch
):
    (tmp_path / "conftest.py").write_text("1 / 0")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")
    assert run(more("pass"))[SEQUENCE].whole
    assert os.environ["PYTEST_ADDOPTS"] == "--nonsense"


def test_nothing_is_printed(run, capfd):
    run(more("print('hidden')"))
    assert capfd.readouterr() == ("", "")


def test_plugins_that_happen_to_be_installed_are_not_loaded(run):
    asked = more(
        "assert not request.config.pluginmanager.hasplugin('hypothesispytest')"
    ).replace("judge)", "request)")
    assert run(asked)[SEQUENCE].whole


def test_an_interrupt_goes_on(run):
    with pytest.raises(KeyboardInterrupt):
        run(more("raise KeyboardInterrupt"))


@pytest.fixture
def again(unit, tmp_path):
    """Run the same hidden tests once more, on what a judge calls."""
    name = f"ex1_rnn_cell_{tmp_path.name}_again"
    text = "@pytest.fixture(scope='session')\ndef seen():\n    return []\n"
    text += more("seen.append(1); assert seen == [1]; judge.check()").replace(
        "(judge)", "(judge, seen)"
    )
    (tmp_path / f"test_{name}.py").write_text(HEAD + text, encoding="utf-8")
    other = replace(unit, assignment=name, course=Course(unit.course.root, tmp_path))

    def again(check=lambda: None, tasks=(CELL, SEQUENCE)):
        judge = Judge(other, ReferenceCaller(other), 0)
        judge.check = check
        return run_tests(other, judge, tasks)

    return again


def failing():
    raise AssertionError


def interrupted():
    raise KeyboardInterrupt


def test_one_run_leaves_nothing_to_the_next(again):
    """Neither an outcome nor a fixture, however it ended."""
    assert again()[SEQUENCE].whole
    assert [r.outcome for r in again(failing)[SEQUENCE].records] == ["failed"]
    assert [r.outcome for r in again(lambda: 1 / 0)[SEQUENCE].records] == ["error"]
    with pytest.raises(KeyboardInterrupt):
        again(interrupted)
    assert list(again(tasks=(CELL,))) == [CELL]
    assert all(attempt.whole for attempt in again().values())


def test_what_one_run_found_stays_as_it_is(again):
    first = again(failing)[SEQUENCE]
    again()
    assert not first.whole


def test_a_thousand_runs_take_no_more_memory(again):
    again()
    tracemalloc.start()
    try:
        for _ in range(20):
            again(failing)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(100):
            again(failing)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 100_000, (
        "a kilobyte a run would be a megabyte for a thousand"
    )


def test_imports_are_left_as_they_are(again):
    before = list(sys.meta_path)
    again()
    assert sys.meta_path == before
