import numpy as np
import pytest
from tables import each_row
from told_differences import ONES, SEQUENCE, texts, wrong_at

from unrolled.check.compare import (
    as_numbers,
    close_entries,
    compare_returned,
    find_differences,
    is_same,
    outputs_by_name,
    tolerance,
)
from unrolled.contract import PerStep, array, dict_of, tuple_of

x = array("x", "n", "m")
a = array("a", "n", "m", "T_x")
CACHES = tuple_of(
    "caches",
    PerStep("list", tuple_of("cache", x, dict_of("p", array("b", "n", "1"))), "T_x"),
    x,
)


def test_tolerance_is_relative_to_the_largest_magnitude():
    assert tolerance(np.array([1.0, -200.0])) == pytest.approx(2e-3 + 1e-8)
    assert tolerance(np.zeros(3)) == tolerance(np.zeros(0)) == 1e-8


def test_close_on_both_sides_of_the_tolerance():
    want = np.array([100.0, 1.0])
    assert close_entries(want + 0.99e-3, want).all()
    assert not close_entries(want + 1.01e-3, want).any()
    assert not close_entries(np.array([np.nan, np.inf]), want).any()


@each_row(
    "value",
    [[[1, 2], [3, 4]], np.ones(2, np.float16), True, 3, range(3), np.ones(2, bool)],
)
def test_what_converts_is_numbers(value):
    assert as_numbers(value).dtype == np.float64


class Stubborn:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("call detach() first")


