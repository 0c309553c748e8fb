"""Where the others' work and marks lie, which one student's code must not read."""

import pytest

from autograder.batch.out_of_reach import out_of_reach
from autograder.collect.hand_in import HandIn
from autograder.grade.result import path_of

EX1 = "ex1_step"


@pytest.fixture
def tree(tmp_path):
    """A submitted tree of two students, and their marks, of before a regrade too."""
    for student in ("ann", "bob"):
        for path in (
            tmp_path / "in" / student / EX1 / f"{EX1}.ipynb",
            path_of(tmp_path / "out", student, EX1),
            path_of(tmp_path / "out.before", student, EX1),
        ):
            path.parent.mkdir(parents=True)
            path.write_text("{}")
    return tmp_path.resolve()


def handed_in(tree, student):
    return HandIn(student, EX1, tree / "in" / student / EX1 / f"{EX1}.ipynb")


def names(tree, places):
    return {place.relative_to(tree).as_posix() for place in places}


def test_of_several_all_that_is_handed_in_and_all_marks(tree):
    download = tree / "all.zip"
    download.write_text("")
    both = [handed_in(tree, student) for student in ("ann", "bob")]
    places = out_of_reach(both, [download, tree / "in"], tree / "out")
    assert names(tree, places) == {
        f"in/ann/{EX1}/{EX1}.ipynb",
        f"in/bob/{EX1}/{EX1}.ipynb",
        "all.zip",
        "out",
        "out.before",
    }


def test_of_one_its_neighbours_in_the_tree_and_their_marks_but_not_its_own(tree):
    found = names(tree, out_of_reach([handed_in(tree, "ann")], [], tree / "out"))
    assert f"in/bob/{EX1}/{EX1}.ipynb" in found
    assert f"out/bob/{EX1}.json" in found
    assert f"in/ann/{EX1}/{EX1}.ipynb" not in found
    assert f"out/ann/{EX1}.json" not in found


def test_a_link_of_a_students_is_not_followed_and_what_is_not_there_is_not_named(tree):
    (tree / "in" / "bob" / EX1 / f"{EX1}.ipynb").unlink()
    link = tree / "in" / "bob" / EX1 / "more.ipynb"
    link.symlink_to("/etc/hosts")
    found = out_of_reach([handed_in(tree, "ann")], [], tree / "out")
    assert [place for place in found if not place.is_relative_to(tree)] == []
    assert out_of_reach([], [], tree / "nowhere") == ()
