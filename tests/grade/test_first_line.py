"""Where a submission departs first: what is told of it, and that no mark follows from it."""

import notebooks as nb
import numpy as np
from tables import each_row

from autograder.grade import first_line
from autograder.grade.submission import Submission
from unrolled.check.landmark_store import read_landmarks
from unrolled.check.where import LineMark, Where

WRONG = """def rnn_cell_forward(xt, a_prev, parameters):
    W = parameters
    z = W["Waa"] @ a_prev + W["Wax"] @ xt + W["ba"]
    a_next = np.tan(z)
    yt_pred = softmax(W["Wya"] @ a_next + W["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)
"""
TOLD = Where(
    nb.CELL,
    "1",
    4,
    "a_next",
    "value",
    known="a_next",
    off=3,
    of=20,
    marks=(LineMark(4, "first"), LineMark(3, "agrees", ("a_next",))),
)
SUBMISSION = Submission([], [("1", WRONG)])


def graded(tmp_path, text):
    path = nb.write(nb.answered(**{nb.CELL: text}), tmp_path / "x.ipynb")
    result = nb.grader().grade(path, "ann")
    return result, {task.task: task for task in result.tasks}


def test_the_first_wrong_line_is_told_with_the_students_own_lines(tmp_path):
    result, tasks = graded(tmp_path, WRONG)
    where = tasks[nb.CELL].feedback.where
    assert (where.function, where.line, where.name) == (nb.CELL, 4, "a_next")
    marks = {one.number: one.mark for one in where.marks}
    assert [marks[n] for n in (3, 4, 5, 6)] == ["agrees", "first", "follows", "follows"]
    shown = {one.number: one.text for one in where.marks}
    assert shown[4] == "    a_next = np.tan(z)"
    assert (
        "first wrong line: line 4, `a_next`, equation (1.1)," in tasks[nb.CELL].message
    )
    # what calls a wrong function is not traced: it is judged with a right one
    assert tasks[nb.SEQUENCE].feedback.where is None
    assert result.problem == ""


def test_a_right_function_has_none(tmp_path):
    path = nb.write(nb.answered(), tmp_path / "x.ipynb")
    result = nb.grader().grade(path, "ann")
    assert [task.feedback.where for task in result.tasks] == [None, None]


def test_a_function_that_is_right_only_while_it_is_watched_gets_no_mark_for_it(
    tmp_path,
):
    text = WRONG.replace(
        "    a_next = np.tan(z)\n",
        "    import sys\n    a_next = np.tanh(z) if sys.gettrace() else np.tan(z)\n",
    )
    _, tasks = graded(tmp_path, text)
    assert tasks[nb.CELL].points < tasks[nb.CELL].max_points
    assert tasks[nb.CELL].feedback.where is None


def test_a_function_that_breaks_the_watching_loses_a_line_and_nothing_else(tmp_path):
    text = WRONG.replace(
        "    a_next = np.tan(z)\n",
        "    import os, sys\n"
        "    if sys.gettrace():\n"
        "        os._exit(3)\n"
        "    a_next = np.tan(z)\n",
    )
    result, tasks = graded(tmp_path, text)
    plain, _ = graded(tmp_path, WRONG)
    assert tasks[nb.CELL].feedback.where is None
    assert result.score == plain.score


@each_row(
    "change",
    [
        {"cell": "2"},
        {"cell": "/etc/passwd"},
        {"line": 0},
        {"line": 400},
        {"last": 400},
        {"line": "4"},
        {"name": "secret_42"},
        {"function": "secret_42"},
        {"known": "secret_42"},
        {"verdict": "right"},
        {"equation": "https://example.org"},
        {"number": "9.9", "equation": "ch1_rnn_cell#equation-eq-ch1-state"},
        {"off": 10**12},
        {"found": [1] * 30},
        {"marks": [{"number": 4, "mark": "first", "names": ["secret_42"]}]},
        {"marks": [{"number": 4, "mark": "<b>", "names": []}]},
        {"marks": "x"},
        {"points": 25},
    ],
    ids=str,
)
def test_what_is_not_of_the_students_own_is_not_told(change):
    whole = TOLD.to_data() | {"marks": [], "found": None}
    assert first_line._looked_at(whole, nb.UNIT, SUBMISSION) is not None
    assert first_line._looked_at(whole | change, nb.UNIT, SUBMISSION) is None


@each_row("said", [None, 3, "x", [], {}, {"line": 4}], ids=str)
def test_what_is_no_place_is_not_told(said):
    assert first_line._looked_at(said, nb.UNIT, SUBMISSION) is None


def test_the_text_of_a_line_is_the_submissions_and_not_the_workers():
    mark = {"number": 4, "mark": "first", "names": [], "text": "hidden 0.123"}
    said = TOLD.to_data() | {"marks": [mark], "found": None}
    where = first_line._looked_at(said, nb.UNIT, SUBMISSION)
    assert [one.text for one in where.marks] == ["    a_next = np.tan(z)"]


class Spy:
    """A client that notes what is asked of it, in order."""

    def __init__(self):
        self.asked = []

    def fresh(self):
        self.asked.append("fresh")

    def trace(self, name, request, value):
        self.asked.append((name, value))


def test_only_what_is_public_is_sent_and_to_a_worker_that_has_seen_nothing_else():
    spy = Spy()
    first_line.first_lines(nb.UNIT, spy, SUBMISSION, [nb.CELL])
    assert spy.asked[0] == "fresh"
    cases = nb.UNIT.visible_cases(nb.CELL)
    path = nb.COURSE.exercises / "ex1_rnn_cell" / "ex1_rnn_cell.npz"
    public = {
        one.value.astype(np.float32).tobytes()
        for case in read_landmarks(path)[nb.CELL].cases
        for one in case.marks
    }
    for (name, value), case in zip(spy.asked[1:], cases, strict=True):
        arguments, _, arrays = value
        assert name == nb.CELL
        np.testing.assert_array_equal(arguments[0], case[0])
        assert {one.astype(np.float32).tobytes() for one in arrays} <= public


def test_nothing_is_asked_where_all_is_right():
    spy = Spy()
    assert first_line.first_lines(nb.UNIT, spy, SUBMISSION, []) == {}
    assert spy.asked == []
