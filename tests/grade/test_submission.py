"""Whatever a notebook has been through: read for what it holds, with the repair named, or
refused with a reason.
"""

import copy
import json
import re

import notebooks as nb
import pytest
from fuzzing import cases
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from autograder.grade import notebook_file
from autograder.grade import submission as notebook
from autograder.grade.notebook_file import UnreadableError
from autograder.grade.submission import Submission, read

QUICK = cases(200)
STUB = nb.cell(nb.untouched(), nb.CELL)["source"]
HELPER = "def helper(z):\n    return z"


@pytest.fixture
def reading(tmp_path):
    """Read a notebook, or what stands in its place."""
    return lambda data: read(nb.write(data, tmp_path / "x.ipynb"), nb.UNIT)


@pytest.fixture
def refusal(reading):
    """Why a file is refused."""

    def why(data):
        with pytest.raises(UnreadableError) as caught:
            reading(data)
        return str(caught.value)

    return why


def texts(submission):
    return [text for _, text in submission.cells]


def test_a_right_notebook_needs_no_repair(reading):
    found = reading(nb.answered())
    assert texts(found) == [nb.RIGHT[nb.CELL], nb.RIGHT[nb.SEQUENCE]]
    assert [name for name, _ in found.given] == ["imports"]
    assert (found.repairs, found.untouched) == ([], frozenset())


def test_the_release_is_untouched(reading):
    found = reading(nb.untouched())
    assert found.untouched == {nb.CELL, nb.SEQUENCE}
    assert found.repairs == []


def test_one_stub_left(reading):
    assert reading(nb.answered(**{nb.CELL: STUB})).untouched == {nb.CELL}


@pytest.mark.parametrize("where", [0, 1])
def test_a_spare_stub_before_or_after_the_finished_cell_is_left_out(where, reading):
    notebook = nb.answered()
    spare = copy.deepcopy(nb.cell(nb.untouched(), nb.CELL))
    notebook["cells"].insert(nb.place(notebook, nb.CELL) + where, spare)
    found = reading(notebook)
    assert texts(found) == [nb.RIGHT[nb.CELL], nb.RIGHT[nb.SEQUENCE]]
    assert found.untouched == frozenset()
    assert "the cell rnn_cell_forward stands 2 times" in found.repairs
    assert any(
        "unused copy of the stub of rnn_cell_forward" in r for r in found.repairs
    )


def test_a_deleted_cell_is_named(reading):
    notebook = nb.answered()
    notebook["cells"].remove(nb.cell(notebook, nb.SEQUENCE))
    assert reading(notebook).repairs == [
        "the cell rnn_forward is missing or has lost its label"
    ]


LABELS = (
    {},
    7,
    {"nbgrader": None},
    {"nbgrader": {"grade_id": 7}},
    {"nbgrader": {"grade_id": "x"}},
)


@each_row("label", LABELS)
def test_a_cell_that_lost_its_label_is_read(label, reading):
    notebook = nb.answered()
    nb.cell(notebook, nb.CELL).update(metadata=label, id="f00")
    found = reading(notebook)
    assert nb.RIGHT[nb.CELL] in texts(found)
    assert "the cell rnn_cell_forward is missing or has lost its label" in found.repairs


def test_cells_in_another_order_are_named(reading):
    notebook = nb.answered()
    notebook["cells"].reverse()
    found = reading(notebook)
    assert found.repairs == ["the cells stand in another order"]
    assert texts(found) == [nb.RIGHT[nb.SEQUENCE], nb.RIGHT[nb.CELL]]


@each_row("kind", ["markdown", "raw", "heading", None, 7])
def test_a_graded_cell_of_another_type_is_read_as_code(kind, reading):
    notebook = nb.answered()
    nb.cell(notebook, nb.CELL)["cell_type"] = kind
    found = reading(notebook)
    assert nb.RIGHT[nb.CELL] in texts(found)
    assert found.repairs == [
        "the cell rnn_cell_forward was no code cell any more; it is read as one"
    ]


@each_row("minor", [0, 2, 4, 5, "5", None])
def test_formats_of_the_notebook_do_not_matter(minor, reading):
    notebook = nb.answered() | {
        "nbformat_minor": minor,
        "metadata": {"kernelspec": {"name": "julia"}},
    }
    for one in notebook["cells"]:
        del one["id"]
    assert nb.RIGHT[nb.CELL] in texts(reading(notebook))


