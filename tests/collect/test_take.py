"""One file out of a folder that somebody else has filled."""

import os

import pytest

from autograder import take
from autograder.take import main

FILE = "ex1/ex1.ipynb"


@pytest.fixture
def place(tmp_path):
    for name in ("theirs/ex1", "into", "secret/ex1"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "secret" / FILE).write_text("secret")
    return tmp_path


def taken(place):
    code = main([str(place / "theirs"), FILE, str(place / "into")])
    return code, {
        path.name: os.path.islink(path) or path.read_text()
        for path in (place / "into").iterdir()
    }


def test_the_file_alone_is_taken(place):
    (place / "theirs" / FILE).write_text("mine")
    (place / "theirs" / "ex1" / "conftest.py").write_text("x")
    assert taken(place) == (0, {"ex1.ipynb": "mine"})


def test_where_there_is_none_nothing_is(place):
    assert taken(place) == (0, {})


@pytest.mark.parametrize("linked", ["ex1", FILE])
def test_a_link_anywhere_on_the_way_leads_nowhere(linked, place):
    (place / "theirs" / "ex1").rmdir()
    (place / "theirs" / linked).parent.mkdir(exist_ok=True)
    (place / "theirs" / linked).symlink_to(place / "secret" / linked)
    assert taken(place) == (0, {"ex1.ipynb": True})
    assert not (place / "into" / "ex1.ipynb").exists()


def test_what_the_system_cannot_read_is_no_absence(place, monkeypatch, capsys):
    def unreadable(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(take, "read_plain", unreadable)
    assert taken(place) == (1, {})
    assert "Input/output error" in capsys.readouterr().err