@each_row(
    "value",
    [
        None,
        "1",
        b"1",
        {},
        [[1], [1, 2]],
        1j,
        np.array([1, None]),
        np.array(["a"]),
        {1},
        Stubborn(),
        len,
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_does_not_convert_is_none(value):
    assert as_numbers(value) is None


def test_equal_values_have_no_differences():
    value = ([(ONES, {"b": np.ones((2, 1)), "more": 1})] * 4, ONES.tolist())
    assert texts(CACHES, list(value), value) == []


def test_the_entries_that_are_off_have_their_steps_last():
    got = SEQUENCE.copy()
    got[1, 0, 2] += 1
    (found,) = find_differences(array("a", "T_x", "m", "n"), got, SEQUENCE)
    assert (found.step, found.index, found.wrong.shape) == (1, (1, 0, 2), (3, 4, 2))
    assert np.argwhere(found.wrong).tolist() == [[0, 2, 1]]


def test_the_first_index_lies_in_the_first_wrong_step():
    (found,) = find_differences(a, wrong_at((0, 0, 3), (1, 2, 1)), SEQUENCE)
    assert (found.step, found.index, found.kind, found.output) == (
        1,
        (1, 2, 1),
        "value",
        "a",
    )
    assert np.argwhere(found.wrong).tolist() == [[0, 0, 3], [1, 2, 1]]


def test_a_place_inside_is_named_as_one_would_type_it():
    want = ([(ONES, {"b": ONES[:, :1]}), (ONES, {"b": ONES[:, :1]})], ONES)
    got = ([(ONES, {"b": ONES[:, :1]}), (ONES, {"b": 2 * ONES[:, :1]})], ONES * 2)
    found = list(find_differences(CACHES, got, want))
    assert [d.path for d in found] == ["caches[0][1][1]['b']", "caches[1] (x)"]
    assert {d.output for d in found} == {"caches"}


@each_row(
    ("got", "text"),
    [
        (
            ([], ONES),
            "caches[0] (list) is an empty list, expected a list of 2, one entry for each step",
        ),
        (([None, None], ONES), "caches[0][0] is None, expected a tuple of 2 (x, p)"),
        (
            ([(ONES, 1)] * 2, ONES),
            "caches[0][0][1] (p) is a single number, expected a dictionary with b",
        ),
        (([(ONES, {})] * 2, ONES), "caches[0][0][1] (p) has no key 'b'; expected b"),
        (ONES, "caches is an array of shape (2, 3), expected a tuple of 2 (list, x)"),
        ("ab", "caches is a text, expected a tuple of 2 (list, x)"),
    ],
)
def test_what_is_said_of_a_structure(got, text):
    want = ([(ONES, {"b": ONES[:, :1]})] * 2, ONES)
    assert texts(CACHES, got, want)[0] == text


SEVERAL, SINGLE, GRADIENTS = (
    tuple_of("", x, a),
    tuple_of("", x),
    dict_of("gradients", x, a),
)


@each_row(
    ("got", "text"),
    [
        (None, "the function returns None, expected 2 (x, a)"),
        ((ONES,), "the function returns 1 value, expected 2 (x, a)"),
        (ONES, "the function returns an array of shape (2, 3), expected 2 (x, a)"),
        ([ONES] * 3, "the function returns a list of 3, expected 2 (x, a)"),
    ],
)
def test_another_number_of_values(got, text):
    assert [str(d) for d in compare_returned(SEVERAL, got, (ONES, SEQUENCE))] == [text]


def test_a_single_output_is_returned_bare():
    assert compare_returned(SINGLE, ONES, ONES) == []
    assert [str(d) for d in compare_returned(SINGLE, None, ONES)] == [
        "x is None, expected an array of shape (2, 3) = (n, m)"
    ]


def test_structure_comes_before_shapes_and_shapes_before_values():
    spec = tuple_of("", x, a, x)
    found = compare_returned(
        spec, (ONES + 1, SEQUENCE[0], None), (ONES, SEQUENCE, ONES)
    )
    assert [d.kind for d in found] == ["structure", "shape", "value"]


def test_gradients_are_compared_by_key_whatever_the_dictionary_is_called():
    found = compare_returned(
        GRADIENTS, {"x": ONES + 1, "extra": 0}, {"x": ONES, "a": SEQUENCE}
    )
    assert [(d.output, d.kind) for d in found] == [("a", "structure"), ("x", "value")]
    assert str(found[0]) == "the dictionary has no key 'a'; expected x, a"


def test_gradients_that_are_no_dictionary():
    assert [
        d.output
        for d in compare_returned(
            GRADIENTS, (ONES, SEQUENCE), {"x": ONES, "a": SEQUENCE}
        )
    ] == [""]


def test_outputs_by_name():
    assert outputs_by_name(SEVERAL, [1, 2]) == {"x": 1, "a": 2}
    assert outputs_by_name(SEVERAL, (1,)) == {"x": 1}
    assert outputs_by_name(SEVERAL, None) == outputs_by_name(GRADIENTS, (1, 2)) == {}
    assert outputs_by_name(GRADIENTS, {"a": 1, "b": 2}) == {"a": 1}
    assert outputs_by_name(SINGLE, (1, 2)) == {"x": (1, 2)}


NAN, INF = float("nan"), float("inf")


@each_row(
    ("got", "want"),
    [
        ([1, NAN, INF], [1, NAN, INF]),
        ((1, {"a": [2], "b": 3}), [1, {"a": (2,)}]),
        (np.array([1.0, 2.0]), (1, 2)),
        (None, None),
        (slice(1), slice(2)),
    ],
)
def test_same(got, want):
    assert is_same(got, want)


@each_row(
    ("got", "want"),
    [
        ([1, 2, INF], [1, NAN, INF]),
        ([1, 5], [1, INF]),
        ([1, -INF], [1, INF]),
        ([NAN, 1], [1, 1]),
        ((1,), (1, 1)),
        (1, None),
        ({"a": 1}, {"a": 1, "b": 2}),
        (np.ones((2, 1)), np.ones(2)),
        (ONES, ([ONES], ONES)),
    ],
)
def test_not_same(got, want):
    assert not is_same(got, want)


@each_row(
    ("kept", "right"),
    [
        (0, True),
        (0.0, True),
        ([0.0], True),
        (np.zeros((2, 1)), True),
        (np.zeros(3), True),
        (1e-3, False),
        (np.zeros(2), False),
        (np.zeros((2, 3, 1)), False),
        (None, False),
    ],
)
def test_in_a_cache_what_broadcasts_to_the_right_numbers_is_right(kept, right):
    spec = array("s", "n", "m")
    cache = tuple_of("cache", spec, dict_of("parameters", spec))
    for got in ((kept, {"s": np.zeros((2, 3))}), (np.zeros((2, 3)), {"s": kept})):
        want = (np.zeros((2, 3)), {"s": np.zeros((2, 3))})
        assert (not list(find_differences(cache, got, want))) == right


def test_what_is_returned_has_its_own_shape():
    spec = tuple_of("", array("s", "n", "m"), array("y", "n"))
    want = (np.zeros((2, 3)), np.zeros(2))
    (found,) = compare_returned(spec, (0, np.zeros(2)), want)
    assert (found.kind, found.path) == ("shape", "s")


def test_a_list_that_holds_itself_is_no_array():
    endless = [1.0]
    endless.append(endless)
    assert as_numbers(endless) is None
    assert as_numbers([[1.0], [2.0]]).shape == (2, 1)
    same = [1.0]
    assert as_numbers([same, same]).shape == (2, 1)


def test_a_difference_holds_no_expected_value_unless_asked_for():
    (one,) = find_differences(array("a", "n"), np.zeros(3), np.full(3, 0.7312))
    assert one.far is None
    assert "0.73" not in str(one)


def test_a_single_number_is_expected_as_such():
    loss = array("loss")
    assert texts(loss, None, 1.0) == ["loss is None, expected a single number"]
    (told,) = texts(loss, np.ones(2), 1.0)
    assert told.startswith("loss has shape (2,), expected a single number")
