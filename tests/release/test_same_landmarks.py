from dataclasses import replace

import numpy as np
from conftest import CELL
from tables import each_row

from autograder.release.landmarks import landmarks_of
from autograder.release.same_landmarks import same_landmarks
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.check.landmark_store import FunctionLandmarks
from unrolled.check.landmarks import Landmark

COURSE = Course.find(__file__)
UNIT = load("ex1_rnn_cell", COURSE)


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
