"""Result files of schema 1, as the grader wrote them until schema 2: `schema_1/` holds some."""

import json
from pathlib import Path

import pytest
from tables import each_row

from autograder.grade import result
from autograder.report.departures import first_departures
from autograder.report.tally import mistakes_met

FILES = sorted((Path(__file__).parent / "schema_1").glob("*.json"))


def tasks_of(path):
    """Each function of a file, as it stands there and as it is read."""
    old = json.loads(path.read_text(encoding="utf-8"))
    assert old["schema"] == 1
    return list(zip(old["tasks"], result.read(path).tasks, strict=True))


@each_row("path", FILES, ids=lambda path: path.stem)
def test_an_old_file_reads_as_it_did_and_is_written_as_a_new_one(path):
    read = result.read(path)
    assert read.schema == 2
    for old, task in tasks_of(path):
        assert (task.message, task.misconception) == (
            old["message"],
            old["misconception"],
        )
        assert task.feedback.said == ""  # all of it is data
        assert len(task.tests) == len(old["tests"])
    assert result.from_bytes(read.to_json().encode()) == read


def test_what_was_said_is_found_by_its_name():
    (feedback,) = (
        task.feedback
        for path in FILES
        for _, task in tasks_of(path)
        if task.misconception == "carry-doubled"
    )
    assert feedback.call.startswith("lstm_backward(da (")
    assert [one.output for one in feedback.found][:2] == ["dx", "da0"]
    assert feedback.found[0].text.startswith("differs in ")
    assert feedback.mistake.section == "slips4_lstm_backward#slip-carry-h"
    assert feedback.mistake.hint == "Each path is walked once."
    assert set(feedback.outputs) >= {"dx", "da0", "dWf", "dbo"}


def test_old_results_are_counted_with_the_new_ones():
    read = [result.read(path) for path in FILES]
    met = {one.id: one for path in read for one in mistakes_met("", [path], None)}
    assert met["carry-doubled"].symptom == "The carry is counted twice."
    assert first_departures(read) == []


def test_a_text_that_is_not_understood_is_kept_as_it_is():
    data = json.loads(FILES[0].read_text(encoding="utf-8"))
    data["tasks"][0]["message"] = "  found \n another form, \x07 with no rows"
    task = result.from_bytes(json.dumps(data).encode()).tasks[0]
    assert task.message == "  found \n another form, \x07 with no rows"
    assert task.html == ""  # shown as plain text


@each_row(
    ("name", "value"),
    [("message", 3), ("html", None), ("misconception", 1), ("task", 0)],
)
def test_a_damaged_old_file_is_told(name, value):
    data = json.loads(FILES[0].read_text(encoding="utf-8"))
    data["tasks"][0][name] = value
    with pytest.raises(result.DamagedError, match=rf"damaged: tasks\[0\]\.{name} is"):
        result.from_bytes(json.dumps(data).encode())
    del data["tasks"][0]["message"]
    with pytest.raises(result.DamagedError, match="damaged: "):
        result.from_bytes(json.dumps(data).encode())
