import json

import pytest
from tables import each_row

from autograder.unit.course import Course
from autograder.unit.titles import points_by_hand, released_points, released_title

NAME = "ex1_step"


def cell(kind, text="", **grading):
    return {
        "cell_type": kind,
        "source": text,
        "metadata": {"nbgrader": grading} if grading else {},
    }


CELLS = [
    cell("code", "# no heading"),
    cell("markdown", "No heading\n# below"),
    cell("markdown", ["# One step \n", "and a text"]),
    cell("markdown", "# Another"),
    cell("code", grade=True, solution=False, points=10),
    cell("markdown", grade=True, solution=True, points=2.5),
    cell("code", grade=False, solution=True, points=1),
]


@pytest.fixture
def released(tmp_path):
    """A course in which an exercise is released with this text."""

    def released(text):
        course = Course(tmp_path)
        path = course.exercises / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return course

    return released


def test_the_title_is_the_first_heading_of_a_text_and_points_are_in_all_or_by_hand(
    released,
):
    course = released(json.dumps({"cells": CELLS}))
    assert released_title(course, NAME) == "One step"
    assert released_points(course, NAME) == 13.5
    assert points_by_hand(course, NAME) == 2.5


@each_row("text", ["", "{", "{}", '{"cells": []}'])
def test_of_a_notebook_that_says_nothing_there_is_neither(text, released):
    course = released(text)
    assert released_title(course, NAME) == ""
    assert released_points(course, NAME) == points_by_hand(course, NAME) == 0


def test_what_is_not_released_has_neither(tmp_path):
    assert released_title(Course(tmp_path), NAME) == ""
    assert released_points(Course(tmp_path), NAME) == 0
