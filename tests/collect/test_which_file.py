"""Which of several files counts, and whose it is, in the naming of each platform."""

import errno
import zipfile
from itertools import product
from pathlib import Path

import notebooks as nb
import pytest
import zips
from tables import each_row

from autograder.collect.find import find_candidates, find_hand_ins, keep_what_counts
from autograder.collect.hand_in import HandIn
from autograder.collect.which_file import never_counts, that_counts, weight
from autograder.safe import archives

NAME = "ex1_rnn_cell"
FILE = f"{NAME}.ipynb"
EXERCISES = (NAME, "ex2_rnn_backward")
MOODLE = "{}_{}_assignsubmission_file_/{}"
TITLE = "Exercise 1"

# For each platform the files of a download, and for each account the shown name and the file that
# counts; "" where there is none. The names are as the platforms' own sources and users' downloads
# have them: autograder/collect/downloads.py.
TABLE = {
    "moodle folders": (
        [MOODLE.format("Ann Lee", 11, name) for name in (FILE, "notes.ipynb")]
        + [
            MOODLE.format("Bob", 12, "report.pdf"),
            MOODLE.format("Group A-Cyd", 13, f"deep/{FILE}"),
        ],
        {"Ann Lee": FILE, "Bob": "", "Group A-Cyd": f"deep/{FILE}"},
    ),
    "moodle: a file of the same name once more": (
        [
            MOODLE.format("Ann", 11, name)
            for name in (FILE, f"{NAME} (1).ipynb", f"{NAME}-Copy1.ipynb")
        ],
        {"Ann": f"{NAME} (1).ipynb"},
    ),
    "moodle files": (
        [
            f"Ann Lee_11_assignsubmission_file_{FILE}",
            "Ann Lee_11_assignsubmission_onlinetext_onlinetext.html",
        ],
        {"Ann Lee": FILE},
    ),
    "moodle, blind marking": (
        [MOODLE.format("Participant", n, FILE) for n in (11, 12)],
        {"Participant-11": FILE, "Participant-12": FILE},
    ),
    "moodle, checkpoints": (
        [
            MOODLE.format(who, n, f".ipynb_checkpoints/{NAME}-checkpoint.ipynb")
            for who, n in (("Ann", 11), ("Bob", 12))
        ]
        + [MOODLE.format("Ann", 11, "a.ipynb")],
        {"Ann": "a.ipynb", "Bob": ""},
    ),
    "canvas": (
        [
            f"leeann_1_50_{FILE}",
            f"leeann_1_51_{NAME}-1.ipynb",
            f"leeann_1_52_{NAME}-Copy7.ipynb",
            f"bob_LATE_2_53_{FILE}",
            "cyd_3_54_report.pdf",
            "dan_4_text.html",
            f"1_5_55_{FILE}",
        ],
        {"leeann": f"{NAME}-1.ipynb", "bob": FILE, "cyd": "", "dan": "", "1": FILE},
    ),
    "canvas: the number behind the name counts": (
        ["ann_1_52_final-2.ipynb", "ann_1_99_final-1.ipynb", "ann_1_51_final.ipynb"],
        {"ann": "final-2.ipynb"},
    ),
    "canvas, without names": (
        [f"anon_a1B2c_50_{FILE}", f"LATE_anon_9zZ9z_51_{FILE}"],
        {"anon_a1B2c": FILE, "anon_9zZ9z": FILE},
    ),
    "canvas, names that look like accounts": (
        [f"leeann_1_50_{FILE}", f"group_1_12_51_{FILE}", f"leeann-2_3_52_{FILE}"],
        {"leeann": FILE, "group": f"51_{FILE}", "leeann-2": FILE},
    ),
    "blackboard": (
        [
            f"{TITLE}_ann_attempt_2027-01-15-10-00-00_{FILE}",
            f"{TITLE}_ann_attempt_2027-01-15-10-00-00.txt",
            f"{TITLE}_ann_attempt_2027-01-16-09-00-00_{NAME} last.ipynb",
            f"{TITLE}_bob_attempt_2027-01-16-09-00-00.txt",
        ],
        {"ann": f"{NAME} last.ipynb", "bob": ""},
    ),
    "blackboard, accounts with an underscore": (
        [
            f"{TITLE}_{who}_attempt_2027-01-15-10-00-00_{FILE}"
            for who in ("ann_lee", "bob_lee")
        ],
        {f"lee-{TITLE}_ann_lee": FILE, f"lee-{TITLE}_bob_lee": FILE},
    ),
    "brightspace folders": (
        [
            f"397063-2557369 - {who} - {when}/{FILE}"
            for who, when in (
                ("Mary-Ann Smith", "Sep 24, 2024 926 PM"),
                ("Mary-Ann Smith", "Oct 1, 2024 1126 AM"),
                ("John Doe", "Sep 24, 2024 926 PM"),
            )
        ]
        + ["index.html"],
        {"Mary-Ann Smith": FILE, "John Doe": FILE},
    ),
    "brightspace files": (
        [
            f"271836-442356 - Blake Payne - Dec 5, 2024 1149 AM - {FILE}",
            "271837-442356 - Di - Dec 5, 2024 9:49 AM - a.py",
        ],
        {"Blake Payne": FILE, "Di": ""},
    ),
    "nbgrader's exchange": (
        [
            f"ann+{NAME}+2027-01-1{day} 10:00:00.123456 UTC+ab12/{FILE}"
            for day in (5, 6)
        ],
        {"ann": FILE},
    ),
    "nbgrader's tree": (
        [f"ann/{NAME}/{name}" for name in (FILE, f"{NAME} (1).ipynb", "timestamp.txt")]
        + [f"bob/{NAME}/x.pdf", "cyd/"],
        {"ann": FILE, "bob": "", "cyd": ""},
    ),
    "a tree within": (
        [f"submitted/{who}/{NAME}/{FILE}" for who in ("ann", "bob")],
        {"ann": FILE, "bob": FILE},
    ),
    "gradescope's export": (
        [f"assignment_1_export/submission_{n}/{FILE}" for n in (12, 13)],
        {"submission_12": FILE, "submission_13": FILE},
    ),
    "folders": (
        [
            f"First Last/{name}"
            for name in (FILE, "notes.ipynb", f"{NAME}-Copy1.ipynb", "data/x.csv")
        ]
        + ["Bob/work.py", f"week 1/Cyd/{FILE}", "week 1/Dan/x.pdf"],
        {"First Last": FILE, "Bob": "", "week 1-Cyd": FILE, "week 1-Dan": ""},
    ),
    "folders of exercises": (
        [f"{NAME}/{who}/a.ipynb" for who in ("ann", "bob")],
        {"ann": "a.ipynb", "bob": "a.ipynb"},
    ),
    "files": (
        ["ann.ipynb", "bob.ipynb", "cyd.pdf"],
        {"ann": "ann.ipynb", "bob": "bob.ipynb", "cyd": ""},
    ),
}


