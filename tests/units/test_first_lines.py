"""The trace names the line in which a mistake was made, and marks nothing in what is right."""

import pytest
from sweeps import few

from autograder.release.landmarks import landmarks_of
from autograder.unit.course import Course
from autograder.unit.programs import is_program
from autograder.unit.unit import load, outcome
from tests.first_lines import (
    EARLIER,
    NAMED,
    Score,
    catalogued,
    located,
    right_answers,
    score,
    traced,
)
from unrolled.notebook_check import Check

COURSE = Course.find(__file__)
# of programs that are to be repaired no line is pointed at
TRACED = [name for name in COURSE.assignments if name != "ex8_debugging"]
LEAST = 0.9  # of the catalogue
MOST_EARLIER = 0.02


# which units, and how many mistakes of theirs there are at least
ASKED = {"two units": (["ex1_rnn_cell", "ex3_lstm_forward"], 300)}
ASKED["all"] = (TRACED, 1500)


@pytest.mark.parametrize("asked", few(ASKED, lambda asked: asked != "all"))
def test_the_catalogues_lines_are_named(asked):
    assignments, least = ASKED[asked]
    total = Score()
    for assignment in assignments:
        unit = load(assignment, COURSE)
        total.add(score(unit, catalogued(unit)))
    many = total.counts.total()
    assert many > least
    told = "\n".join(total.misses)
    assert total.counts[NAMED] >= LEAST * many, told
    assert total.counts[EARLIER] <= MOST_EARLIER * many, told


def test_where_methods_leave_something_wrong_that_is_told_as_one_of_two_ways():
    """A line that was right in one call and is not in the next may be as it should."""
    unit = load("ex6_lstm_layers", COURSE)
    found = {
        one.label: located(unit, one).where
        for one in catalogued(unit)
        if one.label in ("layers-not-updated", "maps-not-updated", "one-map-for-both")
    }
    assert found["layers-not-updated"].agreed_before
    assert found["maps-not-updated"].agreed_before
    assert not found["one-map-for-both"].agreed_before


@pytest.mark.parametrize(
    "assignment", few(TRACED, lambda name: name.startswith(("ex2", "ex3")))
)
def test_a_right_answer_in_any_style_has_no_mark(assignment):
    unit = load(assignment, COURSE)
    known = {name: landmarks_of(unit, name) for name in unit.functions}
    watched, marked = 0, []
    for one in right_answers(unit):
        cases = unit.visible_cases(one.name)
        for case, landmarks in zip(cases, known[one.name].cases, strict=True):
            want = outcome(unit.of(unit.reference, one.name), case).value
            watched += 1
            if traced(unit, one, case, want, landmarks) is not None:
                marked.append((one.name, one.label))
    assert watched > 3 * len(unit.functions)
    assert marked == []


def test_of_a_program_that_is_to_be_repaired_no_line_is_pointed_at():
    """The exercise is to find it."""
    unit = load("ex8_debugging", COURSE)
    folder = COURSE.exercises / unit.assignment
    check = Check(unit.assignment, folder)
    for name in unit.functions:
        assert is_program(unit, name)
        function = getattr(unit.released, name)
        verdict = check.located(function, check.verdict(function))
        assert not verdict.right
        assert verdict.paper is not None
        assert verdict.where is None
