import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import minicourse
import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.validator import Validator
from own_settings import put_settings
from sweeps import few, sweep

from autograder.release.build import left_over, release
from autograder.release.clear_stubs import ClearStubs
from autograder.release.placeholders import show
from autograder.unit import unit
from autograder.unit.course import Course, CourseError
from autograder.unit.source import points, read_cells

STUB = re.compile(r"### START CODE HERE ###(.*)\n((?:.*\n)*?)\s*### END CODE HERE ###")
LONGHAND = """\
# %% task="step"
def step(a):
    curve = np.tanh(a)
    tripled = curve + curve + curve
    b = np.empty(len(a))
    for i in range(len(a)):
        b[i] = tripled[i] + i
    return b
"""
ROLES = {
    "imports": (False, True, False),
    "step": (False, False, True),
    "check_step": (True, True, False),
}


@pytest.fixture
def course(tmp_path):
    return minicourse.make(tmp_path)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The released notebook of the tiny course."""
    return release(minicourse.make(tmp_path_factory.mktemp("mini")))[0]


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def contents(folder):
    return {
        p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_a_release_is_the_notebook_and_its_numbers(course):
    assert release(course) == [course.exercises / "ex1_step" / "ex1_step.ipynb"]
    assert sorted(p.name for p in (course.exercises / "ex1_step").iterdir()) == [
        "ex1_step.ipynb",
        "ex1_step.npz",
    ]


def test_a_new_exercise_with_right_answers_in_other_styles_needs_no_older_release(
    course,
):
    sample = course.solutions / "samples" / "ex1_step" / "longhand.py"
    sample.parent.mkdir(parents=True)
    sample.write_text(LONGHAND)
    release(course)
    first = contents(course.exercises)
    release(course)
    assert contents(course.exercises) == first
    sample.unlink()
    release(course)
    assert contents(course.exercises) != first


@sweep
def test_nbgraders_own_command_keeps_the_numbers(course):
    release(course)
    before = contents(course.exercises)
    run = [
        sys.executable,
        "-m",
        "nbgrader",
        "generate_assignment",
        "--force",
        "ex1_step",
    ]
    subprocess.run(run, cwd=course.root, check=True, capture_output=True)
    assert contents(course.exercises) == before


def test_the_notebook_is_valid_4_5_and_its_ids_are_the_grade_ids(notebook):
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert [c.id for c in notebook.cells] == [
        "text_01",
        "imports",
        "step",
        "try_step",
        "check_step",
        "why",
    ]
    graded = [c for c in notebook.cells if "nbgrader" in c.metadata]
    assert all(c.id == c.metadata.nbgrader.grade_id for c in graded)


def test_roles_become_nbgraders(notebook):
    cells = {c.id: c.metadata for c in notebook.cells}
    found = {
        i: (m.nbgrader.grade, m.nbgrader.locked, m.nbgrader.solution)
        for i, m in cells.items()
        if "nbgrader" in m
    }
    assert found == ROLES | {"why": (True, False, True)}
    assert (cells["check_step"].nbgrader.points, cells["why"].nbgrader.points) == (
        10,
        2.5,
    )
    assert {i for i, m in cells.items() if m.get("editable") is False} == {
        "imports",
        "check_step",
    }


def test_run_all_goes_on_below_what_a_student_writes(notebook):
    tags = {c.id: c.metadata["tags"] for c in notebook.cells if "tags" in c.metadata}
    assert tags == {name: ["raises-exception"] for name in ("step", "try_step")}


def test_nbgrader_validate_finds_no_cell_changed(notebook):
    assert (
        Validator()._get_changed_cells(notebook)
        == Validator()._get_type_changed_cells(notebook)
        == []
    )
    notebook.cells[4].source += " "
    assert Validator()._get_changed_cells(notebook) == [notebook.cells[4]]


def test_nothing_of_the_solution_is_left(path):
    text = path.read_text(encoding="utf-8")
    for secret in (
        "tanh(a)",
        "arange",
        "#:",
        "saturates",
        "solutions",
        "{{",
        '"source": {',
    ):
        assert secret not in text


def test_texts_hold_the_references_numbers(path, notebook):
    (a,) = unit.load("ex1_step", Course(path.parents[2])).visible_cases("step")[0]
    assert (
        f"`n` = 2 you should see `{show(3 * np.tanh(a[0]))}`"
        in notebook.cells[0].source
    )


def test_the_same_bytes_from_scratch(tmp_path):
    first, second = (minicourse.make(tmp_path / name) for name in "ab")
    release(first), release(second)
    assert contents(first.exercises) == contents(second.exercises)


@sweep
def test_the_same_bytes_over_an_older_release_and_gradebook(course):
    path = release(course)[0]
    before = contents(course.exercises)
    path.write_text("older")
    release(course)
    assert contents(course.exercises) == before


def test_the_gradebook_holds_stubs_only_and_is_whole(course):
    release(course), release(course)
    with closing(
        sqlite3.connect(course.root / "grading" / "gradebook.db")
    ) as gradebook:
        cells = dict(
            gradebook.execute("SELECT name, source FROM source_cell").fetchall()
        )
        versions = gradebook.execute(
            "SELECT version_num FROM alembic_version"
        ).fetchall()
    assert set(cells) == {"imports", "step", "check_step", "why"}
    assert "b = None" in cells["step"]
    assert not any("tanh" in text or "saturates" in text for text in cells.values())
    assert len(versions) == 1


def test_alembic_is_found_without_a_path(course, monkeypatch):
    monkeypatch.setenv("PATH", "")
    release(course)
    assert os.environ["PATH"] == ""


def test_a_failure_leaves_the_older_release_and_no_gradebook(course, monkeypatch):
    path = course.exercises / "ex1_step" / "ex1_step.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text("older")
    monkeypatch.setattr(ClearStubs, "preprocess_cell", lambda *_: 1 / 0)
    with pytest.raises(
        CourseError, match="ex1_step: nbgrader failed: division by zero"
    ):
        release(course)
    assert path.read_text() == "older"
    assert not (course.root / "grading" / "gradebook.db").exists()


def test_an_error_of_clearing_keeps_its_place(tmp_path):
    given = "import numpy as np\n# START COD HERE\n"
    course = minicourse.make(
        tmp_path, minicourse.SOURCE.replace("import numpy as np\n", given)
    )
    with pytest.raises(
        CourseError, match=r"^solutions/ex1_step\.py:8: '# START COD HERE' is a marker"
    ):
        release(course)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{{size:n}}", "{{size:q}}", r":4: cannot fill \{\{size:q\}\}"),
        ("print(step", "print('{{size:n}}', step", ":20: .* stands in code"),
        ('id="imports"', 'id="im ports"', ":6: the id 'im ports' must"),
        (" points=10", "", ":23: a check cell needs points"),
    ],
)
def test_a_malformed_source_is_an_error_with_its_place(tmp_path, old, new, message):
    with pytest.raises(CourseError, match=r"^solutions/ex1_step\.py" + message):
        release(minicourse.make(tmp_path, minicourse.SOURCE.replace(old, new)))


@pytest.mark.filterwarnings(
    "ignore:Object of type <Submitted"
)  # nbgrader's own, of SQLAlchemy
def test_cells_cannot_change_under_submissions(course):
    release(course)
    with Gradebook(f"sqlite:///{course.root}/grading/gradebook.db") as gradebook:
        gradebook.add_student("eve")
        gradebook.add_submission("ex1_step", "eve")
    before = contents(course.exercises)
    path = course.solutions / "ex1_step.py"
    path.write_text(minicourse.SOURCE.replace('id="imports"', 'id="other"'))
    read_cells.cache_clear()
    with pytest.raises(CourseError, match="the gradebook holds submissions"):
        release(course)
    assert contents(course.exercises) == before


def test_a_release_without_a_source_is_reported_and_kept(course, caplog):
    for name in ("ex0_old", ".ipynb_checkpoints"):
        (course.exercises / name).mkdir(parents=True)
    release(course)
    assert left_over(course) == [course.exercises / "ex0_old"]
    assert "ex0_old has no source" in caplog.text


def test_one_exercise_can_be_released_alone(course):
    with pytest.raises(CourseError, match="no assignment 'ex2'; there are: ex1_step"):
        release(course, ["ex2"])
    assert release(course, []) == []


FEW = ["ex1_rnn_cell", "ex8_debugging"]  # to be written, and to be repaired


@pytest.fixture(scope="module", params=few([FEW, None], bool), ids=["few", "all"])
def real(request, tmp_path_factory):
    """The real exercises, released from a copy of the course."""
    root = tmp_path_factory.mktemp("real")
    put_settings(root)
    shutil.copy(minicourse.ROOT / "nbgrader_config.py", root)
    shutil.copytree(
        minicourse.ROOT / "solutions",
        root / "solutions",
        ignore=shutil.ignore_patterns("_source"),
    )
    course = Course(root)
    return course, {
        p.stem: nbformat.read(p, as_version=nbformat.NO_CONVERT)
        for p in release(course, request.param)
    }


def test_every_stub_says_none_and_how_many_lines_or_is_a_broken_program(real):
    cells = [
        c
        for n in real[1].values()
        for c in n.cells
        if c.metadata.get("nbgrader", {}).get("solution")
    ]
    stubs = [stub for c in cells for stub in STUB.findall(c.source)]
    assert (
        len(stubs) >= len([c for c in cells if c.cell_type == "code"]) >= len(real[1])
    )
    empty = [
        body
        for head, body in stubs
        if re.fullmatch(r" \(≈\d+ lines?\)", head) and "None" in body
    ]
    programs = [
        body
        for head, body in stubs
        if head == "" and re.search(r"^    return ", body, re.M)
    ]
    assert len(programs) == len(points("ex8_debugging", real[0]))
    assert len(empty) + len(programs) == len(stubs)


def test_nothing_was_run(real):
    code = [c for n in real[1].values() for c in n.cells if c.cell_type == "code"]
    assert {(c.execution_count, len(c.outputs)) for c in code} == {(None, 0)}


def test_the_notebooks_run_top_to_bottom_with_their_stubs(real, capsys, monkeypatch):
    course, notebooks = real
    for name, notebook in notebooks.items():
        monkeypatch.chdir(course.exercises / name)
        names = {}
        for cell in (c for c in notebook.cells if c.cell_type == "code"):
            exec(compile(cell.source, f"{name}:{cell.id}", "exec"), names)
        shown = capsys.readouterr().out
        assert [
            task
            for task in points(name, course)
            if f"{task} is not right yet" not in shown
        ] == []
