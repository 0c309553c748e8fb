import os
from datetime import datetime
from pathlib import Path

import pytest
from handed_tree import NAME, submit
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from autograder.gradebook import hooks
from autograder.gradebook.handed_in import copy_submission


def test_one_that_fails_is_left_without_a_mark_and_the_others_go_on(
    directory, tree, monkeypatch, caplog
):
    for student in ("ada", "bob", "zoe"):
        submit(tree, student)

    def failing(tree, folder, *rest):
        if folder == "bob":
            raise RuntimeError("something nobody thought of")
        return copy_submission(tree, folder, *rest)

    monkeypatch.setattr(hooks, "copy_submission", failing)
    monkeypatch.setattr(hooks, "_prepare_gradebook", lambda *given: None)
    converter = Autograde(coursedir=directory)
    converter.handed_in = tree
    converter.init_notebooks()
    places = [
        str(Path(directory.root, "grading", "copies", student, NAME))
        for student in ("ada", "zoe")
    ]
    assert sorted(converter.assignments) == places
    with pytest.raises(NbGraderException, match="1 submissions were left out"):
        hooks._to_the_end(lambda self: None)(converter)
    assert "bob is left out, without a mark: something nobody thought of" in caplog.text


@pytest.mark.parametrize(("name", "notebook"), [("ex9_nothing", "*"), (NAME, "other")])
def test_what_is_not_the_courses_is_not_left_to_nbgrader(
    name, notebook, directory, tree
):
    directory.assignment_id, directory.notebook_id = name, notebook
    converter = Autograde(coursedir=directory)
    converter.handed_in = tree
    with pytest.raises(NbGraderException, match="there"):
        converter.init_notebooks()


def test_formgrader_waits_for_nothing_and_follows_nothing(directory, tree, monkeypatch):
    directory.submitted_directory = str(tree)
    os.mkfifo(submit(tree, "ada") / "timestamp.txt")
    (submit(tree, "Jose\u0301") / "timestamp.txt").write_text("2027-01-15 00:00:00 UTC")
    monkeypatch.setattr(NbGraderAPI, "__init__", lambda self: None)
    api = NbGraderAPI()
    api.coursedir = directory
    assert api.get_submitted_students(NAME) == {"ada", "Jos\u00e9"}
    assert api.get_submitted_timestamp(NAME, "ada") is None
    assert api.get_submitted_timestamp(NAME, "Jos\u00e9") == datetime(2027, 1, 15)
