"""Ten copies of one submission through stock `nbgrader autograde` and through ours, interleaved."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook
from autograder.unit.source import read_cells
from autograder.unit.unit import load

from .machine import told, unit, usual_environment

ASSIGNMENT, COPIES, ROUNDS = "ex1_rnn_cell", 10, 3


def main() -> None:
    """Print seconds a submission for each way, and the ratios to the stock one."""
    course = Course.find()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        stock, ours = (
            stock_course(course, folder / "stock"),
            own_course(course, folder / "ours"),
        )
        ways = {
            "stock nbgrader autograde": (
                stock,
                ["nbgrader", "autograde", ASSIGNMENT, "--force"],
            ),
            "nbgrader autograde with our core": (
                ours,
                ["nbgrader", "autograde", ASSIGNMENT, "--force"],
            ),
            "autograder grade": (
                ours,
                [
                    sys.executable,
                    "-m",
                    "autograder",
                    "grade",
                    "grading/submitted",
                    "--again",
                ],
            ),
        }
        print(f"{told()}; importing numpy takes {unit():.3f} s of processor")
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, (place, command) in ways.items():
                times[name].append(_seconds(place, command) / COPIES)
    print(
        f"seconds a submission, {COPIES} copies, median of {ROUNDS} interleaved "
        f"rounds (whole commands)"
    )
    base = statistics.median(times["stock nbgrader autograde"])
    for name, found in times.items():
        median = statistics.median(found)
        ratios = sorted(
            a / b for a, b in zip(found, times["stock nbgrader autograde"], strict=True)
        )
        print(
            f"  {name:<34} {median:6.3f} s   {median / base:.3f} of stock "
            f"({ratios[0]:.3f} to {ratios[-1]:.3f})"
        )


def _seconds(place: Path, command: list[str]) -> float:
    start = time.monotonic()
    done = subprocess.run(
        command,
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        env=usual_environment(),
    )
    if done.returncode:
        raise SystemExit(
            f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return time.monotonic() - start


def own_course(course: Course, place: Path) -> Path:
    """A copy of the course with ten submissions."""
    names = (
        "solutions",
        "exercises",
        "course.toml",
        "nbgrader_config.py",
        "pyproject.toml",
    )
    place.mkdir()
    for name in names:
        source = course.root / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, place / name)
    _seconds(place, [sys.executable, "-m", "autograder", "release"])
    sample = right_sample(course)
    _submit(place / "grading" / "submitted", sample)
    for path in (place / "exercises" / ASSIGNMENT).glob("*.npz"):
        for student in (place / "grading" / "submitted").iterdir():
            shutil.copy(path, student / ASSIGNMENT)
    return place


def right_sample(course: Course) -> dict:
    """A right submission: the first of the samples."""
    unit = load(ASSIGNMENT, course)
    return sample_notebook(
        unit, sorted((course.solutions / "samples" / ASSIGNMENT).glob("*.py"))[0]
    )


def _submit(folder: Path, notebook: dict) -> None:
    for i in range(COPIES):
        target = folder / f"student{i}" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(notebook))


def stock_course(course: Course, place: Path) -> Path:
    """The same exercise as a stock nbgrader course makes it: hidden tests in the notebook's own
    kernel.
    """
    source = place / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.parent.mkdir(parents=True)
    notebook = stock_notebook(course)
    nbformat.write(notebook, source)
    (place / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "stock"\n'
    )
    _seconds(place, ["nbgrader", "generate_assignment", ASSIGNMENT])
    _submit(place / "submitted", json.loads(nbformat.writes(notebook)))
    return place


def stock_notebook(course: Course) -> nbformat.NotebookNode:
    """Given cells, solved functions, and one test cell a function with the hidden tests inside."""
    cells = []
    for cell in read_cells(course.source(ASSIGNMENT)):
        if cell.role == "given":
            cells.append(_code(cell.id, cell.text, locked=True))
        elif cell.role == "solve":
            cells.append(_code(cell.task, cell.text, solution=True))
        elif cell.role == "check":
            cells.append(
                _code(
                    cell.id,
                    STOCK_TESTS[cell.task],
                    locked=True,
                    grade=True,
                    points=cell.points,
                )
            )
    metadata = {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def _code(name: str, text: str, **how) -> nbformat.NotebookNode:
    data = {
        "grade": False,
        "solution": False,
        "locked": False,
        "schema_version": 3,
        "grade_id": name,
        "task": False,
    }
    return nbformat.v4.new_code_cell(
        text, id=name[:64], metadata={"nbgrader": data | how}
    )


_DRAW = """rng = np.random.default_rng(7)
P = {"Wax": rng.normal(size=(5, 3)), "Waa": rng.normal(size=(5, 5)), "Wya": rng.normal(size=(2, 5)),
     "ba": rng.normal(size=(5, 1)), "by": rng.normal(size=(2, 1))}
X, A0 = rng.normal(size=(3, 4, 6)), rng.normal(size=(5, 4))
"""
STOCK_TESTS = {
    "rnn_cell_forward": f"""{_DRAW}### BEGIN HIDDEN TESTS
got, y, cache = rnn_cell_forward(X[:, :, 0], A0, P)
want = np.tanh(P["Waa"] @ A0 + P["Wax"] @ X[:, :, 0] + P["ba"])
np.testing.assert_allclose(got, want)
np.testing.assert_allclose(y, softmax(P["Wya"] @ want + P["by"]))
### END HIDDEN TESTS""",
    "rnn_forward": f"""{_DRAW}### BEGIN HIDDEN TESTS
a, y, caches = rnn_forward(X, A0, P)
state = A0
for t in range(6):
    state = np.tanh(P["Waa"] @ state + P["Wax"] @ X[:, :, t] + P["ba"])
    np.testing.assert_allclose(a[:, :, t], state)
    np.testing.assert_allclose(y[:, :, t], softmax(P["Wya"] @ state + P["by"]))
### END HIDDEN TESTS""",
}
