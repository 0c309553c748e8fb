from dataclasses import replace

import numpy as np
import pytest
from conftest import CELL
from sweeps import few
from tables import each_row

from autograder.release import equations, landmarks
from autograder.release.landmarks import landmarks_of
from autograder.release.recorder import Recorder
from autograder.release.same_landmarks import same_landmarks
from autograder.release.telling import recorded, telling
from autograder.unit.course import Course, CourseError
from autograder.unit.programs import is_program
from autograder.unit.unit import load
from unrolled.check.landmark_store import FunctionLandmarks, read_landmarks
from unrolled.check.landmarks import Landmark

COURSE = Course.find(__file__)
UNIT = load("ex1_rnn_cell", COURSE)
CODE = """
import numpy as np

def f(x, W):
    total = 0 * x
    for t in range(3):
        y = W @ x + t + 1
        total += np.tanh(y)
    pair = (total, y)
    return pair
"""
IN_PLACE = """
import numpy as np

def f(x):
    y = np.empty(len(x))
    for t in range(3):
        y[t] = x[t] + 1
    return y
"""


def told(names=True):
    recorder = Recorder()
    module = telling([(CODE, names)], recorder)
    x, W = np.array([[1.0], [2.0]]), np.array([[0.5, 1.0], [2.0, 0.0]])
    marks = recorded(module.f, (x, W), recorder)
    return x, W, marks


def test_each_variable_is_told_in_each_turn():
    x, W, marks = told()
    y = [one for one in marks if one.name == "y"]
    assert [(one.turn, one.turns) for one in y] == [(0, 3), (1, 3), (2, 3)]
    for turn, one in enumerate(y):
        np.testing.assert_allclose(one.value, W @ x + turn + 1)


def test_each_part_of_a_line_is_told_and_what_lacks_a_term_is_known_as_that():
    x, W, marks = told()
    (part,) = [one for one in marks if one.part and one.turn == 1]
    np.testing.assert_allclose(part.value, W @ x + 1)
    products = [one for one in marks if np.array_equal(one.value, W @ x)]
    assert products
    assert not any(one.part for one in products if one.turn > 0)


def test_what_lay_in_memory_before_is_no_landmark():
    recorder = Recorder()
    module = telling([(IN_PLACE, True)], recorder)
    told = []
    for rest in (4.0, 5.0):
        for _ in range(20):  # what is freed is given out again
            np.full(1000, rest)
        told.append(recorded(module.f, (np.ones(1000),), recorder))
    whole = [one.value for one in told[1] if one.value.shape == (1000,)]
    assert [values for values in whole if (values == 5).any()] == []
    assert any(values[0] == 2 and (values[3:] == 0).all() for values in whole)


def test_parts_of_a_tuple_have_names():
    _, _, marks = told()
    assert {"pair[0]", "pair[1]"} <= {one.name for one in marks}


def test_without_names_only_numbers_are_told():
    _, _, marks = told(names=False)
    assert {one.name for one in marks} == {""}


def test_of_a_program_that_is_to_be_repaired_there_are_none():
    """Its right lines stand there: the first that departs would be the answer."""
    programs = {}
    for assignment in COURSE.assignments:
        unit = load(assignment, COURSE)
        programs[assignment] = [n for n in unit.functions if is_program(unit, n)]
    broken = load("ex8_debugging", COURSE)
    assert programs.pop("ex8_debugging") == list(broken.functions)
    assert not any(programs.values())
    for name in broken.functions:
        assert landmarks_of(broken, name).cases == []
    path = COURSE.exercises / "ex8_debugging" / "ex8_debugging.npz"
    assert not any(found.cases for found in read_landmarks(path).values())


@pytest.mark.parametrize(
    "assignment",
    few(COURSE.assignments, lambda name: name.startswith(("ex1", "ex6"))),
)
def test_no_sample_of_the_course_is_left_out(assignment, caplog):
    """A right answer in another style that cannot be recorded is told."""
    unit = load(assignment, COURSE)
    for name in unit.functions:
        landmarks_of(unit, name)
    assert caplog.text == ""


def test_a_sample_that_cannot_be_recorded_is_told(monkeypatch, tmp_path, caplog):
    sample = tmp_path / "broken.py"
    sample.write_text(f'# %% task="{CELL}"\n{CELL} = nothing\n', encoding="utf-8")
    monkeypatch.setattr(landmarks, "samples", lambda unit: [sample])
    assert landmarks_of(UNIT, CELL).cases[0].marks
    assert f"broken.py: no landmarks of {CELL}: NameError" in caplog.text


def changed(found, change):
    case = found[CELL].cases[0]
    other = replace(case, marks=change(case.marks))
    return {CELL: FunctionLandmarks([other, *found[CELL].cases[1:]])}


@each_row(
    ("change", "same"),
    [
        (lambda marks: marks, True),
        (lambda marks: [replace(m, value=m.value * (1 + 1e-9)) for m in marks], True),
        (lambda marks: marks + marks[:1], True),
        (lambda marks: marks[1:], False),
        (lambda marks: [replace(m, value=m.value + 0.01) for m in marks], False),
        (lambda marks: [*marks, Landmark(np.ones((7, 7)))], False),
    ],
    ids=["equal", "rounding", "twice", "one less", "other numbers", "one more"],
)
def test_rounding_makes_no_other_landmarks(change, same):
    found = {CELL: landmarks_of(UNIT, CELL)}
    assert same_landmarks(changed(found, change), found) is same


def test_every_equation_is_in_its_chapter():
    for assignment in COURSE.assignments:
        unit = load(assignment, COURSE)
        for name in unit.functions:
            equations.equations_of(unit, name)


def test_an_equation_that_the_chapter_has_not_is_refused(monkeypatch):
    wrong = {CELL: {"a_next": "eq-ch1-nothing"}}
    monkeypatch.setattr(UNIT.contracts, "EQUATIONS", wrong)
    with pytest.raises(CourseError, match="no equation eq-ch1-nothing"):
        equations.equations_of(UNIT, CELL)


def test_the_numbers_are_those_of_the_built_pages():
    """Sphinx counts the labelled equations of a page from 1, as `equations` does."""
    unit = load("ex4_lstm_backward", COURSE)
    found = equations.equations_of(unit, "lstm_cell_backward")
    numbers = [found[name][0] for name in ("dc", "dzf", "dWf", "dconcat", "dxt")]
    counted = [int(one.split(".")[1]) for one in numbers]
    assert counted == sorted(counted)
    assert found["dc"][0] == "4.6"
