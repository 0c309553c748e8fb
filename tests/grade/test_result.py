import json
import os
from dataclasses import replace

import pytest

from autograder.grade import result
from autograder.grade.result import Result, TaskResult, TestResult

TEST = TestResult("test_values[a]", "values", "passed", 2.5, 2.5)
TASK = TaskResult(
    "rnn_forward", 7.5, 10, "partial", "a0-ignored", "✗ not yet", "<b>✗</b>", [TEST]
)
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
        '{\n "schema": 1,\n "assignment": "ex1_rnn_cell",\n "student": "Zoë",'
    )
    assert text.endswith("\n}\n")
    assert json.loads(text)["tasks"][0]["tests"][0]["kind"] == "values"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"schema": 2}', "7", '{"schema": "1"}', "[" * 10**5, "9" * 5000],
)
def test_what_is_no_result_is_refused(text, tmp_path):
    path = tmp_path / "r.json"
    path.write_text(text)
    with pytest.raises(result.DamagedError):
        result.read(path)


@pytest.mark.parametrize(
    "damage",
    [
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
    ],
    ids=str,
)
def test_a_damaged_result_is_told_from_none(damage, tmp_path):
    path = tmp_path / "r.json"
    with pytest.raises(FileNotFoundError):
        result.read(path)
    path.write_text(json.dumps({**json.loads(RESULT.to_json()), **damage}))
    with pytest.raises(result.DamagedError, match="damaged: "):
        result.read(path)


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("task", "points", "7"),
        ("task", "max_points", None),
        ("task", "misconception", 3),
        ("task", "html", None),
        ("test", "points", None),
        ("test", "outcome", True),
    ],
)
def test_damage_within_a_task_is_seen(part, name, value):
    data = json.loads(RESULT.to_json())
    task = data["tasks"][0]
    {"task": task, "test": task["tests"][0]}[part][name] = value
    with pytest.raises(result.DamagedError, match="damaged: "):
        result.from_bytes(json.dumps(data).encode())


def test_a_missing_mark_is_no_damage():
    tasks = [replace(TASK, points=None, misconception=None)]
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
