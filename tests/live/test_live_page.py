"""Do it in the page: run, check, stop; by keyboard, on a phone, for everybody; in chapters, too."""

import json
import time

from book_fixtures import ROOT
from live_pages import FIRST, LONG, READY, ExercisePage, texts_of
from sweeps import sweep

AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FAULTS = """async rules => (await axe.run(document.querySelector('main'), {
    runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], preload: false
})).violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id} at ${node.target.join(' ')}: ${node.failureSummary}`))"""


@sweep
def test_nothing_of_python_is_loaded_before_it_is_wanted(reader, host):
    page, asked = reader.window(), []
    page.on("request", lambda request: asked.append(request.url))
    exercise = ExercisePage(page, host, FIRST).go()
    page.wait_for_timeout(300)
    assert not [url for url in asked if "pyodide" in url or "worker" in url]
    live = {url.removeprefix(host) for url in asked if "/live/" in url}
    assert live
    exercise.field("rnn_cell_forward").focus()
    page.wait_for_function(
        "document.documentElement.dataset.python === 'ready'", timeout=LONG
    )
    assert [url for url in asked if url.endswith("pyodide.asm.wasm")]
    exercise.wait_start_kept()  # the tests that follow go on from it


def test_a_loop_without_an_end_is_stopped(first, right):
    endless = right["rnn_forward"].replace("caches = []", "while True: pass", 1)
    first.write("rnn_cell_forward", right["rnn_cell_forward"])
    first.check("rnn_cell_forward")
    first.write("rnn_forward", endless)
    first.button("Check rnn_forward").first.click()
    hint = first.cell("rnn_forward").locator(".live-hint")
    hint.get_by_text("still running").wait_for(timeout=LONG)
    first.cell("rnn_forward").get_by_role("button", name="Stop").click()
    begun = time.monotonic()
    first.write("rnn_forward", right["rnn_forward"])
    assert first.check("rnn_forward").inner_text().startswith("✓")
    print(f"usable {time.monotonic() - begun:.1f} s after Stop")
    assert time.monotonic() - begun < 10


def test_exceptions_and_prints_are_the_students_own(first):
    first.write("rnn_cell_forward", "def rnn_cell_forward(:\n    pass")
    said = first.check("rnn_cell_forward")
    cell = first.cell("rnn_cell_forward")
    assert "SyntaxError" in cell.locator(".live-error").inner_text()
    assert "failed when it was run" in said.inner_text()
    first.write(
        "rnn_cell_forward", "import numpy as np\nprint('hi')\nnp.ones(2) @ np.ones(3)"
    )
    first.button("Run rnn_cell_forward").click()
    told = cell.locator(".live-error")
    told.get_by_text("matmul").wait_for()
    text = told.inner_text()
    assert "line 3" in text
    assert not any(word in text for word in ("kernel", "pyodide", "python3"))
    assert cell.locator(".live-stdout").inner_text().strip() == "hi"


def test_the_page_is_for_everybody(reader, host, right):
    """One visit in each theme: a verdict, an exception and an open menu, wide and on a phone."""
    for theme, width in (("light", 1280), ("dark", 390)):
        page = reader.window()
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        exercise = ExercisePage(page, host, FIRST).go()
        exercise.write(
            "rnn_cell_forward", right["rnn_cell_forward"].replace("+ ba", "")
        )
        exercise.check("rnn_cell_forward")
        exercise.write("rnn_forward", "1 / 0")
        exercise.button("Run rnn_forward").click()
        exercise.cell("rnn_forward").locator(".live-error").wait_for()
        page.get_by_label("More on rnn_forward", exact=True).press("Enter")
        exercise.button("Reset this function").wait_for(timeout=LONG)
        page.evaluate(AXE)
        page.evaluate(
            "document.querySelectorAll('.katex-html').forEach(e => e.remove())"
        )
        assert page.evaluate(FAULTS, RULES) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.locator(".live-button:visible, .live-more > summary").evaluate_all(
            "all => all.map(e => [e.textContent, e.getBoundingClientRect()])"
            ".filter(([, box]) => box.width < 44 || box.height < 44).map(([t]) => t)"
        )
        assert small == []
        page.close()


