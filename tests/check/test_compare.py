import numpy as np
import pytest
from tables import each_row

from unrolled.check.compare import (
    as_numbers,
    close_entries,
    compare_returned,
    find_differences,
    is_same,
    outputs_by_name,
    tolerance,
)
from unrolled.check.in_words import describe, plural
from unrolled.check.wire import ITSELF, TOO_DEEP, OpaqueValue
from unrolled.contract import PerStep, Text, array, dict_of, tuple_of

x = array("x", "n", "m")
a = array("a", "n", "m", "T_x")
CACHES = tuple_of(
    "caches",
    PerStep("list", tuple_of("cache", x, dict_of("p", array("b", "n", "1"))), "T_x"),
    x,
)
ONES = np.ones((2, 3))
SEQUENCE = np.arange(24.0).reshape(2, 3, 4) + 1


def texts(spec, got, want):
    return [str(d) for d in find_differences(spec, got, want)]


def wrong_at(*places):
    got = SEQUENCE.copy()
    for place in places:
        got[place] += 1
    return got


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


@each_row(
    ("got", "text"),
    [
        (None, "x is None, expected an array of shape (2, 3) = (n, m)"),
        (
            ONES.T,
            "x has shape (3, 2), expected (2, 3) = (n, m): the axes are in another order",
        ),
        (
            ONES[0],
            "x has shape (3,), expected (2, 3) = (n, m): it has 1 axis in place of 2",
        ),
        (ONES[:, :2], "x has shape (2, 2), expected (2, 3) = (n, m)"),
        (ONES * 3, "x differs in all 6 entries, relative error 2"),
        (
            ONES + np.diag([0, 0.5, 0])[:2],
            "x differs in 1 of 6 entries, first at index [1, 1], relative error 0.5",
        ),
        (ONES * np.nan, "x holds NaN and differs in all 6 entries"),
        (
            ONES + np.array([0, np.inf, 0]),
            "x holds infinity and differs in 2 of 6 entries, first at index [0, 1]",
        ),
        (
            ONES.astype(object),
            "x is an array that holds no numbers, expected an array of shape (2, 3) = (n, m)",
        ),
    ],
)
def test_what_is_said_of_an_array(got, text):
    assert texts(x, got, ONES) == [text]


def test_a_lost_axis_of_length_one_is_explained():
    bias = array("db", "n", "1")
    assert (
        "an axis of length 1 is lost (keepdims=True keeps it)"
        in texts(bias, np.ones(3), np.ones((3, 1)))[0]
    )


def test_a_single_entry_is_not_a_plural():
    assert texts(x, [[2]], np.ones((1, 1))) == [
        "x differs in its only entry, relative error 1"
    ]
    assert texts(array("loss"), 2, 1) == ["loss differs, relative error 1"]


@each_row(
    ("places", "text"),
    [
        ([np.s_[0, 0]], "every step is off"),
        (
            [np.s_[1, 2, 2:]],
            "step 2 is the first that is off, the steps before it are right",
        ),
        ([np.s_[0, 1, :2]], "steps 0 to 1 are off, the steps after them are right"),
        ([np.s_[0, 1, 0]], "only step 0 is off"),
        ([np.s_[0, 0, 1], np.s_[0, 0, 3]], "the steps that are off: 1, 3"),
    ],
)
def test_steps_that_are_off(places, text):
    assert texts(a, wrong_at(*places), SEQUENCE)[0].endswith(f"; {text}")


def test_one_step_only_is_said():
    assert texts(a, SEQUENCE[:, :, :1] + 1, SEQUENCE[:, :, :1])[0].endswith(
        "there is one step only"
    )


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


@each_row(
    ("value", "text"),
    [
        (1.5, "a single number"),
        (np.float32(1), "a single number"),
        ((1, 2), "a tuple of 2"),
        ((), "an empty tuple"),
        ({"a": 1}, "a dictionary with 1 key"),
        ({}, "a dictionary with 0 keys"),
        (np.ones(2) * 1j, "an array of complex numbers"),
        ((i for i in ""), "an object of type generator"),
    ],
)
def test_describe(value, text):
    assert describe(value) == text


def test_plural():
    assert (plural(1, "axis", "axes"), plural(2, "axis", "axes"), plural(0, "key")) == (
        "1 axis",
        "2 axes",
        "0 keys",
    )


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


@each_row(
    ("kind", "text"),
    [
        (ITSELF, "the very list that it stands in"),
        (TOO_DEEP, "nested too deep"),
        ("Layer", "an object of type Layer"),
    ],
)
def test_values_that_did_not_cross_are_described(kind, text):
    assert describe(OpaqueValue(kind)) == text


def told(spec, got, want):
    return [str(d) for d in find_differences(spec, got, want, values=True)]


def test_visible_numbers_are_told_with_as_many_digits_as_tell_them_apart():
    want = np.array([[0.5, 0.25], [1.0, 2.0]])
    got = want + np.array([[0, 0.01], [0, 0]])
    assert told(array("a", "n", "m"), got, want) == [
        "a differs in 1 of 4 entries, relative error 0.005; at [0, 1]: yours 0.26, "
        "expected 0.25"
    ]
    assert told(array("loss"), 0.123456789, 0.123466789) == [
        "loss is 0.12346, expected 0.12347"
    ]
    assert told(Text("worst"), "dW[0]", "db[1, 0]") == [
        "worst is 'dW[0]', expected 'db[1, 0]'"
    ]


def test_a_relative_error_beside_zeros_is_not_told():
    want = np.zeros((2, 2))
    assert texts(array("a", "n", "m"), np.ones((2, 2)), want) == [
        "a differs in all 4 entries"
    ]
    assert told(array("a", "n", "m"), np.ones((2, 2)), want) == [
        "a differs in all 4 entries; at [0, 0]: yours 1, expected 0"
    ]


def test_a_difference_holds_no_expected_value_unless_asked_for():
    (one,) = find_differences(array("a", "n"), np.zeros(3), np.full(3, 0.7312))
    assert one.far is None
    assert "0.73" not in str(one)


def test_a_single_number_is_expected_as_such():
    loss = array("loss")
    assert texts(loss, None, 1.0) == ["loss is None, expected a single number"]
    (told,) = texts(loss, np.ones(2), 1.0)
    assert told.startswith("loss has shape (2,), expected a single number")
