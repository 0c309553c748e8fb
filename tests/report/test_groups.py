"""Marks of groups, for each member."""

from dataclasses import replace

import pytest
import report_results as rr
from tables import each_row

from autograder.report.gather import ReportError
from autograder.report.groups import Member, of_members, read_groups
from autograder.report.marks_table import People, read_by_hand
from autograder.report.totals import ByHand

GROUP = replace(rr.result("group1"), account="canvas 4711 group1")


@pytest.fixture
def table(tmp_path):
    def table(text):
        path = tmp_path / "groups.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return table


def test_a_table_of_ones_own_and_canvass(table):
    own = read_groups(
        table("\ufeffGroup,Student\nGroup 1,ann\nGroup 1,Bo\u0301b\n,zoe\n")
    )
    assert own == {"group1": [Member("ann"), Member("Bób")]}
    canvas = (
        "name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id\n"
        "Ann Lee,11,,ann,A,Group 1,7\nZoe,12,,zoe,A,,\n"
    )
    assert read_groups(table(canvas)) == {"group1": [Member("ann", "canvas 11 ann")]}


def test_each_member_gets_the_mark_and_an_own_result_stays():
    alone, own = rr.result("cy"), replace(rr.result("bob"), score=3.0)
    groups = {"group1": [Member("ann", "canvas 11 ann"), Member("bob")]}
    found, problems = of_members([GROUP, alone, own], groups)
    by_student = {one.student: one for one in found}
    assert set(by_student) == {"ann", "bob", "cy"}
    assert (by_student["ann"].score, by_student["ann"].account) == (15, "canvas 11 ann")
    assert by_student["bob"].score == 3
    assert problems == [
        f"{rr.EX1}: bob has a result already; that of group1 is left out"
    ]


def test_points_by_hand_of_a_group_are_its_members(table):
    groups = {"group1": [Member("ann"), Member("bob")]}
    people = People(of_members([GROUP], groups)[0], groups)
    assert read_by_hand(table("student,points\nGroup 1,2\nbob,1\n"), people) == {
        (rr.EX1, "ann"): ByHand(2.0),
        (rr.EX1, "bob"): ByHand(3.0),
    }


@each_row("text", ["", "team,person\na,b\n"])
def test_a_table_without_the_columns_is_refused(table, text):
    with pytest.raises(ReportError, match="expected the columns group and student"):
        read_groups(table(text))
