import numpy as np
from tables import each_row

from unrolled.check.taken_apart import (
    DEEPEST,
    MOST_ENTRIES,
    MOST_LEAVES,
    changed_block,
    copied_numbers,
    form_of,
    is_object,
    leaves,
    same_numbers,
)

ARRAY = np.zeros(2)


class Layer:
    def __init__(self):
        self.W, self.state = ARRAY, (1.0, None)


Layer.__module__ = "__main__"  # as of a class of the notebook


@each_row(
    ("value", "form"),
    [
        (ARRAY, "."),
        (None, "."),
        ([1, 2.0], "."),
        ([], "()"),
        ([ARRAY, None], "(..)"),
        ([(ARRAY, 1), (ARRAY, 2)], "((..)(..))"),
        ({"b": [ARRAY], "a": 1}, "{a,b}"),
        ("dW", "'dW'"),
        ("x" * 100, repr("x" * 80)),
    ],
)
def test_the_form_is_how_lists_are_nested_and_not_what_is_in_them(value, form):
    assert form_of(value) == form


@each_row(
    ("value", "paths"),
    [
        (ARRAY, [()]),
        ([1, 2], [()]),  # a row of numbers is one array
        ((ARRAY, {"b": [ARRAY, None], "t": "a"}), [(0,), (1, "b", 0), (1, "b", 1)]),
        (Layer(), [("W",), ("state", 0), ("state", 1)]),
        ({1}, []),
    ],
)
def test_each_leaf_has_the_keys_that_lead_to_it(value, paths):
    texts = [path for path, one in leaves(value) if isinstance(one, str)]
    assert [path for path, _ in leaves(value) if path not in texts] == paths


def test_what_is_endless_or_very_large_is_taken_apart_as_far_as_it_counts():
    endless = [ARRAY]
    endless.append(endless)
    assert len(leaves(endless)) == DEEPEST
    assert len(leaves([ARRAY] * (MOST_LEAVES + 10))) == MOST_LEAVES
    assert copied_numbers(np.zeros(MOST_ENTRIES + 1)) is None


def test_only_what_a_class_of_the_notebook_makes_is_an_object():
    assert is_object(Layer())
    assert not is_object(Layer)
    assert not is_object(np.random.default_rng(0))
    assert not is_object(ARRAY)


def test_numbers_are_copied_and_nothing_else_is_taken_for_them():
    thing = np.ones(2)
    copy = copied_numbers(thing)
    thing[:] = 5
    assert copy.tolist() == [1, 1]
    assert copied_numbers(None) is copied_numbers("1") is None
    assert same_numbers(np.array([np.nan]), np.array([np.nan]))
    assert not same_numbers(np.zeros((2, 1)), np.zeros(2))
    assert same_numbers(None, None)
    assert not same_numbers(None, np.zeros(2))


@each_row(
    ("places", "block"),
    [
        ([], None),
        ([(0, 1)], (0, 1)),
        ([(0, 1), (0, 3)], (0, slice(1, 4))),
        ([(0, 1), (2, 1)], (slice(0, 3), 1)),
    ],
)
def test_the_block_that_changed_is_the_smallest_that_holds_all(places, block):
    old = np.full((3, 4), np.nan)
    new = old.copy()
    for place in places:
        new[place] = 1.0
    assert changed_block(old, new) == block


def test_of_another_shape_or_of_a_single_number_no_block_has_changed():
    assert changed_block(np.zeros((2, 3)), np.ones((3, 2))) is None
    assert changed_block(np.float64(0), np.float64(1)) is None
    assert changed_block(None, np.ones(2)) is None
