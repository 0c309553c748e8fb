"""The book in a browser without a network: equations, figures, themes, narrow screens,
self-tests.
"""

import re

import pytest
from book_fixtures import FEW_PAGES, ROOT, build_book, contents, is_ours
from browsing import chromium, watch
from sweeps import few

CHAPTERS = {
    path.stem: path
    for path in sorted((ROOT / "book").glob("ch*.md"))
    if is_ours(path.stem)
}
STILL = "figure:not(.explorable)"
# as seen from the folder of the chapters
EXERCISES = [f"../{name}" for name in contents() if name.startswith("exercises/")]
every_chapter = pytest.mark.parametrize(
    "chapter", few(CHAPTERS, lambda chapter: f"book/{chapter}" in FEW_PAGES)
)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


@pytest.fixture(scope="module")
def browser():
    """A browser without a network."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser, book):
    """Open pages of the book; at the end, what they asked of other hosts or complained about
    must be nothing.
    """
    contexts, wrong = [], []

    def open_page(name, width=1280, theme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme
        )
        contexts.append(context)
        page = context.new_page()
        wrong.append(watch(page))
        page.goto((book.html / "book" / f"{name}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not any(wrong), wrong


def test_formulas_are_not_among_the_stops_of_the_keyboard(opened):
    page = opened("ch4_lstm_backward")
    stops = page.locator(".math *").evaluate_all(
        "all => all.filter(e => e.tabIndex >= 0).map(e => e.className)"
    )
    assert set(stops) <= {"headerlink"}
    assert page.locator(".math").count() > 100


def figures_of(chapter):
    """How many figures a chapter's source names, but for those that answer to one's hand."""
    text = CHAPTERS[chapter].read_text(encoding="utf-8")
    named = re.findall(r"^ *name: fig-", text, re.MULTILINE)
    return len(named) - text.count("```{explorable}")


def has_its_equations_and_figures(page, figures):
    assert page.locator("div.math > .katex-display:has(.katex-html)").count() >= 10
    assert page.locator("div.math > .katex-display math[display=block]").count() >= 10
    assert page.locator(f"{STILL} img.theme-light:visible").count() == figures >= 5
    assert page.locator(f"{STILL} img.theme-dark:visible").count() == 0


def shows_the_dark_drawings(page, figures):
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):  # auto, light, dark in turn
        if page.locator("html").get_attribute("data-theme") == "dark":
            break
        page.locator("button.theme-switch-button:visible").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    dark = page.locator(f"{STILL} img.theme-dark:visible")
    assert dark.count() == figures
    for k in range(figures):
        paper = dark.nth(k).evaluate("i => getComputedStyle(i).backgroundColor")
        assert paper == "rgba(0, 0, 0, 0)"
    assert page.locator(f"{STILL} img.theme-light:visible").count() == 0
    assert page.locator(f"{STILL} figcaption:visible").count() == figures


def unfolds_its_self_tests(page):
    answers = page.locator("details.sd-dropdown")
    assert answers.count() >= 3
    for k in range(answers.count()):
        body = answers.nth(k).locator(".sd-summary-content")
        assert not body.is_visible()
        answers.nth(k).locator("summary").click()
        body.wait_for(state="visible")
        assert len(body.inner_text()) > 80


SCREEN = 844  # pixels that a phone of 390 shows; `tools/screens` counts all pages
MOST_SCREENS = {
    "ch1_rnn_cell": 14,
    "ch2_rnn_backward": 21,
    "ch3_lstm_forward": 21,
    "ch4_lstm_backward": 20,
    "ch5_gru": 22.5,
    "ch6_lstm_layers": 22,
    "ch7_language_model": 21,
    "ch8_debugging": 21.5,
}  # as `tools/screens` counts on a machine that has DejaVu Sans, a wide face
SLACK = 1.1  # the letters of another machine, and the scroll bar of a window that is no phone


def unfold_answers(page):
    """Open all that is folded on wide screens too."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def is_short_enough_for_a_phone(page, chapter):
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height / SCREEN <= SLACK * MOST_SCREENS[chapter]


def folds_what_is_looked_up(page):
    """Headings and buttons stay; a tap shows what belongs to them, and another folds it again."""
    folds = page.locator(".folds")
    assert folds.count() >= 3
    for k in range(folds.count()):
        fold = folds.nth(k)
        button, part = fold.locator(".fold-button"), fold.locator(".folded-part")
        inside = part.locator(":scope > *").first
        box = button.bounding_box()
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 390
        assert fold.locator("h2").count() == 0 or fold.locator("h2").is_visible()
        for said, shown in (("Show", False), ("Hide", True), ("Show", False)):
            assert button.locator(".fold-word").inner_text() == said
            assert button.get_attribute("aria-expanded") == str(shown).lower()
            assert inside.evaluate(SEEN) == shown
            assert part.get_attribute("hidden") == (None if shown else "until-found")
            button.click()
    unfold(page)


def come_anew(page):
    """Open a page once more, from its top: what one has passed is not folded any more."""
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => null)")


SEEN = "e => e.checkVisibility({contentVisibilityAuto: true})"


