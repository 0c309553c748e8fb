"""Do it in the page: a real browser, no network but the host that hands out the book."""

import json
import os
import random
import shutil
import subprocess
import sys
import time

import pytest
from book_fixtures import ROOT, build_book
from browsing import chromium, watch
from live_pages import LONG, READY, ExercisePage, hosted, needs_runtime, texts_of

from autograder.unit.catalogue import edited
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook
from autograder.unit.unit import load

COURSE = Course.find(__file__)
FIRST = "ex1_rnn_cell"
SAMPLE = 40  # of the catalogue's mistakes
AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FAULTS = """async rules => (await axe.run(document.querySelector('main'), {
    runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], preload: false
})).violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id} at ${node.target.join(' ')}: ${node.failureSummary}`))"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book, with Python in it."""
    book = build_book(tmp_path_factory)
    needs_runtime(book)
    return book


@pytest.fixture(scope="module")
def host(book):
    """Address of a host that hands out the book."""
    with hosted(book.html) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    """A browser without a network."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def units():
    """The course's exercises by name."""
    return {name: load(name, COURSE) for name in COURSE.assignments}


@pytest.fixture
def reader(browser, host):
    """A window of somebody who comes for the first time; nothing may go wrong in it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="light"
    )
    wrong = []

    def window():
        page = context.new_page()
        wrong.append(watch(page, host))
        return page

    context.window = window
    yield context
    context.close()
    assert not any(wrong), wrong


def opened(reader, host, assignment=FIRST):
    """An exercise's page in a window of its own."""
    return ExercisePage(reader.window(), host, assignment).go()


@pytest.fixture
def first(reader, host):
    """The first exercise's page."""
    return opened(reader, host)


@pytest.fixture(scope="module")
def right(units):
    """Texts of the first exercise's cells with the reference's functions in them."""
    return texts_of(sample_notebook(units[FIRST]))


def test_nothing_of_python_is_loaded_before_it_is_wanted(reader, host):
    page, asked = reader.window(), []
    page.on("request", lambda request: asked.append(request.url))
    exercise = ExercisePage(page, host, FIRST).go()
    page.wait_for_timeout(300)
    assert not [url for url in asked if "pyodide" in url or "worker" in url]
    live = {url.removeprefix(host) for url in asked if "/live/" in url}
    assert live
    exercise.field("rnn_cell_forward").focus()
    page.wait_for_function("document.documentElement.dataset.python === 'ready'")
    assert [url for url in asked if url.endswith("pyodide.asm.wasm")]


def test_every_reference_is_right_in_its_page(reader, host, units, subtests):
    """One visit each, in one window: the first starts cold, the others find what is kept."""
    page = reader.window()
    for name, unit in units.items():
        exercise = ExercisePage(page, host, name).go()
        solved = texts_of(sample_notebook(unit))
        with subtests.test(name):
            for task in unit.solves:
                exercise.write(task, solved[task])
            begun = time.monotonic()
            for number, task in enumerate(unit.functions):
                said = exercise.check(task).inner_text()
                assert said.startswith(f"✓ {task} is right"), said
                if not number:
                    print(
                        f"{name}: first answer after {time.monotonic() - begun:.1f} s"
                    )
            most = f"{sum(unit.points[task] for task in unit.functions):g}"
            page.get_by_text(f"{most} of {most} points by the").wait_for(timeout=LONG)


def kernel_in_cpython(asked, tmp_path):
    """HTML that the page's kernel gives in this Python."""
    home = tmp_path / "course"
    shutil.copytree(COURSE.exercises, home)
    (home / "docs").mkdir()
    (home / "docs" / "index.html").touch()
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "book" / "cpython_verdicts.py", home],
        input="\n".join(map(json.dumps, asked)),
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'book' / 'live'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def mistakes(units):
    """A sample of the catalogue's mistakes: exercise, function, texts of its cells."""
    every = [(unit, edit) for unit in units.values() for edit in unit.edits]
    chosen = random.Random(17).sample(every, SAMPLE)
    for unit, edit in sorted(chosen, key=lambda one: one[0].assignment):
        cells = edited(unit.cells, edit)
        wrong = {c.task: c.text for c in cells if c.role == "solve"}[
            edit.misconception.function
        ]
        yield unit, edit.misconception, wrong


