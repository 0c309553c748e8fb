import json
import math
import os
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from conftest import CELL, SEQUENCE
from tables import each_row

from autograder.release.numbers import visible_side
from unrolled.check import numbers as visible
from unrolled.check.compare import is_same
from unrolled.check.outcome import Raised, Returned


@pytest.fixture(scope="module")
def numbers(folder):
    return folder / "ex1_rnn_cell.npz"


@pytest.fixture(scope="module")
def back(numbers):
    return visible.read_numbers(numbers)


def test_what_is_read_is_what_was_written(unit, back):
    assert list(back) == [CELL, SEQUENCE]
    for side in visible_side(unit):
        found = back[side.function.name]
        assert (found.function.returns, found.function.companions) == (
            side.function.returns,
            side.function.companions,
        )
        assert [a.name for a in found.function.arguments] == [
            a.name for a in side.function.arguments
        ]
        assert is_same(found.cases, side.cases)
        assert is_same(found.want, side.want)
        assert [k.misconception for k in found.known] == [
            k.misconception for k in side.known
        ]


def test_outcomes_of_mistakes_are_read_back(unit, back):
    for side in visible_side(unit):
        for one, other in zip(back[side.function.name].known, side.known, strict=True):
            for got, want in zip(one.outcomes, other.outcomes, strict=True):
                assert type(got) is type(want)
                assert (
                    is_same(got.value, want.value)
                    if isinstance(want, Returned)
                    else got == want
                )


def test_the_message_of_an_error_travels(back):
    errors = [
        o
        for side in back.values()
        for k in side.known
        for o in k.outcomes
        if isinstance(o, Raised)
    ]
    assert any("(5,3) (3,4)" in error.text for error in errors)


def test_equal_arrays_are_kept_once(numbers):
    with np.load(numbers) as file:
        shapes, data = json.loads(file["header"].tobytes())["arrays"], file["data"]
    sizes = [np.dtype(kind).itemsize * math.prod(shape) for kind, shape in shapes]
    places = np.cumsum([0, *sizes])
    assert {kind for kind, _ in shapes} == {"<f8", "<f4", "<u2"}
    assert places[-1] == data.size
    arrays = [data[i:j].tobytes() for i, j in pairwise(places)]
    assert (
        len({(str(s), a) for s, a in zip(shapes, arrays, strict=True)})
        == len(arrays)
        > 50
    )


def test_the_same_numbers_give_the_same_bytes(unit, tmp_path):
    for name in ("one", "two"):
        visible.save_numbers(
            tmp_path / f"{name}.npz", unit.assignment, visible_side(unit)
        )
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_the_address_of_the_book_travels(unit, tmp_path):
    sides = [replace(side, book="https://b.example") for side in visible_side(unit)]
    path = tmp_path / f"{unit.assignment}.npz"
    visible.save_numbers(path, unit.assignment, sides)
    read = visible.read_numbers(path)
    assert {side.book for side in read.values()} == {"https://b.example"}


def test_the_file_holds_no_code(numbers, unit):
    with np.load(numbers, allow_pickle=False) as file:
        header = file["header"].tobytes().decode()
    edits = [
        put for edit in unit.edits for _, put in edit.edits if len(put.strip()) > 12
    ]
    assert [put for put in edits if put.strip() in header] == []


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(
        visible.NumbersError, match=r"ex1_a\.npz, are not beside this notebook\. Copy"
    ) as told:
        visible.read_numbers(tmp_path / "ex1_a.npz")
    assert f"in the folder ex1_a, to {tmp_path}, and nothing else" in str(told.value)
    assert "Unpack" not in str(told.value)  # which once replaced notebooks


def header(schema, **more):
    return np.frombuffer(json.dumps({"schema": schema, **more}).encode(), np.uint8)


def test_another_version_says_both(tmp_path):
    np.savez(tmp_path / "a.npz", header=header(99))
    with pytest.raises(
        visible.NumbersError,
        match=rf"a\.npz has version 99, .* reads version {visible.SCHEMA}.* start.py update",
    ):
        visible.read_numbers(tmp_path / "a.npz")


def test_the_numbers_of_another_exercise_are_refused(numbers, tmp_path):
    other = tmp_path / "ex3_lstm_forward.npz"
    other.write_bytes(numbers.read_bytes())
    with pytest.raises(
        visible.NumbersError,
        match=r"ex3_lstm_forward\.npz holds the numbers of another exercise, ex1_rnn_cell\.",
    ):
        visible.read_numbers(other)


def test_a_file_from_before_there_were_trials_is_read(unit, tmp_path):
    path = tmp_path / f"{unit.assignment}.npz"
    visible.save_numbers(path, unit.assignment, visible_side(unit))
    with np.load(path) as file:
        header, data = json.loads(file["header"].tobytes()), file["data"]
    new = {"trials", "known_in_trials", "points", "parts"}
    for entry in header["functions"]["l"]:
        entry["d"] = [pair for pair in entry["d"] if pair[0] not in new]
    del header["written"]
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(path, header=text, data=data)
    sheet = visible.read_sheet(path)
    assert sheet.written == []
    assert [side.trials for side in sheet.functions.values()] == [[], []]


def test_the_parts_of_the_points_are_whole(unit, numbers):
    for side in visible.read_numbers(numbers).values():
        assert side.points == unit.points[side.function.name]
        assert sum(part.share for part in side.parts) == pytest.approx(1, abs=1e-4)
        assert {trial.label for trial in side.trials} >= {
            "large values",
            "single precision",
        }


def damage(data):
    place = len(data) // 2
    return (
        data[:place]
        + bytes(b ^ 0xFF for b in data[place : place + 400])
        + data[place + 400 :]
    )


@each_row(
    "change",
    [
        damage,
        lambda data: data[:1000],
        lambda data: b"",
        lambda data: b"<html>404</html>",
        lambda data: b"\x93NUMPY",
    ],
    ids=["flipped", "cut off", "empty", "a page", "another format"],
)
def test_a_damaged_file_is_said_to_be(change, numbers, tmp_path):
    (tmp_path / "a.npz").write_bytes(change(numbers.read_bytes()))
    with pytest.raises(
        visible.NumbersError, match=r"a\.npz is damaged\. Copy this one file"
    ):
        visible.read_numbers(tmp_path / "a.npz")


@each_row(
    "functions", [[{"o": "x"}], {"l": [{"a": 5}]}, {"l": [{"d": []}]}, {"l": [3]}]
)
def test_a_header_that_is_none_is_damage(functions, tmp_path):
    content = header(visible.SCHEMA, functions=functions, arrays=[])
    np.savez(tmp_path / "a.npz", header=content, data=np.zeros(0, np.uint8))
    with pytest.raises(visible.NumbersError, match="damaged"):
        visible.read_numbers(tmp_path / "a.npz")


class Trap:
    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def test_objects_are_not_unpickled(tmp_path):
    np.savez(
        tmp_path / "a.npz", header=np.array([Trap(tmp_path / "made")], dtype=object)
    )
    with pytest.raises(visible.NumbersError, match="damaged"):
        visible.read_numbers(tmp_path / "a.npz")
    assert not (tmp_path / "made").exists()


@each_row("shapes", [[["<f8", [3]]], [["|O", [1]]], [[]], 3])
def test_shapes_that_the_data_do_not_have_are_damage(shapes, tmp_path):
    content = header(visible.SCHEMA, functions={"l": []}, arrays=shapes)
    np.savez(tmp_path / "a.npz", header=content, data=np.zeros(16, np.uint8))
    with pytest.raises(visible.NumbersError, match="damaged"):
        visible.read_numbers(tmp_path / "a.npz")
