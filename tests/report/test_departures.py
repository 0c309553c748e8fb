import report_results as rr

from autograder.report.departures import departure_rows, first_departures
from unrolled.check.where import Where


def wrong(student, name, verdict="value", function=rr.CELL, **more):
    where = Where(function, "4", 7, name, verdict)
    return rr.result(student, [rr.wrong(function, where=where, **more)])


CLASS = [
    wrong("bob", "dc_prev"),
    wrong("ann", "dc_prev", "shape"),
    wrong("cat", "ft"),
    wrong("dan", "dc_prev", function=rr.SEQUENCE),
    wrong("eve", "dc_prev", status="passed"),
    wrong("fay", "dc_prev", status="untouched"),
    rr.result("gus"),
]


def test_the_most_frequent_place_comes_first_and_each_function_counts_for_itself():
    found = first_departures(CLASS)
    assert [(d.function, d.name, d.students) for d in found] == [
        (rr.CELL, "dc_prev", ["bob", "ann"]),
        (rr.CELL, "ft", ["cat"]),
        (rr.SEQUENCE, "dc_prev", ["dan"]),
    ]
    # who got it right is not counted, nor who has not begun; one without a place is
    assert [d.tried for d in found] == [4, 4, 1]


def test_a_row_says_how_many_of_how_many_and_names_nobody_unless_asked():
    row = departure_rows(CLASS, names=False)[0]
    assert (row.said, row.share, row.students) == ("2 of 4", 0.5, "")
    assert row.verdicts == "wrong values: 1, wrong shape: 1"
    assert departure_rows(CLASS, names=True)[0].students == "ann, bob"
    assert departure_rows([rr.result("gus")], names=True) == []