def test_format_3_is_read(reading):
    cells = [
        {
            "cell_type": "code",
            "input": nb.RIGHT[nb.CELL].splitlines(True),
            "language": "python",
            "outputs": [],
        },
        {"cell_type": "heading", "level": 1, "source": "one"},
        {
            "cell_type": "code",
            "input": nb.RIGHT[nb.SEQUENCE],
            "language": "python",
            "outputs": [],
        },
    ]
    assert texts(reading({"nbformat": 3, "worksheets": [{"cells": cells}]})) == list(
        nb.RIGHT.values()
    )
    assert texts(reading({"cells": cells, "worksheets": []})) == list(nb.RIGHT.values())


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(end, reading):
    found = reading(nb.answered(**{nb.CELL: nb.RIGHT[nb.CELL].replace("\n", end)}))
    assert texts(found)[0] == nb.RIGHT[nb.CELL]


def test_a_byte_order_mark_and_windows_line_ends_of_the_file(reading):
    assert (
        len(
            texts(
                reading(
                    b"\xef\xbb\xbf" + nb.as_bytes(nb.answered()).replace(b"\n", b"\r\n")
                )
            )
        )
        == 2
    )


def test_what_is_no_text_in_a_cell_is_made_text(reading):
    text = "\0# \ud800\n" + nb.RIGHT[nb.CELL]
    assert (
        texts(reading(nb.answered(**{nb.CELL: text})))[0] == "# ?\n" + nb.RIGHT[nb.CELL]
    )


@each_row("source", [None, 7, {"a": 1}, [], [7, None], True])
def test_sources_of_odd_types_are_empty(source, reading):
    assert texts(reading(nb.answered(**{nb.CELL: source}))) == [nb.RIGHT[nb.SEQUENCE]]


@each_row(
    "odd", [None, 7, "cell", [], {}, {"cell_type": "code"}, {"cell_type": ["code"]}]
)
def test_cells_of_odd_types_are_passed_over(odd, reading):
    notebook = nb.answered()
    notebook["cells"].insert(3, odd)
    assert len(texts(reading(notebook))) == 2


def test_a_changed_locked_cell_runs_before_the_courses_own(reading):
    notebook = nb.answered()
    locked = nb.cell(notebook, "imports")
    locked["source"] = (
        "".join(locked["source"]).replace("0.5 * (1.0 +", "0.7 * (1.0 +")
        + "\n"
        + HELPER
    )
    found = reading(notebook)
    assert [name for name, _ in found.cells] == ["1", "given imports", "3", "6"]
    assert "def helper" in texts(found)[0]
    assert texts(found)[1] == found.given[0][1]
    assert found.repairs == [
        "code cell 1: a locked cell was changed; the course's own text follows it"
    ]


def test_lines_are_counted_as_python_does():
    found = Submission([], [("1", "a\fb\u2028c\nsecond  ")])
    assert [found.line("1", n) for n in (0, 1, 2, 3, -1)] == [
        "",
        "a\fb\u2028c",
        "second",
        "",
        "",
    ]
    assert found.line("2", 1) == ""


def merged(text):
    """A file as git leaves it when the same line was changed twice."""
    lines = text.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "np.tanh(Waa" in line)
    sides = [
        "<<<<<<< HEAD\n",
        lines[at],
        "||||||| base\n",
        "=======\n",
        '"x = 0",\n',
        ">>>>>>> b\n",
    ]
    return "".join([*lines[:at], *sides, *lines[at + 1 :]])


def test_a_merge_conflict_in_the_file_keeps_the_first_side(reading):
    lined = nb.answered(**{nb.CELL: nb.RIGHT[nb.CELL].splitlines(keepends=True)})
    found = reading(merged(json.dumps(lined, indent=1)))
    assert texts(found) == list(nb.RIGHT.values())
    assert found.repairs == [
        "merge conflict markers in the file: the first side is kept"
    ]


@each_row(
    ("data", "why"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "it is no text"),
        (b"PK\x03\x04\xff\xfe", "it is no text"),
        (b"import numpy", r"its JSON is broken \(line 1\)"),
        (b"\0\0\0", "its JSON is broken"),
        (nb.as_bytes(nb.answered())[:-500], r"its JSON is broken \(line \d+\)"),
        (b"<<<<<<< HEAD\n{}}\n=======\n", "its JSON is broken"),
        (b"[" * 200_000, "nested too deep"),
        (b"1" * 5000, "it has no cells"),
        (b"[]", "it has no cells"),
        (b"{}", "it has no cells"),
        (b'"cells"', "it has no cells"),
        (b'{"cells": null}', "nothing of ex1_rnn_cell is in it"),
        (b'{"cells": [], "worksheets": 7}', "nothing of ex1_rnn_cell is in it"),
    ],
)
def test_what_is_no_notebook_is_refused(data, why, refusal):
    assert re.search(why, refusal(data))


