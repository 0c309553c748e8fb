"""The plain table."""

import csv
import io
from argparse import Namespace

import report_results as rr
from fuzzing import cases
from hypothesis import given

from autograder.report import table
from autograder.report.gather import Gathered


def rows(*results):
    return list(
        csv.DictReader(
            io.StringIO(table.make_report(Gathered(results), Namespace()), newline="")
        )
    )


def test_one_line_a_submission_with_points_and_status_of_each_function():
    first, second = rows(rr.result("ann"), rr.refused("Doe, Jane"))
    assert (first["student"], first["score"], first["max_score"]) == ("ann", "15", "20")
    assert first[f"{rr.CELL} points"] == "5"
    assert first[f"{rr.CELL} status"] == "partial"
    assert first[f"{rr.CELL} mistake"] == "sigmoid-for-tanh"
    assert (second["student"], second["problem"], second["score"]) == (
        "Doe, Jane",
        "the file is empty",
        "0",
    )


def test_a_failure_of_the_machinery_is_no_zero():
    (row,) = rows(rr.broken())
    assert (row["score"], row[f"{rr.CELL} points"], row[f"{rr.CELL} status"]) == (
        "",
        "",
        "error",
    )


def test_functions_of_other_exercises_are_empty():
    first, second = rows(
        rr.result("ann"), rr.result("bob", [rr.right("gru")], "ex5_gru")
    )
    assert first["gru status"] == ""
    assert second[f"{rr.CELL} status"] == ""


@cases(60)
@given(rr.TEXTS)
def test_a_name_stays_one_cell_and_no_formula(name):
    (row,) = rows(rr.result(name))
    assert row["score"] == "15"
    assert not row["student"].startswith(("=", "@"))
