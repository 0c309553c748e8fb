"""The gradebook in PostgreSQL by the one setting: marks go there, points by hand too, and come
out of it.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path

import minicourse
import postgres
import pytest
from nbgrader.api import Gradebook
from sweeps import sweep

NAME = minicourse.NAME
pytestmark = pytest.mark.skipif(
    postgres.INITDB is None,
    reason="needs a PostgreSQL server: apt-get install postgresql",
)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one submission, and the address of its gradebook in a server of its own."""
    course = minicourse.make(tmp_path_factory.mktemp("class") / "course")
    with postgres.server() as address:
        settings = course.root / "course.toml"
        changed = settings.read_text().replace('url = ""', f'url = "{address}"')
        settings.write_text(
            changed.replace("[due]", f"[due]\n{NAME} = 2027-01-15T23:59:00Z")
        )
        nbgrader(course, "generate_assignment", NAME)
        place = course.root / "grading" / "submitted" / "ada" / NAME
        place.mkdir(parents=True)
        stub = (course.exercises / NAME / f"{NAME}.ipynb").read_text()
        solved = stub.replace("b = None", "b = 3.0 * np.tanh(a) + np.arange(a.size)")
        (place / f"{NAME}.ipynb").write_text(
            solved.replace("*Your answer here.*", "It saturates.")
        )
        nbgrader(course, "autograde", NAME)
        yield course, address


def nbgrader(course, *command):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["nbgrader", *command], cwd=course.root, env=os.environ | {"PATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


@sweep
def test_points_by_hand_come_out_with_the_others(course):
    course, address = course
    with Gradebook(address, "unrolled") as gradebook:
        grade = gradebook.find_grade("why", NAME, NAME, "ada")
        assert grade.needs_manual_grade
        grade.manual_score = 2.25
        gradebook.db.commit()
    nbgrader(course, "export", "--to", "grades.csv")
    with open(course.root / "grades.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student_id"], row["duedate"], float(row["score"])) == (
        "ada",
        "2027-01-15 23:59:00",
        12.25,
    )


def test_there_is_no_other_gradebook(course):
    assert not (course[0].root / "grading" / "gradebook.db").exists()
