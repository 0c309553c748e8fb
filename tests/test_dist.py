"""The student's zip, and a student's machine with nothing but what the zip says to install."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder import dist
from autograder.course import Course, CourseError

ASSIGNMENT = "ex1_rnn_cell"
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def archive(real_course, tmp_path_factory):
    return dist.make(real_course, tmp_path_factory.mktemp("dist") / "student.zip")


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return folder / dist.FOLDER


def test_holds_what_a_student_needs(unpacked, real_course):
    names = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    for assignment in real_course.assignments:
        assert {f"{assignment}/{assignment}.ipynb", f"{assignment}/{assignment}.npz"} <= names
        assert f"originals/{assignment}.ipynb" in names
    assert {"START_HERE.html", "requirements.txt"} <= names


def test_page_names_the_wheel_and_the_exercises(unpacked):
    page = (unpacked / "START_HERE.html").read_text()
    (wheel,) = unpacked.glob("*.whl")
    assert wheel.name in page
    assert ASSIGNMENT in page
    assert "@" not in page


def test_the_same_sources_give_the_same_bytes(archive, real_course, tmp_path):
    again = dist.make(real_course, tmp_path / "again.zip")
    assert again.read_bytes() == archive.read_bytes()


def test_the_wheel_holds_no_tests_and_no_solutions(unpacked):
    (wheel,) = unpacked.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        tops = {name.split("/")[0] for name in file.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"autograder"}


def test_refuses_to_publish_a_secret(real_course, tmp_path):
    place = tmp_path / "course"
    for name in ("solutions", "exercises", "autograder"):
        shutil.copytree(real_course.root / name, place / name)
    for name in ("course.toml", "requirements.txt", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(real_course.root / name, place / name)
    notebook = place / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    line = "a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)"
    notebook.write_text(notebook.read_text().replace("a = None", line))
    target = tmp_path / "student.zip"
    with pytest.raises(CourseError, match="would hold secrets"):
        dist.make(Course(place), target)
    assert not target.exists()


def test_says_what_to_do_when_nothing_is_released(real_course, tmp_path):
    with pytest.raises(CourseError, match="make release"):
        dist.make(Course(tmp_path, real_course.solutions), tmp_path / "student.zip")


@pytest.fixture(scope="module")
def python_of_student(unpacked):
    """An environment made as START_HERE says."""
    quiet = {"check": True, "capture_output": True, "cwd": unpacked}
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, ".venv"], **quiet)
    python = unpacked / ".venv" / "bin" / "python"
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, "-r", "requirements.txt"], **quiet)
    return python


def executed(unpacked: Path, python: Path, name: str, stub: str = "", text: str = "") -> list[str]:
    """Run a copy of the notebook in its own folder; the plain text of each check's output."""
    folder = unpacked / ASSIGNMENT
    notebook = json.loads((folder / f"{ASSIGNMENT}.ipynb").read_text())
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace(stub, text) if stub else cell["source"]
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    path = os.pathsep.join([str(python.parent), "/usr/bin", "/bin"])
    env = {"PATH": path, "HOME": str(unpacked), "JUPYTER_PLATFORM_DIRS": "1"}
    command = [python.with_name("jupyter"), "execute", "--inplace", f"{name}.ipynb"]
    subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    cells = json.loads((folder / f"{name}.ipynb").read_text())["cells"]
    outputs = [o for c in cells if "".join(c["source"]).startswith("check(") for o in c["outputs"]]
    return ["".join(o["data"]["text/plain"]) for o in outputs]


def test_the_untouched_notebook_runs_and_is_checked(unpacked, python_of_student):
    first, second = executed(unpacked, python_of_student, "untouched")
    assert first.startswith("✗ rnn_cell_forward")
    assert "`None`" in first
    assert second.startswith("✗ rnn_forward")


def test_a_right_function_is_right_and_a_mistake_is_named(unpacked, python_of_student):
    stub = "    a_next = None\n    yt_pred = None\n"
    right = "    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)\n    yt_pred = softmax(Wya @ a_next + by)\n"
    assert executed(unpacked, python_of_student, "right", stub, right)[0].startswith("✓ rnn_cell_forward")
    wrong = right.replace("softmax", "sigmoid")
    assert "sigmoid" in executed(unpacked, python_of_student, "wrong", stub, wrong)[0].split("\n", 3)[-1]


def test_the_grader_is_not_needed(python_of_student):
    code = "import importlib.util as u; print([n for n in ('nbgrader', 'jupyter_book', 'pytest') if u.find_spec(n)])"
    done = subprocess.run([python_of_student, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
