"""What many tests share: the course of this checkout, its first unit, and the numbers beside
that unit's notebook.
"""

import pytest
from inside import inside, loads  # noqa: F401, fixtures

from autograder.release import numbers
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.notebook_check import Check

CELL, SEQUENCE = "rnn_cell_forward", "rnn_forward"


@pytest.fixture(scope="session")
def real_course():
    return Course.find(__file__)


@pytest.fixture(scope="session")
def unit(real_course):
    return load("ex1_rnn_cell", real_course)


@pytest.fixture(scope="session")
def folder(unit, tmp_path_factory):
    """A folder with the numbers of unit 1, as fresh as the catalogue."""
    path = tmp_path_factory.mktemp("exercise")
    numbers.write(unit, path / f"{unit.assignment}.npz")
    return path


@pytest.fixture(scope="session")
def check(unit, folder):
    return Check(unit.assignment, folder)
