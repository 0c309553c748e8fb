"""A page says what a notebook says: of every reference, and of a sample of the known mistakes."""

import json
import os
import random
import shutil
import subprocess
import sys
import time

from book_fixtures import ROOT
from live_pages import COURSE, LONG, ExercisePage, texts_of

from autograder.unit.catalogue import edited
from autograder.unit.samples import sample_notebook

SAMPLE = 40  # of the catalogue's mistakes


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
        [sys.executable, ROOT / "tests" / "live" / "cpython_verdicts.py", home],
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
