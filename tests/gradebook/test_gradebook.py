"""nbgrader's own commands in a copy of the course: the same marks as the core's, and feedback
that tells no secret.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from own_settings import put_settings
from tables import each_row

from autograder.grade.notebook_file import code_cells
from autograder.gradebook.repaired import repaired
from autograder.unit.samples import sample_notebook

ASSIGNMENT = "ex1_rnn_cell"
STUDENTS = (
    *("right", "own_name", "untouched", "a0_every_step", "wrong_cell_right_loop"),
    *("syntax_error", "cut_off", "empty_file", "no_notebook", "two_notebooks"),
)
NAMES = {
    "own_name": ["my solution"],
    "no_notebook": [],
    "two_notebooks": ["first", "second"],
}


def handed_in(course, unit, student: str) -> bytes:
    """What a student hands in: a file of tests/submissions, the reference, or the release as it
    is.
    """
    release = course.exercises / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    folder = course.root / "tests" / "submissions" / ASSIGNMENT
    if (folder / f"{student}.ipynb").exists():
        return (folder / f"{student}.ipynb").read_bytes()
    if student == "untouched":
        return release.read_bytes()
    source = folder / f"{student}.py"
    return json.dumps(
        sample_notebook(unit, source if source.exists() else None)
    ).encode()


def run(place: Path, *command: str) -> subprocess.CompletedProcess:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        command,
        cwd=place,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def graded(real_course, unit, tmp_path_factory):
    """A course with submissions of every quality, autograded by `nbgrader autograde`, which
    knows no exercise yet.
    """
    place = tmp_path_factory.mktemp("course")
    put_settings(place)
    for name in ("solutions", "exercises", "nbgrader_config.py"):
        source = real_course.root / name
        if source.is_dir():
            shutil.copytree(
                source,
                place / name,
                ignore=shutil.ignore_patterns("_source", "notebooks"),
            )
        else:
            shutil.copy(source, place / name)
    for student in STUDENTS:
        folder = place / "grading" / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        for number, name in enumerate(
            NAMES.get(student, [ASSIGNMENT])
        ):  # no two are the same
            (folder / f"{name}.ipynb").write_bytes(
                handed_in(real_course, unit, student) + b"\n" * number
            )
    done = run(place, "nbgrader", "autograde", ASSIGNMENT)
    assert done.returncode == 0, done.stderr[-3000:]
    return place


def marks_of_nbgrader(place: Path) -> dict[str, float]:
    assert run(place, "nbgrader", "export", "--to", "grades.csv").returncode == 0
    with open(place / "grades.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["assignment"] == ASSIGNMENT]
    return {row["student_id"]: float(row["score"]) for row in rows}


def test_marks_equal_those_of_the_core(graded):
    done = run(
        graded,
        sys.executable,
        "-m",
        "autograder",
        "grade",
        "grading/submitted",
        "--out",
        "results",
    )
    assert done.returncode == 0, done.stderr
    core = {
        p.parent.name: json.loads(p.read_text())["score"]
        for p in graded.glob(f"results/*/{ASSIGNMENT}.json")
    }
    assert marks_of_nbgrader(graded) == core
    assert set(core) == set(STUDENTS)


def test_marks_are_of_every_kind(graded):
    marks = marks_of_nbgrader(graded)
    assert marks["right"] == marks["own_name"] == 20
    assert marks["untouched"] == marks["empty_file"] == marks["cut_off"] == 0
    assert marks["no_notebook"] == marks["two_notebooks"] == 0
    assert 0 < marks["a0_every_step"] < 20


@pytest.fixture(scope="module")
def feedback(graded):
    done = run(graded, "nbgrader", "generate_feedback", ASSIGNMENT)
    assert done.returncode == 0, done.stderr[-3000:]
    folder = graded / "grading" / "feedback"
    return {
        p.parents[1].name: p.read_text()
        for p in folder.glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.html")
    }


def test_feedback_names_the_mistake(feedback):
    assert "Every step starts from" in feedback["a0_every_step"]
    assert "rnn_forward</b> is right" in feedback["right"]
    assert "Not graded: the file is empty." in feedback["empty_file"]
    assert (
        "Not graded: there is no notebook in the submission" in feedback["no_notebook"]
    )
    assert (
        "there are 2 notebooks, none named ex1_rnn_cell.ipynb"
        in feedback["two_notebooks"]
    )


def test_feedback_shows_nothing_of_the_hidden_tests(feedback, real_course):
    tests = (real_course.solutions / f"test_{ASSIGNMENT}.py").read_text()
    secrets = [line.strip() for line in tests.splitlines() if len(line.strip()) > 20]
    assert secrets
    assert [s for s in secrets for page in feedback.values() if s in page] == []


def test_feedback_loads_nothing_and_sets_formulas(feedback):
    pattern = (
        r"""(?:src|href)\s*=\s*["'](?:https?:)?//|@import|url\(["']?(?:https?:)?//"""
    )
    assert [name for name, page in feedback.items() if re.search(pattern, page)] == []
    assert all("<math" in page for page in feedback.values())
    assert all("<script" not in page for page in feedback.values())


def test_nothing_of_a_submission_reaches_the_log_as_a_failure(graded):
    done = run(graded, "nbgrader", "autograde", ASSIGNMENT, "--force")
    assert done.returncode == 0
    assert [
        line
        for line in done.stderr.splitlines()
        if "ERROR" in line or "SAWarning" in line
    ] == []


FORWARD = {"cell_type": "code", "id": "rnn_forward", "metadata": {}, "source": "x = 1"}
LABEL = {"nbgrader": {"grade_id": "rnn_forward", "cell_type": "code"}}
BOTH_SEE = {
    "both formats": {
        "cells": [FORWARD],
        "worksheets": [{"cells": [{**FORWARD, "id": "b", "input": "y"}]}, 3],
    },
    "a list of no sheets": {"cells": [FORWARD], "worksheets": []},
    "no cells among them": {"cells": [None, 5, [FORWARD], FORWARD]},
    "another type": {
        "cells": [{**FORWARD, "cell_type": "markdown", "metadata": LABEL}]
    },
    "a label without a name": {
        "cells": [{**FORWARD, "metadata": {"nbgrader": {"grade": True}}}]
    },
}


@each_row("what", BOTH_SEE)
def test_the_gradebook_has_the_cells_that_are_graded(what, release):
    graded = code_cells(BOTH_SEE[what])
    shown = {c.id: c.source for c in repaired(BOTH_SEE[what], release).cells}
    assert dict(graded)["rnn_forward"] == shown["rnn_forward"] == "x = 1"
    assert {text for _, text in graded} <= set(shown.values())
