"""A submission's file: read if it is an ordinary one with text, refused with a reason otherwise."""

import errno
import os

import pytest

from autograder.document import LARGEST, UnreadableError, contents


def test_a_file_without_bounds_is_refused(tmp_path):
    path = tmp_path / "x.ipynb"
    with open(path, "wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(UnreadableError, match="128 MB, more than the 128 allowed; clear its outputs"):
        contents(path)


@pytest.mark.parametrize("make", ["link", "folder", "fifo", "nothing", "dangling"])
def test_what_is_no_file_is_refused(make, tmp_path):
    path, other = tmp_path / "x.ipynb", tmp_path / "other.ipynb"
    other.write_text("{}")
    if make == "link":
        path.symlink_to(other)
    elif make == "dangling":
        path.symlink_to(tmp_path / "gone")
    elif make == "folder":
        path.mkdir()
    elif make == "fifo":
        os.mkfifo(path)
    whys = {"link": "symbolic link", "dangling": "symbolic link", "nothing": "no such file"}
    with pytest.raises(UnreadableError, match=whys.get(make, "it is not a file")):
        contents(path)


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES])
def test_what_the_system_cannot_read_is_not_the_students_fault(number, tmp_path, monkeypatch):
    def failing(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", failing)
    with pytest.raises(OSError, match=os.strerror(number)):
        contents(tmp_path / "x.ipynb")


def test_an_ordinary_file_is_read(tmp_path):
    (tmp_path / "x.ipynb").write_bytes(b"\xef\xbb\xbf{}")
    assert contents(tmp_path / "x.ipynb") == "{}"
