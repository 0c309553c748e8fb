"""What lies in a folder or a zip: listed in the order of names, followed nowhere."""

import os
import zipfile

import pytest

from autograder.safe.listing import in_folder, in_zip

EXERCISES = ("ex1_step",)


@pytest.fixture
def listed(tmp_path):
    """Lay files out, those with a slash at the end as folders, and list the folder."""

    def listed(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir() if name.endswith("/") else path.write_bytes(b"")
        return [("/".join(e.parts), e.kind) for e in in_folder(tmp_path, EXERCISES)]

    return listed


def test_files_come_in_the_order_of_names_and_folders_after_them(listed):
    assert listed("b/x.ipynb", "a/y.ipynb", "c.txt") == [
        ("c.txt", "file"),
        ("a/y.ipynb", "file"),
        ("b/x.ipynb", "file"),
    ]


def test_a_folder_with_nothing_to_show_says_so(listed):
    assert listed("ann/", "bob/.ipynb_checkpoints/x.ipynb", "cyd/__MACOSX/x") == [
        ("ann", "empty"),
        ("bob", "hidden"),
        ("cyd", "hidden"),
    ]


def test_a_hidden_folder_counts_where_it_holds_an_exercise(listed):
    assert listed(".ann/ex1_step/x.ipynb", ".git/config") == [
        (".ann/ex1_step/x.ipynb", "file")
    ]


def test_a_link_is_not_followed(listed, tmp_path):
    (tmp_path / "here").symlink_to("/etc")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "x.ipynb").symlink_to("/etc")
    assert listed() == [("here", "link"), ("loop", "file"), ("x.ipynb", "file")]


def test_a_folder_called_like_a_notebook_is_a_file(listed):
    assert listed("ann/x.ipynb/") == [("ann/x.ipynb", "file")]


def test_a_folder_that_cannot_be_listed_is_closed_and_the_others_are_listed(
    listed, tmp_path, monkeypatch
):
    scan = os.scandir

    def refuse(folder):
        if os.path.basename(folder) == "ann":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert listed("ann/x.ipynb", "bob/x.ipynb") == [
        ("ann", "closed"),
        ("bob/x.ipynb", "file"),
    ]
    (closed, _) = in_folder(tmp_path, EXERCISES)
    assert closed.why == "Permission denied"


def test_a_top_that_cannot_be_listed_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(in_folder(tmp_path / "nowhere", EXERCISES))


def test_a_zip_has_its_files_and_empty_folders(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("ann/", "ann/x.ipynb", "bob/", "__MACOSX/", "../y.ipynb"):
            archive.writestr(name, b"")
    with zipfile.ZipFile(path) as archive:
        found = list(in_zip(archive, tmp_path / "out"))
    assert [("/".join(e.parts), e.kind) for e in found] == [
        ("ann/x.ipynb", "file"),
        ("bob", "empty"),
        ("y.ipynb", "file"),
    ]
    assert {e.path.parent for e in found if e.kind == "file"} == {tmp_path / "out"}
    assert len({e.path for e in found}) == 3
    assert not (tmp_path / "out").exists()
