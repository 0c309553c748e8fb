"""Visible cases beyond the examples: small, of each kind that hidden tests try, and their own."""

import numpy as np
from conftest import CELL, SEQUENCE
from tables import each_row

from autograder.grade.hidden_case import hidden_case
from autograder.unit import hidden_cases
from autograder.unit.visible_cases import LEFT_TO_THE_EXAMPLES, trials


def largest(arguments):
    return max(np.abs(a).max() for a in arguments if isinstance(a, np.ndarray))


@each_row("name", [CELL, SEQUENCE])
def test_each_kind_is_tried(unit, name):
    found = trials(unit, name)
    kinds = hidden_cases.robust(unit.functions[name].axes)
    assert {*found, *LEFT_TO_THE_EXAMPLES} >= set(kinds)
    assert largest(found["large values"]) > 1000
    assert found["single precision"][0].dtype == np.float32


def test_they_are_small_and_the_same_each_time(unit):
    for one, other in zip(
        trials(unit, SEQUENCE).values(), trials(unit, SEQUENCE).values(), strict=True
    ):
        np.testing.assert_array_equal(one[0], other[0])
        assert one[0].size < 300


def test_none_is_a_hidden_case_of_any_early_seed(unit):
    """Seeds that an instructor might have chosen by hand."""
    for label, (xt, *_) in trials(unit, CELL).items():
        for seed in range(4):
            hidden = hidden_case(unit, CELL, label, seed)[0][0]
            assert hidden.shape != xt.shape or not np.array_equal(hidden, xt)
