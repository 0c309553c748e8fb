"""Every page is light. Whether anything moves once it is painted depends on how busy the
machine is: the benchmark `python -m tests.bench pages` measures it, and here is only seen that
it would notice.
"""

import pytest
from bench.pages import WIDTHS, served, view
from book_fixtures import FEW_PAGES, build_book, contents
from browsing import chromium
from sweeps import few
from tables import each_row

PAGES = [f"{name}.html" for name in (*contents(), "search", "genindex")]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


@pytest.fixture(scope="module")
def server(book):
    """The book on a server that packs files, as any host does."""
    with served(book.html) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    """A browser without a network."""
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize(
    "name", few(PAGES, lambda name: name.removesuffix(".html") in FEW_PAGES)
)
@each_row("width", WIDTHS)
def test_first_view_is_light(browser, server, name, width):
    seen = view(browser, server, name, width)
    assert seen.requests > 10
    assert seen.missing == []
    assert 10_000 < seen.sent < seen.plain < 1_500_000


# A rule that comes in when the page has been painted, however long that takes.
LATE = """
const late = () => document.body.prepend(document.createElement("hr"));
new PerformanceObserver(() => setTimeout(late, 100)).observe({type: "paint", buffered: true});
"""


def test_a_heavy_page_that_moves_would_be_seen(browser, tmp_path):
    (tmp_path / "late.js").write_text(LATE)
    (tmp_path / "page.html").write_text(
        "<link rel=icon href=data:,><style>hr { height: 400px }</style><p "
        "style='height: 600px'>text</p>"
        f"<img src=gone.png><script src=late.js></script><!--{'x' * 1_500_000}-->"
    )
    with served(tmp_path) as running:
        seen = view(browser, running, "page.html", 1280)
    assert seen.missing == ["/gone.png"]
    assert seen.sent < 1_500_000 < seen.plain
    assert seen.shift > 0.05


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_first_view_leaves_out_the_other_theme_and_what_is_far(browser, server, theme):
    server.sent.clear()
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=theme
    )
    page = context.new_page()
    page.goto(
        f"http://127.0.0.1:{server.server_port}/book/ch5_gru.html", wait_until="load"
    )
    page.wait_for_load_state(
        "networkidle"
    )  # alone, it may be reached before a busy machine has read the page
    drawings = page.locator("img.theme-light").count()
    fetched = [path for path, _, _ in server.sent if "/_images/" in path]
    assert len(fetched) < drawings / 3
    assert {path.endswith("-dark.svg") for path in fetched} <= {theme == "dark"}
    chosen = page.locator(f"#fig-ch5-ranges img.theme-{theme}:visible")
    chosen.scroll_into_view_if_needed()
    page.wait_for_function(
        "e => e.complete && e.naturalWidth", arg=chosen.element_handle()
    )
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_paper_shows_is_fetched_before_one_prints(browser, server, theme):
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/book/ch5_gru.html")
    page.emulate_media(media="print")
    page.wait_for_function(
        "[...document.images].filter(i => i.offsetWidth).every(i => i.complete && i.naturalWidth)",
        timeout=10_000,
    )
    assert page.evaluate("[...document.images].filter(i => i.offsetWidth).length") > 5
    context.close()


def test_an_excerpt_of_a_search_says_a_formula_once(browser, server):
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/search.html?q=convex")
    page.wait_for_function(
        "document.querySelectorAll('#search-results p.context').length > 0"
    )
    whole = (
        "async () => Search.htmlToText(await (await "
        "fetch('book/ch3_lstm_forward.html')).text())"
    )
    said = page.evaluate(whole)
    assert "frac" not in said
    assert "+1+1" not in said
    assert "The first input is +1" in said
    page.close()
