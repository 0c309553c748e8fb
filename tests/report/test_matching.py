from dataclasses import replace

import report_results as rr
from tables import each_row

from autograder.report import matching


@each_row(
    ("one", "other"),
    [("O'Neil, José", "o_neil josé"), ("ＡＢ", "ab"), ("x-y z", "XYZ")],
)
def test_letters_and_digits_are_what_names_are_compared_by(one, other):
    assert matching.bare_name(one) == matching.bare_name(other)


PEOPLE = {
    1: ["Ann Lee", "Lee Ann", "ann@x.org"],
    2: ["Bob Cole", "bcole"],
    3: ["Bob Cole", "bob2"],
}
ACCOUNTS = {1: ["11"], 2: ["12"], 3: ["13"]}


def found(*students, people=PEOPLE, accounts=ACCOUNTS):
    results = [
        replace(rr.result(name), account=account and f"canvas {account}")
        for name, account in students
    ]
    return matching.match_students(results, people, accounts, "canvas")


@each_row(
    ("student", "account", "line"),
    [
        ("Ann Lee", "", 1),
        ("leeann", "", 1),
        ("bcole", "", 2),
        ("somebody", "13", 3),  # the account says it alone
        ("Bob Cole-13", "", 3),  # as `collect` tells apart two of one name
    ],
)
def test_a_student_has_the_line_of_the_account_or_of_the_name(student, account, line):
    matched = found((student, account))
    assert (matched.rows, matched.problems) == ({student: line}, [])


@each_row(
    ("students", "problem"),
    [
        ([("Bob Cole", "")], "Bob Cole fits 2 lines of the roster; no mark"),
        ([("Eve", "")], "Eve is not in the roster; no mark"),
        ([("Ann Lee", "99")], "Ann Lee is not in the roster; no mark"),
        ([("Ann Lee", ""), ("lee ann", "")], "Ann Lee, lee ann fit the same line"),
        ([("x", "11"), ("Ann Lee", "")], "Ann Lee fits a line of the roster that is"),
    ],
)
def test_where_it_cannot_be_told_no_line_is_taken(students, problem):
    matched = found(*students)
    assert [one.startswith(problem) for one in matched.problems] == [True]
    assert set(matched.rows) <= {"x"}


def test_a_roster_without_accounts_leaves_names():
    assert found(("Ann Lee", "99"), accounts={1: [], 2: [], 3: []}).rows == {
        "Ann Lee": 1
    }


def test_one_account_in_the_roster_is_enough_to_go_by_accounts():
    known = {1: ["11"], 2: [], 3: []}
    assert found(("somebody", "11"), accounts=known).rows == {"somebody": 1}


def test_a_name_has_two_orders_where_both_parts_are_known():
    assert matching.in_both_orders("Ann", "Lee") == ["Ann Lee", "Lee Ann"]
    assert matching.in_both_orders("Ann", "") == []
