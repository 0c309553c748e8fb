"""How answers in words are marked, as the file of an exercise says it."""

import pytest
from tables import each_row

from autograder.unit.course import Course, CourseError
from autograder.unit.marking import read_marking


@pytest.fixture
def read(tmp_path):
    """Read the marking of an exercise with this text."""

    def read(text):
        path = tmp_path / "solutions" / "marking" / "ex1_step.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return read_marking("ex1_step", Course(tmp_path))

    return read


def test_points_are_numbers_in_the_files_order(read):
    assert read('why = [[1, "says it"], [0.5, "with a reason"]]\nhow = []') == {
        "why": [(1.0, "says it"), (0.5, "with a reason")],
        "how": [],
    }


def test_an_exercise_without_marking_has_none(tmp_path):
    assert read_marking("ex1_step", Course(tmp_path)) == {}


@each_row("text", ["why =", 'why = [["two", "x"]]', "why = [[1]]", "why = 3"])
def test_what_is_no_marking_is_an_error_that_names_the_file(read, text):
    with pytest.raises(
        CourseError, match=r"ex1_step\.toml: expected lists of \[points"
    ):
        read(text)


def test_every_exercise_with_answers_in_words_can_be_marked(real_course):
    marked = {name: read_marking(name, real_course) for name in real_course.assignments}
    assert any(marked.values())
