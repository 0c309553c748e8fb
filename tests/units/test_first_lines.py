"""The trace names the line in which a mistake was made, and marks nothing in what is right."""

import pytest

from autograder.unit.course import Course
from autograder.unit.unit import load
from tests.first_lines import EARLIER, NAMED, Mistake, Score, catalogued, located, score

COURSE = Course.find(__file__)
LEAST = 0.9  # of the catalogue
MOST_EARLIER = 0.02


def test_the_catalogues_lines_are_named(capsys):
    total = Score()
    for assignment in COURSE.assignments:
        unit = load(assignment, COURSE)
        total.add(score(unit, catalogued(unit)))
    many = total.counts.total()
    assert many > 1500
    told = "\n".join(total.misses)
    assert total.counts[NAMED] >= LEAST * many, told
    assert total.counts[EARLIER] <= MOST_EARLIER * many, told


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_a_right_answer_in_any_style_has_no_mark(assignment):
    unit = load(assignment, COURSE)
    for name, cell in unit.solves.items():
        right = Mistake(name, "", unit.reference, {}, cell.id, frozenset())
        assert located(unit, right) == ""
