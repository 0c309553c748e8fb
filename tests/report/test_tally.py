from dataclasses import replace

import report_results as rr
from tables import each_row

from autograder.report import tally
from autograder.report.tally import Tally


def test_marks_are_counted_in_tenths_and_full_marks_belong_to_the_last():
    assert tally.marks_by_bin([0, 0.05, 0.1, 0.95, 1.0, 1.2, -0.1]) == [
        3,
        1,
        *[0] * 7,
        3,
    ]


@each_row(
    ("points", "status", "part"),
    [
        (10.0, "passed", "whole"),
        (5.0, "partial", "part"),
        (4.9, "partial", "little"),
        (0.0, "failed", "none"),
        (None, "partial", "none"),
        (0.0, "missing", "open"),
        (0.0, "untouched", "open"),
        (None, "error", "open"),
    ],
)
def test_a_part_of_the_points_has_a_word(points, status, part):
    task = replace(rr.wrong(), points=points, status=status)
    assert tally.part_of_points(task) == part


def test_of_a_function_without_points_none_is_had():
    assert (
        tally.part_of_points(replace(rr.wrong(), points=0.0, max_points=0.0)) == "none"
    )


def test_functions_stand_in_the_order_of_the_exercise_with_what_all_have():
    found = tally.tasks_by_function([rr.result("ann"), rr.refused("bob")])
    assert list(found) == [rr.CELL, rr.SEQUENCE]
    assert [task.status for task in found[rr.CELL]] == ["partial", "missing"]


def test_the_most_frequent_mistake_comes_first_told_as_most_of_the_feedback_has_it():
    def made(student, identity, symptom):
        told = rr.named(identity, symptom)
        return rr.result(student, [rr.wrong(mistake=told)])

    found = tally.mistakes_met(
        rr.EX1,
        [made("a", "rare", "r"), made("b", "often", "old")]
        + [made(name, "often", "new") for name in "cd"]
        + [rr.refused("e")],
        None,
    )
    assert [(one.id, one.symptom, one.students) for one in found] == [
        ("often", "new", ["b", "c", "d"]),
        ("rare", "r", ["a"]),
    ]


def test_the_hardest_tests_come_first_and_who_did_not_try_says_nothing():
    untried = replace(rr.wrong(), status="untouched")
    graded = [rr.result("ann"), rr.result("bob", [rr.right(rr.CELL)])]
    graded.append(rr.result("eve", [untried]))
    tests, kinds = tally.tests_by_difficulty(graded)
    shares = [one.share for _, one in tests]
    assert shares == sorted(shares)
    assert dict(tests)[rr.CELL, "values", "test_values[3]"] == Tally(1, 2)
    assert dict(kinds)["shapes"] == Tally(3, 3)
    assert next(iter(dict(kinds))) == "values"
