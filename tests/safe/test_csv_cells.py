"""Cells that no spreadsheet takes for a formula, and that come back as they were."""

import csv
import io

import report_results as rr
from fuzzing import cases
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from autograder.safe.csv_cells import lines, number, safe


@each_row(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@x",
        "\tx",
        "\rx",
        "\nx",
        "＝1",
        "+",
        "=",
        "-cmd",
        "+4 3",
    ],
)
def test_what_a_spreadsheet_would_run_is_text(text):
    assert safe(text) == f"'{text}"


@each_row(
    "text",
    [
        "-",
        "--",
        "-5",
        "+3.5",
        "-1,25",
        "12.5 %",
        "100%",
        "O'Neil, Ann",
        "",
        " =1",
        "a=b",
    ],
)
def test_marks_and_names_stay(text):
    assert safe(text) == text


@cases(60)
@given(
    st.lists(st.lists(rr.TEXTS, min_size=2, max_size=4), min_size=1, max_size=4),
    st.sampled_from(",;\t"),
)
def test_rows_come_back_cell_by_cell(rows, delimiter):
    text = lines(rows, delimiter)
    back = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert back == [[safe(cell) for cell in row] for row in rows]


@cases(60)
@given(rr.TEXTS)
def test_no_cell_begins_a_formula(text):
    (row,) = csv.reader(io.StringIO(lines([["x", text]]), newline=""))
    assert not row[1].startswith(("=", "@", "\t", "\r", "\n"))
    if row[1].startswith(("+", "-")):
        assert set(row[1]) <= set("+-0123456789.,%")


@each_row(
    ("value", "text"),
    [(12.0, "12"), (2.5, "2.5"), (1 / 3, "0.33"), (0, "0"), (100, "100")],
)
def test_points(value, text):
    assert number(value) == text
    assert number(value, ",") == text.replace(".", ",")
