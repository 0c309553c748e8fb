import pytest
from tables import each_row

from autograder.unit.course import CourseError
from autograder.unit.mistakes import mistakes_told, place_of_mistake
from autograder.unit.source import Cell

CELLS = (Cell("solve", "step", "", 20),)


def raised(text, file):
    try:
        exec(compile(text, str(file), "exec"), {})
    except Exception as error:
        return error


@each_row(
    ("text", "line"),
    [("\n\n1 / 0", 3), ("def f():\n    return x\nf()", 2), ("a = (", 1)],
)
def test_the_innermost_line_of_the_file_is_told(text, line, tmp_path):
    path = tmp_path / "ex1.py"
    assert place_of_mistake(raised(text, path), path, ()) == f"{path}:{line}"


def test_a_line_of_a_cell_is_counted_from_the_beginning_of_its_file(tmp_path):
    path = tmp_path / "ex1.py"
    error = raised("\n\n1 / 0", "<reference ex1:step>")
    assert place_of_mistake(error, path, CELLS) == f"{path}:23"
    assert place_of_mistake(error, path, ()) == str(path)


def test_what_is_raised_ends_as_the_courses_own_error(tmp_path):
    path = tmp_path / "ex1.py"
    meant = pytest.raises(CourseError, match=r"ex1\.py: ValueError: no$")
    with meant as told, mistakes_told(path):
        raise ValueError("no")
    assert isinstance(told.value.__cause__, ValueError)


def test_what_is_told_already_and_an_interrupt_pass_through(tmp_path):
    for error in (CourseError("told"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as passed, mistakes_told(tmp_path / "ex1.py"):
            raise error
        assert passed.value is error
