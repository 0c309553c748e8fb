"""Pages that run Python: a built book on a host of its own, and a browser that knows no other."""

import pytest
from book_fixtures import build_book
from browsing import chromium, watch
from live_pages import COURSE, FIRST, ExercisePage, hosted, needs_runtime, texts_of

from autograder.unit.samples import sample_notebook
from autograder.unit.unit import load


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The built book, with Python in it."""
    book = build_book(tmp_path_factory)
    needs_runtime(book)
    return book


@pytest.fixture(scope="session")
def host(book):
    """Address of a host that hands out the book."""
    with hosted(book.html) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    """A browser without a network."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def units():
    """The course's exercises by name."""
    return {name: load(name, COURSE) for name in COURSE.assignments}


@pytest.fixture(scope="module")
def started(browser):
    """A reader's browser. From the first start of Python in it, it has what it keeps of that."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="light"
    )
    yield context
    context.close()


@pytest.fixture
def reader(started, host):
    """Windows of somebody who has written nothing yet; nothing may go wrong in them."""
    wrong = []

    def window():
        page = started.new_page()
        wrong.append(watch(page, host))
        return page

    started.window = window
    yield started
    for page in started.pages:
        page.close()
    page = started.new_page()
    written = {"origin": host.rstrip("/"), "storageTypes": "local_storage"}
    started.new_cdp_session(page).send("Storage.clearDataForOrigin", written)
    page.close()
    assert not any(wrong), wrong


@pytest.fixture
def first(reader, host):
    """The first exercise's page."""
    return ExercisePage(reader.window(), host, FIRST).go()


@pytest.fixture(scope="session")
def right(units):
    """Texts of the first exercise's cells with the reference's functions in them."""
    return texts_of(sample_notebook(units[FIRST]))
