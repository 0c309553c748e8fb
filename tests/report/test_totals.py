"""Totals: by machine, by hand, less what lateness costs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import report_results as rr
from copies import copied
from tables import each_row

from autograder.report.totals import ByHand, Sources, Total, totals
from autograder.unit.course import Course

EX2 = "ex2_rnn_backward"  # 30 points by machine, 5 by hand
DUE = datetime(2027, 1, 15, 12, tzinfo=UTC)
NOTHING = Sources({}, {}, {})


@pytest.fixture(scope="module")
def course(real_course, tmp_path_factory):
    """A tenth of the points is lost a day, half at most; ann has three days more."""
    made = copied(real_course, tmp_path_factory.mktemp("course"))
    path = made.root / "course.toml"
    text = path.read_text(encoding="utf-8").replace(
        "penalty_per_day = 0.0\nmost = 1.0", "penalty_per_day = 0.1\nmost = 0.5"
    )
    text = text.replace("\n[due]\n", f"\n[due]\n{EX2} = 2027-01-15T12:00:00Z\n")
    later = f"\n[extensions]\nann = {{{EX2} = 2027-01-18T12:00:00Z}}\n"
    path.write_text(text.replace("\n[extensions]\n", later), encoding="utf-8")
    return Course(made.root)


def result(student="bob", score=20.0):
    return replace(rr.result(student), assignment=EX2, score=score, max_score=30.0)


def total(course, one, **sources):
    read = Sources(**{"by_hand": {}, "times": {}, "machine": {}} | sources)
    return totals([one], course, read)[EX2, one.student]


def test_points_by_hand_that_are_not_there_yet_are_of_the_whole_all_the_same(course):
    found = total(course, result())
    assert (found.points, found.most, found.is_waiting) == (20, 35, True)
    assert found.parts == ["20 of 30 by machine", "5 by hand not marked yet"]


def test_the_parts_are_added_up(course):
    found = total(course, result(), by_hand={(EX2, "bob"): ByHand(4.5)})
    assert (found.points, found.most, found.is_waiting) == (24.5, 35, False)
    assert found.parts == ["20 of 30 by machine", "4.5 of 5 by hand"]


@pytest.mark.parametrize("known_for", [EX2, ""])
@each_row(
    ("student", "late", "lost"),
    [
        ("bob", timedelta(0), 0.0),
        ("bob", timedelta(seconds=1), 2.4),
        ("bob", timedelta(days=1), 2.4),
        ("bob", timedelta(days=1, seconds=1), 4.8),
        ("bob", timedelta(days=30), 12.0),
        ("ann", timedelta(days=3), 0.0),
        ("ann", timedelta(days=4), 2.4),
    ],
)
def test_lateness_costs_a_share_of_the_whole(course, student, late, lost, known_for):
    found = total(
        course,
        result(student),
        by_hand={(EX2, student): ByHand(4.0)},
        times={(known_for, student): DUE + late},
    )
    assert (found.lost, found.points) == (lost, 24 - lost)
    assert bool(lost) == any("lost for lateness" in part for part in found.parts)


def test_a_failure_of_the_machinery_stays_without_a_mark(course):
    one = replace(result(score=None), problem="the machine")
    late = {(EX2, "bob"): DUE + timedelta(9)}
    found = total(course, one, by_hand={(EX2, "bob"): ByHand(5.0)}, times=late)
    assert (found.points, found.most, found.parts) == (None, 35, [])


def test_what_could_not_be_read_waits_for_nobody(course):
    found = total(course, replace(result(score=0.0), problem="the file is empty"))
    assert (found.points, found.is_waiting) == (0, False)


def test_a_point_by_machine_that_was_changed_counts_as_changed(course):
    assert total(course, result(), machine={(EX2, "bob"): 22.0}).machine == 22


def test_without_a_course_the_machine_has_the_last_word():
    found = totals([result()], None, NOTHING)[EX2, "bob"]
    assert found == Total(20.0, 30.0, ByHand())
    assert (found.points, found.parts) == (20, [])
