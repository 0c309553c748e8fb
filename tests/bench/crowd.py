"""Ten, a hundred and a thousand submissions of mixed quality: rate, processor time and memory, of
each way to grade.

Stock `nbgrader autograde` gets the same functions in the same notebooks' cells on the same
machine, up to a hundred of them; a thousand would take it a quarter of an hour and more
(`python -m tests.bench.crowd 1000` does it all the same). Processor time is also told in units of
what Python takes to import numpy, in which machines compare.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import nbformat

from autograder.unit.catalogue import Edit, edited
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook, samples
from autograder.unit.source import read_cells
from autograder.unit.unit import Unit, load

from .machine import Spent, spent, told, unit
from .rates import ASSIGNMENT, own_course, stock_course, stock_notebook

SIZES = (10, 100, 1000)
JOBS = len(os.sched_getaffinity(0))
BROKEN = {
    "rnn_cell_forward": "def rnn_cell_forward(xt, a_prev, parameters):\n    return 1 / 0\n"
}
UNREADABLE = {"rnn_forward": "def rnn_forward(x, a0, parameters)\n    return\n"}


def main(stock_up_to: int = 100) -> None:
    """Print a line for each size and way."""
    course, unit_seconds = Course.find(), unit()
    print(f"{told()}; importing numpy takes {unit_seconds:.3f} s of processor")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        stock = stock_course(course, folder / "stock")
        ours = own_course(course, folder / "ours")
        texts = mixed(course)
        print(f"{len(texts)} kinds of submissions in turn; whole commands")
        made = stock_notebook(course)
        for size in SIZES:
            tree = ours / "grading" / "submitted"
            lay_out(
                tree, size, lambda k: filled(released(course), texts[k % len(texts)])
            )
            ways = _ways(tree, folder / f"results-{size}")
            if size <= stock_up_to:
                lay_out(
                    stock / "submitted",
                    size,
                    lambda k: filled(made, texts[k % len(texts)]),
                )
                ways = {"stock nbgrader autograde": (stock, NBGRADER), **ways}
            base = 0.0
            for name, (place, command) in ways.items():
                if place is None:
                    place = ours
                if command is NBGRADER and size > stock_up_to:
                    continue
                took = spent(command, place)
                base = base or (took.processor if place is stock else 0.0)
                _line(name, size, took, unit_seconds, base)


NBGRADER = ["nbgrader", "autograde", ASSIGNMENT, "--force"]


def _ways(tree: Path, out: Path) -> dict[str, tuple[Path | None, list]]:
    """The ways to grade of this course, by name: where, and the command."""
    grade = [sys.executable, "-m", "autograder", "grade", tree, "--out"]
    jobs = ["--jobs", str(JOBS)]
    return {
        "nbgrader with our core": (None, NBGRADER),
        "autograder grade": (None, [*grade, f"{out}-one"]),
        "autograder grade --fresh": (None, [*grade, f"{out}-fresh", "--fresh"]),
        f"autograder grade --jobs {JOBS}": (None, [*grade, f"{out}-all", *jobs]),
    }


def _line(name: str, size: int, took: Spent, unit_seconds: float, base: float) -> None:
    """Print what a way took; beside stock nbgrader's where that was asked, too."""
    each = took.processor / size
    of_stock = f", 1/{base / took.processor:.1f} of stock" if base else ""
    print(
        f"  {name:<26}{size:>5}: {took.clock:7.1f} s, {size / took.clock:6.1f} a second, "
        f"{each:.3f} s of processor each ({each / unit_seconds:.2f} imports of numpy{of_stock}), "
        f"largest process {took.memory:.0f} MB"
    )


def mixed(course: Course) -> list[dict[str, str]]:
    """Texts of the functions: right in several styles, each known mistake, a crash, a syntax
    error, nothing done.
    """
    unit = load(ASSIGNMENT, course)
    right = [
        _written(sample_notebook(unit, path), unit) for path in [None, *samples(unit)]
    ]
    cells = read_cells(course.source(ASSIGNMENT))
    wrong = [right[0] | _mistaken(cells, edit) for edit in unit.edits]
    untouched = _texts(released(course), unit.functions)
    return [*right, *wrong, right[0] | BROKEN, right[0] | UNREADABLE, untouched]


def _written(notebook: dict, unit: Unit) -> dict[str, str]:
    """The functions of a notebook, the first of them below what the student's own cells hold."""
    ours = {cell["id"] for cell in released(unit.course)["cells"]}
    own = [
        c for c in notebook["cells"] if c["cell_type"] == "code" and c["id"] not in ours
    ]
    texts = _texts(notebook, unit.functions)
    first = next(iter(texts))
    return texts | {
        first: "\n\n".join(["".join(c["source"]) for c in own] + [texts[first]])
    }


def _mistaken(cells: tuple, edit: Edit) -> dict[str, str]:
    """The text of the function that has this mistake."""
    function = edit.misconception.function
    return {
        function: next(
            c.text
            for c in edited(cells, edit)
            if c.role == "solve" and c.task == function
        )
    }


def released(course: Course) -> dict:
    """The exercise as students get it."""
    path = course.exercises / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def _texts(notebook: dict, names) -> dict[str, str]:
    return {
        c["id"]: "".join(c["source"]) for c in notebook["cells"] if c["id"] in names
    }


def filled(notebook: dict, texts: dict[str, str]) -> dict:
    """A notebook with these functions in the cells of their names."""
    cells = [
        c | {"source": texts[c["id"]]} if c["id"] in texts else c
        for c in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def lay_out(tree: Path, size: int, notebook) -> None:
    """Put submissions into a submitted/ tree, those beyond what is there already."""
    for k in range(size):
        path = tree / f"student{k:04}" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        made = nbformat.from_dict(notebook(k))
        made["metadata"]["submission"] = k  # no two are the same file
        path.write_text(nbformat.writes(made), encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
