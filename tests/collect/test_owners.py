import time
from itertools import product
from pathlib import Path

from handed_files import EXERCISES, touch
from tables import each_row

from autograder.collect.owners import owners_of
from autograder.collect.which_file import numbered
from autograder.safe.listing import Entry


def test_one_notebook_is_its_folders_if_it_has_the_exercises_name_and_else_whose_name_it_has(
    found, tmp_path
):
    assert found(touch(tmp_path / "ann" / "ex1_rnn_cell.ipynb")) == [
        ("ann", "ex1_rnn_cell", "")
    ]
    assert found(touch(tmp_path / "ann" / "ex1_rnn_cell (1).ipynb")) == [
        ("ann", "ex1_rnn_cell", "")
    ]
    assert found(touch(tmp_path / "inbox" / "ann.ipynb")) == [("ann", "", "")]


def test_a_submitted_tree(found, tmp_path):
    tree = tmp_path / "submitted"
    touch(tree / "ann" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb")
    touch(tree / "ann" / "ex1_rnn_cell" / "scratch.ipynb")
    touch(tree / "bob" / "ex1_rnn_cell" / "my own name.ipynb")
    touch(tree / "cyd" / "ex1_rnn_cell" / "a.ipynb")
    touch(tree / "cyd" / "ex1_rnn_cell" / "b.ipynb").write_text("[]")
    (tree / "dan" / "ex1_rnn_cell").mkdir(parents=True)
    touch(tree / "eve" / "ex9_other" / "x.ipynb")
    problem = "{} in the submission's folder"
    two = "in the submission's folder: a.ipynb, b.ipynb; hand in the one that counts"
    assert found(tree) == [
        ("ann", "ex1_rnn_cell", ""),
        ("bob", "ex1_rnn_cell", ""),
        (
            "cyd",
            "ex1_rnn_cell",
            f"there are 2 notebooks, none named ex1_rnn_cell.ipynb {two}",
        ),
        ("dan", "ex1_rnn_cell", f"there is {problem.format('no notebook')}"),
    ]
    assert found(tree / "ann") == [("ann", "ex1_rnn_cell", "")]


def test_a_folder_of_notebooks(found, tmp_path):
    for name in (
        "ex1_rnn_cell.ipynb",
        "ann/ex1_rnn_cell.ipynb",
        "ann/.ipynb_checkpoints/ex1_rnn_cell.ipynb",
        "ann/notes.txt",
    ):
        touch(tmp_path / "all" / name)
    assert found(tmp_path / "all") == [
        ("all", "ex1_rnn_cell", ""),
        ("ann", "ex1_rnn_cell", ""),
    ]


def test_wanted_is_for_what_does_not_say(found, tmp_path):
    for name in ("mine.ipynb", "ex2_rnn.ipynb"):
        touch(tmp_path / "all" / name)
    assert [f[:2] for f in found(tmp_path / "all", "ex1_rnn_cell")] == [
        ("mine", "ex1_rnn_cell")
    ]


LONG = (
    "a" * 60_000,
    "_1" * 30_000,
    "a_1_" * 15_000,
    "x" + "-9" * 30_000,
    "ex1_rnn_cell-" + "9" * 60_000,
)

FORMS = (
    "lee_1_2_{0}.ipynb",
    "{0}/{0}.ipynb",
    "{0}_attempt_2027-01-15-10-00-00_{0}.ipynb",
)


@each_row(("name", "form"), product(LONG, FORMS), ids=lambda text: text[:14])
def test_no_name_takes_long_to_look_at(name, form):
    entry = Entry(tuple(form.format(name).split("/")), "file", Path("x"))
    start = time.process_time()
    ((_, owner, _),) = owners_of([entry], EXERCISES, "all", True)
    numbered(owner.file, owner.whose)
    assert len(owner.student) <= 180
    assert time.process_time() - start < 1


def test_a_folder_that_was_handed_in_hides_nobody(found, tmp_path):
    name = "{}_assignsubmission_file_"
    touch(tmp_path / "all" / name.format("Ann_1") / "ex1_rnn_cell.ipynb")
    touch(
        tmp_path / "all" / name.format("Mal_9") / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb"
    )
    assert found(tmp_path / "all") == [
        ("Ann", "ex1_rnn_cell", ""),
        ("Mal", "ex1_rnn_cell", ""),
    ]


def test_beside_a_tree_what_lies_elsewhere_is_found(found, tmp_path):
    touch(tmp_path / "all" / "ann" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb")
    touch(tmp_path / "all" / "ann" / "draft.ipynb")
    touch(tmp_path / "all" / "bob" / "ex1_rnn_cell.IPYNB")
    touch(tmp_path / "all" / "cyd.ipynb")
    assert [f[0] for f in found(tmp_path / "all")] == ["ann", "bob", "cyd"]


def test_nobody_takes_anothers_name_by_a_folder_within(found, tmp_path):
    for name in ("alice", "aaron/alice", "aaron/x"):
        touch(tmp_path / "all" / name / "ex1_rnn_cell.ipynb")
    touch(tmp_path / "all" / "aaron" / "zoe_1_2_ex1_rnn_cell.ipynb")
    assert sorted(f[0] for f in found(tmp_path / "all")) == [
        "aaron",
        "aaron-alice",
        "aaron-x",
        "alice",
    ]


def test_files_of_a_tree_named_one_by_one_keep_their_students(found, tmp_path):
    assert (
        found(touch(tmp_path / "ann" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb"))[0][0]
        == "ann"
    )


def test_a_student_who_is_called_like_an_exercise_adds_nobody(found, tmp_path):
    touch(tmp_path / "all" / "ex1_rnn_cell" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb")
    assert [f[0] for f in found(tmp_path / "all")] == ["ex1_rnn_cell"]
