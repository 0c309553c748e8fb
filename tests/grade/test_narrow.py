import numpy as np
from tables import each_row

from autograder.grade.narrow import magnitude, narrowed, plain
from unrolled.check.compare import Difference, compare_returned
from unrolled.contract import array, dict_of

CASE = (np.zeros((17, 23)), {"W": np.zeros((31, 17))}, [np.zeros(1)] * 40)


@each_row(
    ("text", "shown"),
    [
        (
            "has shape (17, 31), expected (17, 23) = (n_a, m)",
            "has shape (17, 31), expected (17, 23) = (n_a, m)",
        ),
        ("has shape (0, 31415, 926)", "has shape (0, …, …)"),
        ("has shape (3, 1, 4, 1, 5, 9)", "has shape (…)"),
        (
            "is a dictionary with 31415 keys, expected 3",
            "is a dictionary with … keys, expected 3",
        ),
        ("is an object of type v2_3", "is an object of type v2_3"),
        ("has shape (123456789012345678901234567890,)", "has shape (…,)"),
    ],
)
def test_numbers_in_differences(text, shown):
    assert plain(Difference("shape", "a", "a", text), CASE).text == shown


def test_differences_in_values_stay():
    one = Difference(
        "value", "a", "a", "differs in 314 of 999 entries, relative error 0.31"
    )
    assert plain(one, CASE) is one


@each_row(
    ("error", "text"),
    [
        (0.31, "about 0.1"),
        (0.33, "about 1"),
        (1e-12, "about 1e-05"),
        (0.0, "about 1e-05"),
        (99.0, "about 100"),
        (1e30, "above 100"),
    ],
)
def test_of_an_error_the_power_of_ten_is_told(error, text):
    assert magnitude(error) == f", relative error {text}"


def test_of_what_is_no_number_no_size_is_told():
    assert magnitude(np.nan) == magnitude(np.inf) == ""


SPEC = dict_of("gradients", array("dx", "n", "m"), array("dW", "n", "n"))
WANT = {"dx": np.ones((4, 4)), "dW": np.ones((4, 4))}


def test_the_first_is_told_with_its_extent_and_of_the_others_that_they_are_there():
    got = {name: value.copy() for name, value in WANT.items()}
    got["dx"][1, 2:], got["dW"][0, 0] = 2, 7
    first, second = narrowed(compare_returned(SPEC, got, WANT), CASE)
    assert first.text == (
        "differs in 2 to 3 of 16 entries, first at index [1, 2], relative error about 1"
    )
    assert (second.output, second.text, second.error) == ("dW", "differs", None)


def test_beside_a_served_companion_only_the_size_of_the_first_is_told():
    got = {"dx": WANT["dx"] * 2, "dW": np.ones((4, 3))}
    found = narrowed(compare_returned(SPEC, got, WANT), CASE, served=True)
    assert [one.text for one in found] == ["has another shape than expected", "differs"]
    alone = narrowed(compare_returned(SPEC, WANT | {"dx": got["dx"]}, WANT), CASE, True)
    assert [one.text for one in alone] == ["differs, relative error about 1"]
    assert narrowed([], CASE) == ()
