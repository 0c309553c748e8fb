"""The course that a report is about."""

import pytest

from autograder.report import here
from autograder.unit.course import CourseError


def test_a_folder_of_solutions_that_is_none_is_said(tmp_path):
    with pytest.raises(CourseError, match="no folder of solutions"):
        here.course_here(tmp_path / "no")
    assert here.course_here() is not None
