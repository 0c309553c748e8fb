"""Due dates, extensions and penalties: exact to the second, in every zone, never more than
there is to lose.
"""

from datetime import UTC, datetime, timedelta

import minicourse
import pytest
from fuzzing import cases
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from autograder.unit.course import Course, CourseError
from autograder.unit.lateness import DAY, HOUR, Rules, due_dates, extensions, timezone

NAME = minicourse.NAME


@pytest.fixture
def course(tmp_path):
    """A course with these tables in `course.toml`."""
    made = minicourse.make(tmp_path / "course")

    def course(text):
        (made.root / "course.toml").write_text(text, encoding="utf-8")
        return Course(made.root)

    return course


def due(course, written, zone="Europe/Berlin"):
    return due_dates(
        course(f'[course]\ntimezone = "{zone}"\n[due]\n{NAME} = {written}\n')
    )[NAME]


MOMENTS = [
    ("2027-01-15T23:59:00", "Europe/Berlin", "2027-01-15T22:59:00"),
    ("2027-07-15T23:59:00", "Europe/Berlin", "2027-07-15T21:59:00"),
    ("2027-07-15T23:59:00", "UTC", "2027-07-15T23:59:00"),
    ("2027-07-15T23:59:00", "Asia/Kolkata", "2027-07-15T18:29:00"),
    ("2027-01-15T23:59:00+01:00", "Asia/Kolkata", "2027-01-15T22:59:00"),
    ("2027-01-15T23:59:00Z", "Europe/Berlin", "2027-01-15T23:59:00"),
    ("2027-01-15", "Europe/Berlin", "2027-01-15T22:59:59"),
    (
        "2027-03-28T02:30:00",
        "Europe/Berlin",
        "2027-03-28T01:30:00",
    ),  # left out by the clocks
    (
        "2027-10-31T02:30:00",
        "Europe/Berlin",
        "2027-10-31T01:30:00",
    ),  # shown twice: the second time counts
    ("2027-11-07T01:30:00", "America/New_York", "2027-11-07T06:30:00"),
]


