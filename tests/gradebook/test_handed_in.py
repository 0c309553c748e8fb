"""What nbgrader gets of a submitted tree: copies, of folders and files that are there
themselves.
"""

import errno
import os

import pytest
from handed_tree import NAME, OWN, submit

from autograder.gradebook import handed_in
from autograder.gradebook.handed_in import (
    SeveralNamesError,
    copy_submission,
    submission_time,
)
from autograder.safe.plain_files import read_plain


def taken(tree, student="ada"):
    """The copy, and what lies beside it."""
    found = copy_submission(tree, student, student, NAME, tree.parent / "copies")
    place = tree.parent / "copies" / student / NAME
    return found, {path.name: path.read_text() for path in place.iterdir()}


# whose folders


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
