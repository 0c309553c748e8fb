"""The way from a chapter to its exercise and back, in a book of two pages, with and without a
public repository.
"""

import pytest
from book_fixtures import extension, small_book
from bs4 import BeautifulSoup
from tables import each_row

in_words = extension("practice").in_words

CHAPTER, EXERCISE = "book/ch1_rnn_cell.html", "exercises/ex1_rnn_cell/ex1_rnn_cell.html"
NOTEBOOK = "ex1_rnn_cell/ex1_rnn_cell.ipynb"
GITHUB, GITLAB = (
    "https://github.com/some-owner/some-repo",
    "https://gitlab.com/group/sub/repo",
)
BINDER, COLAB = "https://mybinder.org/v2", "https://colab.research.google.com/github"
HOSTS = ("github", "gitlab", "mybinder", "colab", "google")
KINDS = ("lab", "zip", "binder", "colab")


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Small books by the repository they name, each built once."""
    built = {}

    def book(repository=""):
        if repository not in built:
            built[repository] = small_book(tmp_path_factory.mktemp("small"), repository)
        return built[repository]

    return book


def page(book, name):
    """A page of a book that was built without a warning."""
    assert book.returncode == 0, book.log[-3000:]
    return book.pages[book.html / name]


def ways(page):
    """Addresses of the ways to open the notebook, by their kind."""
    links = [
        a
        for tag, a in page.tags
        if tag == "a" and "practice-way" in a.get("class", "").split()
    ]
    return {a["class"].split("way-")[-1].split()[0]: a["href"] for a in links}


def links(page):
    return [a.get("href", "") for tag, a in page.tags if tag == "a"]


def text(page):
    return " ".join("".join(page.text).split())


def test_without_a_repository_the_zip_and_jupyterlab_are_left(books):
    book = books()
    assert ways(page(book, EXERCISE)) == {"zip": "../../unrolled-exercises.zip"}
    where = "../exercises/ex1_rnn_cell/ex1_rnn_cell.html#ways-to-open"
    assert ways(page(book, CHAPTER)) == {
        "zip": "../unrolled-exercises.zip",
        "lab": where,
    }
    assert "ways-to-open" in page(book, EXERCISE).ids


@pytest.mark.parametrize("name", [CHAPTER, EXERCISE])
def test_without_a_repository_no_link_leads_to_a_host_of_notebooks(books, name):
    found = page(books(), name)
    assert [link for link in links(found) if any(host in link for host in HOSTS)] == []
    assert "Binder" not in text(found)


@pytest.mark.parametrize("name", [CHAPTER, EXERCISE])
def test_with_a_repository_on_github_all_ways_lead_there(books, name):
    found = ways(page(books(GITHUB), name))
    assert (
        found["binder"]
        == f"{BINDER}/gh/some-owner/some-repo/HEAD?urlpath=lab/tree/{NOTEBOOK}"
    )
    assert (
        found["colab"]
        == f"{COLAB}/some-owner/some-repo/blob/HEAD/colab/ex1_rnn_cell.ipynb"
    )
    assert set(found) <= set(KINDS)


@pytest.mark.parametrize("name", [CHAPTER, EXERCISE])
def test_colab_is_left_out_where_it_cannot_read(books, name):
    found = ways(page(books(GITLAB), name))
    assert (
        found["binder"]
        == f"{BINDER}/gl/group%2Fsub%2Frepo/HEAD?urlpath=lab/tree/{NOTEBOOK}"
    )
    assert "colab" not in found
    assert "Colab" not in text(page(books(GITLAB), name))


@pytest.mark.parametrize("repository", ["", GITHUB, GITLAB])
def test_chapter_and_exercise_lead_to_each_other(books, repository):
    chapter, exercise = (
        page(books(repository), CHAPTER),
        page(books(repository), EXERCISE),
    )
    assert (
        links(chapter).count("../exercises/ex1_rnn_cell/ex1_rnn_cell.html") >= 3
    )  # in the text, the block, the end
    assert "../../book/ch1_rnn_cell.html" in links(exercise)
    assert (
        "The exercise of chapter 1, Carry a state. 20 points, about 45 minutes."
        in text(exercise)
    )
    assert (
        "Exercise 1: the RNN cell, forward in time · 20 points, about 45 minutes"
        in text(chapter)
    )
    assert "python3 start.py lab ex1_rnn_cell/ex1_rnn_cell.ipynb" in text(exercise)
    assert "py start.py lab ex1_rnn_cell/ex1_rnn_cell.ipynb" in text(exercise)
    html = (books(repository).html / EXERCISE).read_text(encoding="utf-8")
    commands = [
        code.text for code in BeautifulSoup(html, "html.parser").select("p code")
    ]
    assert {"python3 start.py update", "py start.py update"} <= set(commands)


def test_a_chapter_that_never_hands_over_is_a_warning(tmp_path):
    book = small_book(tmp_path, chapter="## Something else\n")
    assert book.returncode != 0
    assert any("ch1-exercise" in line for line in book.warnings)


def test_an_address_that_is_none_stops_the_build(tmp_path):
    book = small_book(tmp_path, "https://github.com/only-owner")
    assert book.returncode != 0
    assert "should be a repository's address" in book.log


@each_row(
    ("minutes", "words"),
    [
        (20, "20 minutes"),
        (60, "an hour"),
        (90, "1½ hours"),
        (120, "2 hours"),
        (150, "2½ hours"),
        (170, "3 hours"),
    ],
)
def test_times_are_said_as_people_say_them(minutes, words):
    assert in_words(minutes) == f"about {words}"
