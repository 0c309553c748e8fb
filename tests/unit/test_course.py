import minicourse
import pytest

from autograder.unit.course import Course, CourseError


def test_find_looks_upwards(tmp_path):
    made = minicourse.make(tmp_path)
    (tmp_path / "book" / "figures").mkdir(parents=True)
    assert Course.find(tmp_path / "book" / "figures") == made


def test_find_without_a_course_says_where_it_looked(tmp_path):
    with pytest.raises(CourseError, match=rf"no course\.toml in {tmp_path} or above"):
        Course.find(tmp_path)


def test_find_without_solutions_says_how_to_name_them(tmp_path):
    (tmp_path / "course.toml").write_text("")
    with pytest.raises(CourseError, match="name one with --solutions"):
        Course.find(tmp_path)


def test_solutions_may_lie_elsewhere(tmp_path):
    (tmp_path / "course.toml").write_text("")
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "ex1_a.py").write_text("")
    course = Course.find(tmp_path, tmp_path / "vault")
    assert course.source("ex1_a") == tmp_path / "vault" / "ex1_a.py"


def test_assignments_stand_in_the_order_of_the_units(tmp_path):
    course = minicourse.make(tmp_path)
    for name in ("ex10_last", "ex2_second"):
        (course.solutions / f"{name}.py").write_text("")
    assert course.assignments == (minicourse.NAME, "ex2_second", "ex10_last")


def test_an_unknown_assignment_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(
        CourseError, match=f"no assignment 'ex9'; there are: {minicourse.NAME}"
    ):
        minicourse.make(tmp_path).source("ex9")


def test_settings_are_those_of_the_file(tmp_path):
    assert minicourse.make(tmp_path).settings.course.id == "unrolled"
