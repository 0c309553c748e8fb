"""Hidden tests as pytest runs them: what counts as failed, what as a failure of the machinery."""

import os
from dataclasses import replace

import pytest
from conftest import CELL, SEQUENCE

from autograder.course import Course
from autograder.hidden import run_tests
from autograder.judging import Judge, ReferenceCaller
from autograder.outcome import MachineryError

HEAD = f"""
import pytest
from autograder.suite import FunctionSuite
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


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("pass", "passed"),
        ("assert 1 == 2", "failed"),
        ("pytest.fail('no')", "failed"),
        ("1 / 0", "error"),
        ("pytest.skip('no')", "error"),
        ("judge.nothing", "error"),
        ("raise SystemExit", "error"),
    ],
)
def test_what_a_test_comes_to(body, outcome, run):
    attempt = run(more(body))[SEQUENCE]
    assert [r.outcome for r in attempt.records] == [outcome]
    assert (attempt.whole, attempt.broken != []) == (outcome == "passed", outcome == "error")
    assert attempt.part == (outcome == "passed")


def test_a_fixture_that_fails_is_the_machinerys(run):
    text = "@pytest.fixture\ndef broken():\n    assert 0\n" + more("pass").replace("(judge)", "(judge, broken)")
    assert run(text)[SEQUENCE].broken == ["AssertionError: assert 0"]


def test_shares_weigh_within_a_function(run):
    first = f"@graded('{SEQUENCE}', share=30)\ndef test_first():\n    pass\n"
    assert run(first + more("assert 0"))[SEQUENCE].part == pytest.approx(0.75)


@pytest.mark.parametrize("text", ["import nothing_of_this_name", "def f(:", more("pass").replace("@graded", "#"), ""])
def test_tests_that_cannot_be_collected_are_the_machinerys(text, run):
    with pytest.raises(MachineryError, match=r"did not run|has no tests for rnn_forward"):
        run(text)


def test_a_test_without_points_is_refused(run):
    with pytest.raises(MachineryError, match=r"needs @pytest\.mark\.graded"):
        run(f"@pytest.mark.task('{SEQUENCE}')\ndef test_more():\n    pass\n")


def test_only_the_asked_functions_are_run(run):
    text = more("raise SystemExit")
    assert list(run(text, (CELL,))) == [CELL]
    assert run(text, (CELL,))[CELL].whole


def test_a_conftest_and_settings_beside_the_tests_are_not_read(unit, run, tmp_path, monkeypatch):
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
    asked = more("assert not request.config.pluginmanager.hasplugin('hypothesispytest')").replace("judge)", "request)")
    assert run(asked)[SEQUENCE].whole


def test_an_interrupt_goes_on(run):
    with pytest.raises(KeyboardInterrupt):
        run(more("raise KeyboardInterrupt"))