def test_a_mistake_is_told_as_in_cpython(reader, host, units, tmp_path, subtests):
    page, asked, said = reader.window(), [], []
    exercise, at = None, None
    for unit, mistake, wrong in mistakes(units):
        name, function = unit.assignment, mistake.function
        solved = texts_of(sample_notebook(unit))
        if at != name:
            exercise, at = ExercisePage(page, host, name).go(), name
            for task in unit.solves:
                exercise.write(task, solved[task])
        exercise.write(function, wrong)
        said.append(exercise.check(function).inner_html())
        exercise.write(function, solved[function])
        asked.append(cells_to_run(name, solved | {function: wrong}, function))
    expected = kernel_in_cpython(asked, tmp_path)
    plain = "html => { const box = document.createElement('div');"
    plain += " box.innerHTML = html; return box.textContent; }"
    for one, here, there in zip(asked, said, expected, strict=True):
        with subtests.test(one["label"]):
            assert page.evaluate(plain, here) == page.evaluate(plain, there)


def cells_to_run(name, texts, function):
    """What is run of a notebook to check a function."""
    notebook = json.loads(
        (COURSE.exercises / name / f"{name}.ipynb").read_text("utf-8")
    )
    wanted = []
    for cell in notebook["cells"]:
        graded = cell["metadata"].get("nbgrader")
        if cell["cell_type"] == "code" and graded and not graded["grade"]:
            wanted.append((cell["id"], texts[cell["id"]]))
    wanted.append(("check", f"check({function})"))
    return {"assignment": name, "cells": wanted, "label": f"{name}-{function}"}


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


def test_work_is_kept_taken_back_and_brought_back(first, right):
    stub = first.field("rnn_forward").input_value()
    first.write("rnn_forward", right["rnn_forward"])
    first.wait_kept(right["rnn_forward"])
    first.reload()
    assert first.field("rnn_forward").input_value() == right["rnn_forward"]
    more = first.page.get_by_label("More on rnn_forward", exact=True)
    more.click()
    first.button("Reset this function").click()
    assert first.field("rnn_forward").input_value() == stub
    more.click()
    first.page.get_by_role("button", name="Earlier text").first.click()
    assert first.field("rnn_forward").input_value() == right["rnn_forward"]


def test_two_windows_see_and_spare_each_other(reader, host, first, right):
    other = opened(reader, host)
    first.write("rnn_cell_forward", right["rnn_cell_forward"])
    other.page.wait_for_function(
        "([field, text]) => field.value === text",
        arg=[
            other.field("rnn_cell_forward").element_handle(),
            right["rnn_cell_forward"],
        ],
    )
    other.write("rnn_forward", right["rnn_forward"])
    other.wait_kept(right["rnn_forward"])
    first.reload()
    for name in ("rnn_cell_forward", "rnn_forward"):
        assert first.field(name).input_value() == right[name]


OLDER = """([text, base, lost]) => {
    const key = `unrolled / ex1_rnn_cell`;
    const cells = {
        rnn_cell_forward: {text, base, at: 1}, gone: {text: lost, base: lost, at: 1}};
    localStorage.setItem(key, JSON.stringify({version: 'older', cells, own: [], history: []}));
}"""


def test_another_release_takes_the_work_over_and_says_so(first, right):
    stub = first.field("rnn_cell_forward").input_value()
    older = [
        text.replace("Compute one forward step", "Go one step")
        for text in (right["rnn_cell_forward"], stub)
    ]
    first.page.evaluate(OLDER, [*older, "def gone():\n    return 7"])
    first.reload()
    within = right["rnn_cell_forward"].split("HERE ###")[1]
    text = first.field("rnn_cell_forward").input_value()
    assert "Compute one forward step" in text
    assert within.split("\n")[1] in text
    said = first.page.locator("#live-notes").inner_text()
    for words in ("has changed since", "rnn_cell_forward", "No longer in the exercise"):
        assert words in said
    assert any("return 7" in one["text"] for one in first.kept()["history"])
    assert first.check("rnn_cell_forward").inner_text().startswith("✓")


