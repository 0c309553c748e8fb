"""Notebooks graded from the file to the result, by the hidden tests and a confined worker."""

import os
from dataclasses import asdict, replace

import notebooks as nb
import pytest
from leftovers import left, nothing_new
from secrecy import assert_no_secrets, solution, told
from sweeps import few

from autograder.confine import Limits
from autograder.grade import grader
from autograder.grade import result as results
from autograder.unit.samples import sample_notebook, samples
from autograder.unit.unit import load
from unrolled.check.outcome import MachineryError

CELL, SEQUENCE = nb.CELL, nb.SEQUENCE


@pytest.mark.parametrize("seed", [0, 1, 20260131])
def test_the_reference_gets_full_marks(seed, graded):
    result, tasks = graded(nb.answered(), seed)
    assert (result.score, result.max_score, result.repairs, result.problem) == (
        20.0,
        20.0,
        [],
        "",
    )
    assert {t.status for t in tasks.values()} == {"passed"}
    assert all("is right" in t.message for t in tasks.values())


def test_the_release_gets_nothing(graded):
    result, tasks = graded(nb.untouched())
    assert result.score == 0
    assert {(t.status, t.misconception) for t in tasks.values()} == {
        ("untouched", "placeholder-left")
    }


@pytest.mark.parametrize("path", samples(nb.UNIT), ids=lambda p: p.stem)
def test_a_right_answer_in_another_style_gets_full_marks(path, graded):
    result, tasks = graded(sample_notebook(nb.UNIT, path), seed=3)
    assert nb.points(result) == [10.0, 10.0], [t.message for t in result.tasks]
    assert {t.misconception for t in tasks.values()} == {None}


