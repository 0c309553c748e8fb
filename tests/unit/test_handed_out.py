"""Which exercises students have: those of the class, once their date has come."""

from datetime import UTC, datetime

import minicourse
import pytest

from autograder.unit.course import Course, CourseError
from autograder.unit.handed_out import due_text, handed_out, now

FIRST, SECOND, THIRD = "ex1_step", "ex2_stride", "ex3_jump"


@pytest.fixture
def course(tmp_path):
    """A course of three exercises, with these tables."""
    made = minicourse.make(tmp_path)
    for name in (SECOND, THIRD):
        (made.solutions / f"{name}.py").write_text("", encoding="utf-8")

    def course(text):
        (tmp_path / "course.toml").write_text(text, encoding="utf-8")
        return Course(tmp_path)

    return course


def test_all_are_unless_some_are_named(course):
    assert handed_out(course("")) == (FIRST, SECOND, THIRD)
    some = course(f'[units]\nhand_out = ["{THIRD}", "{FIRST}"]\n')
    assert some.units == handed_out(some) == (FIRST, THIRD)


def test_one_with_a_date_is_from_then_on(course):
    one = course(f"[opens]\n{SECOND} = 2027-01-16T08:00:00\n")
    before, at = (datetime(2027, 1, 16, hour, tzinfo=UTC) for hour in (7, 8))
    assert handed_out(one, before) == (FIRST, THIRD)
    assert handed_out(one, at) == (FIRST, SECOND, THIRD)


def test_the_moment_is_the_one_that_is_built_for(course, monkeypatch):
    one = course(f"[opens]\n{SECOND} = 2027-01-16T08:00:00\n")
    for second, there in ((1800086399, False), (1800086400, True)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(second))
        assert (SECOND in handed_out(one)) is there
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs((now() - datetime.now(UTC)).total_seconds()) < 60


def test_what_is_no_exercise_is_refused_with_its_line(course):
    with pytest.raises(CourseError, match=r"toml:2: .*hand_out: 'ex9_other' is no"):
        course('[units]\nhand_out = ["ex9_other"]\n').units  # noqa: B018
    with pytest.raises(CourseError, match=r"toml:2: \[opens\] 'ex9_other' is no"):
        handed_out(course("[opens]\nex9_other = 2027-01-16\n"))


def test_a_due_date_is_told_in_the_courses_zone(course):
    zone = '[course]\ntimezone = "Europe/Berlin"\n[due]\n'
    one = course(f"{zone}{FIRST} = 2027-01-05T22:59:00Z\n")
    assert due_text(one, FIRST) == "5 January 2027, 23:59 (Europe/Berlin)"
    assert due_text(one, SECOND) == ""
