"""An absent grade is an empty cell wherever marks go, and never a zero."""

import csv
import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import notebooks as nb
import pytest
import report_results as rr
from nbgrader.api import Gradebook
from own_settings import put_settings
from sweeps import sweep

from autograder import cli
from autograder.export import on_gradescope
from autograder.grade import notebook_file, result
from autograder.gradebook.autograde import RepairingExporter
from autograder.gradebook.lateness import SettledExport

CANVAS = (
    "Student,ID,SIS Login ID,Section,ex1_rnn_cell (7)\nPoints Possible,,,,20\n{rows}"
)
MOODLE = "Identifier,Full name,Grade,Maximum Grade,Last modified (grade)\n{rows}"


@pytest.fixture
def folder(tmp_path):
    """One graded, one on whom the machinery failed, one whose result file is damaged, and one
    who handed in nothing.
    """
    folder = rr.put(
        tmp_path / "results", rr.result("ann"), rr.broken("bob"), rr.result("cyd")
    )
    result.path_of(folder, "cyd", rr.EX1).write_text("{")
    return folder


def rows(text, student, mark):
    return {
        row[student]: row[mark]
        for row in csv.DictReader(text.lstrip("\ufeff").splitlines())
    }


def test_canvas(folder, tmp_path, capfdbinary):
    roster = tmp_path / "roster.csv"
    lines = (f"{n},{i},{n},1,\n" for i, n in enumerate(("ann", "bob", "cyd", "dan")))
    roster.write_text(CANVAS.format(rows="".join(lines)))
    code, out, _ = rr.report(
        capfdbinary, "canvas", folder, "--roster", roster, "--missing-zero"
    )
    found = rows(out, "Student", "ex1_rnn_cell (7)")
    assert (code, found) == (
        1,
        {"Points Possible": "20", "ann": "15", "bob": "", "cyd": "", "dan": "0"},
    )


def test_moodle(folder, tmp_path, capfdbinary):
    roster = tmp_path / "roster.csv"
    lines = (
        f"Participant {i},{n},,20,-\n"
        for i, n in enumerate(("ann", "bob", "cyd", "dan"))
    )
    roster.write_text(MOODLE.format(rows="".join(lines)))
    code, out, _ = rr.report(
        capfdbinary, "moodle", folder, "--roster", roster, "--missing-zero"
    )
    assert (code, rows(out, "Full name", "Grade")) == (
        1,
        {"ann": "15", "bob": "", "cyd": "", "dan": "0"},
    )


@pytest.mark.parametrize("highest", [0.0, 20.0])
def test_a_failure_without_points_hides_no_difference_of_scale(
    highest, tmp_path, capfdbinary
):
    """The first of a class, on whom the machinery failed before it knew the exercise's points."""
    folder = rr.put(
        tmp_path / "results",
        rr.result("aaa", [], score=None, max_score=highest),
        rr.result("ann"),
    )
    roster = tmp_path / "roster.csv"
    roster.write_text(CANVAS.format(rows="ann,1,ann,1,\n").replace(",20\n", ",100\n"))
    code, _, said = rr.report(capfdbinary, "canvas", folder, "--roster", roster)
    assert (code, "--scale" in said) == (2, True)


def test_the_table(folder, capfdbinary):
    code, out, _ = rr.report(capfdbinary, "csv", folder)
    assert (code, rows(out, "student", "score")) == (
        1,
        {"ann": "15", "bob": "", "cyd": ""},
    )


def test_the_summary_and_the_pages(folder, tmp_path, capfdbinary):
    _, out, _ = rr.report(capfdbinary, "summary", folder)
    assert {
        line.split(" | ")[2]
        for line in out.splitlines()
        if line.startswith(("| bob", "| cyd"))
    } == {"not graded"}
    _, out, _ = rr.report(capfdbinary, "class", folder, "--names")
    assert "2 not graded by a fault of the machinery: bob, cyd" in out
    assert "got 0" not in out
    rr.report(capfdbinary, "html", folder, "--out", tmp_path / "pages")
    for name in ("bob", "cyd"):
        assert "Not graded yet" in (tmp_path / "pages" / f"{name}.html").read_text()


