"""Units with gradients: dictionaries, caches that the reference makes, and fewer steps of `da`
than of `x`.
"""

import leaky
import numpy as np
import pytest
from tables import each_row

from autograder.release import numbers
from autograder.unit.unit import load
from unrolled.check.render import as_text
from unrolled.notebook_check import Check


@pytest.fixture(scope="module")
def unit(tmp_path_factory):
    return load(leaky.NAME, leaky.make(tmp_path_factory.mktemp("course")))


@pytest.fixture(scope="module")
def check(unit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("leaky")
    numbers.write(unit, folder / f"{leaky.NAME}.npz")
    return Check(leaky.NAME, folder)


@pytest.fixture(scope="module")
def wrong(unit):
    return {one.id: function for one, function in unit.known["leaky_backward"]}


@each_row("name", ["leaky_forward", "leaky_backward"])
def test_the_reference_is_right(unit, check, name):
    assert check.verdict(getattr(unit.reference, name)).right


@each_row("id_", leaky.MISTAKES)
def test_each_mistake_is_caught_and_named(check, wrong, id_):
    verdict = check.verdict(wrong[id_])
    assert not verdict.right
    assert verdict.mistake.id == id_


def test_da_has_fewer_steps_than_the_caches(unit):
    (da, caches), *_ = unit.visible_cases("leaky_backward")
    assert (da.shape[2], len(caches)) == (5, 6)


def test_a_cache_that_was_made_holds_one_object_for_the_parameters_of_all_steps(check):
    _, caches = check.example("leaky_backward")
    assert len(caches) == 6
    np.testing.assert_array_equal(caches[1][1], caches[0][0])


def test_the_missing_carry_is_seen_from_its_last_step_backwards(check, wrong):
    text = as_text(check.verdict(wrong["not-carried"]))
    assert "steps 0 to 3 are off, the steps after them are right" in text


def test_a_bias_gradient_without_its_axis_is_explained(check, wrong):
    text = as_text(check.verdict(wrong["bias-shape"]))
    assert (
        "`db` has shape (3,), expected (3, 1) = (n, 1): an axis of length 1 is "
        "lost (keepdims=True keeps it)" in text
    )
    assert "right     `dx`, `da0`" in text


def test_another_gradient_in_the_dictionary_does_no_harm(unit, check):
    right = unit.reference.leaky_backward

    def leaky_backward(da, caches):
        return right(da, caches) | {"dw": None, 3: "mine"}

    assert check.verdict(leaky_backward).right


@each_row(
    ("value", "id_", "found"),
    [
        (
            None,
            "nothing-returned",
            "the dictionary is None, expected a dictionary with dx, da0, db",
        ),
        (
            (1, 2, 3),
            "returns-changed",
            "the dictionary is a tuple of 3, expected a dictionary with dx, da0, db",
        ),
        (
            {"dx": None, "da0": None, "db": None},
            "placeholder-left",
            "`dx` is None, expected an array",
        ),
    ],
)
def test_what_is_no_dictionary_of_gradients(check, value, id_, found):
    def leaky_backward(da, caches):
        return value

    verdict = check.verdict(leaky_backward)
    assert verdict.mistake.id == id_
    assert found in as_text(verdict)


def test_caches_that_are_changed_are_reported(unit, check):
    right = unit.reference.leaky_backward

    def leaky_backward(da, caches):
        result = right(da, caches)
        caches.pop()
        return result

    assert "`caches` is an argument, and the function changes it" in as_text(
        check.verdict(leaky_backward)
    )
