import json
import os
from dataclasses import replace

import pytest
from tables import each_row

from autograder.grade import result
from autograder.grade.result import Result, TaskResult, TestResult
from autograder.grade.told import Feedback, Found, Mistake
from unrolled.check.where import Where

TEST = TestResult("test_values[a]", "values", "passed", 2.5, 2.5)
FEEDBACK = Feedback(
    call="rnn_forward(x (3, 4, 2))",
    found=(Found("shape", "a", "a", "has shape (2,)", None, None, (2,), (3, 2)),),
    mistake=Mistake("a0-ignored", "No `a0`.", "Look.", "slips1_rnn_cell#slip-a0"),
    where=Where("rnn_forward", "4", 3, "a_next", "shape"),
)
TASK = TaskResult("rnn_forward", 7.5, 10, "partial", FEEDBACK, [TEST])
RESULT = Result(
    "ex1_rnn_cell", "Zoë", 3, 7.5, 20, [TASK], ["split"], "", {"numpy": "2"}
)


def test_a_result_is_written_and_read_unchanged(tmp_path):
    path = tmp_path / "deep" / "r.json"
    result.write(RESULT, path)
    assert result.read(path) == RESULT
    assert os.stat(path).st_mode & 0o777 == 0o644
    assert [p.name for p in path.parent.iterdir()] == ["r.json"]


def test_the_text_is_stable_and_readable():
    text = RESULT.to_json()
    assert text == RESULT.to_json()
    assert text.startswith(
        '{\n "schema": 2,\n "assignment": "ex1_rnn_cell",\n "student": "Zoë",'
    )
    assert text.endswith("\n}\n")
    assert json.loads(text)["tasks"][0]["tests"][0]["kind"] == "values"


@each_row(
    "text",
    [
        *("", "[]", "{}", "7", "[" * 10**5, "9" * 5000),
        *(f'{{"schema": {one}}}' for one in ("1", "2", "3", "true", '"2"', "2.0")),
    ],
)
def test_what_is_no_result_is_refused(text, tmp_path):
    path = tmp_path / "r.json"
    path.write_text(text)
    with pytest.raises(result.DamagedError):
        result.read(path)


DAMAGE = [
    {"tasks": None},
    {"tasks": {"a": 1}},
    {"tasks": [1]},
    {"tasks": [{}]},
    {"tasks": [{"tests": [[]]}]},
    {"more": 1},
    {"student": 3},
    {"student": ["Zoë"]},
    {"problem": None},
    {"repairs": "a text"},
    {"repairs": [1]},
    {"versions": ["2"]},
    {"versions": {"numpy": 2}},
    {"score": "7"},
    {"score": True},
    {"score": float("nan")},
    {"score": 10**400},
    {"max_score": None},
    {"max_score": float("inf")},
]


def test_a_damaged_result_is_told_from_none(tmp_path, subtests):
    path = tmp_path / "r.json"
    with pytest.raises(FileNotFoundError):
        result.read(path)
    for damage in DAMAGE:
        with subtests.test(str(damage)):
            path.write_text(json.dumps({**json.loads(RESULT.to_json()), **damage}))
            with pytest.raises(result.DamagedError, match="damaged: "):
                result.read(path)


@each_row(
    ("part", "name", "value"),
    [
        ("task", "points", "7"),
        ("task", "max_points", None),
        ("task", "feedback", None),
        ("task", "message", "text"),
        ("feedback", "mistake", "a0-ignored"),
        ("feedback", "where", {"line": 3}),
        ("feedback", "found", [{"output": "a"}]),
        ("test", "points", None),
        ("test", "outcome", True),
    ],
)
def test_damage_within_a_task_is_seen(part, name, value):
    data = json.loads(RESULT.to_json())
    task = data["tasks"][0]
    parts = {"task": task, "test": task["tests"][0], "feedback": task["feedback"]}
    parts[part][name] = value
    with pytest.raises(result.DamagedError, match="damaged: "):
        result.from_bytes(json.dumps(data).encode())


def test_a_missing_mark_is_no_damage():
    tasks = [replace(TASK, points=None, feedback=Feedback("The machinery failed."))]
    unmarked = replace(RESULT, score=None, tasks=tasks)
    assert result.from_bytes(unmarked.to_json().encode()) == unmarked


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "r.json"
    result.write_text("old", path)
    monkeypatch.setattr(
        os,
        "fsync",
        lambda fd: (_ for _ in ()).throw(OSError(28, "No space left on device")),
    )
    with pytest.raises(OSError, match="No space"):
        result.write_text("new", path)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("r.json", "old")]


def test_a_name_that_is_no_text_is_written_all_the_same(tmp_path):
    result.write_text("Zo\udceb", tmp_path / "r.json")
    assert (tmp_path / "r.json").read_text() == "Zo?"


def test_versions_name_what_a_mark_depends_on():
    assert set(result.versions("abc")) == {"autograder", "numpy", "python", "tests"}
    assert result.versions("abc")["tests"] == "abc"


def test_text_page_and_names_are_made_of_the_data():
    assert TASK.misconception == TASK.mistakes == "a0-ignored"
    assert TASK.headline == "No `a0`."
    assert "  mistake   No `a0`." in TASK.message.split("\n")
    assert "first wrong line: line 3, `a_next` has another shape" in TASK.message
    assert "<code>a_next</code>" in TASK.html
    assert "<i>slips1_rnn_cell.html#slip-a0</i>" in TASK.html_with("<i>{}</i>".format)
    also = replace(FEEDBACK, also=Mistake("b", "Two.", "", "slips1_rnn_cell#slip-b"))
    assert replace(TASK, feedback=also).mistakes == "a0-ignored + b"
    assert "  and       Two." in replace(TASK, feedback=also).message.split("\n")


def test_the_headline_is_what_was_found_where_no_mistake_is_known():
    unnamed = replace(TASK, feedback=replace(FEEDBACK, mistake=None))
    assert unnamed.headline == "`a` has shape (2,)"
    right = replace(TASK, feedback=Feedback(right=True))
    assert right.headline.startswith("✓ rnn_forward is right")
    said = replace(TASK, feedback=Feedback("Not graded: why."))
    assert (said.headline, said.html) == ("Not graded: why.", "")
