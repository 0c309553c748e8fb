"""A row of a table that fails is named, the other rows run, and the test has failed."""

import pytest
from tables import each_row

pytest_plugins = ["pytester"]

TESTS = """
import pytest
from tables import each_row

NAMES = ("number", "twice")
TABLE = [(1, 2), (2, 5), (3, 6), (4, 9)]

@pytest.fixture
def two():
    return 2

@each_row(NAMES, TABLE)
def test_values(number, twice, two):
    assert two * number == twice

@each_row(NAMES, TABLE, ids=list("abcd"))
def test_ids(number, twice, two):
    assert two * number == twice

@each_row(NAMES, TABLE, ids=lambda n: f"<{n}>")
def test_words(number, twice, two):
    assert two * number == twice
"""


def test_rows_that_fail_are_named(pytester):
    pytester.makepyfile(TESTS)
    result = pytester.runpytest()
    result.assert_outcomes(failed=9)  # two rows each, and the test that holds them
    result.stdout.fnmatch_lines(
        [
            "*SUBFAILED(number=2, twice=5)*test_values*",
            "*SUBFAILED(number=4, twice=9)*test_values*",
            "*SUBFAILED[[]b[]]*test_ids*",
            "*SUBFAILED[[]d[]]*test_ids*",
            "*SUBFAILED[[]<2>-<5>[]]*test_words*",
            "*SUBFAILED[[]<4>-<9>[]]*test_words*",
        ]
    )


def test_a_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="no rows for number, twice"):
        each_row(("number", "twice"), [])
