"""JUnit XML, as Jenkins and other CI servers read it.

A submission is a test suite and a function a test case: a wrong answer is a failure, of the
type of its status; broken machinery is an error; a function that was not begun is skipped.
Points stand among the properties of the suite, as `score`, `max_score` and `points:<function>`.
"""

from __future__ import annotations

import argparse
import re
import xml.etree.ElementTree as ET

from ..grade.result import Result, TaskResult
from ..safe.csv_cells import number
from .gather import Gathered

# The schema is junit-4.xsd of Jenkins' dtkit, the strictest of those that Jenkins' plugins have
# published: a test case has no properties there, and what is skipped no attributes. Newer ones
# and other readers take the same file.
HELP = "JUnit XML for CI servers"
# XML 1.0, production 2
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_BEGUN = "not begun: the notebook has the stub only"
# what a suite counts, and the element by which a case is counted
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: this format has no options of its own."""


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """Give the results as one XML document."""
    suites = [_suite(result) for result in gathered.results]
    root = ET.Element("testsuites", {"name": "autograder"})
    for name in ("tests", "failures", "errors"):
        count = sum(int(suite.get(name, "0")) for suite in suites)
        root.set(name, str(count))
    root.extend(suites)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(result: Result) -> ET.Element:
    """Make the suite of one submission."""
    cases = _cases(result)
    name = f"{result.assignment or 'unknown'} {result.student}"
    suite = _element("testsuite", name=name, tests=str(len(cases)))
    for count, tag in COUNTED.items():
        counted = [case for case in cases if case.find(tag) is not None]
        suite.set(count, str(len(counted)))
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(result).items():
        properties.append(_element("property", name=key, value=value))
    suite.extend(cases)
    said = [result.problem] if result.problem else []
    said += [f"repaired: {text}" for text in result.repairs]
    if said:
        suite.append(_element("system-out", "\n".join(said)))
    return suite


def _cases(result: Result) -> list[ET.Element]:
    """Make the cases: the functions, and one more where nothing else says what went wrong."""
    cases = [_case(result, task) for task in result.tasks]
    has_error = any(task.status == "error" for task in result.tasks)
    if result.score is None and not has_error:
        cases.append(_problem_case(result, "grading", "error", "error"))
    elif not cases:
        cases.append(_problem_case(result, "notebook", "failure", "missing"))
    return cases


def _properties(result: Result) -> dict[str, str]:
    found = {
        "student": result.student,
        "assignment": result.assignment,
        "seed": str(result.seed),
    }
    if result.score is not None:
        found["score"] = number(result.score)
    found["max_score"] = number(result.max_score)
    for task in result.tasks:
        found |= _properties_of_task(task)
    return found


def _properties_of_task(task: TaskResult) -> dict[str, str]:
    found = {}
    if task.points is not None:
        found[f"points:{task.task}"] = number(task.points)
    found[f"max_points:{task.task}"] = number(task.max_points)
    if task.misconception:
        found[f"mistake:{task.task}"] = task.mistakes
    if task.feedback.where:
        found[f"where:{task.task}"] = task.feedback.where.text
    return found


def _case(result: Result, task: TaskResult) -> ET.Element:
    case = _element("testcase", name=task.task, classname=result.assignment)
    if task.status == "passed":
        return case
    if task.status == "untouched":
        case.append(_element("skipped", NOT_BEGUN))
        return case
    tag = "error" if task.status == "error" else "failure"
    case.append(_element(tag, task.message, type=task.status, message=task.headline))
    return case


def _problem_case(result: Result, name: str, tag: str, kind: str) -> ET.Element:
    """Make a case that says what is wrong with the whole submission, or with the grading."""
    classname = result.assignment or "unknown"
    case = _element("testcase", name=name, classname=classname)
    case.append(_element(tag, result.problem, type=kind, message=result.problem))
    return case


def _element(tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Make an element, of texts that XML can hold."""
    written = {name: xml_text(value) for name, value in attributes.items()}
    element = ET.Element(tag, written)
    if text is not None:
        element.text = xml_text(text)
    return element


def xml_text(text: str) -> str:
    """Give a text without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
