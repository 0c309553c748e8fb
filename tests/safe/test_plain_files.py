"""Files of somebody else's: ordinary ones below a folder of ours are read, nothing is followed."""

import os

import pytest
from tables import each_row

from autograder.safe.plain_files import UnreadableError, read_plain


@pytest.fixture
def tree(tmp_path):
    for folder in ("ours/anna", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.ipynb").write_bytes(folder.encode())
    return tmp_path


def test_a_file_below_a_folder_is_read(tree):
    assert (
        read_plain(tree / "ours/anna/x.ipynb", 100, below=tree / "ours") == b"ours/anna"
    )


def test_a_folder_on_the_way_that_is_a_link_is_not_followed(tree):
    (tree / "ours/ben").symlink_to(tree / "elsewhere")
    with pytest.raises(UnreadableError, match="symbolic link"):
        read_plain(tree / "ours/ben/x.ipynb", 100, below=tree / "ours")


def test_a_path_that_leads_out_is_refused(tree):
    with pytest.raises(ValueError):
        read_plain(tree / "elsewhere/x.ipynb", 100, below=tree / "ours")
    with pytest.raises(ValueError, match=r"\.\."):
        read_plain(tree / "ours/../elsewhere/x.ipynb", 100, below=tree / "ours")


@each_row(
    "way", ["ours/anna/x.ipynb/x.ipynb", "ours/gone/x.ipynb", "ours/anna/gone.ipynb"]
)
def test_what_is_not_there_is_the_students(way, tree):
    with pytest.raises(UnreadableError, match="no such file"):
        read_plain(tree / way, 100)
    with pytest.raises(UnreadableError, match="no such file"):
        read_plain(tree / way, 100, below=tree / "ours")


def test_a_name_that_no_file_can_have_is_the_students(tree):
    with pytest.raises(UnreadableError, match="name is too long"):
        read_plain(tree / ("x" * 300), 100)


def test_a_large_file_is_refused_before_it_is_read(tree):
    with open(tree / "ours/anna/x.ipynb", "wb") as file:
        file.truncate(2**40)
    with pytest.raises(UnreadableError, match="1048576 MB, more than the 1 allowed"):
        read_plain(tree / "ours/anna/x.ipynb", 2**20)


def test_no_descriptor_is_left_open(tree):
    before = os.listdir("/proc/self/fd")
    read_plain(tree / "ours/anna/x.ipynb", 100, below=tree / "ours")
    with pytest.raises(UnreadableError):
        read_plain(tree / "ours/anna", 100, below=tree / "ours")
    assert os.listdir("/proc/self/fd") == before
