"""A phone folds tables of letters and the parts at a chapter's end; each has its button."""

import pytest
from book_fixtures import extension, small_book
from bs4 import BeautifulSoup

phone_folds = extension("phone_folds")

CHAPTER = """(ch1-exercise)=
## What you write

In {exercise}`ex1_rnn_cell`.

| letter | in code |
|---|---|
| $a$ | `a` |

| first | second |
|---|---|
| 1 | 2 |

```{dropdown} The letters
| letter | in code |
|---|---|
| $c$ | `c` |
```

## In practice

Frameworks.

## Test yourself

A question.

## Further reading

A book.[^note]

[^note]: A footnote.

## Practice makes perfect

Nothing here is folded.
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The HTML of a chapter that has something of each kind."""
    book = small_book(tmp_path_factory.mktemp("folds"), chapter=CHAPTER)
    assert book.returncode == 0, book.log[-3000:]
    return (book.html / "book" / "ch1_rnn_cell.html").read_text(encoding="utf-8")


def parts(page):
    """What each button folds, by the words of the button."""
    soup = BeautifulSoup(page, "html.parser")
    buttons = soup.select("button.fold-button")
    return {
        button.select_one(".fold-what").text: soup.find(id=button["aria-controls"])
        for button in buttons
    }


def test_each_part_has_its_button(page):
    folded = {
        what: part.get_text(" ", strip=True) for what, part in parts(page).items()
    }
    assert list(folded) == [
        "the letters, with their shapes",
        "In practice",
        "Test yourself",
        "Further reading",
    ]
    assert folded["In practice"] == "Frameworks."
    assert folded["Test yourself"] == "A question."
    assert folded["Further reading"].startswith("A book.")


def test_a_table_in_a_dropdown_is_folded_once(page):
    table = parts(page)["the letters, with their shapes"]
    assert len(table.select("table")) == 1
    assert table.select_one("code").text == "a"


def test_a_section_that_is_a_dropdown_is_folded_once(tmp_path):
    chapter = CHAPTER.replace("Frameworks.", "```{dropdown} Names\nFrameworks.\n```")
    book = small_book(tmp_path, chapter=chapter)
    html = (book.html / "book" / "ch1_rnn_cell.html").read_text(encoding="utf-8")
    assert "Frameworks." in html
    assert "In practice" not in parts(html)
    assert "Test yourself" in parts(html)


def test_headings_stay_outside(page):
    assert all(part.select("h1, h2, h3") == [] for part in parts(page).values())
    assert page.count("phone_folds.js") == 1


def test_other_pages_have_none():
    assert phone_folds.PAGES.match("book/far5_gru") is None
    assert phone_folds.PAGES.match("exercises/ex1_rnn_cell/ex1_rnn_cell") is None
