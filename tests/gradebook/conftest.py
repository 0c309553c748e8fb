"""A submitted tree, nbgrader's folders around it, and the released notebook of unit 1."""

import minicourse
import nbformat
import pytest
from handed_tree import NAME
from nbgrader.coursedir import CourseDirectory

from autograder.gradebook import hooks

ASSIGNMENT = "ex1_rnn_cell"


@pytest.fixture
def tree(tmp_path):
    made = tmp_path / "submitted"
    made.mkdir()
    return made


@pytest.fixture
def directory(tmp_path):
    course = minicourse.make(tmp_path / "course")
    hooks.install()
    return CourseDirectory(
        root=str(course.root),
        course_id="x",
        assignment_id=NAME,
        submitted_directory="grading/copies",
        db_url=f"sqlite:///{tmp_path}/gradebook.db",
    )


@pytest.fixture(scope="module")
def release(real_course):
    return nbformat.read(
        real_course.exercises / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4
    )
