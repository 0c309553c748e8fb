import pytest
from conftest import CELL

from autograder.release import equations
from autograder.unit.course import Course, CourseError
from autograder.unit.unit import load

COURSE = Course.find(__file__)
UNIT = load("ex1_rnn_cell", COURSE)


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
