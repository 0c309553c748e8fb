"""The book for everybody: axe-core finds nothing, in both themes; keyboard, narrow screens and
large letters do.
"""

import pytest
from book_fixtures import FEW_PAGES, ROOT, build_book, contents
from browsing import chromium, settle, watch
from cut_off import cut_off
from sweeps import few, sweep

AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(
    encoding="utf-8"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# rule and selector of what axe reports and is no fault, or cannot be mended here; the reason
KNOWN = {
    (
        "empty-table-header",
        "th:has(math)",
    ): "a head that is one letter is no icon, and Chromium reads it out",
}
# Axe reads no MathML, so that a head or link that is a formula has no words to it: it gets the
# letters.
START = """rules => {
    const seen = new Set(), again = [
        ...document.querySelectorAll('article pre span[class]')
    ].filter(word => {
        const colours =
            getComputedStyle(word).color + getComputedStyle(word.closest('pre')).backgroundColor;
        const known = seen.has(colours);
        if (word.textContent.trim().length > 1) seen.add(colours);
        return known;
    });
    again.forEach(word =>
        word.replaceWith(...word.childNodes));  // judge each colour of code once, not each word
    document.querySelectorAll('math').forEach(
        formula => { formula.textContent = formula.textContent; });
    const wanted = {
        runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], preload: false};
    window.judged = axe.run(document, wanted);
    return null;
}"""
FOUND = """async known => {
    const found = (await window.judged).violations.flatMap(
        rule => rule.nodes.map(node => [rule, node]));
    const excused = (rule, node) => known.some(([id, selector]) =>
        id === rule.id && document.querySelector(node.target[0]).matches(selector));
    return found.filter(([rule, node]) => !excused(rule, node)).map(([rule, node]) =>
        `${rule.id} (${rule.help}) at ${node.target.join(' ')}: ${
            node.failureSummary.replace(/\\s+/g, ' ')}`);
}"""
UNFOLD = """() => {
    document.querySelectorAll('article details').forEach(details => { details.open = true; });
    document.querySelectorAll('.katex-html').forEach(
        formula => formula.remove());  // axe passes over it, slowly
}"""
# Figures that answer to one's hand come when they are near.
TOUCH = """async () => {
    for (const figure of document.querySelectorAll('figure.explorable')) {
        figure.scrollIntoView();
        while (!figure.classList.contains('touched')) {
            await new Promise(done => setTimeout(done, 20));
        }
    }
}"""
PICTURES = """async () => {
    const shown = [...document.images].filter(image => image.checkVisibility());
    shown.forEach(image => { image.loading = 'eager'; });
    const broken = image => image.decode().then(() => null, () => `no picture at ${image.src}`);
    return (await Promise.all(shown.map(broken))).filter(Boolean);
}"""
EVERY_PICTURE = """Promise.all([...document.images].map(image => {
    image.loading = 'eager';
    return image.decode();
}))"""
FONTS_READY = """[...document.fonts].filter(f => f.status == 'loaded')
    .map(f => [f.family, f.weight, f.style])"""
FONTS_DRAWN = """[...document.querySelectorAll(".katex-html *")]
    .filter(e => [...e.childNodes].some(n => n.nodeType == 3 && /[!-~]/.test(n.data)))
    .map(getComputedStyle).map(s => [s.fontFamily.split(",")[0], s.fontWeight, s.fontStyle])"""
# What WCAG 1.4.4 and 1.4.12 let a reader choose.
LARGE = """html { font-size: 200% !important; }
.bd-article :is(p, li, dt, dd, td, th, h1, h2, h3, h4, pre, summary) {
    line-height: 1.5 !important;
    letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
.bd-article p { margin-bottom: 2em !important; }"""
WIDE = {"width": 1280, "height": 900}
PAGES = [*contents(), "genindex", "search"]


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
def windows(browser):
    """A window for each theme, and what went wrong in it."""
    pages = {
        theme: browser.new_page(color_scheme=theme, reduced_motion="reduce")
        for theme in ("light", "dark")
    }
    yield {theme: (page, watch(page)) for theme, page in pages.items()}
    for page in pages.values():
        page.close()


@pytest.fixture
def both(windows):
    """The two windows, empty and wide; at the end they must not have complained."""
    for page, _ in windows.values():
        page.set_viewport_size(WIDE)
    yield {theme: page for theme, (page, _) in windows.items()}
    wrong = {theme: list(wrong) for theme, (_, wrong) in windows.items()}
    for page, said in windows.values():
        page.goto(
            "about:blank"
        )  # so that the next test does not lay this page out in its own width
        said.clear()
    assert not any(wrong.values()), wrong


def go(page, book, name):
    """Open a page of the book."""
    page.goto((book.html / f"{name}.html").as_uri())
    settle(page)


def faults(pages, what):
    """What axe-core finds in pages of one sort: lines with the page, the theme, the rule, the
    place and the cure.

    Parameters
    ----------
    pages : dict of str to Page
        The windows by their theme; they are judged side by side.
    what : str
        Which page it is, and in which state.
    """
    for page in pages.values():
        page.evaluate(AXE)
        page.evaluate(START, RULES)
    found = {theme: page.evaluate(FOUND, list(KNOWN)) for theme, page in pages.items()}
    return [
        f"{what}, {theme}: {fault}" for theme, lines in found.items() for fault in lines
    ]


def sideways(page, what):
    """Whether a page scrolls sideways, in words."""
    width = page.viewport_size["width"]
    found = page.evaluate("document.documentElement.scrollWidth")
    return [f"{what} is {found} wide in a window of {width}"] if found > width else []


def test_every_page_of_the_book_is_judged(book):
    built = {
        path.relative_to(book.html).with_suffix("").as_posix() for path in book.pages
    }
    assert built == {*PAGES, "index"} > FEW_PAGES


def is_whole(page):
    """A page has one head, its formulas are set, and each of its pictures is there."""
    assert page.locator("article h1").count() == 1
    count = page.locator("span.math, div.math").count()
    formulas = page.locator(".math > .katex, .math > .katex-display > .katex")
    assert formulas.count() == count
    both_ways = ".katex:has(.katex-mathml math):has(.katex-html[aria-hidden=true])"
    assert page.locator(both_ways).count() == count
    assert page.locator("merror, .katex-error, .math code").count() == 0
    page.evaluate(EVERY_PICTURE)


def draws_letters_in_the_fonts_for_them(page):
    """The letters of formulas are drawn in fonts of KaTeX that the page has."""
    page.evaluate("document.fonts.ready")
    ready = page.evaluate(FONTS_READY)
    weights = {"normal": "400", "bold": "700"}
    fonts = {
        (family.strip('"'), weights.get(weight, weight), style)
        for family, weight, style in ready
    }
    if page.locator(".katex").count():
        assert ("KaTeX_Main", "400", "normal") in fonts
    if page.locator(".katex .mathnormal").count():
        assert ("KaTeX_Math", "400", "italic") in fonts
    assert {tuple(font) for font in page.evaluate(FONTS_DRAWN)} <= fonts


@pytest.mark.parametrize("name", few(PAGES, FEW_PAGES.__contains__))
def test_page_is_whole_and_for_everybody(both, book, name, subtests):
    """One visit in each theme, from a folder and without a network."""
    wrong = []
    for (theme, page), width in zip(both.items(), (320, 390), strict=True):
        page.set_viewport_size({"width": width, "height": 844})
        go(page, book, name)
        wrong += sideways(page, f"{name}, {theme}")
        wrong += [f"{name}, {theme}: {broken}" for broken in page.evaluate(PICTURES)]
        wrong += cut_off(page, name) if width == 390 else []
        page.set_viewport_size(WIDE)
    wrong += cut_off(both["light"], name)
    if name in contents():
        with subtests.test("whole without a network"):
            is_whole(both["light"])
        with subtests.test("letters of formulas are drawn in the fonts for them"):
            draws_letters_in_the_fonts_for_them(both["light"])
    for page in both.values():
        page.evaluate(UNFOLD)
        page.evaluate(TOUCH)
    wrong += faults(both, name)
    assert wrong == [], "\n".join(["", *wrong])


SPOILT = """<div class="shut" style="width: 9em; overflow: hidden"><p
    style="white-space: nowrap">words that nobody can read to their end</p></div>
<div class="mute" style="width: 9em; overflow: auto"><p
    style="white-space: nowrap">words that scroll, and no sign says so</p></div>"""


def test_what_is_cut_off_would_be_seen(both, book):
    page = both["light"]
    go(page, book, "book/ch1_rnn_cell")
    assert cut_off(page, "chapter 1") == []
    page.evaluate(
        "html => document.querySelector('article').insertAdjacentHTML('beforeend', html)",
        SPOILT,
    )
    shut, mute = cut_off(page, "chapter 1")
    assert "div.shut cuts off" in shut
    assert "div.mute scrolls without a sign" in mute


LARGE_ON = [
    "book/intro",
    "book/notation",
    "exercises/ex1_rnn_cell/ex1_rnn_cell",
    "search",
]


@pytest.mark.parametrize(
    "name", few(LARGE_ON, lambda name: name.endswith("ex1_rnn_cell"))
)
def test_large_and_spaced_letters_stay_on_the_page(both, book, name):
    page = both["light"]
    go(page, book, name)
    page.add_style_tag(content=LARGE)
    assert sideways(page, name) == []


ON_A_PHONE = ["book/intro", "book/ch1_rnn_cell", "exercises/ex1_rnn_cell/ex1_rnn_cell"]


@pytest.mark.parametrize("name", few(ON_A_PHONE, lambda name: "ch1" in name))
def test_page_is_for_everybody_on_a_phone(both, book, name):
    for page in both.values():
        page.set_viewport_size({"width": 320, "height": 844})
        go(page, book, name)
        page.wait_for_timeout(400)  # scripts let the keyboard into what is wide
    wrong = faults(both, f"{name} on a phone")
    assert wrong == [], "\n".join(["", *wrong])


@sweep
@pytest.mark.parametrize(
    ("button", "dialog"),
    [
        ("primary-toggle", "pst-primary-sidebar-modal"),
        ("secondary-toggle", "pst-secondary-sidebar-modal"),
    ],
)
def test_drawers_of_a_phone_are_for_everybody(both, book, button, dialog):
    for page in both.values():
        page.set_viewport_size({"width": 390, "height": 844})
        go(page, book, "book/notation")
        page.locator(f"button.{button}").press("Enter")
        page.locator(f"#{dialog}").wait_for(state="visible")
    wrong = faults(both, f"#{dialog}")
    assert wrong == [], "\n".join(["", *wrong])
    for page in both.values():
        page.keyboard.press("Escape")
        page.locator(f"button.{button}:focus").wait_for()
        assert not page.locator(f"#{dialog}").is_visible()


def test_search_is_for_everybody(both, book):
    for page in both.values():
        go(page, book, "book/intro")
        page.keyboard.press("Control+k")
        page.locator("#pst-search-dialog input").wait_for(state="visible")
    wrong = faults(both, "search dialog")
    for page in both.values():
        page.keyboard.type("forget gate")
        page.keyboard.press("Enter")
        page.locator("ul.search li a").first.wait_for()
    wrong += faults(both, "search results")
    assert wrong == [], "\n".join(["", *wrong])


def test_a_fault_would_be_seen(both, book):
    page = both["light"]
    go(page, book, "book/intro")
    page.evaluate("document.querySelector('article h1').style.color = '#bbb'")
    page.evaluate("document.querySelector('article').append(new Image())")
    found = faults({"light": page}, "spoilt")
    assert {line.split(": ")[1].split(" ")[0] for line in found} == {
        "color-contrast",
        "image-alt",
    }


PLACE = """() => {
    const it = document.activeElement, box = it.getBoundingClientRect(),
        shown = it.labels?.[0] ?? it.querySelector(':scope > .toctree-toggle') ?? it;
    const look = one => { const s = getComputedStyle(one);
        return [s.outlineStyle === 'none' ? '' : s.outlineWidth + s.outlineColor, s.boxShadow,
                s.borderColor, s.backgroundColor, s.visibility].join(' '); };
    if (it === document.body) return null;
    const before = window.last, focused = look(shown);
    window.last = it;
    return {
        name: (it.innerText || it.getAttribute('aria-label') || it.title || it.id || it.tagName)
            .trim().slice(0, 60),
        kind: it.tagName + '.' + it.classList,
        onward: !before
            || !!(before.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING),
        seen: shown.checkVisibility({visibilityProperty: true})
            && box.bottom > 0 && box.top < innerHeight,
        marked: (it.blur(), focused !== look(shown)) && (it.focus({focusVisible: true}), true),
    };
}"""


def test_the_keyboard_goes_through_a_chapter(both, book):
    page = both["light"]
    go(page, book, "book/ch3_lstm_forward")
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; }")
    page.locator("figure.explorable").scroll_into_view_if_needed()
    page.locator("figure.explorable.touched").wait_for()  # its controls, too
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to main content"
    places = []
    while place := page.evaluate(PLACE):
        places.append(place)
        assert len(places) < 400, "the keyboard does not come to the page's end"
        page.keyboard.press("Tab")
    assert [
        one["name"]
        for one in places
        if not (one["onward"] and one["seen"] and one["marked"])
    ] == []
    kinds = " ".join(one["kind"] for one in places)
    for wanted in (
        "search-button-field",
        "theme-switch-button",
        "copybtn",
        "INPUT",
        "SUMMARY",
        "right-next",
    ):
        assert wanted in kinds


