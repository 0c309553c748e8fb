"""Figures that answer, in their pages: light, at rest where they stand, for everybody, and there
without a script and on paper.
"""

import gzip
import importlib.util
import re

import pytest
from bench.pages import served
from book_fixtures import ROOT, build_book
from browsing import chromium, watch
from sweeps import few

SCRIPTS = ROOT / "book" / "_static" / "explorable"
FIGURES = {
    "ch2_rnn_backward": ["fig-ch2-touch"],
    "ch3_lstm_forward": ["fig-ch3-steps"],
    "ch4_lstm_backward": ["fig-ch4-steps"],
    "ch5_gru": ["fig-ch5-steps", "fig-ch5-back-steps"],
}
# how large a window is, and which chapters are looked at in it
SIZES = [
    (1280, 900, ["ch4_lstm_backward", "ch5_gru"]),
    (768, 1024, ["ch4_lstm_backward"]),
    (390, 844, list(FIGURES)),
]
# Watches from the start what moves; not what a reader's own hand moves.
# The page's contents beside the text unfold as one reads on: that is the theme's, not a figure's.
SHIFTS = """window.moved = 0;
const inContents = ({node}) => node && (node.closest ? node : node.parentElement)
    ?.closest(".toc-entry, .bd-sidebar-secondary");
new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (entry.hadRecentInput || entry.sources.every(inContents)) return;
    window.moved += entry.value;
})).observe({type: "layout-shift", buffered: true});"""


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """Folder of the book."""
    return build_book(tmp_path_factory).html


@pytest.fixture(scope="module")
def browser():
    """A browser without a network."""
    with chromium() as browser:
        yield browser


def come(page, name):
    """Scroll to a figure, and wait until it answers."""
    figure = page.locator(f"#{name}")
    figure.scroll_into_view_if_needed()
    page.locator(f"#{name}.touched").wait_for()
    return figure


def test_the_colours_are_those_of_the_course():
    spec = importlib.util.spec_from_file_location(
        "colours", ROOT / "book" / "figures" / "colours.py"
    )
    colours = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(colours)
    sheet = (SCRIPTS / "explorable.css").read_text(encoding="utf-8")
    pairs = {name: pair[1:] for name, pair in colours.GATES.items()} | colours.MARKS
    for theme in (0, 1):
        block = re.findall(r"\.xp \{(.*?)\}", sheet, re.DOTALL)[theme]
        found = dict(re.findall(r"--(\w+): (#\w{6});", block))
        assert found == {name: pair[theme] for name, pair in pairs.items()}


def test_scripts_come_when_the_figure_does_and_weigh_little(browser, html):
    with served(html) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(
            f"http://127.0.0.1:{server.server_port}/book/ch5_gru.html",
            wait_until="networkidle",
        )
        asked = [path for path, *_ in server.sent]
        assert not any("/explorable/" in path for path in asked)
        for name in FIGURES["ch5_gru"]:
            come(page, name)
        sent = [(path, size) for path, _, size in server.sent if "/explorable/" in path]
        page.close()
    names = {path.split("/")[-1].split("?")[0] for path, _ in sent}
    assert names == {path.name for path in SCRIPTS.iterdir()}
    assert len(names) == len(sent)  # once for both figures
    assert all(re.search(r"\?v=[0-9a-f]{8}$", path) for path, _ in sent)
    assert 10_000 < sum(size for _, size in sent) <= 40_000


def test_who_reads_in_a_figure_when_its_scripts_come_is_not_thrown_out(browser, html):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    held = []
    page.route("**/explorable/explorable.js*", lambda route: held.append(route))
    page.goto((html / "book" / "ch3_lstm_forward.html").as_uri())
    figure = page.locator("#fig-ch3-steps")
    figure.scroll_into_view_if_needed()
    summary = figure.locator("summary", has_text="Word by word")
    summary.focus()
    page.wait_for_function("!!window.explorable?.Figure")
    for route in held:
        route.continue_()
    page.wait_for_function("!!explorable.mount")
    page.wait_for_timeout(200)  # in which it could come
    assert summary.evaluate("one => one === document.activeElement")
    assert not page.locator("#fig-ch3-steps.touched").count()
    page.locator("article h1").evaluate("one => { one.tabIndex = -1; one.focus(); }")
    page.locator("#fig-ch3-steps.touched").wait_for()
    page.close()


