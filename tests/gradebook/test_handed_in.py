"""What nbgrader gets of a submitted tree: copies, of folders and files that are there
themselves.
"""

import csv
import errno
import os
from datetime import datetime
from pathlib import Path

import minicourse
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import LoggingConfigurable

from autograder.gradebook import handed_in, hooks
from autograder.gradebook.accounts import student_folders
from autograder.gradebook.handed_in import (
    SeveralNamesError,
    copy_submission,
    submission_time,
)
from autograder.gradebook.lateness import SettledExport
from autograder.safe.plain_files import read_plain

NAME = minicourse.NAME
OWN = f"{NAME}.ipynb"


@pytest.fixture
def tree(tmp_path):
    made = tmp_path / "submitted"
    made.mkdir()
    return made


def submit(tree, student, text="{}", name=OWN):
    place = tree / student / NAME
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text)
    return place


def taken(tree, student="ada"):
    """The copy, and what lies beside it."""
    found = copy_submission(tree, student, student, NAME, tree.parent / "copies")
    place = tree.parent / "copies" / student / NAME
    return found, {path.name: path.read_text() for path in place.iterdir()}


# whose folders


def test_a_folder_is_the_students_whose_name_it_has_in_either_form(tree):
    submit(tree, "Jose\u0301")
    submit(tree, "ada")
    (tree / "bob").mkdir()
    assert student_folders(tree, NAME) == (
        {"Jos\u00e9": "Jose\u0301", "ada": "ada"},
        {},
    )
    assert (
        student_folders(tree, NAME, "Jos\u00e9")
        == student_folders(tree, NAME, "Jose\u0301")
        == ({"Jos\u00e9": "Jose\u0301"}, {})
    )
    assert student_folders(tree, "*")[0].keys() == {"Jos\u00e9", "ada", "bob"}


def test_two_folders_of_one_student_are_both_refused(tree):
    submit(tree, "Jose\u0301")
    submit(tree, "Jos\u00e9")
    found, refused = student_folders(tree, NAME)
    assert found == {}
    assert set(refused) == {"Jose\u0301", "Jos\u00e9"}


@pytest.mark.parametrize("name", [".dot", "..x", "a\nb", "a\x1bb", "a\u2028b", "a\tb"])
def test_a_name_that_nbgrader_cannot_have_is_refused_by_name(name, tree):
    submit(tree, name)
    found, refused = student_folders(tree, NAME)
    assert found == {}
    assert set(refused) == {name}


def test_what_is_no_submission_is_no_matter(tree):
    (tree / ".DS_Store").write_text("")
    (tree / ".git").mkdir()
    (tree / "notes.txt").write_text("")
    (tree / "loop").symlink_to("loop")
    assert student_folders(tree, NAME) == ({}, {})


def test_a_folder_that_the_system_cannot_look_into_is_not_passed_over(
    tree, monkeypatch
):
    submit(tree, "ada")

    def failing(path, **given):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "lstat", failing)
    assert student_folders(tree, NAME)[0] == {"ada": "ada"}


# what is copied


def test_three_files_are_copied(tree):
    place = submit(tree, "ada", "ada")
    (place / "timestamp.txt").write_text("2027-01-15 23:59:00+01:00")
    (place / "submission_secret.txt").write_text("ab" * 64 + "\n")
    (place / "other.csv").write_text("1")
    (place / "deep").mkdir()
    found, files = taken(tree)
    assert not found.problem
    time = "2027-01-15 22:59:00.000000 UTC\n"
    assert files == {
        OWN: "ada",
        "timestamp.txt": time,
        "submission_secret.txt": "ab" * 64,
    }


def test_a_lone_notebook_keeps_its_name_for_whoever_asks(tree):
    submit(tree, "ada", "ada", "mine.ipynb")
    found, files = taken(tree)
    assert files == {OWN: "ada"}
    assert found.path.name == "mine.ipynb"
    assert read_plain(found.path, 10) == b"ada"
    assert sorted(path.name for path in (tree / "ada" / NAME).iterdir()) == [
        "mine.ipynb"
    ]


