"""What no mistake explains, on the class page."""

import json
from dataclasses import replace

import report_results as rr

from autograder.grade.result import TaskResult
from autograder.report.unexplained_rows import (
    BY_NUMBERS,
    BY_WORDS,
    Unexplained,
    groups_of,
    read_notes,
)

FOUND = "`a_next` differs in all 28 entries"


NAMELESS = replace(rr.WRONG, mistake=None)


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
        Unexplained(rr.CELL, ("ann", "bob"), FOUND, code),
        Unexplained(rr.CELL, ("cy",), FOUND, code),
    ]
    graded = [result("ann"), result("bob", mistake="known by now"), result("cy")]
    groups = groups_of(rr.EX1, graded, notes)
    assert [row.students for row in groups.rows] == [("ann",), ("cy",)]
    assert groups.rows[0].code == "def f(x):\n    return x"
    assert groups.how == BY_NUMBERS
    later = groups_of(rr.EX1, [*graded, result("dee")], notes)
    assert ("dee",) in [row.students for row in later.rows]
    assert later.how == BY_WORDS


def test_what_was_found_is_a_line_for_each_output_that_is_off():
    found = replace(rr.WRONG.found[0], output="y", path="y")
    two = replace(NAMELESS, found=(*NAMELESS.found, found))
    task = TaskResult(rr.CELL, 0.0, 10.0, "failed", two)
    assert task.found == FOUND + "\n" + FOUND.replace("a_next", "y")
    said = replace(NAMELESS, found=(), said="It takes too long.")
    assert TaskResult(rr.CELL, 0.0, 10.0, "failed", said).found == "It takes too long."


def test_a_note_is_read_from_beside_the_results(tmp_path):
    assert read_notes([tmp_path]) is None
    row = {"function": "f", "students": ["ann"], "said": "s", "code": "c"}
    path = tmp_path / "unexplained.json"
    path.write_text(json.dumps({"groups": [row | {"assignment": "ex1"}]}))
    assert read_notes([tmp_path]) == {"ex1": [Unexplained("f", ("ann",), "s", "c")]}
    path.write_text("{damaged")
    assert read_notes([tmp_path]) is None
