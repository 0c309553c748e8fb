"""Before anything is graded: the released notebook, the reference and known mistakes get what
they must get.
"""

import json
import re
from dataclasses import replace

import minicourse
import notebooks as nb
import pytest
from sweeps import few

from autograder import exits
from autograder.batch import graders
from autograder.batch.batch import Batch
from autograder.batch.submissions import grade_all, grade_one
from autograder.cli import main
from autograder.collect.hand_in import HandIn
from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge, ReferenceCaller
from autograder.grade.rehearsal import RehearsalError, rehearse
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.check.compare import Difference
from unrolled.check.outcome import MachineryError, Raised, Returned

NAME = minicourse.NAME


@pytest.fixture
def course(tmp_path):
    """A course of one function."""
    return minicourse.make(tmp_path / "course")


@pytest.fixture
def lenient(monkeypatch):
    """A judge that lets everything pass, as one of assertions does where Python leaves them out."""
    run_tests(
        nb.UNIT, Judge(nb.UNIT, ReferenceCaller(nb.UNIT), 0)
    )  # pytest has to import the suite for itself
    monkeypatch.setattr("autograder.suite.require", lambda *_: None)


@pytest.fixture
def refused(course):
    """What is said of the course as it is now."""

    def refused(**changes):
        own = replace(load(NAME, course), **changes)
        with pytest.raises(RehearsalError) as error:
            rehearse(replace(nb.grader(), unit=own))
        return str(error.value)

    return refused


@pytest.mark.parametrize(
    "name",
    few(
        Course.find(__file__).assignments, lambda name: name.startswith(("ex1", "ex8"))
    ),
)
def test_every_exercise_of_the_course_passes(name, real_course):
    rehearse(nb.grader(unit=load(name, real_course)))


def test_a_course_without_released_notebooks_passes(course):
    assert not course.exercises.exists()
    rehearse(nb.grader(unit=load(NAME, course)))


@pytest.mark.usefixtures("lenient")
def test_a_judge_that_lets_all_pass_is_noticed(refused):
    said = refused()
    assert said.startswith(f"nothing of {NAME} is graded")
    assert (
        "a known mistake gets 10 of 10 points for step; expected: less than 10" in said
    )


def test_a_judge_that_lets_nothing_pass_is_noticed(refused, monkeypatch):
    wrong = [Difference("structure", "", "b", "differs")]
    monkeypatch.setattr("autograder.grade.judge.compare_returned", lambda *_: wrong)
    said = refused()
    assert (
        "the reference gets 0 of 10 points for step: it fails test_shapes, test_values[b]"
        in said
    )
    assert said.endswith("more; expected: 10")


def test_a_comparison_that_is_too_generous_is_noticed(refused, monkeypatch):
    monkeypatch.setattr("autograder.grade.judge.compare_returned", lambda *_: [])
    assert "a known mistake gets 10 of 10 points" in refused()


def test_a_released_notebook_that_holds_the_solution_is_noticed(course, refused):
    text = "def step(a):\n    return 3.0 * np.tanh(a) + np.arange(a.size)"
    nb.write(
        {"cells": [nb.own(text, id="step")]}, course.exercises / NAME / f"{NAME}.ipynb"
    )
    assert (
        "the released notebook gets 10 of 10 points, step 10 of 10; expected: 0"
        in refused()
    )


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"\xff", {"cells": []}, {"cells": [nb.own("def step(a): return 1")]}],
)
def test_a_released_notebook_that_is_none_does_not_pass_for_an_untouched_one(
    data, course, refused
):
    nb.write(data, course.exercises / NAME / f"{NAME}.ipynb")
    said = refused()
    assert "the released notebook gets 0 of 10 points" in said
    assert "expected: 0, with every function untouched" in said


def test_a_worker_in_which_everything_fails_is_noticed(refused, monkeypatch):
    monkeypatch.setattr(
        "autograder.grade.client.Client.call", lambda *_, **__: Raised("ImportError")
    )
    said = refused()
    assert (
        "the released notebook gets ImportError from step in the confined worker"
        in said
    )


def test_a_worker_that_answers_something_else_is_noticed(refused, monkeypatch):
    monkeypatch.setattr(
        "autograder.grade.client.Client.call", lambda *_, **__: Returned(7.5)
    )
    assert (
        "the released notebook gets an answer from step in the confined worker"
        in refused()
    )


def test_an_exercise_worth_nothing_is_not_graded(refused):
    assert "the exercise is worth nothing" in refused(points={"step": 0.0})


def test_points_that_are_no_numbers_are_not_points(refused):
    assert "the exercise is worth nothing" in refused(points={"step": float("nan")})


def test_tests_that_are_not_there_are_not_passed(course):
    (course.solutions / f"test_{NAME}.py").write_text('"""None."""\n')
    with pytest.raises(MachineryError, match="has no tests for step"):
        rehearse(nb.grader(unit=load(NAME, course)))


