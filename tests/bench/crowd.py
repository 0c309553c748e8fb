"""Ten, a hundred and a thousand submissions of mixed quality: rate, processor time and memory,
beside stock nbgrader.

Stock `nbgrader autograde` gets the same functions in the same notebooks' cells on the same
machine, up to a hundred of them; a thousand would take it a quarter of an hour and more
(`python -m tests.bench.crowd 1000` does it all the same).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.unit.catalogue import Edit, edited
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook, samples
from autograder.unit.source import read_cells
from autograder.unit.unit import Unit, load

from .rates import ASSIGNMENT, own_course, stock_course, stock_notebook

SIZES = (10, 100, 1000)
JOBS = len(os.sched_getaffinity(0))
BROKEN = {
    "rnn_cell_forward": "def rnn_cell_forward(xt, a_prev, parameters):\n    return 1 / 0\n"
}
UNREADABLE = {"rnn_forward": "def rnn_forward(x, a0, parameters)\n    return\n"}


@dataclass(frozen=True)
class Spent:
    """What a command took: seconds of the clock and of processors, and megabytes of its largest
    process.

    The processors' seconds are those of the whole machine, since what a sandbox used is lost
    with it when it is killed: they are right where nothing else is at work, and too many
    elsewhere.
    """

    clock: float
    processor: float
    memory: float


def main(stock_up_to: int = 100) -> None:
    """Print a line for each size and way."""
    course = Course.find()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        stock, ours = (
            stock_course(course, folder / "stock"),
            own_course(course, folder / "ours"),
        )
        texts = mixed(course)
        print(
            f"{len(texts)} kinds of submissions in turn, {JOBS} processes; whole commands"
        )
        for size in SIZES:
            tree = folder / f"submitted-{size}"
            lay_out(
                tree, size, lambda k: filled(released(course), texts[k % len(texts)])
            )
            out = folder / f"results-{size}"
            grade = [
                sys.executable,
                "-m",
                "autograder",
                "grade",
                tree,
                "--out",
                out,
                "--jobs",
                str(JOBS),
            ]
            own = spent(grade, ours)
            _line("autograder grade", size, own)
            if size <= stock_up_to:
                lay_out(
                    stock / "submitted",
                    size,
                    lambda k: filled(stock_notebook(course), texts[k % len(texts)]),
                )
                theirs = spent(["nbgrader", "autograde", ASSIGNMENT, "--force"], stock)
                _line("stock nbgrader autograde", size, theirs)
                print(f"    {theirs.clock / own.clock:.1f} times the rate of stock")


def _line(name: str, size: int, took: Spent) -> None:
    print(
        f"  {name:<26}{size:>5}: {took.clock:7.1f} s, {size / took.clock:6.1f} a second, "
        f"{took.processor / size:.3f} s of processor each, largest process {took.memory:.0f} MB"
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


def spent(command: list, place: Path) -> Spent:
    """Run a command to its end, and say what it and all its processes took."""
    start, before = time.monotonic(), _busy()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            list(map(str, command)), cwd=place, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{command} failed:\n{said.read().decode()[-2000:]}")
    return Spent(time.monotonic() - start, _busy() - before, usage.ru_maxrss / 1024)


def _busy() -> float:
    """Seconds that this machine's processors have worked since it was started."""
    user, nice, system, _idle, _waiting, irq, softirq, *_ = (
        Path("/proc/stat").read_text().split()[1:11]
    )
    return sum(map(int, (user, nice, system, irq, softirq))) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
