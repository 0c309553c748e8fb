"""An axis may be a sum of sizes, such as the `n_a + n_x` columns of an LSTM's weights."""

import numpy as np
import pytest
from tables import each_row

from autograder.grade.companions import RefusedError, companion
from unrolled.contract import (
    Function,
    array,
    dict_of,
    sizes_in,
    spec_from_data,
    spec_to_data,
    tuple_of,
)

W = array("W", "n_a", "n_a + n_x")
AFFINE = Function(
    name="affine",
    arguments=(
        array("a", "n_a", "m"),
        dict_of("parameters", W),
        array("x", "n_x", "m"),
    ),
    returns=tuple_of("", array("z", "n_a", "m")),
    section="page#one",
)
served = companion(
    lambda a, parameters, x: parameters["W"] @ np.concatenate((a, x)), AFFINE
)


def test_a_sum_has_the_length_of_its_parts_together():
    assert W.shape({"n_a": 5, "n_x": 3}) == (5, 8)


def test_a_sum_reads_as_in_a_docstring():
    assert W.label == "(n_a, n_a + n_x)"
    assert spec_from_data(spec_to_data(W)) == W


def test_a_count_times_a_size():
    assert sizes_in("4 * n_a") == ("n_a",)
    assert array("W", "4 * n_a", "n_x").shape({"n_a": 3, "n_x": 2}) == (12, 2)


def test_sizes_are_drawn_for_the_parts_only():
    assert AFFINE.axes == {"n_a", "n_x", "m"}


def test_a_served_function_takes_what_agrees_with_the_sum():
    assert served(np.ones((5, 4)), {"W": np.ones((5, 8))}, np.ones((3, 4))).shape == (
        5,
        4,
    )


@each_row("shape", [(5, 5), (5, 4), (8, 5), (5, 9), (5,)])
def test_a_served_function_refuses_what_does_not(shape):
    with pytest.raises(RefusedError, match=r"^ValueError: matmul: "):
        served(np.ones((5, 4)), {"W": np.ones(shape)}, np.ones((3, 4)))