def place_in(folder):
    (folder / "scratch").mkdir(parents=True)
    return folder


@pytest.fixture
def place(tmp_path):
    return place_in(tmp_path)


def put(place, files, form):
    path = place / "all.zip"
    path.write_bytes(zips.data(files))
    if form == "folder":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(place / "all")
        return place / "all"
    return path


@each_row(("platform", "form"), product(TABLE, ["zip", "folder"]), ids=str)
def test_one_row_an_account_and_the_file_that_counts(platform, form, tmp_path):
    place = place_in(tmp_path / platform / form)
    names, expected = TABLE[platform]
    if form == "folder" and platform.startswith("gradescope"):
        names = [name.partition("/")[2] for name in names]
    found = find_hand_ins(
        put(place, zips.numbered(*names), form), EXERCISES, place / "scratch"
    )
    assert {one.student: "" if one.problem else one.file for one in found} == expected
    assert len(found) == len(expected)
    assert not any(one.broken for one in found)


def test_what_was_passed_over_is_told(place):
    names = [
        MOODLE.format("Ann", 1, name)
        for name in (FILE, "notes.ipynb", f"old/{FILE}", f"{NAME}-Copy1.ipynb")
    ]
    (one,) = find_hand_ins(
        put(place, zips.numbered(*names), "zip"), EXERCISES, place / "scratch"
    )
    for told in (
        "ex1_rnn_cell-Copy1.ipynb (another name)",
        f"old/{FILE} (deeper",
        "notes.ipynb (nothing of the exercise",
    ):
        assert told in one.note


