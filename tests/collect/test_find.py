"""Find submissions in files, folders, submitted trees and the zips of learning platforms."""

import errno
import os
import re
import stat
import time
import zipfile
from itertools import product
from pathlib import Path

import pytest
from tables import each_row

from autograder.collect.find import find_hand_ins, find_in_folder, keep_what_counts
from autograder.collect.folder_names import safe_name
from autograder.collect.hand_in import HandIn
from autograder.collect.owners import owners_of
from autograder.collect.sources import CollectError
from autograder.collect.which_file import numbered
from autograder.safe import archives
from autograder.safe.listing import Entry

EXERCISES = ("ex1_rnn_cell", "ex2_rnn_backward", "ex2_rnn")


@pytest.fixture
def found(tmp_path):
    """What is found in a path, as (student, assignment, why there is nothing to grade)."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def found(path, wanted=""):
        found = find_hand_ins(path, EXERCISES, scratch, wanted)
        return sorted((f.student, f.assignment, f.problem or f.broken) for f in found)

    return found


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    return path


@pytest.fixture
def zipped(tmp_path):
    """A zip with these files."""

    def zipped(*names, name="all.zip", data=b"{}"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in names:
                archive.writestr(one, data)
        return path

    return zipped


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


def test_the_longest_name_of_an_exercise_counts(found, tmp_path):
    assert (
        found(touch(tmp_path / "a" / "ex2_rnn_backward_new.ipynb"))[0][1]
        == "ex2_rnn_backward"
    )


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


def test_a_link_in_a_zip_is_not_followed(found, tmp_path):
    path = tmp_path / "all.zip"
    info = zipfile.ZipInfo("ann/ex1_rnn_cell.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert found(path)[0][2] == "it is a symbolic link; hand in the file itself"


def test_a_zip_cannot_fill_the_disk(found, zipped, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 2 * 2**20)
    monkeypatch.setattr(archives, "LARGEST_ZIP", 3 * 2**20)
    path = zipped(
        *(f"s{i}/ex1_rnn_cell.ipynb" for i in range(4)), data=bytes(2**20 + 9)
    )
    problems = [f[2] for f in found(path)]
    assert problems[:2] == ["", ""]
    assert all("MB allowed" in p for p in problems[2:])
    assert (
        "more than the 2 MB"
        in found(zipped("b/ex1_rnn_cell.ipynb", data=bytes(3 * 2**20), name="b.zip"))[
            0
        ][2]
    )
    assert (
        sum(p.stat().st_size for p in (tmp_path / "scratch").rglob("*") if p.is_file())
        < 4 * 2**20
    )


def test_a_size_that_lies_is_found_out(found, zipped, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 2**20)
    path = zipped("a/ex1_rnn_cell.ipynb", data=bytes(3 * 2**20))
    data = path.read_bytes()
    path.write_bytes(
        data.replace((3 * 2**20).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    )
    assert found(path)[0][2] != ""


@each_row("place", [45, 60, 300, 700])
def test_a_damaged_member_is_named_and_the_others_are_found(place, found, zipped):
    path = zipped("a/ex1_rnn_cell.ipynb", "b/ex1_rnn_cell.ipynb", data=os.urandom(500))
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(data)
    whole = found(path)
    assert len(whole) == 2
    assert sum(f[2] != "" for f in whole) == 1
    assert all(f[2] == "" or "cannot be taken out of the zip" in f[2] for f in whole)


def test_a_broken_deflate_stream_is_named(found, zipped):
    path = zipped("a/ex1_rnn_cell.ipynb", data=b"some text " * 100)
    data = bytearray(path.read_bytes())
    start = data.index(b"ipynb") + 5
    data[start : start + 8] = b"\xff" * 8
    path.write_bytes(data)
    assert "cannot be taken out of the zip" in found(path)[0][2]


def test_an_encrypted_member_is_named(found, zipped):
    path = zipped("a/ex1_rnn_cell.ipynb")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    assert "encrypted" in found(path)[0][2]


def test_a_damaged_zip_is_named(found, tmp_path, zipped):
    path = zipped("a/ex1_rnn_cell.ipynb")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"PK\x01\x02", b"PK\xff\xff"))
    with pytest.raises(CollectError, match="damaged zip"):
        found(path)


def test_what_is_not_there_or_holds_nothing(found, tmp_path):
    with pytest.raises(CollectError, match="does not exist"):
        found(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CollectError, match="holds no notebooks"):
        found(tmp_path / "empty")
    with pytest.raises(CollectError, match="holds nothing of ex2_rnn"):
        found(touch(tmp_path / "ex1_rnn_cell.ipynb"), "ex2_rnn")


def test_a_fifo_is_not_waited_for(found, tmp_path):
    os.mkfifo(tmp_path / "ex1_rnn_cell.ipynb")
    assert len(found(tmp_path / "ex1_rnn_cell.ipynb")) == 1


def test_wanted_is_for_what_does_not_say(found, tmp_path):
    for name in ("mine.ipynb", "ex2_rnn.ipynb"):
        touch(tmp_path / "all" / name)
    assert [f[:2] for f in found(tmp_path / "all", "ex1_rnn_cell")] == [
        ("mine", "ex1_rnn_cell")
    ]


@each_row(
    ("name", "safe"),
    [
        ("..", "unnamed"),
        ("", "unnamed"),
        ("a/b\\c", "a_b_c"),
        (" .x. ", "x"),
        ("Zoë 李", "Zoë 李"),
        ("a\0b\n", "a_b_"),
        ("\udceb", "_"),
    ],
)
def test_names_are_safe(name, safe):
    assert safe_name(name) == safe


@each_row("name", ["a" * 5000, "李" * 500, "x" * 179 + "é"])
def test_names_fit_a_file_system(name):
    assert 100 < len(safe_name(name).encode()) <= 180


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


def test_a_notebook_that_is_a_zip_is_one_file(found, zipped):
    path = zipped("alice_1_2_ex1_rnn_cell-9.ipynb", name="mallory_ex1_rnn_cell.ipynb")
    assert [f[0] for f in found(path)] == ["mallory_ex1_rnn_cell"]


@each_row("change", [(4, b"\xc8"), (6, b"\x00\x08")])
def test_a_zip_that_cannot_be_read_is_refused(change, found, tmp_path, zipped):
    """One that wants a newer reader, and one whose name is no UTF-8."""
    data = bytearray(zipped("é.ipynb").read_bytes())
    directory = data.index(b"PK\x01\x02")
    at, put = change
    data[directory + at + 2 : directory + at + 2 + len(put)] = put
    data = bytes(data).replace("é".encode(), b"\xff\xfe") if at == 6 else bytes(data)
    path = tmp_path / "odd.zip"
    path.write_bytes(data)
    with pytest.raises(CollectError, match="is a damaged zip"):
        found(path)


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


def test_files_of_a_tree_named_one_by_one_keep_their_students(found, tmp_path):
    assert (
        found(touch(tmp_path / "ann" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb"))[0][0]
        == "ann"
    )


def test_a_student_who_is_called_like_an_exercise_adds_nobody(found, tmp_path):
    touch(tmp_path / "all" / "ex1_rnn_cell" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb")
    assert [f[0] for f in found(tmp_path / "all")] == ["ex1_rnn_cell"]


@pytest.mark.parametrize("name", ["ENOSPC", "EIO", "EMFILE", "EDQUOT", "ENOMEM"])
def test_what_the_machine_cannot_take_out_is_no_students_fault(
    name, zipped, tmp_path, monkeypatch
):
    path = zipped(
        "ann_1_2_ex1_rnn_cell.ipynb", "bob_3_4_ex1_rnn_cell.ipynb", "cyd_5_6_work.zip"
    )
    (tmp_path / "scratch").mkdir()
    taken_out, number = archives._read, getattr(errno, name)

    def failing(source):
        if source.name.startswith(("bob", "cyd")):
            raise OSError(number, os.strerror(number))
        return taken_out(source)

    monkeypatch.setattr(archives, "_read", failing)
    ann, *others = find_hand_ins(path, EXERCISES, tmp_path / "scratch")
    assert (ann.problem, ann.broken) == ("", "")
    assert len(others) == 2
    for one in others:
        assert one.problem == ""
        assert os.strerror(number) in one.broken
        assert not one.path.exists()


@each_row("part", [0.0, 0.3, 0.9, 0.999])
def test_a_download_that_was_cut_off_is_the_instructors(part, found, zipped):
    path = zipped(
        "ann_1_2_ex1_rnn_cell.ipynb",
        "bob_3_4_ex1_rnn_cell.ipynb",
        data=os.urandom(3000),
    )
    for name in ("cut.zip", "cut.dat") if part else ("cut.zip",):
        cut = path.with_name(name)
        cut.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
        with pytest.raises(
            CollectError, match=r"is a damaged zip \(.*\); nothing of it was graded"
        ):
            found(cut)


def test_a_damaged_file_in_a_download_is_the_instructors_and_in_a_students_zip_the_students(
    zipped, tmp_path
):
    (tmp_path / "scratch").mkdir()
    data = os.urandom(500)
    path = zipped("ann_1_2_ex1_rnn_cell.ipynb", data=data)
    path.write_bytes(path.read_bytes().replace(data[:9], b"otherwise"))
    (one,) = find_hand_ins(path, EXERCISES, tmp_path / "scratch")
    assert (one.problem, "cannot be taken out of the zip" in one.broken) == ("", True)
    inner = (
        zipped("ex1_rnn_cell.ipynb", data=data, name="inner.zip")
        .read_bytes()
        .replace(data[:9], b"otherwise")
    )
    (one,) = find_hand_ins(
        zipped("ann_1_2_work.zip", data=inner, name="outer.zip"),
        EXERCISES,
        tmp_path / "scratch",
    )
    assert ("cannot be taken out of the zip" in one.problem, one.broken) == (True, "")


def test_who_comes_after_the_room_is_used_up_is_not_to_blame(
    zipped, tmp_path, monkeypatch
):
    monkeypatch.setattr(archives, "LARGEST", 2 * 2**20)
    monkeypatch.setattr(archives, "LARGEST_ZIP", 3 * 2**20)
    (tmp_path / "scratch").mkdir()
    path = zipped(
        *(f"s{i}_1{i}_2_ex1_rnn_cell.ipynb" for i in range(3)),
        data=bytes(2**20 + 2**19),
    )
    *_, last = find_hand_ins(path, EXERCISES, tmp_path / "scratch")
    assert (last.problem, "as a whole is too large" in last.broken) == ("", True)


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
