from tables import each_row

from autograder.grade.points import EXPLAINED, KINDS, in_order, points_text


def test_kinds_stand_in_one_order_each_once_and_others_behind_them():
    found = in_order(["the rest", "values", "shapes", "mine", "values"])
    assert found == ["shapes", "values", "the rest", "mine"]
    assert in_order(reversed(KINDS)) == list(KINDS)
    assert set(KINDS) <= set(EXPLAINED)


@each_row(
    ("points", "most", "text"),
    [
        (2.5, 10, "2.5 of 10"),
        (10.0, 10.0, "10 of 10"),
        (1 / 3, 2, "0.33 of 2"),
        (0, 2, "0 of 2"),
        (None, 2, "–"),
    ],
)
def test_points_have_two_decimal_places_at_most_and_a_missing_mark_is_no_zero(
    points, most, text
):
    assert points_text(points, most) == text


def test_what_stands_for_a_missing_mark_can_be_said():
    assert points_text(None, 2, "not graded") == "not graded"
