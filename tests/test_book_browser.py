"""The book in a browser without a network: equations, figures, themes, narrow screens, self-tests."""

import os
import re
import shutil

import pytest
from book_fixtures import ROOT, build_book
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ALONE = """
    --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync
"""
CHAPTERS = {path.stem: path for path in sorted((ROOT / "book").glob("ch*.md"))}
PAGES = ["intro", "notation", "glossary", "equations", *CHAPTERS, "references"]
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)
every_stepper = pytest.mark.parametrize(
    ("chapter", "figure"),
    [
        ("ch3_lstm_forward", "fig-ch3-steps"),
        ("ch4_lstm_backward", "fig-ch4-steps"),
        ("ch5_gru", "fig-ch5-steps"),
        ("ch5_gru", "fig-ch5-back-steps"),
    ],
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: tools/system browser")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE.split())
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, book):
    """Open pages of the book; at the end, what they asked of other hosts or complained about must be nothing."""
    contexts, wrong = [], []

    def guard(route):
        if route.request.url.startswith(("file:", "data:", "blob:")):
            return route.continue_()
        wrong.append(f"asked for {route.request.url}")
        return route.abort()

    def open_page(name, width=1280, theme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", guard)
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto((book.html / "book" / f"{name}.html").as_uri())
        page.wait_for_function("!window.MathJax || !!(MathJax.startup && MathJax.startup.promise)")
        page.evaluate("window.MathJax && MathJax.startup.promise")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole_without_a_network(opened, name):
    page = opened(name)
    assert page.locator("article h1").count() == 1
    typeset = page.locator("mjx-container:has(svg)").count()
    assert typeset == page.locator("span.math, div.math").count()
    assert page.locator("mjx-merror, [data-mml-node=merror]").count() == 0
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")


def figures_of(chapter):
    """How many figures a chapter's source names."""
    return len(re.findall(r"^ *name: fig-", CHAPTERS[chapter].read_text(encoding="utf-8"), re.MULTILINE))


@every_chapter
def test_chapter_has_its_equations_and_figures(opened, chapter):
    page = opened(chapter)
    assert page.locator("mjx-container[display=true]:has(svg)").count() >= 10
    assert page.locator("mjx-assistive-mml math").count() >= 10
    assert page.locator("figure img.theme-light:visible").count() == figures_of(chapter) >= 5
    assert page.locator("figure img.theme-dark:visible").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_narrow_screen_does_not_scroll_sideways(opened, name, theme):
    page = opened(name, width=390, theme=theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("window.scrollTo(200, 0)")
    assert page.evaluate("window.scrollX") == 0


@every_chapter
def test_equations_of_the_chapter_fit_a_phone(opened, chapter):
    page = opened(chapter, width=390)
    assert page.evaluate(
        "[...document.querySelectorAll('mjx-container[display=true]')].filter(e => e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.textContent)"
    ) == []  # fmt: skip


@every_chapter
def test_dark_mode_shows_the_dark_drawings(opened, chapter):
    page = opened(chapter)
    figures = figures_of(chapter)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):  # auto, light, dark in turn
        if page.locator("html").get_attribute("data-theme") == "dark":
            break
        page.locator("button.theme-switch-button:visible").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    dark = page.locator("figure img.theme-dark:visible")
    assert dark.count() == figures
    for k in range(figures):
        assert dark.nth(k).evaluate("i => getComputedStyle(i).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert page.locator("figure img.theme-light:visible").count() == 0
    assert page.locator("figure figcaption:visible").count() == figures


def shown(stepper):
    """The one drawing that a stepper shows."""
    drawing = stepper.locator("img:visible")
    assert drawing.count() == 1
    return drawing


@every_stepper
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_arrow_keys_go_through_the_steps(opened, chapter, figure, theme):
    page = opened(chapter, theme=theme)
    stepper = page.locator(f"#{figure}")
    words = stepper.locator("label").all_inner_texts()
    start = stepper.locator("input").evaluate_all("tabs => tabs.findIndex(tab => tab.checked)")
    stepper.locator("input:checked").focus()
    seen = set()
    for word in words[start::-1] + words[:start:-1]:  # beyond the first comes the last
        drawing = shown(stepper)
        assert f"at the word {word.strip()}." in drawing.get_attribute("alt")
        assert f"theme-{theme}" in drawing.get_attribute("class").split()
        assert stepper.locator("p:visible").count() == 2  # what is said about this step, and the caption
        seen.add(drawing.get_attribute("src"))
        page.keyboard.press("ArrowLeft")
    assert len(seen) == len(words) >= 12


@every_stepper
def test_the_chosen_word_is_marked_when_it_has_the_keyboard(opened, chapter, figure):
    page = opened(chapter)
    page.locator(f"#{figure} input:checked").focus()
    page.keyboard.press("ArrowLeft")
    look = "tab => { const s = getComputedStyle(tab.nextElementSibling); return s.borderTopColor + s.backgroundColor; }"
    with_keyboard = page.locator(f"#{figure} input:checked").evaluate(look)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(400)  # the theme changes colours slowly
    assert page.locator(f"#{figure} input:checked").evaluate(look) != with_keyboard


@every_stepper
def test_every_step_fits_a_phone(opened, chapter, figure):
    page = opened(chapter, width=390)
    stepper = page.locator(f"#{figure}")
    for label in stepper.locator("label").all():
        label.click()
        assert label.bounding_box()["height"] >= 24
        box = shown(stepper).bounding_box()
        assert 0 <= box["x"] < box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@every_stepper
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_shows_one_step_in_the_colours_for_paper(opened, chapter, figure, theme):
    page = opened(chapter, theme=theme)
    stepper = page.locator(f"#{figure}")
    stepper.locator("label").first.click()
    page.emulate_media(media="print")
    drawing = shown(stepper)
    assert "at the word shutters." in drawing.get_attribute("alt")
    assert "theme-light" in drawing.get_attribute("class").split()
    assert drawing.bounding_box()["width"] > 300
    assert stepper.evaluate("f => getComputedStyle(f).backgroundColor") == "rgb(255, 255, 255)"
    assert stepper.locator("label:visible").all_inner_texts() == ["shutters"]


@every_chapter
def test_self_tests_unfold(opened, chapter):
    page = opened(chapter)
    answers = page.locator("details.sd-dropdown")
    assert answers.count() >= 3
    for k in range(answers.count()):
        body = answers.nth(k).locator(".sd-summary-content")
        assert not body.is_visible()
        answers.nth(k).locator("summary").click()
        body.wait_for(state="visible")
        assert len(body.inner_text()) > 80


def test_anchor_of_a_slip_is_where_the_feedback_leads(opened, book):
    page = opened("ch1_rnn_cell")
    page.goto(book.chapter.as_uri() + "#slip-a0-every-step")
    top = page.locator("#slip-a0-every-step").evaluate("e => e.parentElement.getBoundingClientRect().top")
    assert -5 <= top < 450


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cover_says_in_one_screen_what_is_built_and_where_to_start(opened, theme):
    page = opened("intro", theme=theme)
    page.set_viewport_size({"width": 1280, "height": 800})
    shown = page.locator(f".cover-path img.theme-{theme}:visible")
    assert shown.count() == 4
    start = page.locator("a.sd-btn", has_text="Start with chapter 1")
    for part in (page.locator("article h1"), start, shown.first, shown.last, page.locator(".cover-proof")):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800
    assert "time traveller" in page.locator(".cover-text").inner_text()
    named = page.locator(".unrolled-check").inner_text()
    assert "rnn_forward is not right yet" in named
    assert "nothing is carried from one step to the next" in named
    page.locator(".unrolled-check a").click()
    assert page.url.endswith("ch1_rnn_cell.html#slip-a0-every-step")
    page.go_back()
    start.click()
    assert page.url.endswith("ch1_rnn_cell.html")


def test_cover_begins_well_on_a_phone(opened):
    page = opened("intro", width=390)
    page.set_viewport_size({"width": 390, "height": 844})
    for part in (page.locator("a.sd-btn").first, page.locator(".cover-path")):
        box = part.bounding_box()
        assert box["y"] + box["height"] <= 844
    assert page.locator(".cover-path img:visible").first.bounding_box()["width"] > 150


def test_equations_of_the_index_fit_a_phone(opened):
    page = opened("equations", width=390)
    wide = "[...document.querySelectorAll('dd div.math > *')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert page.locator("dl.equation-index dd div.math").count() > 80
    assert page.evaluate(wide) == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["intro", "notation", "ch2_rnn_backward"])
def test_paper_has_the_text_alone_in_ink(opened, name, theme):
    page = opened(name, theme=theme)
    page.emulate_media(media="print")
    around = (
        ".bd-sidebar, .bd-header, .bd-header-article, .prev-next-footer, .bd-footer, .headerlink, .copybtn, .skip-link"
    )
    assert page.locator(around).evaluate_all("all => all.filter(e => e.checkVisibility()).map(e => e.className)") == []
    assert page.locator("article h1").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pale = """all => all.filter(e => e.checkVisibility() && e.innerText.trim()).filter(e => {
        const [r, g, b] = getComputedStyle(e).color.match(/[\\d.]+/g).map(Number);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b > 130;
    }).map(e => e.outerHTML.slice(0, 80))"""
    assert page.locator("article :is(p, h1, h2, h3, td, th, li, code, pre, span, a)").evaluate_all(pale) == []
    assert page.locator("article img.theme-dark:visible").count() == 0
    assert page.locator("article img.theme-light:visible").count() >= 1


def test_paper_shows_the_answers_of_self_tests(opened):
    page = opened("ch1_rnn_cell")
    page.emulate_media(media="print")
    answers = page.locator("details.sd-dropdown:not([open]) .sd-summary-content")
    assert answers.count() >= 3
    assert all(box["height"] > 20 for box in answers.evaluate_all("all => all.map(e => e.getBoundingClientRect())"))


def test_words_of_the_glossary_are_quiet_links(opened):
    page = opened("ch2_rnn_backward")
    word = page.locator("article a:has(> .std-term)").first
    assert "dotted" in word.evaluate("a => getComputedStyle(a).textDecorationStyle")
    word.click()
    assert "glossary.html#term-" in page.url
