"""Find submissions in files, folders, submitted trees and the zips of learning platforms."""

import errno
import os
import re

import pytest
from handed_files import EXERCISES, touch

from autograder.collect.find import find_hand_ins, find_in_folder, keep_what_counts
from autograder.collect.hand_in import HandIn
from autograder.collect.sources import CollectError


def test_the_longest_name_of_an_exercise_counts(found, tmp_path):
    assert (
        found(touch(tmp_path / "a" / "ex2_rnn_backward_new.ipynb"))[0][1]
        == "ex2_rnn_backward"
    )


def test_a_linked_assignment_is_refused_and_told(found, tmp_path):
    touch(tmp_path / "elsewhere" / "ex1_rnn_cell.ipynb")
    tree = tmp_path / "submitted"
    touch(tree / "ann" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb")
    (tree / "bob").mkdir()
    (tree / "bob" / "ex1_rnn_cell").symlink_to(tmp_path / "elsewhere")
    why = (
        "there is no notebook in the submission's folder, only ex1_rnn_cell, a symbolic link, "
        "where the files themselves are wanted"
    )
    assert found(tree)[1:] == [("bob", "ex1_rnn_cell", why)]


def test_the_last_hand_in_counts(found, zipped):
    names = [
        f"lee_1_{n}_ex1_rnn_cell{turn}.ipynb"
        for n, turn in enumerate(("-1", "", "-10", "-2"))
    ]
    path = zipped(*names)
    assert len(found(path)) == 1
    (one,) = find_hand_ins(path, EXERCISES, path.parent / "scratch")
    assert one.turn == 10


def test_different_files_of_one_name_are_told_apart(found, zipped):
    path = zipped(
        "a!/ex1_rnn_cell.ipynb", "a?/ex1_rnn_cell.ipynb", "a*/ex1_rnn_cell.ipynb"
    )
    names = [f[0] for f in found(path)]
    assert len(set(names)) == 3
    assert all(re.fullmatch("a_-[0-9a-f]{8}", name) for name in names)
    assert [f[0] for f in found(path)] == names


def test_one_file_named_twice_is_one(tmp_path):
    one = HandIn("ann", "ex1_rnn_cell", tmp_path / "x.ipynb")
    assert keep_what_counts([one, one]) == [one]


def test_what_is_no_notebook_in_a_zip_is_told(found, zipped):
    path = zipped(
        "__MACOSX/._ex1_rnn_cell.ipynb",
        "a/.ex1_rnn_cell.ipynb",
        "a/x.py",
        "a/",
        "a/ex1_rnn_cell.ipynb/",
    )
    assert found(path) == [
        ("a", "", "there is no notebook in what was handed in, only x.py")
    ]
    with pytest.raises(CollectError, match="holds no notebooks"):
        found(
            zipped("__MACOSX/._ex1_rnn_cell.ipynb", ".ex1_rnn_cell.ipynb", name="b.zip")
        )


def test_people_of_one_name_are_told_apart_by_their_accounts(found, zipped):
    moodle = "Jane Doe_{}_assignsubmission_file_/ex1_rnn_cell{}.ipynb"
    path = zipped(moodle.format(11, ""), moodle.format(22, "-2"), moodle.format(22, ""))
    assert [f[0] for f in found(path)] == ["Jane Doe-11", "Jane Doe-22"]
    path = zipped(
        "jane_11_1_ex1_rnn_cell.ipynb",
        "jane_22_2_ex1_rnn_cell-2.ipynb",
        name="canvas.zip",
    )
    assert [f[0] for f in found(path)] == ["jane-11", "jane-22"]


def test_a_folder_that_cannot_be_looked_into_is_told(found, tmp_path, monkeypatch):
    """Root may look into everything, so the system's answer is put in its place."""
    touch(tmp_path / "all" / "ann" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb")
    (tmp_path / "all" / "bob").mkdir()
    listed = os.scandir

    def refused(place):
        if str(place).endswith("bob"):
            raise PermissionError(13, "Permission denied")
        return listed(place)

    monkeypatch.setattr(os, "scandir", refused)
    problem = "its folder bob cannot be read (Permission denied)"
    assert found(tmp_path / "all") == [
        ("ann", "ex1_rnn_cell", ""),
        ("bob", "", problem),
    ]
    broken = [
        one
        for one in find_hand_ins(tmp_path / "all", EXERCISES, tmp_path / "scratch")
        if one.broken
    ]
    assert [one.problem for one in broken] == [""], "no fault of the student's"


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.EMFILE])
def test_a_folder_that_the_system_cannot_list_is_no_students_fault(
    number, tmp_path, monkeypatch
):
    def failing(path):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(os, "listdir", failing)
    found = find_in_folder("ada", tmp_path / "ex1_rnn_cell")
    assert not found.problem
    assert os.strerror(number) in found.broken


def test_a_folder_that_is_not_there_holds_no_notebook(tmp_path):
    found = find_in_folder("ada", tmp_path / "ex1_rnn_cell")
    assert found.problem == "there is no notebook in the submission's folder"
    assert not found.broken