def unfold(page):
    """Open all that a phone folds."""
    page.evaluate(
        "document.querySelectorAll('.fold-button[aria-expanded=false]').forEach(b => b.click())"
    )


def shows_all_of_long_code_at_a_tap(page):
    cells = page.locator(".long-code:visible")
    assert cells.count() >= 1
    cell = cells.first
    hidden = "pre => pre.scrollHeight - pre.clientHeight"
    assert cell.locator("pre").evaluate(hidden) > 20
    cell.locator("button.show-all").click()
    assert cell.locator("pre").evaluate(hidden) <= 1
    assert not cell.locator("button.show-all").is_visible()
    assert cell.locator("pre").evaluate("pre => pre === document.activeElement")


BROKEN_FORMULAS = """[...document.querySelectorAll('p:not(td p) .math .katex-html')].filter(e => {
    const parts = [...e.children].map(part => part.getBoundingClientRect());
    return parts.some(part => part.top > parts[0].bottom - 2);
}).map(e => e.textContent)"""
WIDE_EQUATIONS = """[...document.querySelectorAll('.katex-display')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"""


@every_chapter
def test_chapter_works(opened, chapter, subtests):
    """One visit: as it opens, in the dark, with its answers unfolded, and at a phone's width."""
    page = opened(chapter)
    with subtests.test("has its equations and figures"):
        has_its_equations_and_figures(page, figures_of(chapter))
    with subtests.test("dark mode shows the dark drawings"):
        shows_the_dark_drawings(page, figures_of(chapter))
    with subtests.test("self-tests unfold"):
        unfolds_its_self_tests(page)
    with subtests.test("shows all of it on a wide screen"):
        assert page.locator(".fold-button:visible").count() == 0
        assert page.locator(".folded-part[hidden]").count() == 0
    page.set_viewport_size({"width": 390, "height": SCREEN})
    come_anew(page)
    with subtests.test("is short enough for a phone"):
        is_short_enough_for_a_phone(page, chapter)
    with subtests.test("folds what is looked up"):
        folds_what_is_looked_up(page)
    with subtests.test("equations fit a phone"):
        assert page.evaluate(WIDE_EQUATIONS) == []
    with subtests.test("formulas of a text are not broken on a phone"):
        unfold(page)
        unfold_answers(page)
        assert page.evaluate(BROKEN_FORMULAS) == []
    with subtests.test("shows all of long code at a tap"):
        shows_all_of_long_code_at_a_tap(page)


def test_a_link_to_what_a_phone_folds_opens_it(opened):
    page = opened("ch4_lstm_backward", width=390)
    note = page.locator(".folded-part aside.footnote")
    assert not note.first.evaluate(SEEN)
    page.locator("a.footnote-reference").first.click()
    assert note.first.evaluate(SEEN)
    assert 0 < note.first.bounding_box()["y"] < 900
    page.evaluate("location.hash = 'test-yourself'")
    come_anew(page)
    questions = page.locator("#test-yourself .folded-part p").first
    assert questions.evaluate(SEEN)
    assert 0 < page.locator("#test-yourself h2").bounding_box()["y"] < 200
    assert not note.first.evaluate(SEEN)


def test_what_one_has_passed_stays_as_the_screen_narrows(opened):
    page = opened("ch4_lstm_backward")
    page.locator("footer").last.scroll_into_view_if_needed()
    page.set_viewport_size({"width": 390, "height": SCREEN})
    page.locator(".fold-button:visible").first.wait_for()
    assert page.locator(".folded-part[hidden]").count() == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
    page.set_viewport_size({"width": 390, "height": SCREEN})
    page.locator(".fold-word", has_text="Show").first.wait_for()
    assert page.locator(".folded-part:not([hidden])").count() == 0


def test_what_a_phone_folds_is_there_without_scripts_and_on_paper(browser, book):
    for scripts, medium in ((False, "screen"), (True, "print")):
        context = browser.new_context(
            viewport={"width": 390, "height": SCREEN}, java_script_enabled=scripts
        )
        page = context.new_page()
        page.goto((book.html / "book" / "ch4_lstm_backward.html").as_uri())
        page.emulate_media(media=medium)
        assert page.locator(".fold-button:visible").count() == 0
        parts = page.locator(".folded-part > p")
        assert parts.count() > 5
        assert all(part.is_visible() and part.evaluate(SEEN) for part in parts.all())
        context.close()


def test_commands_for_the_own_machine_unfold(opened):
    page = opened(EXERCISES[0], width=390)
    fold = page.locator("#ways-to-open details")
    assert not fold.locator("pre").first.is_visible()
    fold.locator("summary").click()
    command = f"start.py lab {EXERCISES[0].removeprefix('../exercises/')}.ipynb"
    assert f"python3 {command}" in fold.locator("pre:visible").inner_text()
    fold.locator("label", has_text="Windows").click()
    assert f"py {command}" in fold.locator("pre:visible").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_commands_of_a_page_are_read_whole_on_a_phone(opened):
    page = opened("teach_grade", width=390)
    commands = page.locator(".highlight-console pre")
    assert commands.count() > 5
    wide = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    assert commands.evaluate_all(wide) == []