def test_what_is_in_it_decides_where_no_name_does(tmp_path):
    files = {
        "a.ipynb": nb.untouched(),
        "b.ipynb": nb.answered(),
        "c.ipynb": {"cells": []},
        "d.ipynb": b"no notebook",
    }
    found = [
        HandIn("ann", NAME, nb.write(data, tmp_path / name), file=name)
        for name, data in files.items()
    ]
    one = that_counts(found, NAME, lambda path, _: weight(path, nb.UNIT))
    assert (one.file, one.problem) == ("b.ipynb", "")
    assert "a.ipynb (less of the exercise in it)" in one.note
    assert "c.ipynb (nothing of the exercise in it)" in one.note


def test_where_nobody_can_tell_it_is_refused_in_words_and_the_same_twice_is_one(
    tmp_path,
):
    found = [
        HandIn("ann", NAME, nb.write(nb.answered(), tmp_path / name), file=name)
        for name in ("a.ipynb", "b.ipynb")
    ]
    assert that_counts(found, NAME).problem == ""
    (tmp_path / "b.ipynb").write_text("{}")
    refused = that_counts(found, NAME)
    assert refused.problem.endswith("a.ipynb, b.ipynb; hand in the one that counts")


def test_a_file_that_the_system_cannot_read_decides_nothing(tmp_path):
    found = [
        HandIn("ann", NAME, nb.write({}, tmp_path / name), file=name)
        for name in ("a.ipynb", "b.ipynb")
    ]

    def unreadable(path, _):
        raise OSError(errno.EIO, "Input/output error")

    one = that_counts(found, NAME, unreadable)
    assert (one.problem, one.broken) == (
        "",
        "which of 2 files counts could not be told: Input/output error",
    )


def test_two_downloads_that_differ_are_no_students_fault(place):
    for number in (1, 2):
        (place / f"{number}.zip").write_bytes(
            zips.data({MOODLE.format("Ann", 11, FILE): b"[%d]" % number})
        )
    found = [
        one
        for n in (1, 2)
        for one in find_candidates(place / f"{n}.zip", EXERCISES, place / "scratch")
    ]
    (one,) = keep_what_counts(found)
    assert one.problem == ""
    assert "there are 2 notebooks" in one.broken
    assert "2.zip" in one.broken


def test_two_folders_of_one_name_are_two_students(place):
    for week in ("w1", "w2"):
        nb.write({}, place / week / "ann" / FILE)
    found = [
        one
        for week in ("w1", "w2")
        for one in find_candidates(place / week, EXERCISES, place / "scratch")
    ]
    assert len({one.whose for one in keep_what_counts(found)}) == 2


@each_row(
    ("file", "never"),
    [
        (f".ipynb_checkpoints/{NAME}-checkpoint.ipynb", True),
        (f"a/.ipynb_checkpoints/{FILE}", True),
        (f"{NAME}-checkpoint.ipynb", True),
        (f"{NAME}-Checkpoint.ipynb.txt", True),
        (f"__MACOSX/._{FILE}", True),
        (f"._{FILE}", True),
        ("Thumbs.db", True),
        (f"checkpoint/{FILE}", False),
        ("my-checkpoints.ipynb", False),
    ],
)
def test_what_never_counts(file, never):
    assert never_counts(file) == never


ZIPPED = {
    f"work/{FILE}": b'{"cells": []}',
    f"work/.ipynb_checkpoints/{NAME}-checkpoint.ipynb": b'{"cells": [1]}',
}
WITHOUT = {  # what an account hands in, and what is said of it
    "report.pdf": (b"%PDF", "only report.pdf"),
    "work.py": (b"x = 1", "only work.py"),
    "a.zip": (b"PK\x03\x04 cut off", "only a.zip (a damaged zip"),
    "b.zip": (zips.data({}), "only b.zip, an empty zip"),
    "c.zip": (zips.data({"x.py": "1"}), "only c.zip with x.py"),
    "d.zip": (zips.data({"inner.zip": zips.data(ZIPPED)}), "only d.zip with inner.zip"),
    f"{NAME}.ipynb.txt": (b"not a notebook", f"only {NAME}.ipynb.txt"),
    "e.rar": (b"Rar!", "only e.rar"),
}


