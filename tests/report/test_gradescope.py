"""Gradescope's results.json, held against what its specification says."""

import json
from argparse import Namespace

import report_results as rr
from fuzzing import cases
from gradescope_format import VISIBILITIES, accepted
from hypothesis import given
from tables import each_row

from autograder.grade.told import verdict_of
from autograder.report import gradescope
from autograder.report.gather import Gathered
from unrolled.check.render import as_html


def written(result, **options):
    return gradescope.make_report(
        Gathered((result,)), Namespace(**({"visibility": "visible"} | options))
    )


def test_a_test_for_each_function():
    data = accepted(written(rr.result()))
    assert data["score"] == 15
    first, second = data["tests"]
    assert (first["name"], first["score"], first["max_score"], first["status"]) == (
        rr.CELL,
        5,
        10,
        "failed",
    )
    assert (first["output_format"], first["tags"]) == ("html", ["sigmoid-for-tanh"])
    assert first["output"] == as_html(verdict_of(rr.CELL, rr.WRONG))
    assert "went through a sigmoid" in first["output"]
    assert (second["status"], second["output_format"]) == ("passed", "html")
    assert sum(test["score"] for test in data["tests"]) == data["score"]


@each_row("when", sorted(VISIBILITIES))
def test_when_students_see_it(when):
    data = accepted(written(rr.result(), visibility=when))
    assert (data["visibility"], data["stdout_visibility"]) == (when, "hidden")


def test_a_refused_notebook_is_a_zero_that_says_why():
    data = accepted(written(rr.refused()))
    assert (data["score"], data["output"]) == (0, "Not graded: the file is empty.")


def test_repairs_are_told():
    assert (
        "Repaired: two cells."
        in accepted(written(rr.result(repairs=["two cells"])))["output"]
    )


@each_row("result", [rr.broken(), rr.result(tasks=[], score=None, problem="it died")])
def test_a_failure_of_the_machinery_is_no_mark(result):
    assert accepted(written(result)) is None
    assert "no points are lost" in json.loads(written(result))["output"]


@cases(60)
@given(rr.TEXTS)
def test_any_text_is_taken(evil):
    result = rr.result(
        evil,
        [rr.wrong(evil, feedback=rr.saying(evil))],
        problem=evil,
    )
    assert accepted(written(result))["score"] == 5
