import numpy as np
from tables import each_row

from autograder.release.recorder import LARGEST, Recorder
from unrolled.check.landmarks import OUTSIDE


def seen(recorder):
    return [(one.name, one.turn, one.turns) for one in recorder.landmarks()]


def test_a_value_is_kept_once_in_each_turn_of_the_outermost_loop():
    recorder = Recorder()
    recorder.see(np.ones(2), "a")
    recorder.begin()
    for _ in range(2):
        recorder.turn()
        recorder.begin()
        for _ in range(3):
            recorder.turn()
            recorder.see(np.ones(2), "a")
        recorder.end()
    recorder.end()
    recorder.see(np.ones(2), "b")
    assert seen(recorder) == [
        ("a", OUTSIDE, 0),
        ("a", 0, 2),
        ("a", 1, 2),
        ("b", OUTSIDE, 0),
    ]


def test_a_call_from_outside_has_its_number_and_a_call_within_has_none():
    recorder = Recorder()
    for _ in range(2):
        recorder.enter()
        recorder.enter()
        recorder.see(np.ones(2))
        recorder.leave()
        recorder.leave()
    assert [one.call for one in recorder.landmarks()] == [1, 2]


@each_row(
    ("value", "name", "kept"),
    [
        (np.ones(2), "", True),
        (0.5, "", True),
        (3, "", False),  # a size without a name
        (3, "T_x", True),
        (True, "flag", False),
        (None, "a", False),
        (np.array([1.0, np.nan]), "a", False),  # yet to be filled
        (np.ones(LARGEST + 1), "a", False),
    ],
)
def test_what_says_nothing_is_not_kept(value, name, kept):
    recorder = Recorder()
    assert recorder.see(value, name) is value
    assert len(recorder.landmarks()) == kept


def test_arrays_below_the_smallest_are_left_out():
    recorder = Recorder(smallest=3)
    recorder.see(np.ones(2))
    recorder.see(np.ones(3))
    assert [one.value.size for one in recorder.landmarks()] == [3]


def test_what_is_kept_is_a_copy_and_a_part_of_a_sum_is_known_as_one():
    recorder, value = Recorder(), np.ones(2)
    recorder.part(value)
    value[:] = 5
    (one,) = recorder.landmarks()
    assert one.value.tolist() == [1, 1]
    assert one.part


def test_lists_with_names_have_a_form_in_their_turn():
    recorder = Recorder()
    recorder.see([(np.ones(2), None)], "caches")
    recorder.see([np.ones(2)])
    assert [(f.name, f.form, f.turn) for f in recorder.forms()] == [
        ("caches", "((..))", OUTSIDE)
    ]
    recorder.forget()
    assert recorder.forms() == recorder.landmarks() == []
