"""Moodle's grading worksheet and gradebook export with marks in them."""

import argparse
import csv
import html
import io

import pytest
import report_results as rr
from fuzzing import cases
from hypothesis import given
from tables import each_row

from autograder.grade.told import Feedback
from autograder.report import moodle
from autograder.report.gather import Gathered, ReportError

HEADS = [
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade",
    "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
    "Feedback comments",
]  # fmt: skip
DATE = "Saturday, 21 November 2026, 9:15 AM"
PEOPLE = [
    ("9001", "Jane Doe", "jane@example.org"),
    ("9002", "José O'Neil, Jr", "jose@example.org"),
    ("9003", "=1+1", "+eve@example.org"),
    ("9004", "Jane Doe", "jane2@example.org"),
]


def worksheet(tmp_path, highest="20.00", delimiter=",", encoding="utf-8"):
    rows = [HEADS] + [
        [
            f"Participant {number}",
            name,
            address,
            "Submitted for grading",
            "",
            highest,
            "Yes",
            DATE,
            "-",
            "",
        ]
        for number, name, address in PEOPLE
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = tmp_path / "worksheet.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def importer(text, delimiter=","):
    """Marks and comments by participant, as mod/assign/feedback/offline/importer.php takes them."""
    rows = list(
        csv.reader(
            io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter
        )
    )
    columns = {name: rows[0].index(name) for name in HEADS}
    assert all(len(row) == len(HEADS) for row in rows)
    assert all(row[columns["Last modified (submission)"]] == DATE for row in rows[1:])
    return {
        row[columns["Identifier"]][len("Participant ") :]: (
            row[columns["Grade"]],
            row[columns["Feedback comments"]],
        )
        for row in rows[1:]
    }


def write(results, path, *more):
    parser = argparse.ArgumentParser()
    moodle.add_options(parser)
    return moodle.make_report(
        Gathered(tuple(results)), parser.parse_args(["--roster", str(path), *more])
    )


@each_row(
    "name",
    [
        "Participant 9002",
        "9002",
        "jose@example.org",
        "José O_Neil, Jr",
        "José O'Neil, Jr",
    ],
)
def test_a_student_is_found_by_number_address_or_name(name, tmp_path):
    marks = importer(write([rr.result(name)], worksheet(tmp_path)))
    assert [mark for mark, _ in marks.values()] == ["", "15", "", ""]


def test_two_of_one_name_are_told_apart_by_the_number_of_the_download(tmp_path, capsys):
    marks = importer(
        write([rr.result("Jane Doe-9004"), rr.result("Jane Doe")], worksheet(tmp_path))
    )
    assert [mark for mark, _ in marks.values()] == ["", "", "", "15"]
    assert "Jane Doe fits 2 lines" in capsys.readouterr().err


def test_the_number_of_the_download_says_it_alone(tmp_path):
    results = [rr.result("Jane Doe", account="moodle 9004")]
    results += [rr.result("Jane Doe-9001", account="moodle 9001", score=2.0)]
    marks = importer(write(results, worksheet(tmp_path)))
    assert [mark for mark, _ in marks.values()] == ["2", "", "", "15"]


def test_all_columns_and_lines_stay(tmp_path):
    path = worksheet(tmp_path)
    before, after = (
        path.read_text().splitlines(),
        write([rr.result("9001")], path).splitlines(),
    )
    assert after[:1] + after[2:3] == before[:1] + before[2:3]
    assert len(after) == len(before)
    assert '"José O\'Neil, Jr"' in after[2]


def test_formulas_are_quoted_and_a_dash_stays(tmp_path):
    rows = list(
        csv.reader(
            io.StringIO(write([rr.result("9003")], worksheet(tmp_path)), newline="")
        )
    )
    assert rows[3][1:3] == ["'=1+1", "'+eve@example.org"]
    assert rows[3][4] == "15"
    assert rows[3][8] == "-"


def test_zeros_only_if_asked_for(tmp_path):
    assert [
        m for m, _ in importer(write([rr.result("9001")], worksheet(tmp_path))).values()
    ] == ["15", "", "", ""]
    zeros = importer(write([rr.result("9001")], worksheet(tmp_path), "--missing-zero"))
    assert [mark for mark, _ in zeros.values()] == ["15", "0", "0", "0"]


def test_where_the_machinery_failed_the_cell_stays(tmp_path):
    marks = importer(
        write([rr.broken("9001")], worksheet(tmp_path), "--missing-zero", "--feedback")
    )
    assert marks["9001"] == ("", "")


def test_semicolons_and_decimal_commas(tmp_path):
    half = rr.result("9001", [rr.wrong(points=10.5), rr.right(rr.SEQUENCE, 9.5)])
    text = write([half], worksheet(tmp_path, "20,00", ";", "utf-8-sig"))
    assert importer(text, ";")["9001"][0] == "14,75"


def test_another_maximum_is_refused_unless_scaled(tmp_path):
    with pytest.raises(
        ReportError, match=r"maximum is 100 points and the exercise's 20.*--scale"
    ):
        write([rr.result("9001")], worksheet(tmp_path, "100.00"))
    assert (
        importer(write([rr.result("9001")], worksheet(tmp_path, "100.00"), "--scale"))[
            "9001"
        ][0]
        == "75"
    )


@cases(60)
@given(rr.TEXTS)
def test_feedback_is_html_that_shows_the_text(tmp_path_factory, evil):
    path = worksheet(tmp_path_factory.mktemp("moodle"))
    task = rr.wrong(points=20, feedback=Feedback(f"m{evil}"))
    result = rr.result("9001", [task])
    text = write([result], path, "--feedback").encode("utf-8", "replace").decode()
    said = importer(text)["9001"][1]
    assert said.startswith("<pre>m")
    assert "<" not in said.removeprefix("<pre>").removesuffix("</pre>")
    assert html.unescape(said)


def test_feedback_needs_its_column(tmp_path):
    path = worksheet(tmp_path)
    path.write_text(path.read_text().replace("Feedback comments", "Notes"))
    with pytest.raises(ReportError, match='no column "Feedback comments"'):
        write([rr.result("9001")], path, "--feedback")


def test_a_worksheet_is_of_one_exercise(tmp_path):
    with pytest.raises(
        ReportError, match="of one assignment; there are results of ex1_rnn_cell, ex2_x"
    ):
        write(
            [rr.result("9001"), rr.result("9001", assignment="ex2_x")],
            worksheet(tmp_path),
        )


def test_the_gradebooks_export(tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text(
        '"First name",Surname,"ID number","Email address",'
        '"Assignment: ex1_rnn_cell (Real)","Course total (Real)"\n'
        "Jane,Doe,77,jane@example.org,-,-\nJo,Li,78,jo@example.org,12.00,12.00\n"
    )
    rows = list(
        csv.reader(io.StringIO(write([rr.result("Jane Doe")], path), newline=""))
    )
    assert [row[4] for row in rows[1:]] == ["15", "12.00"]
    assert rows[1][5] == "-"
    with pytest.raises(ReportError, match="no columns for 'ex9_x'"):
        write([rr.result("77", assignment="ex9_x")], path)
    named = write(
        [rr.result("78", assignment="ex9_x")], path, "--column", "Course total (Real)"
    )
    assert named.split("\r\n")[2].endswith("12.00,15")


def test_what_is_no_roster_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ReportError, match="no roster of Moodle"):
        write([rr.result("9001")], path)