@pytest.mark.parametrize(
    "exercise", few(EXERCISES, lambda exercise: "/ex1" in exercise)
)
def test_equations_of_an_exercise_fit_a_phone(opened, exercise):
    page = opened(exercise, width=390)
    assert page.locator(".math .katex").count() >= 1
    assert page.evaluate(WIDE_EQUATIONS) == []


def test_the_ways_to_open_are_large_enough_for_a_finger(opened):
    page = opened("ch1_rnn_cell", width=390)
    boxes = [link.bounding_box() for link in page.locator(".practice-way").all()]
    assert len(boxes) >= 2
    assert all(box["height"] >= 24 and box["x"] + box["width"] <= 390 for box in boxes)


def test_anchor_of_a_slip_is_where_the_feedback_leads(opened, book):
    page = opened("slips1_rnn_cell")
    page.goto(
        book.chapter.with_name("slips1_rnn_cell.html").as_uri() + "#slip-a0-every-step"
    )
    top = page.locator("#slip-a0-every-step").evaluate(
        "e => e.parentElement.getBoundingClientRect().top"
    )
    assert -5 <= top < 450


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cover_says_in_one_screen_what_is_built_and_where_to_start(opened, theme):
    page = opened("intro", theme=theme)
    page.set_viewport_size({"width": 1280, "height": 800})
    shown = page.locator(f".cover-path img.theme-{theme}:visible")
    assert shown.count() == 4
    start = page.locator("a.sd-btn", has_text="Start with chapter 1")
    for part in (
        page.locator("article h1"),
        start,
        shown.first,
        shown.last,
        page.locator(".cover-proof"),
    ):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800
    assert "time traveller" in page.locator(".cover-text").inner_text()
    named = page.locator(".unrolled-check").inner_text()
    assert "rnn_forward is not right yet" in named
    assert "nothing is carried from one step to the next" in named
    page.locator(".unrolled-check a").click()
    assert page.url.endswith("slips1_rnn_cell.html#slip-a0-every-step")
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
    wide = (
        "[...document.querySelectorAll('dd div.math > *')].filter(e => "
        "e.scrollWidth > e.clientWidth + 1).length"
    )
    assert page.locator("dl.equation-index dd div.math").count() > 80
    assert page.evaluate(wide) == 0


PAPER = [
    (theme, name)
    for name in ("intro", "notation", "ch2_rnn_backward")
    for theme in ("light", "dark")
]


@pytest.mark.parametrize(
    ("theme", "name"),
    few(PAPER, lambda theme, name: (theme == "dark") == (name == "ch2_rnn_backward")),
)
def test_paper_has_the_text_alone_in_ink(opened, name, theme):
    page = opened(name, theme=theme)
    page.emulate_media(media="print")
    around = (
        ".bd-sidebar, .bd-header, .bd-header-article, .prev-next-footer, "
        ".bd-footer, .headerlink, .copybtn, .skip-link"
    )
    assert (
        page.locator(around).evaluate_all(
            "all => all.filter(e => e.checkVisibility()).map(e => e.className)"
        )
        == []
    )
    assert page.locator("article h1").is_visible()
    assert (
        page.evaluate("getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    pale = """all => all.filter(e => e.checkVisibility() && e.innerText.trim()).filter(e => {
        const [r, g, b] = getComputedStyle(e).color.match(/[\\d.]+/g).map(Number);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b > 130;
    }).map(e => e.outerHTML.slice(0, 80))"""
    assert (
        page.locator(
            "article :is(p, h1, h2, h3, td, th, li, code, pre, span, a)"
        ).evaluate_all(pale)
        == []
    )
    assert page.locator("article img.theme-dark:visible").count() == 0
    assert page.locator("article img.theme-light:visible").count() >= 1


def test_paper_shows_the_answers_of_self_tests(opened):
    page = opened("ch1_rnn_cell")
    page.emulate_media(media="print")
    answers = page.locator("details.sd-dropdown:not([open]) .sd-summary-content")
    assert answers.count() >= 3
    assert all(
        box["height"] > 20
        for box in answers.evaluate_all(
            "all => all.map(e => e.getBoundingClientRect())"
        )
    )


LINKS = "article a[href]:visible:not(.headerlink, .sd-btn, :has(> .std-term))"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_link_has_one_colour_wherever_it_stands(opened, theme):
    found = set()
    for name in ("slips1_rnn_cell", "notation"):  # with a list of contents, and a table
        page = opened(name, theme=theme)
        links = page.locator(LINKS)
        assert links.count() > 3
        found |= set(
            links.evaluate_all("all => all.map(a => getComputedStyle(a).color)")
        )
    assert len(found) == 1


def test_words_of_the_glossary_are_quiet_links(opened):
    page = opened("ch2_rnn_backward")
    word = page.locator("article a:has(> .std-term)").first
    assert "dotted" in word.evaluate("a => getComputedStyle(a).textDecorationStyle")
    word.click()
    assert "glossary.html#term-" in page.url