def test_junit(folder, capfdbinary):
    _, out, _ = rr.report(capfdbinary, "junit", folder)
    assert '<testsuites name="autograder" tests="5" failures="1" errors="2">' in out
    assert out.count('name="score"') == 1


@pytest.mark.parametrize("student", ["bob", "cyd"])
def test_reports_of_one_submission_have_no_score(student, folder, capfdbinary):
    failed = rr.result(student, [], score=None, max_score=20.0, problem="odd")
    result.write(failed, folder / student / "ex1_rnn_cell.json")
    _, out, _ = rr.report(capfdbinary, "gradescope", folder / student)
    assert "score" not in json.loads(out)


@pytest.fixture
def gradebook(tmp_path, monkeypatch):
    """A gradebook with one exercise of a graded part and an answer in words."""
    monkeypatch.setenv(
        "PATH", str(Path(sys.executable).parent), prepend=os.pathsep
    )  # where alembic is
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db", "unrolled") as found:
        found.add_assignment(rr.EX1)
        found.add_notebook(rr.EX1, rr.EX1)
        found.add_grade_cell("check", rr.EX1, rr.EX1, max_score=10, cell_type="code")
        found.add_grade_cell("words", rr.EX1, rr.EX1, max_score=5, cell_type="markdown")
        yield found


def handed_in(gradebook, student, check=None, words=None):
    """A submission as nbgrader enters it; what has no points is marked as to be graded by hand,
    of any kind.
    """
    gradebook.update_or_create_student(student)
    gradebook.update_or_create_submission(rr.EX1, student)
    grade = gradebook.find_grade("check", rr.EX1, rr.EX1, student)
    grade.auto_score, grade.needs_manual_grade = check, check is None
    grade = gradebook.find_grade("words", rr.EX1, rr.EX1, student)
    grade.manual_score, grade.needs_manual_grade = words, words is None
    gradebook.db.commit()


def exported(gradebook):
    plugin = SimpleNamespace(student=[])
    found = SettledExport._rows(plugin, gradebook, gradebook.find_assignment(rr.EX1))
    return {row[3]: row[-4:-1] for row in found}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own
def test_nbgraders_export(gradebook):
    handed_in(gradebook, "ann", 10.0, 4.0)
    handed_in(gradebook, "bob", 0.0, 0.0)
    handed_in(gradebook, "cyd", 7.0, None)
    handed_in(
        gradebook, "dan", None, None
    )  # as nbgrader leaves what could not be graded
    handed_in(gradebook, "eve", None, 5.0)
    gradebook.update_or_create_student("fay")  # who handed in nothing
    none = (None, None, None)  # an empty cell in the file
    assert exported(gradebook) == {
        "ann": (14, 0, 14), "bob": (0, 0, 0), "cyd": (7, 0, 7),
        "dan": none, "eve": none, "fay": none,
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own
def test_a_zero_that_nbgrader_enters_for_what_it_cannot_see_is_taken_back_when_grading_fails(
    gradebook, tmp_path
):
    handed_in(gradebook, "ann", 0.0, None)
    handed_in(gradebook, "bob", 8.0, 3.0)
    directory = SimpleNamespace(
        db_url=f"sqlite:///{tmp_path}/gradebook.db", course_id="unrolled"
    )

    def failing(*_):
        raise OSError(5, "Input/output error")

    exporter = SimpleNamespace(
        _convert=failing, parent=SimpleNamespace(coursedir=directory)
    )
    for student in ("ann", "bob", "nobody"):
        names = {"assignment": rr.EX1, "student": student}
        with pytest.raises(OSError, match="Input/output error"):
            RepairingExporter.from_filename(exporter, "x.ipynb", {"nbgrader": names})
    gradebook.db.expire_all()
    assert exported(gradebook) == {"ann": (None, None, None), "bob": (11, 0, 11)}


def test_gradescope_gives_no_zero_for_a_folder_that_it_cannot_read(
    tmp_path, monkeypatch
):
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "ex1_rnn_cell.ipynb").write_bytes(
        nb.SUBMISSIONS["right"]
    )

    scan = os.scandir

    def closed(path):
        if str(path).endswith("submission"):
            raise OSError(5, "Input/output error", str(path))
        return scan(path)

    monkeypatch.setattr(on_gradescope.os, "scandir", closed)
    assert on_gradescope.main([str(tmp_path), "ex1_rnn_cell"]) == 1
    assert "score" not in json.loads(
        (tmp_path / "results" / "results.json").read_text()
    )