def test_what_the_page_holds_for_them_is_light(html):
    page = (html / "book" / "ch4_lstm_backward.html").read_text(encoding="utf-8")
    stage = re.search(r'<div class="explorable-stage"[^>]*>', page)[0]
    assert len(gzip.compress(stage.encode())) < 2_000


FITS = """id => {
    const stage = document.querySelector(`#${id} .explorable-stage`);
    const app = stage.querySelector(".xp");
    return {
        kept: stage.getBoundingClientRect().height,
        filled: app.getBoundingClientRect().height,
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        moved: window.moved,
    };
}"""
# Goes through all questions, directions and steps of a figure; after each, what does not fit.
TRY_ALL = """id => {
    const figure = explorable.figures.get(id), found = [];
    const question = document.querySelector(`#${id} .xp-question`);
    const heights = new Set();
    const look = what => {
        heights.add(figure.parts.app.getBoundingClientRect().height);
        for (const place of [question, figure.parts.shown, figure.parts.note]) {
            if (place.scrollHeight > place.clientHeight + 1) {
                found.push(`${what}: ${place.className}, ${place.scrollHeight} of ${
                    place.clientHeight}: ${place.textContent.slice(0, 50)}`);
            }
        }
    };
    for (const [key] of explorable.presets[figure.cell]) {
        figure.ask(key);
        look(key);
    }
    for (const way of ["forward", "backward"]) {
        for (const [pick] of explorable.drawings[figure.cell][way].edges) {
            figure.set({...explorable.read("on=noise&loss=1,2,3"), way, pick, t: 2});
            look(`${way} ${pick}`);
        }
    }
    for (let t = 1; t <= 12; t += 1) {
        figure.set({...figure.opening, t});
        look(`step ${t}`);
    }
    return [found, [...heights]];
}"""


@pytest.mark.parametrize(
    ("width", "height", "chapters"),
    few(SIZES, lambda width, height, chapters: width == 390),
)
def test_nothing_moves_and_nothing_is_cut(
    browser, html, width, height, chapters, subtests
):
    page = browser.new_page(viewport={"width": width, "height": height})
    wrong = watch(page)
    page.add_init_script(SHIFTS)
    for chapter in chapters:
        names = FIGURES[chapter]
        page.goto((html / "book" / f"{chapter}.html").as_uri())
        page.evaluate("document.fonts.ready.then(() => null)")
        for name in names:
            stage = page.locator(f"#{name} .explorable-stage")
            before = stage.bounding_box()["height"]
            come(page, name)
            with subtests.test(name):
                cut, heights = page.evaluate(TRY_ALL, name)
                assert cut == []
                assert len(heights) == 1
                page.wait_for_timeout(100)
                found = page.evaluate(FITS, name)
                assert found["kept"] == before
                assert found["filled"] <= found["kept"] <= found["filled"] + 160
                assert found["wide"] <= 0
                assert found["moved"] < 0.01
    page.close()
    assert wrong == []


TARGETS = """id => [...document.querySelectorAll(
    `#${id} .xp :is(button, select, label, input[type=range])`)].filter(e => e.checkVisibility())
    .map(e => [e.className || e.tagName + " " + e.ariaLabel, e.getBoundingClientRect()])
    .filter(([, box]) => box.width < 44 || box.height < 44)
    .map(([name, box]) => `${name} ${box.width} by ${box.height}`)"""
APART = """id => {
    const boxes = [...document.querySelectorAll(`#${id} .xp-tag`)]
        .map(e => [e.dataset.of, e.getBoundingClientRect()]);
    const meet = (low, high, from, to) => low < to - 1 && from < high - 1;
    return boxes.flatMap(([one, a], at) => boxes.slice(at + 1).filter(([, b]) =>
        meet(a.left, a.right, b.left, b.right) && meet(a.top, a.bottom, b.top, b.bottom))
        .map(([other]) => `${one} lies on ${other}`));
}"""