def test_another_exercises_notebook_is_told_once_the_worker_finds_nothing_either(
    reading,
):
    cells = [nb.own("def lstm_forward(x):\n    pass"), nb.own("def gru(x):\n  pass")]
    assert reading({"cells": cells}).foreign.endswith(
        "no function rnn_cell_forward or rnn_forward; it defines gru, lstm_forward"
    )
    assert reading(nb.answered()).foreign == ""


@each_row(
    "cells",
    [[], [nb.own("")], [nb.own(" \n")], [nb.own("def f(): 0") | {"cell_type": "raw"}]],
)
def test_a_notebook_without_any_code_is_refused_at_once(cells, refusal):
    assert refusal({"cells": cells}).startswith("nothing of ex1_rnn_cell is in it")


@each_row(
    ("text", "found"),
    [
        ("def f(x):", True),
        ("  def f (x):", True),
        ("class f:", True),
        ("f = g", True),
        ("f: object = g", True),
        ("globals()['f'] = g", True),
        ('globals()[ "f" ]= g', True),
        ("f == g", False),
        ("# def f(x):", False),
        ("ff = g", False),
    ],
)
def test_what_looks_like_a_definition(text, found):
    assert notebook.defines(f"x = 1\n{text}", "f") is found


def test_code_without_bounds_is_refused(refusal):
    assert "4.8 MB of code" in refusal(
        {"cells": [nb.own("x = '" + "a" * 5_000_000 + "'")]}
    )
    assert "6000 code cells" in refusal({"cells": [nb.own("1")] * 6000})


def test_large_outputs_do_not_matter(reading):
    full = nb.answered()
    nb.cell(full, "try_rnn_forward")["outputs"] = [
        {"output_type": "stream", "text": "x" * 20_000_000}
    ]
    assert len(texts(reading(full))) == 2


@each_row(
    "text", ["\n" * 300_000, " " * 300_000 + "x", "def " * 80_000, "<<<<<<<\n" * 40_000]
)
def test_no_text_takes_long_to_look_at(text, reading):
    assert nb.RIGHT[nb.CELL] in texts(reading(nb.with_cell(text)))
    with pytest.raises(UnreadableError):
        reading(text + "<<<<<<< {")


ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just([])
    | st.just({})
)


def places(value, path=()):
    """Paths of everything in a notebook."""
    yield path
    for key in (
        value
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    ):
        yield from places(value[key], (*path, key))


PLACES = list(places(nb.answered()))[1:]


@QUICK
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PLACES), st.sampled_from(["put", "drop", "twice"]), ODD
        ),
        max_size=3,
    )
)
def test_a_notebook_changed_anywhere_is_arranged_or_refused(changes):
    data = nb.answered()
    for path, how, odd in changes:
        holder = data
        for key in path[:-1]:
            try:
                holder = holder[key]
            except (KeyError, IndexError, TypeError):
                break
        else:
            change(holder, path[-1], how, odd)
    arranged_or_refused(json.dumps(data))


def change(holder, key, how, odd):
    listed = isinstance(holder, list)
    if not (
        isinstance(holder, dict)
        or (listed and isinstance(key, int) and key < len(holder))
    ):
        return
    if listed and how == "twice":
        holder.insert(key, holder[key])
    elif how == "put":
        holder[key] = odd
    elif listed:
        del holder[key]
    else:
        holder.pop(key, None)


def arranged_or_refused(text):
    try:
        data, repairs = notebook_file.parse(text)
        found = notebook.arrange(notebook_file.code_cells(data), nb.UNIT, repairs)
    except UnreadableError:
        return
    assert all(
        isinstance(part, str) and "\0" not in part
        for pair in found.cells
        for part in pair
    )
    json.dumps([found.cells, found.repairs]).encode()


@QUICK
@given(
    st.lists(
        st.tuples(st.integers(0), st.binary(max_size=3), st.integers(0, 40)), max_size=4
    )
)
def test_a_file_with_damaged_bytes_is_arranged_or_refused(damages):
    data = nb.as_bytes(nb.answered())
    for at, put, length in damages:
        at %= len(data)
        data = data[:at] + put + data[at + length :]
    try:
        arranged_or_refused(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return


def test_two_cells_that_define_one_function_are_told(reading):
    other = "def rnn_forward(x, a0, parameters):\n    return None"
    found = reading(nb.with_cell(other, before="try_rnn_forward"))
    (told,) = [one for one in found.repairs if "rnn_forward" in one]
    assert re.fullmatch(
        r"code cells \d+ and \d+ define `rnn_forward` each: the lowest counts, .*", told
    )
    (same,) = [text for _, text in found.cells if text.startswith("def rnn_forward(")][
        :1
    ]
    twice = reading(nb.with_cell(same, before="try_rnn_forward"))
    assert twice.repairs == []  # the same text twice is one definition