@pytest.mark.parametrize(
    "what",
    ["student", "exercise", "notebook", "lone", "dangling", "fifo", "none", "file"],
)
def test_what_is_no_notebook_of_the_trees_own_is_refused(what, tree):
    """It then has a copy without text, so that nothing of it can be read, and the reason."""
    elsewhere = submit(tree.parent / "elsewhere", "ada", "secret")
    place = tree / "ada" / NAME
    if what == "student":
        (tree / "ada").symlink_to(elsewhere.parent)
    else:
        (tree / "ada").mkdir()
    if what == "exercise":
        place.symlink_to(elsewhere)
    elif what == "file":
        place.write_text("secret")
    elif what != "student":
        place.mkdir()
    if what == "notebook":
        (place / OWN).symlink_to(elsewhere / OWN)
    elif what == "lone":
        (place / "mine.ipynb").symlink_to(elsewhere / OWN)
    elif what == "dangling":
        (place / OWN).symlink_to("nowhere")
    elif what == "fifo":
        os.mkfifo(place / OWN)
    found, files = taken(tree)
    assert found.problem
    assert files == {OWN: ""}


def test_a_hard_link_may_be_anybodys(tree):
    secret = tree.parent / "secret"
    secret.write_text("secret")
    place = submit(tree, "ada")
    (place / OWN).unlink()
    os.link(secret, place / OWN)
    with pytest.raises(SeveralNamesError, match="put a copy in its place"):
        taken(tree)


def test_a_failing_disk_is_no_fault_of_the_students(tree, monkeypatch):
    submit(tree, "ada")

    def failing(*given, **named):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(handed_in, "read_plain", failing)
    with pytest.raises(OSError, match="Input/output"):
        taken(tree)


@pytest.mark.parametrize("text", ["", "never", "9" * 150, "x" * 1000, "\udcff"])
def test_a_time_that_is_none(text, tree):
    place = submit(tree, "ada")
    (place / "timestamp.txt").write_bytes(text.encode(errors="surrogateescape"))
    assert submission_time(place, tree) is None


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_a_time_in_what_is_no_file(kind, tree):
    place = submit(tree, "ada")
    path = place / "timestamp.txt"
    (tree.parent / "time").write_text("2020-01-01 00:00:00 UTC")
    {
        "link": lambda: path.symlink_to(tree.parent / "time"),
        "fifo": lambda: os.mkfifo(path),
        "folder": path.mkdir,
    }[kind]()
    assert submission_time(place, tree) is None
    assert set(taken(tree)[1]) == {OWN}


# nbgrader's side


@pytest.fixture
def directory(tmp_path):
    course = minicourse.make(tmp_path / "course")
    hooks.install()
    return CourseDirectory(
        root=str(course.root),
        course_id="x",
        assignment_id=NAME,
        submitted_directory="grading/copies",
        db_url=f"sqlite:///{tmp_path}/gradebook.db",
    )


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


class Exporting(LoggingConfigurable):
    """What nbgrader's `export` is to its plugin."""

    coursedir = None


@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader's own
def test_where_there_is_no_mark_the_cell_is_empty(directory, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(os.sys.executable).parent}:{os.environ['PATH']}")
    with Gradebook(directory.db_url, "x") as gradebook:
        gradebook.add_assignment(NAME)
        gradebook.add_notebook(NAME, NAME)
        gradebook.add_grade_cell("check", NAME, NAME, max_score=5, cell_type="code")
        gradebook.add_grade_cell("why", NAME, NAME, max_score=2, cell_type="markdown")
        for student in ("=1+1", "failed", "absent"):
            gradebook.add_student(student, last_name="@x\x1b")
            if student != "absent":
                gradebook.add_submission(NAME, student)
        gradebook.find_grade("check", NAME, NAME, "=1+1").auto_score = 4
        gradebook.db.commit()
        parent = Exporting()
        parent.coursedir = directory
        export = SettledExport(parent=parent)
        export.to = str(tmp_path / "grades.csv")
        export.export(gradebook)
    with open(tmp_path / "grades.csv", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert rows["'=1+1"]["score"] == "4.0"
    assert {row["last_name"] for row in rows.values()} == {"'@x\ufffd"}
    for student in ("failed", "absent"):
        names = ("raw_score", "late_submission_penalty", "score", "max_score")
        assert [rows[student][name] for name in names] == ["", "", "", "7.0"]
