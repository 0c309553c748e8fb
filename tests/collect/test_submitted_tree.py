"""A zip of Canvas or Moodle as nbgrader's submitted/ tree: whose work, which exercise, when, and
what is refused.
"""

import os
import zipfile
from datetime import UTC, datetime

import minicourse
import pytest
from tables import each_row

from autograder.cli import main
from autograder.collect.hand_in import HandIn
from autograder.collect.sources import CollectError
from autograder.collect.submitted_tree import (
    NEW,
    NOTHING,
    REPLACED,
    SAME,
    lay_out,
    read_times,
)
from autograder.exits import NOT_GRADED, OK, USAGE

NAME = minicourse.NAME


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course's folder, in which the command is run."""
    made = minicourse.make(tmp_path / "course")
    monkeypatch.chdir(made.root)
    return made


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return str(path)


def tree(course):
    root = course.root / "grading" / "submitted"
    return {
        str(p.relative_to(root)): p.read_text() for p in root.rglob("*") if p.is_file()
    }


def test_canvas_the_last_hand_in_counts_and_lateness_is_told(course, tmp_path, capsys):
    files = {
        f"lovelaceada_123_456_{NAME}.ipynb": "first",
        f"lovelaceada_123_457_{NAME}-1.ipynb": "second",
        f"turingalan_LATE_124_458_{NAME}.ipynb": "late",
    }
    assert main(["collect", zipped(tmp_path / "submissions.zip", files)]) == OK
    at = f"{NAME}/{NAME}.ipynb"
    assert tree(course) == {f"lovelaceada/{at}": "second", f"turingalan/{at}": "late"}
    assert (
        f"turingalan/{at}  new, late by Canvas's reckoning" in capsys.readouterr().out
    )


def test_moodle_with_the_times_of_a_table(course, tmp_path):
    files = {
        f"Ada Lovelace_11_assignsubmission_file_/{NAME}.ipynb": "ada",
        f"Alan Turing_12_assignsubmission_file_/{NAME}.ipynb": "alan",
    }
    times = tmp_path / "times.csv"
    times.write_text("student,time\nAda Lovelace,2027-01-16T00:59:00+01:00\n")
    assert (
        main(["collect", zipped(tmp_path / "all.zip", files), "--times", str(times)])
        == OK
    )
    assert tree(course) == {
        f"Ada Lovelace/{NAME}/{NAME}.ipynb": "ada",
        f"Ada Lovelace/{NAME}/timestamp.txt": "2027-01-15 23:59:00.000000 UTC\n",
        f"Alan Turing/{NAME}/{NAME}.ipynb": "alan",
    }


def test_again_keeps_what_is_the_same_and_says_what_is_replaced(
    course, tmp_path, capsys
):
    files = {f"ada_1_2_{NAME}.ipynb": "old", f"bob_3_4_{NAME}.ipynb": "same"}
    main(["collect", zipped(tmp_path / "1.zip", files)])
    capsys.readouterr()
    main(
        [
            "collect",
            zipped(tmp_path / "2.zip", files | {f"ada_1_2_{NAME}.ipynb": "new"}),
        ]
    )
    said = capsys.readouterr().out
    assert [line.split()[-1] for line in said.splitlines()[:2]] == [
        "replaced",
        "before",
    ]
    assert "nbgrader autograde ASSIGNMENT --force" in said
    assert tree(course)[f"ada/{NAME}/{NAME}.ipynb"] == "new"


def test_what_belongs_to_no_exercise_is_told(course, tmp_path, capsys):
    (course.solutions / "ex2_more.py").write_text(minicourse.SOURCE)
    (course.solutions / "contract_ex2_more.py").write_text(minicourse.CONTRACT)
    assert (
        main(
            ["collect", zipped(tmp_path / "all.zip", {"ada_1_2_homework.ipynb": "{}"})]
        )
        == NOT_GRADED
    )
    assert (
        "ada: it belongs to no exercise; name one with --assignment"
        in capsys.readouterr().err
    )
    assert main(["collect", str(tmp_path / "all.zip"), "--assignment", NAME]) == OK
    assert list(tree(course)) == [f"ada/{NAME}/{NAME}.ipynb"]