def test_a_damaged_result_is_told_and_kept_and_the_exit_code_says_so(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(nb.COURSE.root)
    nb.write(
        nb.SUBMISSIONS["right"], tmp_path / "in" / "ann" / rr.EX1 / f"{rr.EX1}.ipynb"
    )
    path = result.path_of(tmp_path / "results", "ann", rr.EX1)
    path.parent.mkdir(parents=True)
    path.write_text("{")
    command = ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "results")]
    assert cli.main(command) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "damaged: it is no JSON" in said
    assert "it is kept as ex1_rnn_cell.json.damaged" in said
    assert cli.main(command) == 0
    path.write_text("[]")
    assert cli.main(["regrade", *command[1:]]) == 1
    assert "this is no result of schema 1" in " ".join(capsys.readouterr().out.split())
    assert path.read_text() == "[]"


def test_a_submission_that_cannot_be_read_while_it_is_looked_for_stops_no_other(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(nb.COURSE.root)
    for student in ("ann", "bob"):
        nb.write(
            nb.SUBMISSIONS["right"],
            tmp_path / "in" / student / rr.EX1 / f"{rr.EX1}.ipynb",
        )

    def failing(path, most, below=None):
        if "ann" in path.parts:
            raise OSError(5, "Input/output error")
        return plain(path, most, below)

    plain = notebook_file.read_plain
    monkeypatch.setattr(notebook_file, "read_plain", failing)
    assert (
        cli.main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "results")])
        == 1
    )
    scores = {
        p.parent.name: json.loads(p.read_text())["score"]
        for p in tmp_path.glob("results/*/ex1_rnn_cell.json")
    }
    assert scores == {"ann": None, "bob": 20}


@sweep
def test_what_nbgrader_could_not_grade_is_an_empty_cell_and_no_zero(tmp_path):
    """The whole way: hidden tests that do not run, `nbgrader autograde`, `nbgrader export`."""
    for name in ("solutions", "exercises"):
        others = shutil.ignore_patterns("_source", "notebooks", "ex[2-8]_*")
        shutil.copytree(nb.COURSE.root / name, tmp_path / name, ignore=others)
    put_settings(tmp_path)
    shutil.copy(nb.COURSE.root / "nbgrader_config.py", tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path}
    run = partial(subprocess.run, cwd=tmp_path, env=environment, capture_output=True)
    hand_in = partial(nb.write, nb.SUBMISSIONS["right"])
    submitted = tmp_path / "grading" / "submitted"
    hand_in(submitted / "zoe" / rr.EX1 / f"{rr.EX1}.ipynb")
    run(["nbgrader", "autograde", rr.EX1], check=True)
    hand_in(submitted / "ann" / rr.EX1 / f"{rr.EX1}.ipynb")
    tests = tmp_path / "solutions" / f"test_{rr.EX1}.py"
    tests.write_text(f"raise OSError(5, 'Input/output error')\n{tests.read_text()}")
    assert run(["nbgrader", "autograde", rr.EX1], check=False).returncode == 1
    run(["nbgrader", "export"], check=True)
    with open(tmp_path / "grades.csv", newline="") as file:
        found = {row.pop("student_id"): row for row in csv.DictReader(file)}
    names = ("raw_score", "late_submission_penalty", "score", "max_score")
    marks = {student: [row[name] for name in names] for student, row in found.items()}
    assert marks == {
        "ann": ["", "", "", "20.0"],
        "zoe": ["20.0", "0.0", "20.0", "20.0"],
    }