FULL = """() => {
    for (let size = 1 << 22; size > 0; size >>= 1) {
        try {
            for (let k = 0; ; k++) localStorage.setItem(`full ${size} ${k}`, 'x'.repeat(size));
        } catch { /* full with pieces of this size */ }
    }
}"""


def test_full_storage_is_told_and_nothing_hidden(first, right):
    first.page.evaluate(FULL)
    first.write("rnn_cell_forward", right["rnn_cell_forward"])
    lost = first.page.locator(".live-lost")
    lost.wait_for()
    assert "storage for the site is full" in lost.inner_text()
    assert (
        right["rnn_cell_forward"]
        == texts_of(json.loads(first.download()))["rnn_cell_forward"]
    )
    first.page.evaluate("localStorage.clear()")
    first.write("rnn_cell_forward", right["rnn_cell_forward"] + "\n")
    lost.wait_for(state="detached")


def test_a_window_that_keeps_nothing_says_so(reader, host):
    page = reader.window()
    page.add_init_script(
        "const put = Storage.prototype.setItem; Storage.prototype.setItem ="
        " function (key, text) { if (key.startsWith('unrolled'))"
        " throw new DOMException('no', 'SecurityError'); put.call(this, key, text); }"
    )
    exercise = ExercisePage(page, host, FIRST).go()
    exercise.write("rnn_cell_forward", "x = 1")
    page.locator(".live-lost").wait_for()
    assert "keeps nothing" in page.locator(".live-lost").inner_text()


@pytest.fixture(scope="module")
def downloaded(browser, host, right, tmp_path_factory):
    """The notebook that the page gives away, with the reference and a cell of one's own in it."""
    page = browser.new_page()
    exercise = ExercisePage(page, host, FIRST).go()
    for name in ("rnn_cell_forward", "rnn_forward"):
        exercise.write(name, right[name])
    page.get_by_label("More on rnn_forward", exact=True).click()
    exercise.button("Add a cell below").click()
    page.get_by_label("A cell of your own, Python code").fill("helper = 1 + 1")
    path = tmp_path_factory.mktemp("handed-in") / f"{FIRST}.ipynb"
    path.write_bytes(exercise.download())
    page.close()
    return path


def test_the_downloaded_notebook_is_the_released_one_with_the_work(downloaded, right):
    mine = json.loads(downloaded.read_text("utf-8"))
    released = json.loads(
        (COURSE.exercises / FIRST / f"{FIRST}.ipynb").read_text("utf-8")
    )
    own = [cell for cell in mine["cells"] if cell["id"] == "own_1"]
    assert ["".join(cell["source"]) for cell in own] == ["helper = 1 + 1"]
    others = [cell for cell in mine["cells"] if cell["id"] != "own_1"]
    for cell, source in zip(others, released["cells"], strict=True):
        assert cell | {"source": 0} == source | {"source": 0}
        assert "".join(cell["source"]) == right.get(cell["id"])


def test_the_downloaded_notebook_grades_as_any(downloaded, tmp_path):
    command = [sys.executable, "-m", "autograder", "grade", downloaded]
    command += ["--assignment", FIRST, "--out", tmp_path / "results"]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    (result,) = (tmp_path / "results").rglob(f"{FIRST}.json")
    found = json.loads(result.read_text("utf-8"))
    assert (found["score"], found["max_score"]) == (20, 20)


