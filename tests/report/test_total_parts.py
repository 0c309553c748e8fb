from tables import each_row

from autograder.report.total_parts import HERE, Part, with_parts
from autograder.report.totals import ByHand, Total

PAGE = f"<main>{HERE}</main>"
ALONE = Total(8.0, 10.0, ByHand())
BY_HAND = Total(8.0, 10.0, ByHand(2.5), 5.0)
FAILED = Total(None, 10.0, ByHand())


def parts(*totals):
    return [Part(f"Exercise {n} & more", one) for n, one in enumerate(totals, 1)]


def test_where_it_is_by_machine_alone_there_is_nothing_to_say():
    assert with_parts(PAGE, parts(ALONE)) == "<main></main>"
    assert with_parts(PAGE, []) == "<main></main>"


def test_a_total_is_told_with_what_it_is_made_of():
    page = with_parts(PAGE, parts(BY_HAND))
    assert "10.5 of 15" in page
    assert "8 of 10 by machine" in page
    assert "2.5 of 5 by hand" in page
    assert "Exercise 1 &amp; more" in page
    assert HERE not in page


@each_row(
    ("totals", "whole", "told"),
    [((ALONE, BY_HAND), "18.5 of 25", True), ((ALONE, FAILED), "8 of 20", False)],
)
def test_several_exercises_have_a_sum_unless_one_is_not_graded(totals, whole, told):
    assert (whole in with_parts(PAGE, parts(*totals))) == told


def test_points_of_a_part_are_those_of_its_total():
    assert [one.points for one in parts(ALONE, FAILED)] == ["8 of 10", "–"]
