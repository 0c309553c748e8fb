import nbformat
import pytest
from tables import each_row

from autograder.release.clear_stubs import ClearStubs
from autograder.unit.course import CourseError

START, END = "### START CODE HERE ### (≈1 line)", "### END CODE HERE ###"
FUNCTION = (
    f"def f(x):\n    {START}\n    #: # double x\n    #: y = None\n    y = 2 * x\n"
    f"    {END}\n    return y"
)


def cell(text, place=True, **role):
    metadata = {
        "nbgrader": {
            "grade": False,
            "solution": False,
            "locked": False,
            "grade_id": "f",
        }
        | role
    }
    if place:
        metadata["source"] = {"file": "solutions/ex.py", "line": 40}
    return nbformat.v4.new_code_cell(text, metadata=metadata, id="f")


def clear(text, solution=True, **role):
    cleared, _ = ClearStubs().preprocess_cell(
        cell(text, solution=solution, **role), {}, 3
    )
    return cleared


def test_a_stub_keeps_markers_and_hints():
    assert clear(FUNCTION).source == (
        f"def f(x):\n    {START}\n    # double x\n    y = None\n    {END}\n    return y"
    )


def test_two_regions_in_a_cell():
    twice = clear(f"{FUNCTION}\n\n{FUNCTION}").source
    assert (twice.count("y = None"), twice.count("2 * x"), twice.count(START)) == (
        2,
        0,
        2,
    )


def test_the_place_in_the_source_is_taken_away():
    assert "source" not in clear(FUNCTION).metadata


@each_row("kind", [nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell])
def test_a_written_answer_goes_as_a_whole(kind):
    answer = kind(
        "It saturates.",
        metadata={"nbgrader": {"grade": True, "solution": True, "grade_id": "why"}},
    )
    assert (
        ClearStubs().preprocess_cell(answer, {}, 0)[0].source == "*Your answer here.*"
    )


def test_other_cells_stay():
    text = (
        "# The code starts here: a helper\n# starts the code\nx = 1  # END\n"
        "print('### START CODE HERE ###')"
    )
    assert clear(text, solution=False).source == text


@each_row(
    ("old", "new", "line"),
    [
        ("START CODE HERE", "START CODE HER", 41),
        ("START CODE HERE", "STRT COD HERE", 41),
        ("### START CODE HERE ###", "START CODE HERE ###", 41),
        ("### START CODE HERE ###", "## START CODE HERE ##", 41),
        ("### START CODE HERE ###", "# START CODE HERE", 41),
        ("START CODE HERE", "start code here", 41),
        ("(≈1 line)", "(about 1 line)", 41),
        (f"    {START}\n", "", 44),
        (END, "### END CODE HER ###", 45),
        (END, "### ENDCODE HERE ###", 45),
        (END, "### end code here ###", 45),
        (f"    {END}\n", "", 41),
        (END, START, 45),
        (START, END, 41),
        ("    return y", f"    {END}", 46),
        ("#: ", "# ", 45),
        (f"    {START}\n    #: # double x\n    #: y = None\n", "", 42),
    ],
)
def test_a_mistyped_marker_is_an_error_with_its_place(old, new, line):
    assert old in FUNCTION
    with pytest.raises(CourseError, match=rf"^solutions/ex\.py:{line}: "):
        clear(FUNCTION.replace(old, new))


def test_a_solution_without_a_region_is_an_error():
    with pytest.raises(CourseError, match=r"ex\.py:40: a solve cell needs"):
        clear("def f(x):\n    return 2 * x")


def test_a_second_region_mistyped_at_both_ends_is_an_error():
    second = "    ## STRT COD HERE\n    z = 3 * x\n    ## EN COD HERE"
    with pytest.raises(CourseError, match=r"ex\.py:47: .* resembles"):
        clear(f"{FUNCTION}\n{second}")


@each_row(
    "line",
    [
        START,
        END,
        "### BEGIN SOLUTION",
        "# end solution",
        "# as after START CODE HERE in the other cells above",
    ],
)
def test_a_marker_in_a_given_cell_is_an_error(line):
    with pytest.raises(CourseError, match=r"ex\.py:41: "):
        clear(f"import numpy as np\n{line}", solution=False, locked=True)


def test_a_placeholder_outside_a_region_is_an_error():
    with pytest.raises(CourseError, match=r"ex\.py:47: this '#:' line"):
        clear(f"{FUNCTION}\n    #: z = None")


def test_without_a_source_the_notebook_and_the_cell_are_named():
    bare = cell("y = 1", place=False, solution=True)
    with pytest.raises(CourseError, match=r"^ex1\.ipynb cell f:1: "):
        ClearStubs().preprocess_cell(bare, {"nbgrader": {"notebook": "ex1"}}, 3)
