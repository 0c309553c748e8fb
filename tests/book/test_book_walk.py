"""Through the book as readers go: by its links, by its search and in the dark, from a folder
and from a server.
"""

import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from book_fixtures import build_book, contents
from browsing import chromium, settle, watch
from sweeps import few

TERM = "forget gate"


class Quiet(SimpleHTTPRequestHandler):
    """Hands out files and does not write about it."""

    def log_message(self, *about):
        """Say nothing."""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


@pytest.fixture(scope="module")
def browser():
    """A browser without a network."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(book):
    """Address of a server on this machine that hands out the book."""
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=book.html)
    ) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def folder(book):
    """Address of the book's folder."""
    return f"{book.html.as_uri()}/"


@pytest.fixture(params=few(["folder", "server"], lambda how: how == "folder"))
def place(request):
    """Where the book lies."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def reader(browser, server):
    """A window of someone who comes for the first time; at the end nothing has gone wrong in it."""
    page = browser.new_page(
        viewport={"width": 1280, "height": 900},
        color_scheme="light",
        reduced_motion="reduce",
    )
    wrong = watch(page, server)
    yield page
    page.close()
    assert wrong == []


@pytest.mark.parametrize("pages", few(["some", "all"], lambda pages: pages == "some"))
def test_next_leads_through_the_book_and_previous_back(reader, folder, server, pages):
    """From its first page on, and from its last."""
    order = contents()
    forward, back = (order, order) if pages == "all" else (order[:8], order[-8:])
    reader.goto(f"{folder}index.html")
    reader.wait_for_url(f"{folder}{order[0]}.html")
    for name in forward[1:]:
        reader.locator("a.right-next").click()
        reader.wait_for_url(f"{folder}{name}.html", wait_until="commit")
    reader.wait_for_load_state()
    assert reader.locator("a.right-next").count() == int(pages == "some")
    reader.goto(f"{server}{back[-1]}.html")
    assert reader.locator("a.right-next").count() == 0
    for name in back[-2::-1]:
        reader.locator("a.left-prev").click()
        reader.wait_for_url(f"{server}{name}.html", wait_until="commit")
    reader.wait_for_load_state()
    assert reader.locator("a.left-prev").count() == int(pages == "some")


def test_contents_at_the_side_name_every_page_and_the_one_that_is_open(reader, folder):
    reader.goto(f"{folder}book/notation.html")
    links = reader.locator("nav.bd-docs-nav a.reference")
    assert links.evaluate_all("all => all.map(a => a.href)") == [
        f"{folder}{name}.html{'#' * (name == 'book/notation')}" for name in contents()
    ]
    assert (
        reader.locator("nav.bd-docs-nav [aria-current=page]").inner_text() == "Notation"
    )


def results(page):
    """Where the results of a search lead, once all are listed."""
    page.get_by_text(re.compile("Search finished|Your search did not match")).wait_for()
    return page.locator("ul.search li > a").evaluate_all("all => all.map(a => a.href)")


def test_search_by_keyboard_leads_to_pages_that_hold_the_term(reader, book, place):
    reader.goto(f"{place}book/intro.html")
    settle(reader)
    reader.keyboard.press("Control+k")
    reader.keyboard.type(TERM)
    reader.keyboard.press("Enter")
    reader.wait_for_url(f"{place}search.html?q=forget+gate")
    found = results(reader)
    assert f"{place}book/ch3_lstm_forward.html" in {
        address.split("#")[0] for address in found
    }
    for address in {address.split("#")[0] for address in found}:
        text = "".join(book.pages[book.html / address.removeprefix(place)].text).lower()
        assert all(word in text for word in TERM.split()), address
    quoted = reader.locator("ul.search li p.context").count()
    assert quoted == 0 if place.startswith("file:") else quoted > 0
    reader.locator("ul.search li > a").first.press("Enter")
    reader.wait_for_url(f"{found[0].split('#')[0]}*")
    settle(reader)
    assert TERM.split()[0] in reader.locator("article").inner_text().lower()


def test_search_page_answers_an_address_and_says_when_there_is_nothing(reader, place):
    reader.goto(f"{place}search.html?q=perplexity")
    assert any("ch7_language_model" in address for address in results(reader))
    reader.goto(f"{place}search.html?q=xylophone")
    assert results(reader) == []


def test_escape_closes_the_search(reader, folder):
    reader.goto(f"{folder}book/notation.html")
    settle(reader)
    button = reader.locator("button.search-button-field")
    button.press("Enter")
    dialog = reader.locator("#pst-search-dialog")
    assert dialog.locator("input").evaluate("field => field === document.activeElement")
    reader.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert button.evaluate("button => button === document.activeElement")


def test_colours_stay_as_chosen_from_page_to_page(reader, place):
    reader.goto(f"{place}book/intro.html")
    settle(reader)
    reader.get_by_role(
        "button", name="Colours: as the system has them", exact=True
    ).press("Enter")
    reader.get_by_role("button", name="Colours: dark", exact=True).wait_for()
    assert reader.locator("html").get_attribute("data-theme") == "dark"
    for _ in range(2):
        reader.locator("a.right-next").press("Enter")
        reader.wait_for_load_state()
        assert reader.locator("html").get_attribute("data-theme") == "dark"
        assert (
            reader.evaluate("getComputedStyle(document.body).backgroundColor")
            == "rgb(18, 18, 18)"
        )
