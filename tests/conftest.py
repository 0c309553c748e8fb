"""What many tests share: the course of this checkout, its first unit, and the numbers beside
that unit's notebook.
"""

from pathlib import Path

import pytest
from first_unit import of  # noqa: F401, a fixture
from graded import graded  # noqa: F401, a fixture
from inside import inside, loads  # noqa: F401, fixtures
from own_settings import use_own_settings

from autograder.release import numbers
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.notebook_check import Check

CELL, SEQUENCE = "rnn_cell_forward", "rnn_forward"

TESTS = Path(__file__).parent
use_own_settings()

# What takes longest comes first, so that all processes end together; the book is built meanwhile.
LONGEST = (
    "book/test_book.py",
    "hostile/test_attacks.py",
    "live/test_live_verdicts.py",
    "grade/test_grader_cells.py",
    "grade/test_grader.py",
    "book/test_book_access.py",
    "publish/test_student_repository.py",
    "gradebook/test_nbgrader_life.py",
    "batch/test_clean_start.py",
    "export/test_on_gradescope.py",
    "book/test_book_browser.py",
    "units/test_units.py",
    "confine/test_confine.py",
    "units/test_catalogue.py",
    "term/test_term.py",
    "book/test_book_speed.py",
    "units/test_promises.py",
    "publish/test_wheel.py",
    "confine/test_prepared.py",
    "batch/test_fuzz_submissions.py",
    "grade/test_rehearsal.py",
    "gradebook/test_exchange.py",
    "hostile/test_nbgrader.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the files that take longest first; `make test` hands out whole files in this order."""
    rank = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


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
