import pytest

from autograder.unit import paper_cases
from autograder.unit.course import Course
from autograder.unit.unit import load, outcome
from unrolled.check.compare import as_numbers
from unrolled.check.taken_apart import leaves

COURSE = Course.find(__file__)
UNITS = COURSE.assignments


def shown(unit, name, cases):
    function = unit.functions[name]
    return [
        any(
            paper_cases._differs(function.returns, outcome(wrong, case), want)
            for case, want in cases
        )
        for _, wrong in unit.known[name]
    ]


def test_nine_of_ten_catalogued_mistakes_show_on_paper():
    found = []
    for assignment in UNITS:
        unit = load(assignment, COURSE)
        for name in unit.functions:
            found += shown(unit, name, paper_cases.paper_cases(unit, name))
    assert sum(found) >= 0.9 * len(found), f"{sum(found)} of {len(found)}"


@pytest.mark.parametrize("name", ["rnn_cell_forward", "rnn_forward"])
def test_the_numbers_are_halves_and_the_sizes_small(name):
    unit = load("ex1_rnn_cell", COURSE)
    for case, _ in paper_cases.paper_cases(unit, name):
        for _, thing in leaves(case):
            numbers = as_numbers(thing)
            assert max(numbers.shape) <= 2
            assert ((2 * numbers) % 1 == 0).all()
            assert abs(numbers).max() <= 2


def test_they_are_the_same_each_time():
    unit = load("ex1_rnn_cell", COURSE)
    one, other = (paper_cases.paper_cases(unit, "rnn_cell_forward") for _ in range(2))
    assert repr(one) == repr(other)
