import errno
import os
import stat
import zipfile

import pytest
from handed_files import EXERCISES, touch
from tables import each_row

from autograder.collect.find import find_hand_ins
from autograder.collect.sources import CollectError
from autograder.safe import archives


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
