import numpy as np
from tables import each_row
from told_differences import ONES, SEQUENCE, texts, wrong_at

from unrolled.check.compare import find_differences
from unrolled.check.in_words import describe, plural
from unrolled.check.wire import ITSELF, TOO_DEEP, OpaqueValue
from unrolled.contract import Text, array

x = array("x", "n", "m")
a = array("a", "n", "m", "T_x")


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
