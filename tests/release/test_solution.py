"""The notebook for those who teach: the solution runs, all points are accounted for, and it is
never published.
"""

import contextlib
import io
from pathlib import Path

import minicourse
import nbformat
import pytest
from sweeps import few
from tables import each_row

from autograder.publish.leaks import find_leaks, secret_files
from autograder.release.build import release
from autograder.release.solution import notebook, write
from autograder.unit.course import Course, CourseError
from autograder.unit.marking import read_marking
from autograder.unit.source import read_cells
from autograder.unit.unit import load

COURSE = Course.find(Path(__file__))
every_unit = pytest.mark.parametrize("assignment", COURSE.assignments)


@pytest.fixture
def unit(tmp_path):
    return load(minicourse.NAME, minicourse.make(tmp_path / "course"))


def texts(made):
    return {cell.id: cell.source for cell in made.cells}


def test_functions_are_solved_and_marked(unit):
    made = texts(notebook(unit))
    assert "    scaled = 3.0 * np.tanh(a)  # why three" in made["step"]
    assert "#:" not in made["step"]
    assert "### How `step` is marked: 10 points" in made["rubric_step"]
    assert "| `test_shapes` | shapes | 2.00 |" in made["rubric_step"]
    assert "| `test_values[b]` | values | 5.00 |" in made["rubric_step"]
    assert "| `scale` | The scale is off. | Look at the scale. |" in made["rubric_step"]
    assert "| **all** | **12.5** | |" in made["overview"]


def test_a_question_has_its_answer_and_its_marking(unit):
    assert (
        texts(notebook(unit))["rubric_why"]
        == "No marking is written for this question."
    )
    folder = unit.course.solutions / "marking"
    folder.mkdir()
    path = folder / f"{minicourse.NAME}.toml"
    path.write_text('why = [[2, "It names the tanh."], [0.5, "a | b"]]')
    made = texts(notebook(unit))
    assert (
        made["why"]
        == "**Model answer** (2.5 points)\n\nBecause the hyperbolic tangent saturates."
    )
    assert made["rubric_why"].endswith("| 2 | It names the tanh. |\n| 0.5 | a \\| b |")
    path.write_text('why = [[2, "It names the tanh."]]')
    with pytest.raises(CourseError, match=r"makes up 2 points, not 2\.5"):
        notebook(unit)
    for broken in ("why = [[2]]", "why = 3", 'why = [["two", "points"]]', "why ="):
        path.write_text(broken)
        with pytest.raises(CourseError, match="expected lists of"):
            notebook(unit)


def test_the_same_source_gives_the_same_bytes_and_the_file_is_left_alone(unit):
    path = write(unit)
    before = path.stat().st_mtime_ns, path.read_bytes()
    assert write(unit) == path
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    nbformat.validate(nbformat.read(path, as_version=4))


@each_row("assignment", COURSE.assignments)
def test_every_point_is_accounted_for(assignment):
    marking = read_marking(assignment, COURSE)
    written = {
        c.id: c.points
        for c in read_cells(COURSE.source(assignment))
        if c.role == "written"
    }
    assert {
        name: sum(points for points, _ in rows) for name, rows in marking.items()
    } == pytest.approx(written)


@pytest.mark.parametrize(
    "assignment", few(COURSE.assignments, lambda name: name.startswith(("ex1", "ex8")))
)
def test_it_runs_beside_the_released_exercise(assignment, tmp_path, monkeypatch):
    """From its own folder: every check is right."""
    unit = load(assignment, COURSE)
    folder = tmp_path / "solutions" / "notebooks"
    folder.mkdir(parents=True)
    (tmp_path / "exercises").symlink_to(COURSE.exercises)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")  # a check that fails raises
    said, names = io.StringIO(), {}
    with contextlib.redirect_stdout(said):
        for cell in notebook(unit).cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
    assert said.getvalue().count("is right") == len(unit.functions)


def test_published_it_is_a_leak(tmp_path):
    course = minicourse.make(tmp_path / "course")
    (course.solutions / "marking").mkdir()
    text = "It names the saturation of the hyperbolic tangent."
    (course.solutions / "marking" / f"{minicourse.NAME}.toml").write_text(
        f'why = [[2.5, "{text}"]]'
    )
    path = write(load(minicourse.NAME, course))
    assert path.name in secret_files(course)
    found = {leak.secret for leak in find_leaks(course, [path])}
    assert f"line solutions/marking/{minicourse.NAME}.toml:1" in found
    assert f"a file called as one of {course.solutions.name}/" in found
    assert any(
        name.startswith(f"line solutions/{minicourse.NAME}.py") for name in found
    )


def test_release_makes_it(tmp_path):
    course = minicourse.make(tmp_path / "course")
    release(course)
    assert (
        course.solutions / "notebooks" / f"{minicourse.NAME}_solution.ipynb"
    ).is_file()