def representative(unit):
    """Give one known mistake of a unit, where there is one in a function that another calls."""
    called = {c for f in unit.functions.values() for c in f.companions}
    found = [e for e in unit.edits if e.misconception.function in called] or unit.edits
    return found[len(found) // 2]


@pytest.mark.parametrize(
    "assignment",
    few(nb.COURSE.assignments, lambda name: name.startswith(("ex1", "ex4", "ex8"))),
)
def test_a_known_mistake_loses_points_once_and_is_named(assignment, tmp_path):
    unit = load(assignment, nb.COURSE)
    edit = representative(unit)
    one = edit.misconception
    path = nb.write(nb.mistaken(edit, unit), tmp_path / "x.ipynb")
    result = nb.grader(unit=unit).grade(path, "ann")
    task = next(t for t in result.tasks if t.task == one.function)
    assert task.points < task.max_points
    assert (task.status in ("failed", "partial"), task.misconception) == (True, one.id)
    assert one.symptom in task.message
    others = [t for t in result.tasks if t is not task]
    assert [t.message for t in others if t.points != t.max_points] == []
    # the lines of the notebook are the student's own, and are shown to nobody else
    assert_no_secrets(told(without_own_lines(result)), solution(unit))


def without_own_lines(result):
    """A result without the lines of the notebook that it shows."""
    return replace(result, tasks=[without_lines(task) for task in result.tasks])


def without_lines(task):
    where = task.feedback.where
    if where is None:
        return task
    shown = replace(where, marks=())
    return replace(task, feedback=replace(task.feedback, where=shown))


@pytest.mark.parametrize("seed", range(4))
def test_a_mistake_is_named_whatever_the_seed(seed, graded):
    _, tasks = graded(nb.mistaken(nb.mistake(SEQUENCE, "a0-every-step")), seed)
    assert (tasks[SEQUENCE].misconception, tasks[SEQUENCE].points < 10) == (
        "a0-every-step",
        True,
    )


def test_two_mistakes_cost_each_its_own_function_and_are_both_named(graded):
    made = {CELL: "tanh-missing", SEQUENCE: "a0-ignored"}
    wrong = {
        name: nb.cell(nb.mistaken(nb.mistake(name, i)), name)["source"]
        for name, i in made.items()
    }
    _, tasks = graded(nb.answered(**wrong))
    assert {name: t.misconception for name, t in tasks.items()} == made
    assert "Judged with a right `rnn_cell_forward`" in tasks[SEQUENCE].message


def test_a_mistake_in_the_companion_is_paid_once_also_with_keywords(graded):
    call = "rnn_cell_forward(x[:, :, t], a_next, parameters)"
    named = "rnn_cell_forward(xt=x[:, :, t], a_prev=a_next, parameters=parameters)"
    wrong = nb.cell(nb.mistaken(nb.mistake(CELL, "bias-missing")), CELL)["source"]
    assert call in nb.RIGHT[SEQUENCE]
    result, _ = graded(
        nb.answered(**{CELL: wrong, SEQUENCE: nb.RIGHT[SEQUENCE].replace(call, named)})
    )
    assert (nb.points(result)[0] < 10, nb.points(result)[1]) == (True, 10)


# A sequence function that starts each step from its own stored state, and asks whether the
# step's cache holds it.
VIEW = nb.RIGHT[SEQUENCE].replace(
    "x[:, :, t], a_next, parameters)",
    "x[:, :, t], a[:, :, t - 1] if t else a0, parameters)",
)


SHARED = """
    if T_x > 1:
        before = caches[1][1][0, 0]
        a[0, 0, 0] += 7
        assert caches[1][1][0, 0] == before + 7
        a[0, 0, 0] -= 7
    ### END CODE HERE ###"""


def test_an_error_inside_a_right_companion_says_whose_cell_it_is_in(graded):
    wrong = nb.RIGHT[SEQUENCE].replace("x[:, :, t]", "x[:, t]")
    _, tasks = graded(nb.answered(**{SEQUENCE: wrong}))
    assert f"of the cell that defines `{CELL}`" in tasks[SEQUENCE].message
    assert tasks[SEQUENCE].misconception == "input-cut-along-wrong-axis"
    own = nb.RIGHT[CELL].replace("Waa @ a_prev", "Waa[9] @ a_prev")
    _, tasks = graded(nb.answered(**{CELL: own}))
    assert "of the cell: `" in tasks[CELL].message


def test_a_start_that_broadcasts_is_right_beside_a_stub_too(tmp_path):
    unit = load("ex3_lstm_forward", nb.COURSE)
    texts = nb.code(nb.source_cells(unit))
    right = "c_next = np.zeros((n_a, m))"
    for start in ("0", "np.zeros((n_a, 1))", "np.zeros(m)", "[[0.0] * m] * n_a"):
        sequence = texts["lstm_forward"].replace(right, f"c_next = {start}")
        notebook = nb.filled(unit, {"lstm_forward": sequence})
        path = nb.write(notebook, tmp_path / "x.ipynb")
        result = nb.grader(unit=unit).grade(path, "ann")
        by_name = {task.task: task for task in result.tasks}
        assert by_name["lstm_cell_forward"].status == "untouched"
        assert by_name["lstm_forward"].status == "passed", start


SERVED = {
    "x[:, t]": "input-cut-along-wrong-axis",
    "x": "input-cut-along-wrong-axis",
}


@pytest.mark.parametrize("cut", SERVED)
def test_what_a_served_companion_refuses_has_the_name_that_it_has_beside_ones_own(
    cut, graded
):
    wrong = nb.RIGHT[SEQUENCE].replace("x[:, :, t]", cut)
    stub = nb.cell(nb.untouched(), CELL)["source"]
    _, tasks = graded(nb.answered(**{CELL: "".join(stub), SEQUENCE: wrong}))
    assert tasks[SEQUENCE].misconception == SERVED[cut]
    assert "raises ValueError: " in tasks[SEQUENCE].message
    _, tasks = graded(nb.answered(**{SEQUENCE: wrong}))
    assert tasks[SEQUENCE].misconception == SERVED[cut]


@pytest.mark.parametrize("own", ["right", "bias-missing"])
def test_aliasing_shows_with_the_own_companion_and_with_a_served_one(own, graded):
    cell = (
        nb.RIGHT[CELL]
        if own == "right"
        else nb.cell(nb.mistaken(nb.mistake(CELL, own)), CELL)["source"]
    )
    view = VIEW.replace("\n    ### END CODE HERE ###", SHARED)
    copies = view.replace("a[:, :, t - 1] if t", "a[:, :, t - 1].copy() if t")
    assert view != copies
    _, tasks = graded(nb.answered(**{CELL: cell, SEQUENCE: view}))
    assert tasks[SEQUENCE].points == 10, tasks[SEQUENCE].message
    _, tasks = graded(nb.answered(**{CELL: cell, SEQUENCE: copies}))
    assert "AssertionError" in tasks[SEQUENCE].message


OVERWRITING = (
    nb.RIGHT[SEQUENCE]
    .replace("a_next = a0\n", "a_next = a0.copy()\n    state = a_next\n")
    .replace(
        "        a[:, :, t] = a_next\n",
        "        a[:, :, t] = a_next\n        state[:] = a_next\n        a_next = state\n",
    )
)


@pytest.mark.parametrize("own", ["right", "bias-missing"])
def test_a_state_that_is_overwritten_spoils_the_caches_also_when_served(own, graded):
    cell = (
        nb.RIGHT[CELL]
        if own == "right"
        else nb.cell(nb.mistaken(nb.mistake(CELL, own)), CELL)["source"]
    )
    _, tasks = graded(nb.answered(**{CELL: cell, SEQUENCE: OVERWRITING}))
    assert tasks[SEQUENCE].points < 10
    assert "caches[0][0][1]" in tasks[SEQUENCE].message


def test_the_same_submission_and_seed_give_the_same_result(graded):
    for notebook in (
        nb.answered(),
        nb.mistaken(nb.mistake(CELL, "bias-missing")),
        nb.untouched(),
    ):
        assert graded(notebook, 5)[0].to_json() == graded(notebook, 5)[0].to_json()


DRAWS = (
    "np.random.randn(*a_prev.shape)",
    "np.random.default_rng().standard_normal(a_prev.shape)",
    "a_prev + (random.random() < 0.5)",
)


@pytest.mark.parametrize("draw", DRAWS)
def test_what_is_drawn_without_a_seed_is_the_same_each_time(draw, graded):
    text = f"import random\n{nb.RIGHT[CELL]}".replace(
        "    cache =", f"    a_next = {draw}\n    cache ="
    )
    first, second = (graded(nb.answered(**{CELL: text}))[0] for _ in range(2))
    assert first.score < 20
    assert first.to_json() == second.to_json()


def test_a_failure_of_the_machinery_gives_no_mark(tmp_path, monkeypatch):
    path = nb.write(nb.answered(), tmp_path / "x.ipynb")
    for failure in (
        MachineryError("no worker"),
        OSError("disk"),
        RuntimeError("odd"),
        KeyError("k"),
    ):
        monkeypatch.setattr(
            grader,
            "run_tests",
            lambda *a, error=failure, **k: (_ for _ in ()).throw(error),
        )
        result = nb.grader().grade(path, "ann")
        assert (result.score, result.tasks) == (None, [])
        assert "the grading machinery failed" in result.problem


def test_a_test_that_fails_by_itself_gives_no_mark(tmp_path, monkeypatch):
    path = nb.write(nb.answered(), tmp_path / "x.ipynb")
    monkeypatch.setattr("autograder.grade.judge.compare_returned", lambda *a: 1 / 0)
    result = nb.grader().grade(path, "ann")
    assert (result.score, {(t.status, t.points) for t in result.tasks}) == (
        None,
        {("error", None)},
    )


def test_an_interrupt_stops_the_batch(tmp_path, monkeypatch):
    path = nb.write(nb.answered(), tmp_path / "x.ipynb")
    monkeypatch.setattr(
        "autograder.grade.judge.compare_returned",
        lambda *a: (_ for _ in ()).throw(KeyboardInterrupt),
    )
    with pytest.raises(KeyboardInterrupt):
        nb.grader().grade(path, "ann")


def test_what_a_shell_sets_for_pytest_does_not_matter(graded, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x --collect-only")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    wrong = nb.mistaken(nb.mistake(CELL, "bias-missing"))
    assert nb.points(graded(wrong)[0])[1] == 10
    assert os.environ["PYTEST_ADDOPTS"] == "-x --collect-only"


def test_a_result_can_be_written_and_read(graded, tmp_path):
    result, _ = graded(nb.untouched())
    results.write(result, tmp_path / "r.json")
    assert results.read(tmp_path / "r.json") == result
    assert asdict(result)["versions"].keys() == {
        "autograder",
        "numpy",
        "python",
        "tests",
    }


def test_the_digest_follows_the_tests(tmp_path):
    course = replace(nb.COURSE, solutions=nb.COURSE.solutions)
    before = grader.digest(nb.UNIT)
    assert before == grader.digest(replace(nb.UNIT, course=course))
    other = tmp_path / "solutions"
    other.mkdir()
    changed = replace(nb.COURSE, solutions=other)
    assert grader.digest(replace(nb.UNIT, course=changed)) != before


def test_grading_leaves_nothing_behind(graded, tmp_path, monkeypatch):
    graded(nb.answered())
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    before = left()
    endless = nb.RIGHT[CELL].replace("    cache =", "    while True: pass\n    cache =")
    for notebook in (
        nb.answered(),
        nb.answered(**{CELL: endless}),
        nb.with_cell("import os\nos._exit(1)"),
        b"",
        {},
    ):
        graded(notebook, call_seconds=0.3)
    assert nothing_new(before)
    assert list(place.iterdir()) == []


def test_limits_of_the_course_are_the_defaults():
    with grader.client_for(
        nb.UNIT, grader.read(released(), nb.UNIT), nb.grader().confinement
    ) as client:
        assert client.limits == Limits.from_settings(nb.COURSE.settings)


def released():
    return nb.COURSE.exercises / nb.UNIT.assignment / f"{nb.UNIT.assignment}.ipynb"
