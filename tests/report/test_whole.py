"""One total a student in every report: on the command line, from tables and the gradebook."""

import csv
import io
import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import report_results as rr
from nbgrader.api import Gradebook

from autograder import cli
from autograder.grade.result import path_of, write
from autograder.gradebook.lateness import enter_dates, settle_all
from autograder.report.nbgrader_marks import read_gradebook
from autograder.unit.course import Course

EX2 = "ex2_rnn_backward"
pytestmark = pytest.mark.filterwarnings(
    "ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,ex2_rnn_backward (77)\n"
    "Points Possible,,,,,35\n"
    '"Bell, Ann",11,,ann,A,\n"Cole, Bob",12,,bob,A,\n'
)


@pytest.fixture
def place(tmp_path, monkeypatch, real_course):
    """A course by links, with a date, and results of two students in exercise 2."""
    for name in ("solutions", "exercises"):
        (tmp_path / name).symlink_to(real_course.root / name)
    (tmp_path / "course.toml").write_text(
        f"[due]\n{EX2} = 2027-01-15T12:00:00Z\n[late]\npenalty_per_day = 0.1\n",
        encoding="utf-8",
    )
    for student, score in (("ann", 30.0), ("bob", 20.0)):
        one = replace(rr.result(student), assignment=EX2, score=score, max_score=30.0)
        write(one, path_of(tmp_path / "results", student, EX2))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report(*words):
    return cli.main(["report", *words])


def by_hand(place, *lines):
    path = place / "hand.csv"
    path.write_text("\n".join(["student,points", *lines]), encoding="utf-8")
    return str(path)


def marks_in(text):
    """The last column of a gradebook of Canvas, by login."""
    rows = list(csv.reader(io.StringIO(text)))
    return {row[3]: row[-1] for row in rows[2:]}


def test_canvas_gets_the_whole(place, capsys):
    (place / "grades.csv").write_text(CANVAS, encoding="utf-8")
    canvas = ("canvas", "results", "--roster", "grades.csv")
    assert report(*canvas) == 0
    said = capsys.readouterr()
    assert marks_in(said.out) == {"ann": "30", "bob": "20"}
    assert "answers in words are not marked yet, and count 0: ann, bob" in said.err
    assert report(*canvas, "--by-hand", by_hand(place, "ann,5", "bob,2.5")) == 0
    said = capsys.readouterr()
    assert marks_in(said.out) == {"ann": "35", "bob": "22.5"}
    assert said.err == ""


def test_a_students_page_never_says_that_a_part_is_the_whole(place, capsys):
    assert report("html", "results/ann") == 0
    page = capsys.readouterr().out
    assert "30 of 35 points" in page
    assert "30 of 30 by machine, 5 by hand not marked yet" in page
    late = place / "times.csv"
    late.write_text("student,time\nann,2027-01-15T13:00:00Z\n", encoding="utf-8")
    given = ["--by-hand", by_hand(place, "ann,4"), "--times", str(late)]
    assert report("html", "results/ann", *given) == 0
    page = capsys.readouterr().out
    assert "30.6 of 35 points" in page
    assert "30 of 30 by machine, 4 of 5 by hand, 3.4 lost for lateness" in page


def test_the_table_has_all_parts(place, capsys):
    assert report("csv", "--by-hand", by_hand(place, "ann,4")) == 0
    ann, bob = csv.DictReader(io.StringIO(capsys.readouterr().out))
    wanted = ("score", "by_hand", "max_by_hand", "lost", "total", "max_total")
    assert [ann[name] for name in wanted] == ["30", "4", "5", "0", "34", "35"]
    assert [bob[name] for name in wanted] == ["20", "", "5", "0", "20", "35"]


def test_more_points_than_there_are_are_refused(place, capsys):
    assert report("csv", "--by-hand", by_hand(place, "ann,6")) == 2
    assert (
        "ann has 6 by hand in ex2_rnn_backward, which has 5" in capsys.readouterr().err
    )


