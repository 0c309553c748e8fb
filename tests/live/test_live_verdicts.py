"""A page says what a notebook says: of every reference, and of a sample of the known mistakes."""

import json
import os
import random
import shutil
import subprocess
import sys
import time

import pytest
from book_fixtures import ROOT
from live_pages import COURSE, LONG, ExercisePage, texts_of
from sweeps import few

from autograder.unit.catalogue import edited
from autograder.unit.samples import sample_notebook

SAMPLE = 40  # of the catalogue's mistakes
SOME = ("ex1_rnn_cell", "ex5_gru")  # stand for all in `make test`
# how long a check looks for the first wrong line must not depend on what else the machine does
PATIENT = (
    'vars(__import__("sys").modules["unrolled.check.recorder"])["MOST_SECONDS"] = 600'
)
RUN = """async ([code, source]) => {
    const {python} = await import(code + 'exercise.js');
    if (!await python.ask('run', {cell: 'patient', source})) throw new Error('it fails');
}"""


def kernel_in_cpython(asked, tmp_path):
    """Start the page's kernel in this Python; what it writes is HTML for each thing asked."""
    home = tmp_path / "course"
    shutil.copytree(COURSE.exercises, home)
    (home / "docs").mkdir()
    (home / "docs" / "index.html").touch()
    (tmp_path / "asked").write_text("\n".join(map(json.dumps, asked)), "utf-8")
    with (tmp_path / "asked").open() as given:
        return subprocess.Popen(
            [sys.executable, ROOT / "tests" / "live" / "cpython_verdicts.py", home],
            stdin=given,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'book' / 'live'}"},
            text=True,
        )


def mistakes(units):
    """A sample of the catalogue's mistakes: exercise, function, its text."""
    every = [(unit, edit) for unit in units.values() for edit in unit.edits]
    chosen = random.Random(17).sample(every, SAMPLE)
    for unit, edit in sorted(chosen, key=lambda one: one[0].assignment):
        cells = edited(unit.cells, edit)
        wrong = {c.task: c.text for c in cells if c.role == "solve"}[
            edit.misconception.function
        ]
        yield unit.assignment, edit.misconception.function, wrong


@pytest.mark.parametrize("those", few(["some", "all"], lambda those: those == "some"))
def test_a_page_says_what_a_notebook_says(
    reader, host, units, tmp_path, subtests, those
):
    """One visit each, in one window: first the references, then mistakes, told as in CPython."""
    page, solved = reader.window(), {}
    wrong = list(mistakes(units))
    if those == "some":
        units = {name: unit for name, unit in units.items() if name in SOME}
        wrong = [one for one in wrong if one[0] in SOME]
    assert len(wrong) == SAMPLE if those == "all" else len(wrong) > 5
    for name, unit in units.items():
        solved[name] = texts_of(sample_notebook(unit))
    asked = [
        cells_to_run(name, solved[name] | {function: text}, function)
        for name, function, text in wrong
    ]
    with kernel_in_cpython(asked, tmp_path) as in_cpython:
        said = []
        for name, unit in units.items():
            exercise = ExercisePage(page, host, name).go()
            with subtests.test(name):
                visit(exercise, unit, solved[name])
            page.evaluate(RUN, [exercise.code, PATIENT])
            for _, function, text in (one for one in wrong if one[0] == name):
                exercise.write(function, text)
                said.append(exercise.check(function).inner_html())
                exercise.write(function, solved[name][function])
        expected = [json.loads(line) for line in in_cpython.stdout]
    assert in_cpython.returncode == 0
    plain = "html => { const box = document.createElement('div');"
    plain += " box.innerHTML = html; return box.textContent; }"
    for one, here, there in zip(asked, said, expected, strict=True):
        with subtests.test(one["label"]):
            assert page.evaluate(plain, here) == page.evaluate(plain, there)


def visit(exercise, unit, solved):
    """Write what the reference has, and see that everything is right."""
    for task in unit.solves:
        exercise.write(task, solved[task])
    begun = time.monotonic()
    for number, task in enumerate(unit.functions):
        said = exercise.check(task).inner_text()
        assert said.startswith(f"✓ {task} is right"), said
        if not number:
            took = time.monotonic() - begun
            print(f"{unit.assignment}: first answer after {took:.1f} s")
    most = f"{sum(unit.points[task] for task in unit.functions):g}"
    exercise.page.get_by_text(f"{most} of {most} points by the").wait_for(timeout=LONG)


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
    wanted.append(("patient", PATIENT))
    wanted.append(("check", f"check({function})"))
    return {"assignment": name, "cells": wanted, "label": f"{name}-{function}"}
