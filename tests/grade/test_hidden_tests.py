"""Hidden tests, collected once and called plainly: what is failed, what the machinery's failure."""

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
from autograder.system.stopping import Stopped
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
        ("return judge.case('rnn_forward', 'random sizes').differences == ()", "error"),
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


def test_what_fails_beside_the_test_says_where(run):
    (why,) = run("def broken():\n    1 / 0\n" + more("broken()"))[SEQUENCE].broken
    assert re.fullmatch(r"ZeroDivisionError: .* at test_\w+\.py, line 10: 1 / 0", why)


FIXTURE = "@pytest.fixture{how}\ndef own():\n    return 1\n"
CLASS = """class TestMore:
    {first}
    @pytest.mark.task('rnn_forward')
    @pytest.mark.graded('more', share=10)
    def test_more(self):
        pass
"""
NOT_PLAIN = {
    "a fixture of its own": FIXTURE.format(how="") + more("").replace("judge", "own"),
    "one with parameters": FIXTURE.format(how="(params=[1])")
    + more("pass").replace("judge", "own"),
    "one that nobody names": FIXTURE.format(how="(autouse=True)") + more("pass"),
    "a judge of its own": FIXTURE.format(how="").replace("own", "judge") + more("pass"),
    "a fixture of pytest's": more("pass").replace("judge", "request"),
    "a fixture that there is not": more("pass").replace("judge", "nothing"),
    "a set-up of the file": "def setup_module():\n    1 / 0\n" + more("pass"),
    "a set-up of a function": "def setup_function():\n    1 / 0\n" + more("pass"),
    "a set-up of a class": CLASS.format(first="def setup_method(self): 1 / 0"),
    "a fixture of a class": CLASS.format(
        first="@pytest.fixture(autouse=True)\n    def own(self): 1 / 0"
    ),
    "usefixtures": "@pytest.mark.usefixtures('request')\n" + more("pass"),
    "skipped": "@pytest.mark.skip\n" + more("pass"),
    "skipped as a file": "pytestmark = pytest.mark.skipif(True, reason='')\n"
    + more(""),
    "expected to fail": "@pytest.mark.xfail\n" + more("assert 0"),
    "a coroutine": more("pass").replace("def", "async def"),
    "a test of unittest": "import unittest\n"
    + CLASS.format(first="").replace("TestMore", "TestMore(unittest.TestCase)"),
}


@each_row("why", NOT_PLAIN)
def test_what_cannot_be_called_plainly_is_the_machinerys(why, run):
    with pytest.raises(MachineryError, match=r"did not run: .*a hidden test (has|is) "):
        run(NOT_PLAIN[why].replace("    \n", "    pass\n"))


def test_parameters_are_handed_over(run):
    many = "@pytest.mark.parametrize('n', [1, 2])\n"
    text = many + more("require(n == 1, '')").replace("(judge)", "(judge, n)")
    records = run(text)[SEQUENCE].records
    assert [(r.name, r.outcome) for r in records] == [
        ("test_more[1]", "passed"),
        ("test_more[2]", "failed"),
    ]


def test_each_test_has_an_instance_of_its_own(run):
    body = """
    @pytest.mark.graded("more", share=10)
    @pytest.mark.parametrize("n", [1, 2])
    def test_more(self, n):
        require(not hasattr(self, "seen"), "")
        self.seen = n
"""
    text = f'class TestMore:\n    function = "{SEQUENCE}"\n{body}'
    assert run(text)[SEQUENCE].whole


def test_shares_weigh_within_a_function(run):
    first = f"@graded('{SEQUENCE}', share=30)\ndef test_first():\n    pass\n"
    assert run(first + more("assert 0"))[SEQUENCE].part == pytest.approx(0.75)


@each_row(
    "text",
    [
        "import nothing_of_this_name",
        "def f(:",
        "raise SystemExit",
        "pytest.exit('no')",
        "pytest.skip('no', allow_module_level=True)",
        "def pytest_generate_tests(metafunc):\n    1 / 0\n" + more("pass"),
        more("yield"),
        more("pass").replace("@graded", "#"),
        "",
    ],
)
def test_tests_that_cannot_be_collected_are_the_machinerys(text, run):
    with pytest.raises(
        MachineryError, match=r"did not run|has no tests for .*rnn_forward"
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
    asked = """
def pytest_generate_tests(metafunc):
    require(not metafunc.config.pluginmanager.hasplugin("hypothesispytest"), "")
"""
    assert run(asked + more("pass"))[SEQUENCE].whole


def test_an_interrupt_goes_on(run):
    with pytest.raises(KeyboardInterrupt):
        run(more("raise KeyboardInterrupt"))


@pytest.mark.parametrize("kind", ["KeyboardInterrupt", "Stopped"])
def test_an_interrupt_while_tests_are_collected_goes_on(kind, run):
    with pytest.raises({"Stopped": Stopped}.get(kind, KeyboardInterrupt)):
        run(f"from autograder.system.stopping import Stopped\nraise {kind}")


def test_a_test_that_ends_pytest_is_the_machinerys(run):
    with pytest.raises(MachineryError, match="did not run: no"):
        run(more("pytest.exit('no')"))


@pytest.fixture
def again(unit, tmp_path):
    """Run the same hidden tests once more, on what a judge calls."""
    name = f"ex1_rnn_cell_{tmp_path.name}_again"
    text = more("judge.check()")
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
    """No outcome, however it ended."""
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


def test_tests_are_collected_once(again, monkeypatch):
    again()
    monkeypatch.setattr(pytest, "main", None)
    again()


def test_imports_are_left_as_they_are(again):
    before = list(sys.meta_path)
    again()
    assert sys.meta_path == before