@pytest.fixture
def gradebook(place, monkeypatch):
    """A gradebook of the course, which also holds an assignment of somebody else's."""
    scripts = str(Path(sys.executable).parent)  # nbgrader looks for alembic there
    monkeypatch.setenv("PATH", scripts, prepend=os.pathsep)
    (place / "grading").mkdir()
    with Gradebook(f"sqlite:///{place}/grading/gradebook.db", "unrolled") as made:
        enter(made, EX2, {"ann": (30, 4.0), "bob": (21, None)})
        enter(made, "essay", {"ann": (3, 1.0)})
        yield made


def enter(made, name, students):
    """Enter an assignment of a function and an answer, with these points."""
    made.add_assignment(name, duedate=datetime(2027, 1, 2))
    made.add_notebook(name, name)
    kinds = {"check": ("code", 30), "explain": ("markdown", 5)}
    for cell, (kind, most) in kinds.items():
        made.add_grade_cell(cell, name, name, cell_type=kind, max_score=most)
        made.add_source_cell(cell, name, name, cell_type=kind)
    for student, (code, answer) in students.items():
        made.update_or_create_student(student)
        when = datetime(2027, 1, 16, 11)
        made.update_or_create_submission(name, student, timestamp=when)
        first = made.find_grade("check", name, name, student)
        first.auto_score, first.needs_manual_grade = code, False
        second = made.find_grade("explain", name, name, student)
        second.manual_score, second.needs_manual_grade = answer, answer is None
        notebook = made.find_submission_notebook(name, name, student)
        notebook.late_submission_penalty = 1.5
    made.db.commit()


def test_the_gradebooks_points_dates_and_corrections_count(place, gradebook, capsys):
    assert report("csv", "--gradebook") == 0
    said = capsys.readouterr()
    ann, bob = csv.DictReader(io.StringIO(said.out))
    wanted = ("score", "by_hand", "lost", "total")
    assert [ann[name] for name in wanted] == ["30", "4", "3.4", "30.6"]
    assert [bob[name] for name in wanted] == ["21", "", "2.1", "18.9"]
    assert "not marked yet, and count 0: bob" in said.err


def test_marks_go_to_the_account_that_was_collected(place, gradebook, capsys):
    known = {"ann": ["canvas 12 ann"], "bob": ["canvas 11 bob"]}
    tree = place / "grading" / "submitted.accounts.json"
    tree.write_text(str(known).replace("'", '"'), encoding="utf-8")
    (place / "grades.csv").write_text(CANVAS, encoding="utf-8")
    assert report("canvas", "--gradebook", "--roster", "grades.csv") == 0
    assert marks_in(capsys.readouterr().out) == {"bob": "30.6", "ann": "18.9"}


def test_of_who_has_no_result_and_of_other_assignments_nothing_is_read(
    place, gradebook
):
    ann = replace(rr.result("ann"), assignment=EX2)
    read = read_gradebook(Course(place), [ann])
    assert read.by_hand.keys() == read.times.keys() == {(EX2, "ann")}
    assert read.by_hand[EX2, "ann"].points == 4


def test_no_gradebook_is_made_where_there_is_none(place, capsys):
    assert report("csv", "--gradebook") == 2
    assert "there is no gradebook" in capsys.readouterr().err
    assert not (place / "grading").exists()


def test_what_is_no_exercise_of_ours_keeps_its_dates_and_penalties(place, gradebook):
    course = Course(place)
    enter_dates(course, gradebook)
    settle_all(course, gradebook)
    assert gradebook.find_assignment("essay").duedate == datetime(2027, 1, 2)
    essay = gradebook.find_submission_notebook("essay", "essay", "ann")
    assert essay.late_submission_penalty == 1.5
    assert gradebook.find_assignment(EX2).duedate == datetime(2027, 1, 15, 12)
    ours = gradebook.find_submission_notebook(EX2, EX2, "ann")
    assert ours.late_submission_penalty == 3.4