def test_everything_goes_by_keyboard(first, right):
    page, field = first.page, first.field("rnn_cell_forward")
    field.fill(right["rnn_cell_forward"])
    field.press("Control+End")
    field.press("Control+Shift+Enter")
    first.cell("rnn_cell_forward").locator(".unrolled-check").wait_for(timeout=LONG)
    heard = page.locator("[aria-live=polite].live-heard")
    assert "is right" in heard.inner_text()
    before = field.input_value()
    field.press("Enter")
    field.press("Tab")
    assert field.input_value().startswith(before)
    assert field.input_value() != before  # typed here: Tab indents
    field.press("Escape")
    field.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")  # came by the keyboard and typed nothing: Tab goes on
    assert page.evaluate("document.activeElement.textContent") == "Check"


def test_a_chapter_runs_with_the_readers_own_functions(reader, host, first, right):
    page = reader.window()
    page.goto(f"{host}book/ch1_rnn_cell.html")
    page.wait_for_function(READY)
    page.get_by_role("button", name="Run cell 2", exact=True).click()
    note = page.locator(".live-output .live-note")
    note.wait_for(timeout=LONG)
    assert "your own rnn_cell_forward" in note.inner_text()
    assert note.locator("a").get_attribute("href").endswith(f"{FIRST}.html")
    first.write("rnn_cell_forward", right["rnn_cell_forward"])
    first.wait_kept(right["rnn_cell_forward"])
    page.get_by_role("button", name="Run cell 2", exact=True).click()
    page.locator(".live-output .live-stdout").wait_for(timeout=LONG)
    cell = page.locator("div.cell-runs").nth(1)
    shown = cell.locator(".live-stdout").inner_text()
    assert shown.split() == cell.locator(".cell_output pre").text_content().split()
    page.get_by_role("button", name="Edit cell 1", exact=True).click()
    page.get_by_label("Cell 1, Python code").fill("6 * 7")
    page.get_by_role("button", name="Run cell 1", exact=True).click()
    page.locator("div.cell-runs").first.get_by_text("42", exact=True).wait_for()


def test_points_so_far_are_on_the_page_and_among_all_exercises(
    reader, host, first, right
):
    first.write("rnn_cell_forward", right["rnn_cell_forward"])
    first.check("rnn_cell_forward")
    assert first.points().startswith(
        "10 of 20 points by the visible checks; still to do: rnn_forward;"
    )
    page = reader.window()
    page.goto(f"{host}book/exercises.html")
    page.wait_for_function(READY)
    row = page.locator("table.exercise-list tr").nth(1)
    assert row.inner_text().split()[-3:] == ["10", "of", "20"]


def test_an_answer_in_words_is_kept_and_handed_in(reader, host):
    exercise = ExercisePage(reader.window(), host, "ex2_rnn_backward").go()
    answer = exercise.page.get_by_label("Your answer to the question").first
    answer.fill("Because the loss is flat there.")
    texts = texts_of(json.loads(exercise.download()))
    assert "Because the loss is flat there." in texts.values()
    exercise.reload()
    assert answer.input_value() == "Because the loss is flat there."


def test_an_exercise_finds_the_readers_work_on_another(reader, host, units):
    """Exercise 7 trains the layers of exercise 6, if they are right."""
    seventh = ExercisePage(reader.window(), host, "ex7_language_model").go()
    run = seventh.button("Run try_own_stack")
    run.click()
    output = seventh.page.locator("div.cell").filter(has=run).locator(".live-output")
    output.get_by_text("is not right yet").first.wait_for(timeout=LONG)
    assert "ex6_lstm_layers.ipynb" in output.inner_text()