@each_row(("name", "form"), product(WITHOUT, ["zip", "folder"]), ids=str)
def test_an_account_without_a_notebook_has_a_row_that_says_what_there_is(
    name, form, tmp_path
):
    place = place_in(tmp_path / name / form)
    text, told = WITHOUT[name]
    files = {MOODLE.format("Ann", 1, name): text, MOODLE.format("Bob", 2, FILE): b"{}"}
    ann, bob = find_hand_ins(put(place, files, form), EXERCISES, place / "scratch")
    assert (ann.student, ann.account, bob.problem) == ("Ann", "1", "")
    assert f"there is no notebook in what was handed in, {told}" in ann.problem
    assert not ann.broken


@each_row("form", ["zip", "folder"])
def test_a_students_zip_is_looked_into(form, place):
    files = {
        MOODLE.format("Ann", 1, "work.zip"): zips.data(ZIPPED),
        "Bob_2_assignsubmission_file_/": b"",
    }
    ann, bob = sorted(
        find_hand_ins(put(place, files, form), EXERCISES, place / "scratch"),
        key=lambda one: one.student,
    )
    assert ann.path.read_bytes() == b'{"cells": []}'
    assert ann.note == f"the notebook was taken from work.zip/work/{FILE}"
    assert "its folder is empty" in bob.problem


def test_a_bomb_in_a_students_zip_is_the_students_and_takes_no_room(place, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 2**20)
    files = {
        MOODLE.format("Ann", 1, "work.zip"): zips.data({FILE: bytes(2**21)}),
        MOODLE.format("Bob", 2, FILE): b"{}",
    }
    ann, bob = find_hand_ins(put(place, files, "zip"), EXERCISES, place / "scratch")
    assert "more than the 1 MB" in ann.problem
    assert (bob.problem, bob.broken) == ("", "")
    assert (
        sum(p.stat().st_size for p in (place / "scratch").rglob("*") if p.is_file())
        < 2**20
    )


def test_nobody_is_somebody_else_by_what_is_in_a_zip(place):
    inside = zips.data(
        {MOODLE.format("Bob", 2, FILE): b"{}", MOODLE.format("Cyd", 3, FILE): b"{}"}
    )
    files = {
        MOODLE.format("Mal", 1, "x.zip"): inside,
        MOODLE.format("Bob", 2, FILE): b"[]",
    }
    found = find_hand_ins(put(place, files, "zip"), EXERCISES, place / "scratch")
    assert {one.student for one in found} == {"Mal", "Bob"}
    (one,) = find_hand_ins(
        put(place / "scratch", {"mal.zip": inside}, "zip"), EXERCISES, place / "scratch"
    )
    assert "a download of 2 people; name that zip itself" in one.problem


@each_row("ending", [".ipynb.txt", ".ipynb.json", ".json", ".txt", ".html"])
def test_a_notebook_with_another_ending_is_taken_and_told(ending, place):
    files = {MOODLE.format("Ann", 1, f"{NAME}{ending}"): b'\xef\xbb\xbf {"cells": []}'}
    (one,) = find_hand_ins(put(place, files, "zip"), EXERCISES, place / "scratch")
    assert (one.problem, one.assignment) == ("", NAME)
    assert one.note == f"the notebook was taken from {NAME}{ending}"


def test_a_notebook_comes_before_one_with_another_ending(place):
    files = zips.numbered(
        *(MOODLE.format("Ann", 1, name) for name in (f"{NAME}.ipynb.txt", "mine.ipynb"))
    )
    (one,) = find_hand_ins(put(place, files, "zip"), EXERCISES, place / "scratch")
    assert one.file == "mine.ipynb"


def test_single_files_of_one_name_are_two(place):
    paths = [nb.write({}, place / who / FILE) for who in ("ann", "bob")]
    found = keep_what_counts(
        [
            one
            for path in paths
            for one in find_candidates(path, EXERCISES, place / "scratch")
        ]
    )
    assert [one.student for one in found] == ["ann", "bob"]
    assert len(keep_what_counts([*found, *found])) == 2
    assert Path(found[0].path) == paths[0]