def test_a_link_is_followed_on_neither_side(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("token")
    (tmp_path / "link.ipynb").symlink_to(secret)
    (tmp_path / "own.ipynb").write_text("own")
    place = tmp_path / "submitted" / "ada" / NAME / f"{NAME}.ipynb"
    place.parent.mkdir(parents=True)
    place.symlink_to(secret)
    refused, taken = lay_out(
        [
            HandIn("eve", NAME, tmp_path / "link.ipynb"),
            HandIn("ada", NAME, tmp_path / "own.ipynb"),
        ],
        tmp_path / "submitted",
    )
    assert (refused.what, refused.why) == (
        NOTHING,
        "it is a symbolic link; hand in the file itself",
    )
    assert not refused.place.exists()
    assert taken.what == NEW
    assert not place.is_symlink()
    assert (place.read_text(), secret.read_text()) == ("own", "token")


def test_a_file_out_of_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    (one,) = lay_out(
        [HandIn("eve", NAME, tmp_path / "pipe.ipynb")], tmp_path / "submitted"
    )
    assert one.what == NOTHING


def test_what_became_of_each(tmp_path):
    path = tmp_path / "a.ipynb"
    found = [HandIn("ada", NAME, path)]
    outcomes = []
    for text in ("1", "1", "2"):
        path.write_text(text)
        outcomes += [
            one.what
            for one in lay_out(
                found, tmp_path / "submitted", {"bob": datetime.now(UTC)}
            )
        ]
    assert outcomes == [NEW, SAME, REPLACED]
    assert not (tmp_path / "submitted" / "bob").exists()


def laid_with_a_time(folder, text, times=None):
    """Lay out a text over what is there; the time that then stands beside it, or ""."""
    path = folder / "a.ipynb"
    path.write_text(text)
    list(lay_out([HandIn("Jose\u0301", NAME, path)], folder / "submitted", times))
    place = folder / "submitted" / "Jose\u0301" / NAME / "timestamp.txt"
    return place.read_text().strip() if place.exists() else ""


def test_a_time_stays_with_its_work_and_with_no_other(tmp_path):
    times = {"Jos\u00e9": datetime(2027, 1, 15, tzinfo=UTC)}
    at = "2027-01-15 00:00:00.000000 UTC"
    assert laid_with_a_time(tmp_path, "1", times) == at
    assert laid_with_a_time(tmp_path, "1") == at
    assert laid_with_a_time(tmp_path, "2") == ""
    assert laid_with_a_time(tmp_path, "2", times) == at


def test_a_time_that_lay_there_before_says_nothing(tmp_path):
    """Such as one that a student handed in, or a link."""
    place = tmp_path / "submitted" / "Jose\u0301" / NAME
    place.mkdir(parents=True)
    (place / "timestamp.txt").symlink_to("/nowhere")
    assert laid_with_a_time(tmp_path, "1") == ""
    assert not os.path.lexists(place / "timestamp.txt")


def test_what_a_terminal_obeys_is_not_printed(course, tmp_path, capsys):
    folder = tmp_path / "submitted" / "a\x1b]0;x\x07\nb" / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text("{}")
    main(["collect", str(tmp_path / "submitted")])
    said = capsys.readouterr()
    assert len((said.out + said.err).splitlines()) == 1
    assert (said.out + said.err).strip("\n").isprintable()


def test_two_spellings_of_a_name_in_the_table_of_times(tmp_path):
    path = tmp_path / "times.csv"
    path.write_text("student,time\nJose\u0301,2027-01-15T00:00:00Z\n")
    assert list(read_times(path)) == ["Jos\u00e9"]


@each_row(
    ("text", "why"),
    [
        ("name,time\nada,2027-01-15T00:00:00Z\n", "'student'"),
        ("student,time\nada,yesterday\n", "Invalid isoformat"),
        ("student,time\nada,2027-01-15T00:00:00\n", "the time of ada needs an offset"),
        ("student,time\nada\n", "must be str"),
    ],
)
def test_a_table_of_times_that_is_none(text, why, tmp_path, course, capsys):
    capsys.readouterr()  # what a row before may have left
    path = tmp_path / "times.csv"
    path.write_text(text)
    with pytest.raises(CollectError, match=why):
        read_times(path)
    assert main(["collect", str(tmp_path), "--times", str(path)]) == USAGE
    assert why in capsys.readouterr().err
