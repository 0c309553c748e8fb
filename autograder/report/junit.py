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
_NOT_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # XML 1.0, production 2


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: this format has no options of its own."""


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """The results as one XML document."""
    suites = [_suite(result) for result in gathered.results]
    counts = {
        name: str(sum(int(s.get(name)) for s in suites))
        for name in ("tests", "failures", "errors")
    }
    root = ET.Element("testsuites", {"name": "autograder", **counts})
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(result: Result) -> ET.Element:
    cases = [_case(result, task) for task in result.tasks]
    if result.score is None and not any(
        task.status == "error" for task in result.tasks
    ):
        cases.append(_broken(result))
    elif not cases:
        cases.append(_refused(result))
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    name = f"{result.assignment or 'unknown'} {result.student}"
    suite = ET.Element(
        "testsuite",
        {"name": xml(name), **{key: str(value) for key, value in counts.items()}},
    )
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(result).items():
        ET.SubElement(properties, "property", {"name": xml(key), "value": xml(value)})
    suite.extend(cases)
    if said := [
        *([result.problem] if result.problem else []),
        *(f"repaired: {text}" for text in result.repairs),
    ]:
        ET.SubElement(suite, "system-out").text = xml("\n".join(said))
    return suite


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
        if task.points is not None:
            found[f"points:{task.task}"] = number(task.points)
        found[f"max_points:{task.task}"] = number(task.max_points)
        if task.misconception:
            found[f"mistake:{task.task}"] = task.misconception
    return found


def _case(result: Result, task: TaskResult) -> ET.Element:
    case = ET.Element(
        "testcase", {"name": xml(task.task), "classname": xml(result.assignment)}
    )
    if task.status == "passed":
        return case
    if task.status == "untouched":
        ET.SubElement(
            case, "skipped"
        ).text = "not begun: the notebook has the stub only"
        return case
    first = _first(task.message)
    kind = "error" if task.status == "error" else "failure"
    told = ET.SubElement(case, kind, {"type": xml(task.status), "message": xml(first)})
    told.text = xml(task.message)
    return case


def _first(message: str) -> str:
    """The line that says most in one: the known mistake, else what was found, else the first."""
    rows = [line.strip().split(None, 1) for line in message.split("\n")]
    told = {row[0]: row[1] for row in reversed(rows) if len(row) == 2}
    return told.get("mistake") or told.get("found") or message.split("\n", 1)[0]


def _broken(result: Result) -> ET.Element:
    case = ET.Element(
        "testcase",
        {"name": "grading", "classname": xml(result.assignment or "unknown")},
    )
    ET.SubElement(
        case, "error", {"type": "error", "message": xml(result.problem)}
    ).text = xml(result.problem)
    return case


def _refused(result: Result) -> ET.Element:
    case = ET.Element(
        "testcase",
        {"name": "notebook", "classname": xml(result.assignment or "unknown")},
    )
    ET.SubElement(
        case, "failure", {"type": "missing", "message": xml(result.problem)}
    ).text = xml(result.problem)
    return case


def xml(text: str) -> str:
    """A text without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
