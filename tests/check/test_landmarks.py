from types import SimpleNamespace

import numpy as np
from tables import each_row

from unrolled.check.landmarks import OUTSIDE, Landmark, Landmarks, fits_turn

MATRIX = np.arange(6.0).reshape(2, 3)


def loops(*pairs):
    """Loops that turn so often, each in a turn, outermost first."""
    return [(SimpleNamespace(count=count), turn) for count, turn in pairs]


@each_row(
    ("turn", "turns", "around", "fits"),
    [
        (OUTSIDE, 0, loops((3, 1)), True),
        (1, 3, loops((3, 1)), True),
        (2, 3, loops((3, 1)), False),
        (2, 3, loops((4, 1)), True),  # whose loop it is, is not known
        (2, 3, (), True),
        (1, 3, loops((3, 2), (3, 1)), False),  # the outermost counts
        (1, 3, loops((4, 2), (3, 1)), True),
    ],
)
def test_a_turn_of_the_books_is_that_of_a_loop_that_turns_as_often(
    turn, turns, around, fits
):
    assert fits_turn(turn, turns, around) == fits


@each_row(
    ("value", "found"),
    [
        (MATRIX, True),
        (MATRIX.T, True),
        (MATRIX[:, None], True),
        (MATRIX * (1 + 1e-7), True),
        (MATRIX.ravel(), False),
        (MATRIX.reshape(3, 2), False),
        (MATRIX + 0.1, False),
        (MATRIX[:, :2], False),
        (MATRIX * np.nan, False),
    ],
    ids=[
        "same",
        "turned",
        "an axis more",
        "rounded",
        "flat",
        "reshaped",
        "off",
        "less",
        "nan",
    ],
)
def test_a_value_equals_a_landmark_with_its_axes_in_any_order(value, found):
    mark = Landmark(MATRIX)
    assert Landmarks([mark]).equal_to(value) == [mark][:found]


def test_a_name_means_what_it_does_in_this_turn_or_else_before_the_loop():
    before = Landmark(np.zeros(2), "a")
    turns = [Landmark(np.full(2, turn), "a", turn, 3) for turn in range(3)]
    known = Landmarks([before, *turns, Landmark(np.ones(2))])
    assert known.named("a", loops((3, 1))) == [turns[1]]
    assert known.named("a", ()) == [before]
    assert Landmarks([before]).named("a", loops((3, 1))) == [before]
    assert known.named("b", ()) == []


def test_of_several_calls_each_has_its_own_and_what_belongs_to_all():
    marks = [Landmark(np.zeros(1), call=call) for call in (0, 1, 2)]
    known = Landmarks(marks)
    assert known.calls == 2
    assert known.of_call(marks, 2, calls=2) == [marks[0], marks[2]]
    assert known.of_call(marks, 2, calls=3) == marks
