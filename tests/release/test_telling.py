import numpy as np

from autograder.release.recorder import Recorder
from autograder.release.telling import recorded, telling

CODE = """
import numpy as np

def f(x, W):
    total = 0 * x
    for t in range(3):
        y = W @ x + t + 1
        total += np.tanh(y)
    pair = (total, y)
    return pair
"""

IN_PLACE = """
import numpy as np

def f(x):
    y = np.empty(len(x))
    for t in range(3):
        y[t] = x[t] + 1
    return y
"""


def told(names=True):
    recorder = Recorder()
    module = telling([(CODE, names)], recorder)
    x, W = np.array([[1.0], [2.0]]), np.array([[0.5, 1.0], [2.0, 0.0]])
    marks = recorded(module.f, (x, W), recorder)
    return x, W, marks


def test_each_variable_is_told_in_each_turn():
    x, W, marks = told()
    y = [one for one in marks if one.name == "y"]
    assert [(one.turn, one.turns) for one in y] == [(0, 3), (1, 3), (2, 3)]
    for turn, one in enumerate(y):
        np.testing.assert_allclose(one.value, W @ x + turn + 1)


def test_each_part_of_a_line_is_told_and_what_lacks_a_term_is_known_as_that():
    x, W, marks = told()
    (part,) = [one for one in marks if one.part and one.turn == 1]
    np.testing.assert_allclose(part.value, W @ x + 1)
    products = [one for one in marks if np.array_equal(one.value, W @ x)]
    assert products
    assert not any(one.part for one in products if one.turn > 0)


def test_what_lay_in_memory_before_is_no_landmark():
    recorder = Recorder()
    module = telling([(IN_PLACE, True)], recorder)
    told = []
    for rest in (4.0, 5.0):
        for _ in range(20):  # what is freed is given out again
            np.full(1000, rest)
        told.append(recorded(module.f, (np.ones(1000),), recorder))
    whole = [one.value for one in told[1] if one.value.shape == (1000,)]
    assert [values for values in whole if (values == 5).any()] == []
    assert any(values[0] == 2 and (values[3:] == 0).all() for values in whole)


def test_parts_of_a_tuple_have_names():
    _, _, marks = told()
    assert {"pair[0]", "pair[1]"} <= {one.name for one in marks}


def test_without_names_only_numbers_are_told():
    _, _, marks = told(names=False)
    assert {one.name for one in marks} == {""}