def test_tests_that_pass_everything_are_noticed(course, refused):
    marks = "@pytest.mark.task('step')\n@pytest.mark.graded('values', share=1)\n"
    (course.solutions / f"test_{NAME}.py").write_text(
        f"import pytest\n\n{marks}def test_it(judge):\n    pass\n"
    )
    assert "a known mistake gets 10 of 10 points" in refused()


@pytest.mark.parametrize("text", ["", "misconception = []\n"])
def test_without_a_catalogue_numbers_that_are_off_stand_for_a_mistake(
    text, course, refused, monkeypatch
):
    (course.solutions / "misconceptions" / f"{NAME}.toml").write_text(text)
    rehearse(nb.grader(unit=load(NAME, course)))
    monkeypatch.setattr("autograder.grade.judge.compare_returned", lambda *_: [])
    assert "a known mistake gets 10 of 10 points" in refused()


def test_a_mistake_that_is_none_is_noticed(course, refused):
    path = course.solutions / "misconceptions" / f"{NAME}.toml"
    path.write_text(
        path.read_text().replace("5.0 * np.tanh(a + 1.5)", "1.5 * 2 * np.tanh(a)")
    )
    assert "a known mistake gets 10 of 10 points" in refused()


def test_a_hidden_test_that_breaks_is_told_by_its_line(course, refused):
    text = (course.solutions / f"test_{NAME}.py").read_text()
    start, _ = text.split("\n\n\ndef of_the_sum")
    more = (
        "\n\n    @pytest.mark.graded('more', share=1)\n"
        "    def test_more(self, judge):\n        1 / 0\n"
    )
    (course.solutions / f"test_{NAME}.py").write_text("import pytest\n" + start + more)
    assert re.search(
        r"the reference gets no mark for step: ZeroDivisionError.* line \d+: 1 / 0",
        refused(),
    )


# ---- in a batch ----


@pytest.fixture
def order(tmp_path, monkeypatch):
    """An order of the real course, in a process that has rehearsed nothing."""
    monkeypatch.setattr(graders, "_REHEARSED", {})
    return Batch(nb.COURSE.root, nb.COURSE.solutions, tmp_path / "results")


@pytest.fixture
def found(tmp_path):
    name = nb.UNIT.assignment
    return [
        HandIn(s, name, nb.write(nb.SUBMISSIONS[s], tmp_path / s / f"{name}.ipynb"))
        for s in ("right", "untouched")
    ]


def test_it_is_seen_once_a_process_and_before_the_first(order, found, monkeypatch):
    seen = []
    monkeypatch.setattr(
        graders, "rehearse", lambda grader: seen.append(grader.unit.assignment)
    )
    assert [d.result.score for d in grade_all(order, found)] == [20, 0]
    assert seen == [nb.UNIT.assignment]
    assert [d.kept for d in grade_all(order, found)] == [True, True]
    grade_one(replace(order, seed=5), found[0])
    assert len(seen) == 2  # other inputs


@pytest.mark.usefixtures("lenient")
def test_where_it_fails_nothing_is_graded_and_nothing_is_written(order, found):
    done = list(grade_all(order, found))
    assert [d.result.score for d in done] == [None, None]
    assert all("a known mistake gets" in d.result.problem for d in done)
    assert not [
        p
        for p in order.out.rglob("*.json")
        if json.loads(p.read_text()).get("score") is not None
    ]


def test_another_exercise_is_graded_all_the_same(
    order, found, monkeypatch, real_course
):
    other = "ex3_lstm_forward"

    def only_the_other(grader):
        if grader.unit.assignment != other:
            raise RehearsalError("no")

    monkeypatch.setattr(graders, "rehearse", only_the_other)
    path = real_course.exercises / other / f"{other}.ipynb"
    done = list(grade_all(order, [*found, HandIn("ann", other, path)]))
    assert [d.result.score for d in done] == [None, None, 0]


def test_what_may_pass_is_tried_again_with_the_next(order, found, monkeypatch):
    broken = [OSError("the disk"), None]

    def once(grader):
        if error := broken.pop(0):
            raise error

    monkeypatch.setattr(graders, "rehearse", once)
    assert [d.result.score for d in grade_all(order, found)] == [None, 0]


@pytest.mark.usefixtures("lenient")
def test_the_command_says_which_and_exits_with_1(found, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(graders, "_REHEARSED", {})
    monkeypatch.chdir(nb.COURSE.root)
    monkeypatch.setenv("COLUMNS", "300")
    code = main(["grade", str(found[1].path), "--out", str(tmp_path / "out")])
    assert code == exits.NOT_GRADED
    said = capsys.readouterr().out
    assert (
        "a known mistake gets 10 of 10 points for rnn_cell_forward; expected: less than 10"
        in said
    )
