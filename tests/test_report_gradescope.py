"""Gradescope's results.json, held against what its specification says."""

import json
from argparse import Namespace

import pytest
import report_results as rr
from fuzzing import cases
from hypothesis import given

from autograder.report import gradescope
from autograder.report.gather import Gathered

TOP = {"score": (int, float), "execution_time": (int, float), "output": str, "output_format": str,
       "test_output_format": str, "test_name_format": str, "visibility": str, "stdout_visibility": str,
       "extra_data": dict, "tests": list}  # fmt: skip
TEST = {"score": (int, float), "max_score": (int, float), "status": str, "name": str, "name_format": str, "number": str,
        "output": str, "output_format": str, "tags": list, "visibility": str, "extra_data": dict}  # fmt: skip
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}


def accepted(text):
    """A results.json as the specification has it (Autograder Specifications, "Output format"); None if refused."""
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    for found, fields in ((data, TOP), *((test, TEST) for test in data.get("tests", []))):
        assert set(found) <= set(fields)
        for key, value in found.items():
            assert isinstance(value, fields[key]), key
            assert not isinstance(value, bool), key
        assert {found[key] for key in found if key.endswith("_format")} <= FORMATS
        assert {found[key] for key in found if key.endswith("visibility")} <= VISIBILITIES
    assert all(test.get("status") in ("passed", "failed") for test in data.get("tests", []))
    if "score" in data or (data.get("tests") and all("score" in test for test in data["tests"])):
        return data
    return None


def written(result, **options):
    return gradescope.write(Gathered((result,)), Namespace(**({"visibility": "visible"} | options)))


def test_a_test_for_each_function():
    data = accepted(written(rr.result()))
    assert data["score"] == 15
    first, second = data["tests"]
    assert (first["name"], first["score"], first["max_score"], first["status"]) == (rr.CELL, 5, 10, "failed")
    assert (first["output"], first["output_format"], first["tags"]) == (rr.BOX, "html", ["sigmoid-for-tanh"])
    assert (second["status"], second["output_format"]) == ("passed", "text")
    assert sum(test["score"] for test in data["tests"]) == data["score"]


@pytest.mark.parametrize("when", sorted(VISIBILITIES))
def test_when_students_see_it(when):
    data = accepted(written(rr.result(), visibility=when))
    assert (data["visibility"], data["stdout_visibility"]) == (when, "hidden")


def test_a_refused_notebook_is_a_zero_that_says_why():
    data = accepted(written(rr.refused()))
    assert (data["score"], data["output"]) == (0, "Not graded: the file is empty.")


def test_repairs_are_told():
    assert "Repaired: two cells." in accepted(written(rr.result(repairs=["two cells"])))["output"]


@pytest.mark.parametrize("result", [rr.broken(), rr.result(tasks=[], score=None, problem="it died")])
def test_a_failure_of_the_machinery_is_no_mark(result):
    assert accepted(written(result)) is None
    assert "no points are lost" in json.loads(written(result))["output"]


@cases(60)
@given(rr.TEXTS)
def test_any_text_is_taken(evil):
    result = rr.result(evil, [rr.wrong(evil, message=evil, html="", mistake=evil or None)], problem=evil)
    assert accepted(written(result))["score"] == 5
