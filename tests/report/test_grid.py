"""The class at a glance."""

from dataclasses import replace

import report_results as rr

from autograder.report.grid import grid
from autograder.report.overview import make_report

OTHER = "ex2_rnn_backward"


def test_a_line_a_student_a_column_an_exercise_and_the_sum():
    more = replace(rr.result("bob"), assignment=OTHER, score=30.0, max_score=30.0)
    failed = replace(rr.result("cy"), score=None)
    made = grid([rr.result("ann"), rr.result("bob"), more, failed])
    assert (made.exercises, made.most, made.whole) == (
        [rr.EX1, OTHER],
        ["20", "30"],
        "50",
    )
    lines = {
        one.student: ([c.points for c in one.cells], one.sum) for one in made.lines
    }
    assert lines == {
        "ann": (["15", ""], "15"),
        "bob": (["15", "30"], "45"),
        "cy": (["?", ""], "0 + ?"),
    }
    kinds = [cell.kind for cell in made.lines[1].cells]
    assert kinds == ["part", "whole"]


def test_students_stand_in_one_order_whatever_their_capitals():
    names = ["bob", "Ann", "ann", "ANN", "Bob"]
    made = grid([rr.result(name) for name in names])
    assert [one.student for one in made.lines] == ["ANN", "Ann", "ann", "Bob", "bob"]


def test_it_stands_on_the_page_only_where_students_are_named(real_course):
    from argparse import Namespace

    from autograder.report.gather import Gathered

    for names in (True, False):
        options = Namespace(solutions=None, names=names, paths=[])
        page = make_report(Gathered((rr.result("ann-who"),)), options)
        assert ("Students and exercises" in page) is names
        assert ("ann-who" in page) is names
