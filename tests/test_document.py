"""A submission's file: read if it is an ordinary one with text, refused with a reason otherwise."""

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


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    """Root may read everything, so the system's answer is put in its place."""
    monkeypatch.setattr(os, "open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(UnreadableError, match=r"cannot be read \(Permission denied\)"):
        contents(tmp_path / "x.ipynb")


def test_an_ordinary_file_is_read(tmp_path):
    (tmp_path / "x.ipynb").write_bytes(b"\xef\xbb\xbf{}")
    assert contents(tmp_path / "x.ipynb") == "{}"
