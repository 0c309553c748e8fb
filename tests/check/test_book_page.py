"""Where a section of the book is: on the web, beside the exercises, nowhere."""

import pytest
from tables import each_row

from unrolled.check.book_page import BookPlace, find_book


@pytest.fixture
def exercise(tmp_path, monkeypatch):
    """An exercise's folder, in which a notebook works."""
    folder = tmp_path / "my course" / "ex1"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def build(folder):
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("the book", encoding="utf-8")


def test_the_address_comes_first(exercise):
    build(exercise.parent / "docs")
    web = "https://b.example/x"
    assert find_book(f"{web}/", exercise) == BookPlace(web, web)


def test_a_book_beside_the_exercises_is_led_to_from_the_notebook(exercise):
    book = exercise.parent / "docs"
    build(book)
    assert find_book("", exercise) == BookPlace(book.as_uri(), "../docs")
    assert "my%20course" in book.as_uri()


def test_the_book_of_the_course_itself_is_found_two_folders_up(exercise):
    build(exercise.parents[1] / "_build" / "html")
    assert find_book("", exercise).link == "../../_build/html"


def test_where_there_is_none_there_is_none(exercise):
    (exercise.parent / "docs").mkdir()  # somebody's own
    assert find_book("", exercise) is None


@each_row("address", ["javascript:alert(1)", "file:///etc", "//x", '"'])
def test_what_is_no_address_of_the_web_is_none(address, exercise):
    assert find_book(address, exercise) is None
