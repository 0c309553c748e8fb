"""What no mistake explains, on the class page."""

import json
from dataclasses import replace

import report_results as rr

from autograder.grade.result import TaskResult
from autograder.report.unexplained_rows import (
    BY_NUMBERS,
    BY_WORDS,
    Unexplained,
    found_lines,
    groups_of,
    read_notes,
)

FOUND = "`a_next` differs in all 28 entries"


NAMELESS = replace(rr.WRONG, mistake=None)


def message_of(feedback):
    return TaskResult(rr.CELL, 0.0, 10.0, "failed", feedback).message


SAID = message_of(NAMELESS)


def result(student, feedback=NAMELESS, mistake=None):
    one = rr.result(student)
    named = rr.MISTAKE if mistake else None
    tasks = [
        replace(task, feedback=replace(feedback, mistake=named))
        if task.task == rr.CELL
        else task
        for task in one.tasks
    ]
    return replace(one, tasks=tasks)


def test_without_a_note_they_are_grouped_by_what_was_found():
    found = replace(rr.WRONG.found[0], text="differs in all 3 entries")
    other = replace(NAMELESS, found=(found,))
    graded = [
        result("ann"),
        result("bob"),
        result("cy", other),
        result("d", mistake="x"),
    ]
    groups = groups_of(rr.EX1, graded, None)
    assert [(row.students, row.said) for row in groups.rows] == [
        (("ann", "bob"), FOUND),
        (("cy",), FOUND.replace("28", "3")),
    ]
    assert groups.how == BY_WORDS


def test_a_note_tells_them_apart_and_is_as_of_now():
    code = 'def f(x):\n    """Say."""\n\n    return x\n'
    notes = [
        Unexplained(rr.CELL, ("ann", "bob"), SAID, code),
        Unexplained(rr.CELL, ("cy",), SAID, code),
    ]
    graded = [result("ann"), result("bob", mistake="known by now"), result("cy")]
    groups = groups_of(rr.EX1, graded, notes)
    assert [row.students for row in groups.rows] == [("ann",), ("cy",)]
    assert groups.rows[0].code == "def f(x):\n    return x"
    assert groups.how == BY_NUMBERS
    later = groups_of(rr.EX1, [*graded, result("dee")], notes)
    assert ("dee",) in [row.students for row in later.rows]
    assert later.how == BY_WORDS


def test_only_what_was_found_is_kept_of_a_message():
    assert found_lines(SAID) == FOUND
    several = "✗ f\n  called    f(x)\n  found     one\n            two\n  book      b\n"
    assert found_lines(several) == "one\ntwo"


def test_a_note_is_read_from_beside_the_results(tmp_path):
    assert read_notes([tmp_path]) is None
    row = {"function": "f", "students": ["ann"], "said": "s", "code": "c"}
    path = tmp_path / "unexplained.json"
    path.write_text(json.dumps({"groups": [row | {"assignment": "ex1"}]}))
    assert read_notes([tmp_path]) == {"ex1": [Unexplained("f", ("ann",), "s", "c")]}
    path.write_text("{damaged")
    assert read_notes([tmp_path]) is None
