import numpy as np
from conftest import CELL

from autograder.release.landmarks import landmarks_of
from autograder.release.same_landmarks import same_landmarks
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.check.landmark_store import landmark_members, read_landmarks

COURSE = Course.find(__file__)
UNIT = load("ex1_rnn_cell", COURSE)


def test_they_travel_in_the_file_of_numbers(tmp_path):
    found = {CELL: landmarks_of(UNIT, CELL)}
    path = tmp_path / "x.npz"
    np.savez_compressed(path, **landmark_members(found))
    again = read_landmarks(path)
    assert same_landmarks(again, found)
    assert again[CELL].cases[0].equations["a_next"] == (
        "1.1",
        "ch1_rnn_cell#equation-eq-ch1-state",
    )


def test_a_file_without_them_or_none_gives_nothing(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, a=np.zeros(3))
    assert read_landmarks(path) == {}
    assert read_landmarks(tmp_path / "none.npz") == {}
