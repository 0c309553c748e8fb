"""Figures and equations of a further page go on counting where its chapter ends."""

import re

import pytest
from book_fixtures import ROOT, build_book, extension, is_ours
from tables import each_row

far_numbers = extension("far_numbers")


@each_row(
    ("page", "chapter"),
    [
        ("book/far2_rnn_backward", "book/ch2_rnn_backward"),
        ("far12_x", "ch12_x"),
        ("book/ch2_rnn_backward", None),
        ("book/notation", None),
    ],
)
def test_a_further_page_knows_its_chapter(page, chapter):
    assert far_numbers.chapter_of(page) == chapter


def test_numbers_go_on_where_the_chapter_ends():
    numbers = {
        "ch2_x": {"figure": {"a": (2, 1), "b": (2, 10)}, "table": {"t": (2, 1)}},
        "far2_x": {"figure": {"d": (4,), "c": (3,)}, "displaymath": {"e": (1,)}},
        "notation": {"figure": {"f": (5,)}},
    }
    assert far_numbers.renumber(numbers) == ["far2_x", "notation"]
    assert numbers["ch2_x"]["figure"] == {"a": (2, 1), "b": (2, 10)}
    assert numbers["far2_x"] == {
        "figure": {"c": (2, 11), "d": (2, 12)},
        "displaymath": {},
    }
    assert numbers["notation"]["figure"] == {}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


def shown(book, page, what):
    """Numbers of a page's figures or equations, in their order."""
    text = (book.html / "book" / f"{page}.html").read_text(encoding="utf-8")
    return re.findall(what, text)


@each_row("what", [r'caption-number">Fig\. ([\d.]+)', r'class="eqno">\(([\d.]+)\)'])
def test_every_number_of_the_book_is_one_of_a_chapter(book, what):
    for chapter in sorted((ROOT / "book").glob("ch*.md")):
        number = re.match(r"ch(\d+)", chapter.stem)[1]
        far = chapter.stem.replace("ch", "far", 1)
        found = shown(book, chapter.stem, what)
        if (ROOT / "book" / f"{far}.md").exists():
            found += shown(book, far, what)
        assert found == [f"{number}.{k}" for k in range(1, len(found) + 1)]
        assert len(found) >= 4 or not is_ours(chapter.stem)
    assert shown(book, "notation", what) == []
