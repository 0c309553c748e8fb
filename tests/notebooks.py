"""Notebooks as students hand them in: the release with functions written, rightly or with a
known mistake.
"""

import copy
import itertools
import json

from autograder.confine import Limits, choose
from autograder.grade.grader import Grader
from autograder.unit import catalogue
from autograder.unit.course import Course
from autograder.unit.source import STUB, read_cells
from autograder.unit.unit import load

COURSE = Course.find(__file__)
UNIT = load("ex1_rnn_cell", COURSE)
CELL, SEQUENCE = "rnn_cell_forward", "rnn_forward"


def source_cells(unit=UNIT):
    """The cells of a unit's source."""
    return read_cells(COURSE.source(unit.assignment))


def code(cells):
    """Give each function's cell as the source has it, without the lines that become the stub."""
    texts = {c.task: c.text for c in cells if c.role == "solve"}
    return {
        name: "\n".join(t for t in text.splitlines() if not STUB.match(t))
        for name, text in texts.items()
    }


RIGHT = code(source_cells())


def grader(seed=0, unit=UNIT, **limits):
    """A grader with a real worker, as patient as a busy machine needs; what hangs asks for less
    by `limits`.
    """
    seconds = {
        "cell_seconds": 10,
        "call_seconds": 10,
        "loading_seconds": 120,
        "function_seconds": 60,
    }
    patient = Limits(**(seconds | limits))
    return Grader(unit, choose(secrets=[COURSE.solutions]), patient, seed)


def untouched(unit=UNIT):
    """The released notebook."""
    path = COURSE.exercises / unit.assignment / f"{unit.assignment}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def answered(**texts):
    """The released notebook with right functions, or with these texts in their cells."""
    return filled(UNIT, RIGHT | texts)


def mistaken(edit, unit=UNIT):
    """The released notebook with right functions, one of them with a known mistake."""
    return filled(unit, code(catalogue.edited(source_cells(unit), edit)))


def filled(unit, texts):
    """The released notebook of a unit with these texts in the cells of its functions."""
    notebook = untouched(unit)
    for name, text in texts.items():
        cell(notebook, name)["source"] = text
    return notebook


def mistake(function, identity):
    """The catalogue's edit of this name."""
    return next(
        e
        for e in UNIT.edits
        if (e.misconception.function, e.misconception.id) == (function, identity)
    )


def cell(notebook, identity):
    """The cell of this id."""
    return next(c for c in notebook["cells"] if c["id"] == identity)


def place(notebook, identity):
    """The index of the cell of this id."""
    return notebook["cells"].index(cell(notebook, identity))


def own(text, **more):
    """A code cell of the student's."""
    return {
        "cell_type": "code",
        "id": "mine",
        "metadata": {},
        "outputs": [],
        "source": text,
    } | more


def with_cell(text, before=CELL, notebook=None):
    """A notebook with one more cell."""
    notebook = notebook or answered()
    notebook["cells"].insert(place(notebook, before), own(text))
    return notebook


def split(notebook, identity, *lines):
    """Split a cell before these lines, as JupyterLab does: text kept as it is, metadata copied."""
    index = place(notebook, identity)
    whole = notebook["cells"][index]
    text = whole["source"].split("\n")
    bounds = [0, *lines, len(text)]
    pieces = ["\n".join(text[a:b]) for a, b in itertools.pairwise(bounds)]
    notebook["cells"][index : index + 1] = [
        copy.deepcopy(whole) | {"source": piece} for piece in pieces
    ]
    return notebook


def write(notebook, path):
    """Write a notebook, or the text or bytes that stand in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(notebook, bytes | str):
        notebook = json.dumps(notebook, indent=1)
    path.write_bytes(
        notebook
        if isinstance(notebook, bytes)
        else notebook.encode("utf-8", "surrogatepass")
    )
    return path


def as_bytes(notebook):
    """A notebook as a file's bytes."""
    return json.dumps(notebook, indent=1).encode()


# Submissions of every quality, by student.
SUBMISSIONS = {
    "right": as_bytes(answered()),
    "untouched": as_bytes(untouched()),
    "a0_every_step": as_bytes(mistaken(mistake(SEQUENCE, "a0-every-step"))),
    "bias_missing": as_bytes(mistaken(mistake(CELL, "bias-missing"))),
    "empty": b"",
    "cut_off": as_bytes(answered())[:2000],
}


def points(result):
    """The points of each function."""
    return [task.points for task in result.tasks]
