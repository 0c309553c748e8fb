"""Nothing is lost: work is kept, carried over, downloaded, opened, graded; or its loss is told."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from book_fixtures import ROOT
from live_pages import COURSE, FIRST, ExercisePage, texts_of
from nbgrader.api import Gradebook
from own_settings import put_settings
from sweeps import sweep


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
    other = ExercisePage(reader.window(), host, FIRST).go()
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


@sweep
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


@sweep
def test_the_downloaded_notebook_grades_in_nbgrader(downloaded, tmp_path):
    ignored = shutil.ignore_patterns("_source", "notebooks", "samples", "ex[2-9]_*")
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    put_settings(tmp_path)
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


@sweep
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