@pytest.mark.parametrize("chapter", ["ch4_lstm_backward", "ch5_gru"])
def test_targets_are_large_enough_for_a_finger(browser, html, chapter):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((html / "book" / f"{chapter}.html").as_uri())
    name = FIGURES[chapter][0]
    figure = come(page, name)
    figure.locator(".xp-unfold").click()
    for way in ("forward", "backward"):
        figure.locator("button", has_text=way).click()
        figure.locator("select[aria-label='Input sequence']").select_option("hand")
        assert page.evaluate(TARGETS, name) == []
        assert page.evaluate(APART, name) == []
    page.close()


def test_a_narrow_screen_unfolds_the_controls_at_a_tap(browser, html):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((html / "book" / "ch4_lstm_backward.html").as_uri())
    figure = come(page, "fig-ch4-steps")
    unfold, slider = figure.locator(".xp-unfold"), figure.locator(".xp-slider").first
    caption = figure.locator("figcaption")
    for shown in (False, True, False):
        assert slider.is_visible() == shown
        assert unfold.get_attribute("aria-expanded") == str(shown).lower()
        app = figure.locator(".xp").bounding_box()
        assert app["y"] + app["height"] <= caption.bounding_box()["y"]
        unfold.click()
    page.set_viewport_size({"width": 768, "height": 1024})
    figure.scroll_into_view_if_needed()
    assert not unfold.is_visible()
    assert slider.is_visible()
    page.close()


def test_less_motion_is_none(browser, html):
    page = browser.new_page(reduced_motion="reduce")
    page.goto((html / "book" / "ch4_lstm_backward.html").as_uri())
    figure = come(page, "fig-ch4-steps")
    figure.locator("button[aria-label='One step back']").click()
    lasting = """all => all.map(e => getComputedStyle(e)).filter(s =>
        [s.transitionDuration, s.animationDuration].some(t => parseFloat(t) > 0.01)).length"""
    assert figure.locator(".xp *").evaluate_all(lasting) == 0
    page.close()


def test_without_a_script_the_drawing_and_its_words_are_there(browser, html):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for chapter, names in FIGURES.items():
        page.goto((html / "book" / f"{chapter}.html").as_uri())
        for name in names:
            figure = page.locator(f"#{name}")
            drawing = figure.locator("img:visible")
            assert drawing.count() == 1
            assert len(drawing.get_attribute("alt").split()) > 20
            links = figure.locator(".explorable-equations a:visible")
            assert links.count() >= 6
            assert re.fullmatch(r"\(\d\.\d+\)", links.first.inner_text())
            stage = figure.locator(".explorable-stage").bounding_box()
            last = figure.locator(".explorable-equations").bounding_box()
            assert stage["y"] + stage["height"] - last["y"] - last["height"] < 40
    page.locator("#fig-ch5-back-steps summary").click()
    said = page.locator("#fig-ch5-back-steps dd:visible")
    assert said.count() == 12
    context.close()


def test_on_paper_a_still_drawing_stands_for_it(browser, html):
    page = browser.new_page(color_scheme="dark")
    page.goto((html / "book" / "ch4_lstm_backward.html").as_uri())
    figure = come(page, "fig-ch4-steps")
    page.emulate_media(media="print")
    drawing = figure.locator("img:visible")
    assert drawing.count() == 1
    assert "theme-light" in drawing.get_attribute("class").split()
    assert "at the word shutters." in drawing.get_attribute("alt")
    assert drawing.bounding_box()["width"] > 300
    assert figure.locator(".xp:visible").count() == 0
    assert figure.locator("dt:visible").all_inner_texts() == ["shutters"]
    page.emulate_media(media="screen")
    assert figure.locator(".xp:visible").count() == 1
    assert figure.locator("img:visible").count() == 0
    page.close()
