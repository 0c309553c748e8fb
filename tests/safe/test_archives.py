"""Others' zips: names lead nowhere else, too much and damaged is refused, nothing half is left."""

import stat
import zipfile

import pytest
from tables import each_row

from autograder.safe import archives
from autograder.safe.archives import ArchiveError, Room


def zipped(path, **files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@each_row(
    ("name", "parts"),
    [
        ("ann/x.ipynb", ("ann", "x.ipynb")),
        ("../../x.ipynb", ("x.ipynb",)),
        ("/etc/passwd", ("etc", "passwd")),
        ("//host/x", ("host", "x")),
        ("ann\\..\\x", ("ann", "x")),
        ("./x", ("x",)),
    ],
)
def test_a_name_leads_nowhere_else(tmp_path_factory, name, parts):
    path = zipped(tmp_path_factory.mktemp("zip") / "x.zip", **{name: b""})
    with archives.opened(path) as archive:
        assert [found.parts for _, found in archives.names(archive)] == [parts]


def test_a_name_of_nothing_but_dots_is_left_out(tmp_path):
    with archives.opened(zipped(tmp_path / "x.zip", **{"../..": b""})) as archive:
        assert list(archives.names(archive)) == []


@each_row("data", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(tmp_path, data):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(ArchiveError), archives.opened(path):
        pass


def test_what_the_system_cannot_open_is_the_systems(tmp_path):
    with pytest.raises(FileNotFoundError), archives.opened(tmp_path / "x.zip"):
        pass


def test_a_link_is_told_from_a_file():
    link, file = zipfile.ZipInfo("a"), zipfile.ZipInfo("b")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file.external_attr = (stat.S_IFREG | 0o644) << 16
    assert archives.is_link(link)
    assert not archives.is_link(file)


def test_a_file_is_taken_out_and_takes_room(tmp_path):
    room = Room(10)
    with archives.opened(zipped(tmp_path / "x.zip", a=b"12345678")) as archive:
        archives.take_out(archive, archive.getinfo("a"), tmp_path / "out", room)
    assert (tmp_path / "out").read_bytes() == b"12345678"
    assert room.left == 2


def test_what_has_no_room_is_refused_and_leaves_nothing(tmp_path):
    room = Room(7)
    with archives.opened(zipped(tmp_path / "x.zip", a=b"12345678")) as archive:
        with pytest.raises(ArchiveError) as caught:
            archives.take_out(archive, archive.getinfo("a"), tmp_path / "out", room)
        assert caught.value.total
    assert not (tmp_path / "out").exists()
    assert room.left == 7


def test_more_than_a_file_says_of_itself_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 100)
    with archives.opened(zipped(tmp_path / "x.zip", a=b"0" * 1000)) as archive:
        info = archive.getinfo("a")
        info.file_size = 10  # as a zip may say
        with pytest.raises(ArchiveError):
            archives.take_out(archive, info, tmp_path / "out", Room(2**20))
    assert not (tmp_path / "out").exists()


def test_a_damaged_file_is_named_as_such(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"some numbers of a student's")
    path.write_bytes(path.read_bytes().replace(b"numbers", b"NUMBERS"))
    with (
        archives.opened(path) as archive,
        pytest.raises(ArchiveError, match="cannot be taken out of the zip"),
    ):
        archives.take_out(archive, archive.getinfo("a"), tmp_path / "out", Room(99))
    assert not (tmp_path / "out").exists()


def test_what_is_there_already_stays(tmp_path):
    (tmp_path / "out").write_text("mine")
    with (
        archives.opened(zipped(tmp_path / "x.zip", a=b"")) as archive,
        pytest.raises(FileExistsError),
    ):
        archives.take_out(archive, archive.getinfo("a"), tmp_path / "out", Room(9))
