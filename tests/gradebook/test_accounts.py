import errno
import os

import pytest
from handed_tree import NAME, submit

from autograder.gradebook.accounts import student_folders


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