def test_the_skip_link_leads_past_the_navigation(both, book):
    page = both["light"]
    go(page, book, "book/ch1_rnn_cell")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_an_answer_unfolds_and_code_is_copied_by_keyboard(both, book):
    page = both["light"]
    go(page, book, "book/ch1_rnn_cell")
    answer = page.locator("details.sd-dropdown").first
    answer.locator("summary").press("Enter")
    answer.locator(".sd-summary-content").wait_for(state="visible")
    page.locator("button.copybtn").first.press("Enter")
    page.locator("button.copybtn.success").wait_for()


def test_readers_that_want_less_motion_get_less(both, book):
    page = both["light"]
    go(page, book, "book/ch3_lstm_forward")
    moving = "[...document.querySelectorAll('*')].map(e => getComputedStyle(e))"
    smooth = "s.scrollBehavior === 'smooth'"
    lasting = (
        "s.transitionDuration.split(',').concat(s.animationDuration.split(','))"
        ".some(t => parseFloat(t) > 0.01)"
    )
    assert page.evaluate(f"{moving}.filter(s => {smooth} || {lasting}).length") == 0


def test_forced_colours_leave_drawings_and_choices_to_be_told_apart(browser, book):
    page = browser.new_page(forced_colors="active", color_scheme="dark")
    go(page, book, "book/ch3_lstm_forward")
    paper = page.locator("figure img:visible").evaluate_all(
        "all => all.map(i => getComputedStyle(i).backgroundColor)"
    )
    assert {"rgb(18, 18, 18)"} == set(paper)
    page.evaluate(TOUCH)
    look = "e => { const s = getComputedStyle(e); return s.outlineStyle + s.outlineWidth; }"
    for kind in (".xp-ways button", ".xp-tag"):
        chosen = page.locator(f"{kind}[aria-pressed=true]").first.evaluate(look)
        other = page.locator(f"{kind}[aria-pressed=false]").first.evaluate(look)
        assert chosen != other
    page.close()
