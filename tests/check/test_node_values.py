import numpy as np
from tables import each_row

from unrolled.check.code_lines import Binding, Statement
from unrolled.check.executed import Executed, Node
from unrolled.check.landmarks import Landmark
from unrolled.check.node_values import (
    alias_of,
    book_name,
    equals,
    is_constant,
    is_stored_in_part,
    is_turned,
    says_nothing,
)

CODE = compile("", "<cell>", "exec")


def node(name="a", path=(), thing=None, statement=None, **more):
    by = Executed(CODE, statement or Statement(1, 1, ()))
    value = None if thing is None else np.asarray(thing, float)
    return Node(by, name, path, thing, value, **more)


def test_one_array_by_another_name_is_an_alias_and_a_copy_or_a_filled_one_is_none():
    array = np.arange(3.0)
    first = node("a", thing=array)
    assert alias_of(node("b", thing=array, parents=(first,))) is first
    assert alias_of(node("b", thing=array.copy(), parents=(first,))) is None
    assert alias_of(node("a", thing=array, parents=(first,), block=(0,))) is None
    assert alias_of(node("b", thing=array, parents=(first, first))) is None


@each_row(
    ("name", "path", "keys", "items", "known"),
    [
        ("a", (), (), (), "a"),
        ("gradients", ("dWf",), ("dWf",), (), "dWf"),
        ("self", ("state", 0), ("state",), (), "state[0]"),
        ("self", ("state", 0, 1), ("state",), (), ""),
        ("cache", (0,), (), ("0",), "cache[0]"),
        ("gradients", ("dx",), (), ("dx",), "dx"),
        ("gradients", ("dx",), (), (), ""),
    ],
)
def test_the_name_that_counts_is_that_of_what_is_stored(name, path, keys, items, known):
    binding = Binding(frozenset(), (), frozenset(keys))
    statement = Statement(1, 1, (binding,), items=dict.fromkeys(items, 1))
    assert book_name(node(name, path, statement=statement)) == known


def test_a_block_that_is_all_of_an_array_is_no_part():
    thing = np.zeros((2, 3))
    assert is_stored_in_part(node(thing=thing, block=(0, slice(0, 3))))
    assert not is_stored_in_part(node(thing=thing, block=(slice(0, 2), slice(0, 3))))
    assert not is_stored_in_part(node(thing=thing))


@each_row(
    ("thing", "nothing"),
    [
        (3, True),
        (np.int64(3), True),
        (True, True),
        (0.0, True),
        (1.0, True),
        (0.5, False),
        (3.0, False),
        (np.zeros((2, 2)), True),
        (np.full(3, 0.7), True),
        (np.zeros((0, 2)), True),
        (np.arange(4), True),
        (np.arange(6, 2, -1), True),
        (np.arange(0, 8, 2), False),
        (np.array([0, 1, 3]), False),
        (np.array([0.5, 1.5]), False),
        (np.array([0.7]), False),
    ],
)
def test_sizes_constants_and_counts_say_nothing(thing, nothing):
    assert says_nothing(thing, np.asarray(thing, float)) == nothing


@each_row(
    ("value", "constant"),
    [
        ([2, 2], True),
        ([2, 3], False),
        ([np.nan, np.nan], True),
        ([np.nan, 1], False),
        ([], False),
    ],
)
def test_a_constant_has_one_number_or_none_in_all_entries(value, constant):
    assert is_constant(np.array(value, float)) == constant


def test_equal_arrays_have_one_shape_and_a_turned_one_is_a_matrix():
    matrix = np.arange(6.0).reshape(2, 3)
    assert equals(matrix + 1e-9, matrix)
    assert not equals(matrix[:, None], matrix)
    assert not equals(matrix + 1, matrix)
    assert is_turned(matrix.T, [Landmark(matrix)])
    assert not is_turned(matrix, [Landmark(matrix)])
    assert not is_turned(np.arange(3.0), [Landmark(np.arange(3.0))])
