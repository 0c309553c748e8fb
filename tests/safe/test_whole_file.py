import os
import signal
import subprocess
import sys

import pytest

from autograder.safe.whole_file import taking_the_place_of, write_whole


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "file.json"


def test_a_file_and_its_folder_are_made_and_nothing_else(path):
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["file.json"]


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_mode_is_kept_whatever_the_umask(path, mode):
    before = os.umask(0o077 if mode == 0o644 else 0)
    try:
        write_whole(path, b"", mode)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_without_a_mode_the_umask_says_who_may_read(path, umask):
    before = os.umask(umask)
    try:
        write_whole(path, b"")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def test_one_that_is_closed_is_so_from_the_beginning(path):
    path.parent.mkdir()
    with taking_the_place_of(path, 0o644) as scratch:
        assert scratch.stat().st_mode & 0o077 == 0
        assert scratch.name.startswith(".")


def half_written(path):
    with taking_the_place_of(path) as scratch:
        scratch.write_bytes(b"ne")
        raise OSError("no room")


def test_what_fails_leaves_the_old_one_and_nothing_half_written(path):
    write_whole(path, b"old")
    with pytest.raises(OSError, match="no room"):
        half_written(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == ["file.json"]


def test_a_link_is_replaced_and_not_followed(path, tmp_path):
    path.parent.mkdir()
    other = tmp_path / "other"
    other.write_bytes(b"other")
    path.symlink_to(other)
    write_whole(path, b"new")
    assert (path.read_bytes(), path.is_symlink()) == (b"new", False)
    assert other.read_bytes() == b"other"


WRITER = """
import os, signal, sys
from pathlib import Path
from autograder.safe.whole_file import taking_the_place_of
with taking_the_place_of(Path(sys.argv[1]), 0o644) as scratch:
    scratch.write_bytes(b"ha")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_writer_left_is_removed_by_the_next(path):
    write_whole(path, b"old")
    killed = subprocess.run([sys.executable, "-c", WRITER, path])
    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert len(os.listdir(path.parent)) == 2
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["file.json"]


def test_what_is_being_written_and_what_is_not_ours_is_not_removed(path):
    path.parent.mkdir()
    others = path.parent / ".file.json.swp"
    others.write_bytes(b"")
    with taking_the_place_of(path) as slow:
        write_whole(path, b"quick")
        slow.write_bytes(b"slow")
    assert path.read_bytes() == b"slow"
    assert sorted(os.listdir(path.parent)) == [".file.json.swp", "file.json"]
