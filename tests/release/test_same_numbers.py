from dataclasses import replace

import minicourse
import numpy as np
import pytest
from tables import each_row

from autograder.release import numbers
from autograder.release.same_numbers import ROUGHLY, are_equal, same_numbers
from autograder.unit.unit import load
from unrolled.check import numbers as visible
from unrolled.check.landmark_store import read_landmarks
from unrolled.check.outcome import Returned


@pytest.fixture
def naming(tmp_path):
    """A unit with a mistake that names the largest of entries that are equal but for rounding."""
    source = minicourse.SOURCE.replace("{{step:b[0]}}", "b")
    source = source.replace("b = scaled + np.arange(a.size)", 'b = "none"')
    course = minicourse.make(tmp_path / "course", source)
    contract = course.solutions / f"contract_{minicourse.NAME}.py"
    text = contract.read_text().replace('array("b", "n")', 'Text("b")')
    contract.write_text(text.replace("import Function", "import Function, Text"))
    mistakes = course.solutions / "misconceptions" / f"{minicourse.NAME}.toml"
    edit = "[['b = \"none\"', 'b = f\"dW[{int(1e15 * a[0]) % 7}]\"']]"
    mistakes.write_text(
        mistakes.read_text().replace(
            'edits = [["3.0 * np.tanh(a)", "5.0 * np.tanh(a + 1.5)"]]',
            f"edits = {edit}",
        )
    )
    return load(minicourse.NAME, course)


@pytest.mark.parametrize("place", ["known", "want"])
def test_a_text_that_rounding_decides_is_no_change_and_any_other_is(
    place, naming, tmp_path
):
    path = tmp_path / f"{naming.assignment}.npz"
    assert numbers.write(naming, path)
    sheet = visible.read_sheet(path)
    (side,) = sheet.functions.values()
    if place == "known":
        one = side.known[0]
        other = replace(one, outcomes=(Returned("dW[8]"), *one.outcomes[1:]))
        side = replace(side, known=[other])
    else:
        side.want[0] = "dW[8]"
    visible.save_numbers(
        path, naming.assignment, [side], sheet.written, read_landmarks(path)
    )
    before = path.read_bytes()
    assert numbers.write(naming, path) is (place == "want")
    assert (path.read_bytes() == before) is (place == "known")


@each_row(
    ("old", "new", "equal"),
    [
        (np.ones(2), np.ones(2) * (1 + 1e-10), True),
        (np.ones(2), np.ones(2) * (1 + 1e-8), False),
        (np.array([np.nan]), np.array([np.nan]), True),
        (np.ones(2), np.ones((1, 2)), False),
        (np.ones(2), np.ones(2, np.float32), False),
        (1.0, 1.0 + 1e-10, True),
        ({"a": [1.0, "b"]}, {"a": [1.0, "b"]}, True),
        (
            {"a": 1.0, "b": 2},
            {"b": 2, "a": 1.0},
            False,
        ),  # the order is that of the file
        ([1.0], (1.0,), False),
        ([1.0], [1.0, 2.0], False),
        (True, 1, False),
        ("a", "b", False),
    ],
)
def test_values_are_equal_but_for_rounding(old, new, equal):
    assert are_equal(old, new) == equal


def test_in_single_precision_more_passes_for_rounding():
    old, new = np.ones(2), np.ones(2) * (1 + 1e-6)
    assert not are_equal(old, new)
    assert are_equal(old, new, close=ROUGHLY)
    assert are_equal({"a": [old]}, {"a": [new]}, close=ROUGHLY)


def test_a_text_may_be_another_where_nudged_inputs_change_it():
    old, new = ["dW[0]", "b"], ["dW[1]", "b"]
    assert are_equal(old, new, [["dW[1]", "b"], ["dW[2]", "b"]])
    assert not are_equal(old, new, [["dW[1]", "b"], ["dW[1]", "c"]])
    assert not are_equal(old, new, [None, []])  # what failed there tells nothing


def test_a_file_that_cannot_be_read_holds_other_numbers(tmp_path):
    path = tmp_path / "ex1.npz"
    path.write_bytes(b"no numbers")
    assert not same_numbers(path, [], [], lambda side, turn: side)