@each_row(("written", "zone", "utc"), MOMENTS)
def test_a_date_is_one_moment(written, zone, utc, course):
    assert due(course, written, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


SECONDS = [
    # penalty a day, most, hours of grace, seconds late, share lost
    (0.1, 1.0, 0, 0, 0.0),
    (0.1, 1.0, 0, -5, 0.0),
    (0.1, 1.0, 0, 1, 0.1),
    (0.1, 1.0, 0, 0.001, 0.1),
    (0.1, 1.0, 0, DAY, 0.1),
    (0.1, 1.0, 0, DAY + 1, 0.2),
    (0.1, 1.0, 0, 100 * DAY, 1.0),
    (0.1, 0.3, 0, 100 * DAY, 0.3),
    (0.1, 0.0, 0, 1, 0.0),
    (0.0, 1.0, 0, 100 * DAY, 0.0),
    (0.1, 1.0, 2, 2 * HOUR, 0.0),
    (0.1, 1.0, 2, 2 * HOUR + 1, 0.1),
    (0.1, 1.0, 2, 2 * HOUR + DAY, 0.1),
    (0.1, 1.0, 2, 2 * HOUR + DAY + 1, 0.2),
    (1, 1, 0.5, 1801, 1.0),
]


@each_row(("a_day", "most", "grace", "seconds", "share"), SECONDS)
def test_a_second_too_late_is_a_day_begun(a_day, most, grace, seconds, share):
    assert Rules(a_day, most, grace).share(seconds) == pytest.approx(share, abs=1e-12)


def test_a_penalty_is_of_the_points_earned_in_hundredths():
    assert Rules(0.1).penalty(13.37, 1) == 1.34
    assert Rules(0.1).penalty(0, 1) == 0
    assert Rules(0.1).penalty(-2, 1) == 0  # points that a person took away


def test_a_day_has_24_hours_also_where_the_clocks_change(course):
    """Handed in at the same time by the clock, a day later: in spring an hour less has gone by,
    in autumn one more.
    """
    for written, days in (
        ("2027-03-27T12:00:00", 1),
        ("2027-10-30T12:00:00", 2),
        ("2027-06-01T12:00:00", 1),
    ):
        end = due(course, written)
        local = end.astimezone(
            timezone(course('[course]\ntimezone = "Europe/Berlin"\n'))
        )
        handed_in = (local + timedelta(days=1)).astimezone(
            UTC
        )  # by the clock on the wall
        assert Rules(0.1).share((handed_in - end).total_seconds()) == pytest.approx(
            0.1 * days
        )


shares = st.floats(0, 1)
times = st.floats(-1e9, 1e9)


@cases(300)
@given(shares, shares, st.floats(0, 1000), times, times, st.floats(0, 1000))
def test_nobody_loses_more_than_the_most_and_later_never_costs_less(
    a_day, most, grace, one, other, points
):
    rules = Rules(a_day, most, grace)
    early, late = sorted((one, other))
    assert (
        0
        <= rules.penalty(points, early)
        <= rules.penalty(points, late)
        <= points * most + 0.005
    )
    assert rules.share(grace * HOUR) == 0
    assert rules.penalty(points, late) <= points


def test_an_extension_is_one_students_and_one_exercises(course):
    made = course(
        f'[course]\ntimezone = "Europe/Berlin"\n[due]\n{NAME} = 2027-01-15\n'
        f'[extensions]\n"Ada Lovelace" = {{{NAME} = 2027-01-20T12:00:00}}\n'
    )
    assert extensions(made) == {
        ("Ada Lovelace", NAME): datetime(2027, 1, 20, 11, tzinfo=UTC)
    }


def test_without_tables_nothing_is_ever_late(course):
    made = course("")
    assert (due_dates(made), extensions(made), Rules.of(made).share(DAY)) == (
        {},
        {},
        0.0,
    )


DUE = f"[due]\n{NAME} = 2027-01-15\n"
WRONG = [
    (
        due_dates,
        "[due]\nex9_none = 2027-01-15\n",
        f"'ex9_none' is no exercise; there are: {NAME}",
    ),
    (
        due_dates,
        f'[due]\n{NAME} = "2027-01-15"\n',
        "is no date; write 2027-01-15T23:59:00, without quotes",
    ),
    (due_dates, f"[due]\n{NAME} = 23:59:00\n", "is no date"),
    (
        due_dates,
        '[course]\ntimezone = "Europe/Nowhere"\n',
        "a time zone that this machine knows",
    ),
    (due_dates, "[course]\ntimezone = 1\n", "a time zone that this machine knows"),
    (extensions, f'[extensions]\n"ada" = {{{NAME} = 2027-01-15}}\n', "extends no date"),
    (
        extensions,
        f'{DUE}[extensions]\n"ada" = {{{NAME} = 2027-01-14}}\n',
        "ends before the due date",
    ),
    (extensions, f'{DUE}[extensions]\n"ada" = 2027-01-20\n', "as a table"),
    (
        Rules.of,
        "[late]\npenalty_per_day = 10\n",
        "penalty_per_day = 10 should be a number from 0 to 1",
    ),
    (Rules.of, "[late]\nmost = -0.1\n", "most = -0.1 should be a number from 0 to 1"),
    (
        Rules.of,
        "[late]\ngrace_hours = nan\n",
        "grace_hours = nan should be a number at least 0",
    ),
    (Rules.of, "[late]\ngrace_hours = true\n", "grace_hours = true should be a number"),
    (
        Rules.of,
        "[late]\ngrace_minutes = 5\n",
        "no setting 'grace_minutes'; there are: penalty_per_day, most, grace_hours",
    ),
]


@each_row(("read", "text", "why"), WRONG)
def test_what_is_wrong_in_the_settings_is_told(read, text, why, course):
    with pytest.raises(CourseError, match=why):
        read(course(text))
