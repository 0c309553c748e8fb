from handed_files import EXERCISES
from tables import each_row

from autograder.collect.downloads import assignment_of, by_platform, stem_of

PLATFORMS = {
    "Ann Lee_123456_assignsubmission_file_/ex1_rnn_cell.ipynb": (
        "Ann Lee",
        "ex1_rnn_cell",
    ),
    "Ann Lee_123456_assignsubmission_file/ex1_rnn_cell.ipynb": (
        "Ann Lee",
        "ex1_rnn_cell",
    ),
    "Ann Lee_123456_assignsubmission_file_ex1_rnn_cell.ipynb": (
        "Ann Lee",
        "ex1_rnn_cell",
    ),
    "group/Zoë O'Hara_77_assignsubmission_file_/deep/er/ex2_rnn.ipynb": (
        "Zoë O_Hara",
        "ex2_rnn",
    ),
    "leeann_123_456_ex1_rnn_cell.ipynb": ("leeann", "ex1_rnn_cell"),
    "leeann_LATE_123_456_ex1_rnn_cell-1.ipynb": ("leeann", "ex1_rnn_cell"),
    "leeann_123_456_mine.ipynb": ("leeann", ""),
    "ann\\ex1_rnn_cell.ipynb": ("ann", "ex1_rnn_cell"),
    "ex1_rnn_cell.ipynb": ("all", "ex1_rnn_cell"),
    "../../etc/ex1_rnn_cell.ipynb": ("etc", "ex1_rnn_cell"),
    "../ex1_rnn_cell.ipynb": ("all", "ex1_rnn_cell"),
    "/etc/ex1_rnn_cell.ipynb": ("etc", "ex1_rnn_cell"),
}


@each_row("name", PLATFORMS)
def test_names_in_zips(name, found, zipped, tmp_path):
    path = zipped(name)
    student, assignment = PLATFORMS[name]
    assert found(path) == [(student, assignment, "")]
    assert {p for p in tmp_path.rglob("*") if "scratch" not in p.parts} == {path}


@each_row(
    ("path", "whose", "file", "handed"),
    [
        ("Ann Lee_12_assignsubmission_file_/a/b.ipynb", "moodle 12", "a/b.ipynb", ""),
        ("Ann Lee_12_assignsubmission_onlinetext_", "moodle 12", "onlinetext", ""),
        ("leeann_11_801_a.ipynb", "canvas 11 leeann", "a.ipynb", ""),
        ("leeann_11_text.html", "canvas 11 leeann", "text.html", ""),
        ("LATE_anon_a1B2c_801_a.ipynb", "anonymous anon_a1B2c", "a.ipynb", ""),
        (
            "Week_lee_attempt_2027-01-15-10-00-00.txt",
            "blackboard Week_lee",
            "receipt.txt",
            "2027-01-15-10-00-00",
        ),
        (
            "1-2 - Ann Lee - Jan 15, 2027 1110 PM/a.ipynb",
            "brightspace 1-2 Ann Lee",
            "a.ipynb",
            "2027-01-15-23-10",
        ),
        (
            "ann+ex1+2027-01-15 10:00:00 UTC+ab/a.ipynb",
            "folder ann",
            "a.ipynb",
            "2027-01-15 10:00:00 UTC",
        ),
        ("submission_901/a.ipynb", "gradescope 901", "a.ipynb", ""),
    ],
)
def test_each_platforms_name_says_whose_file_it_is(path, whose, file, handed):
    owner = by_platform(path.split("/"))
    assert (owner.whose, owner.file, owner.handed) == (whose, file, handed)


@each_row("path", ["ann/a.ipynb", "a.ipynb", "x/leeann_11_801_a.ipynb", "ann_a.ipynb"])
def test_other_names_are_no_platforms(path):
    assert by_platform(path.split("/")) is None


@each_row(
    ("name", "exercise"),
    [
        ("My EX2_RNN_BACKWARD (1).ipynb", "ex2_rnn_backward"),
        ("ex2_rnn.ipynb", "ex2_rnn"),
        ("mine.ipynb", ""),
    ],
)
def test_the_longest_exercise_that_a_name_holds_is_meant(name, exercise):
    assert assignment_of(name, EXERCISES) == exercise


@each_row(
    ("file", "stem"),
    [("a/b.ipynb", "b"), ("b.ipynb.txt", "b"), ("b.IPYNB", "b"), ("b.c", "b.c")],
)
def test_endings_that_browsers_add_are_no_part_of_a_name(file, stem):
    assert stem_of(file) == stem