def test_the_downloaded_notebook_grades_in_nbgrader(downloaded, tmp_path):
    from nbgrader.api import Gradebook

    ignored = shutil.ignore_patterns("_source", "notebooks", "samples", "ex[2-8]_*")
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in ("course.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, tmp_path)
    place = tmp_path / "grading" / "submitted" / "ada" / FIRST
    place.mkdir(parents=True)
    shutil.copy(downloaded, place)
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    for step in ("generate_assignment", "autograde"):
        subprocess.run(
            ["nbgrader", step, FIRST, "--force"],
            cwd=tmp_path, env=os.environ | {"PATH": path}, check=True, capture_output=True,
        )  # fmt: skip
    with Gradebook(f"sqlite:///{tmp_path}/grading/gradebook.db") as gradebook:
        found = gradebook.find_submission(FIRST, "ada")
        assert (found.score, found.max_score) == (20, 20)


def test_a_notebook_is_opened_and_its_own_cells_with_it(
    first, downloaded, right, tmp_path
):
    field = first.page.locator("input[type=file]")
    wrong = tmp_path / "picture.ipynb"
    wrong.write_text("no notebook")
    field.set_input_files(wrong)
    first.page.get_by_text("This file is no notebook").wait_for()
    wrong.write_text(json.dumps({"cells": []}))
    field.set_input_files(wrong)
    first.page.get_by_text("This is no notebook of ex1_rnn_cell").wait_for()
    field.set_input_files(downloaded)
    first.page.get_by_text("and 1 of your own").wait_for()
    assert first.field("rnn_forward").input_value() == right["rnn_forward"]
    own = first.page.get_by_label("A cell of your own, Python code")
    assert own.input_value() == "helper = 1 + 1"
    assert json.loads(first.download()) == json.loads(downloaded.read_text("utf-8"))


def test_pages_work_without_a_network_once_seen(browser, host, right):
    """Seen, and Python started on one of them; then on a plane."""
    context = browser.new_context()
    page = (
        context.new_page()
    )  # not watched, which would switch off what a browser keeps
    page.goto(f"{host}exercises/ex2_rnn_backward/ex2_rnn_backward.html")
    first = ExercisePage(page, host, FIRST).go()
    first.write("rnn_cell_forward", right["rnn_cell_forward"])
    first.check("rnn_cell_forward")
    context.set_offline(True)
    page.goto(f"{host}exercises/ex2_rnn_backward/ex2_rnn_backward.html")
    first.go()
    assert first.field("rnn_cell_forward").input_value() == right["rnn_cell_forward"]
    assert first.check("rnn_cell_forward").inner_text().startswith("✓")
    context.close()


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


def test_the_page_is_for_everybody(browser, host, right):
    """One visit in each theme: a verdict, an exception and an open menu, wide and on a phone."""
    for theme, width in (("light", 1280), ("dark", 390)):
        page = browser.new_page(
            color_scheme=theme,
            viewport={"width": width, "height": 844},
            reduced_motion="reduce",
        )
        exercise = ExercisePage(page, host, FIRST).go()
        exercise.write(
            "rnn_cell_forward", right["rnn_cell_forward"].replace("+ ba", "")
        )
        exercise.check("rnn_cell_forward")
        exercise.write("rnn_forward", "1 / 0")
        exercise.button("Run rnn_forward").click()
        exercise.cell("rnn_forward").locator(".live-error").wait_for()
        page.get_by_label("More on rnn_forward", exact=True).press("Enter")
        assert exercise.button("Reset this function").is_visible()
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
    exercise = opened(reader, host, "ex2_rnn_backward")
    answer = exercise.page.get_by_label("Your answer to the question").first
    answer.fill("Because the loss is flat there.")
    texts = texts_of(json.loads(exercise.download()))
    assert "Because the loss is flat there." in texts.values()
    exercise.reload()
    assert answer.input_value() == "Because the loss is flat there."


def test_an_exercise_finds_the_readers_work_on_another(reader, host, units):
    """Exercise 7 trains the layers of exercise 6, if they are right."""
    seventh = opened(reader, host, "ex7_language_model")
    run = seventh.button("Run try_own_stack")
    run.click()
    output = seventh.page.locator("div.cell").filter(has=run).locator(".live-output")
    output.get_by_text("is not right yet").first.wait_for(timeout=LONG)
    assert "ex6_lstm_layers.ipynb" in output.inner_text()
