"""Tables of points by hand and of times: every line is somebody's, or it is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import report_results as rr
from tables import each_row

from autograder.report.gather import ReportError
from autograder.report.marks_table import People, read_by_hand, read_handed_in
from autograder.report.totals import ByHand

ANN = replace(rr.result("ann"), account="canvas 4711 ann")
BOB = rr.result("Bób")
OTHER = replace(rr.result("ann"), assignment="ex2_rnn_backward")


@pytest.fixture
def read(tmp_path):
    """What a reader makes of a table, with these results."""

    def read(reader, text, *results):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return reader(path, People(results or (ANN, BOB)))

    return read


def test_answers_of_one_student_are_added_up(read):
    text = (
        "\ufeffStudent;Points;Comment\nann;2,5;Good.\n\nBo\u0301b;0;\n4711;1;Short.\n"
    )
    assert read(read_by_hand, text) == {
        (rr.EX1, "ann"): ByHand(3.5, comment="Good. Short."),
        (rr.EX1, "Bób"): ByHand(0.0),
    }


def test_with_several_exercises_a_line_says_which(read):
    text = "student,assignment,points\nann,ex2_rnn_backward,4\n"
    found = read(read_by_hand, text, ANN, OTHER)
    assert found == {("ex2_rnn_backward", "ann"): ByHand(4.0)}
    with pytest.raises(ReportError, match="say in a column assignment"):
        read(read_by_hand, "student,points\nann,4\n", ANN, OTHER)


@each_row(
    ("text", "said"),
    [
        ("student,points\nzoe,3\n", r"table\.csv:2: no result belongs to 'zoe'"),
        ("student,points\nann,lots\n", "'lots' is no number of points"),
        ("student,points\nann,-1\n", "'-1' is no number of points"),
        ("student,points\nann,nan\n", "'nan' is no number of points"),
        ("student,marks\nann,3\n", "expected the columns student, points"),
        ("student,assignment,points\nann,ex9,3\n", "no result is of 'ex9'"),
    ],
)
def test_a_line_that_is_not_understood_is_named(read, text, said):
    with pytest.raises(ReportError, match=said):
        read(read_by_hand, text)


def test_times_have_an_offset_and_may_be_of_one_exercise(read):
    text = "student,assignment,time\nann,,2027-01-15T13:00:00+01:00\n"
    noon = datetime(2027, 1, 15, 12, tzinfo=UTC)
    assert read(read_handed_in, text) == {("", "ann"): noon}
    one = text.replace(",,", f",{rr.EX1},")
    assert read(read_handed_in, one) == {(rr.EX1, "ann"): noon}
    for time in ("2027-01-15T13:00:00", "yesterday"):
        with pytest.raises(ReportError, match="is no time with an offset"):
            read(read_handed_in, f"student,time\nann,{time}\n")


def test_a_table_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ReportError, match=r"no\.csv cannot be read"):
        read_by_hand(tmp_path / "no.csv", People([ANN]))
