"""Canvas's gradebook with marks in it, read back as Canvas's importer reads it."""

import csv
import io
import re
from itertools import product

import pytest
import report_results as rr
from fuzzing import cases
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from autograder.report import canvas
from autograder.report.gather import Gathered, ReportError

HEADS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
COLUMN = "ex1_rnn_cell: one step (777)"
OTHER = "Essay, short (42)"
PEOPLE = [
    ["Doe, Jane", "101", "s-101", "jdoe", "A"],
    ["O'Neil, José", "102", "s-102", "joneil", "A"],
    ["=cmd|'/c calc'!A1", "103", "s-103", "mallory", "A, B"],
    ["Li, Wei", "104", "s-104", "wli", "A"],
    ["Li, Wei", "105", "s-105", "wli2", "A"],
]


def export(
    tmp_path,
    delimiter=",",
    encoding="utf-8",
    possible="20",
    marks=("", "7", "", "", ""),
    more=(),
):
    """A gradebook as Canvas exports it."""
    rows = [[*HEADS, OTHER, COLUMN, "Current Score", "Final Score"]]
    rows += [["", "", "", "", "", "Manual Posting", "", "", ""]]
    rows += [
        [
            "    Points Possible",
            "",
            "",
            "",
            "",
            "5",
            possible,
            "(read only)",
            "(read only)",
        ]
    ]
    rows += [
        [*person, "3", mark, "60", "60"]
        for person, mark in zip(
            [*PEOPLE, *more], [*marks, *[""] * len(more)], strict=False
        )
    ]
    rows += [["Student, Test", "999", "", "t999", "A", "", "", "", ""]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = tmp_path / "gradebook.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def importer(text):
    """Marks by Canvas's id, as app/models/gradebook_importer.rb finds them; no points, no test
    of a student.
    """
    text = text.removeprefix("\ufeff")
    delimiter = (
        ";"
        if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",")
        else ","
    )
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    heads = rows[0]
    assert "Student" in heads[0]
    assert "ID" in heads[1]
    assert "Section" in heads[4]
    assert re.match(r"SIS\s+User\s+ID", heads[2])
    assert re.match(r"SIS\s+Login\s+ID", heads[3])
    found = {}
    for row in rows[1:]:
        if "Points Possible" in row[0] or all(
            re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", c) for c in row
        ):
            continue
        found[row[1]] = dict(zip(heads[5:], row[5:], strict=True))
    return found


def write(results, path, *more):
    parser = __import__("argparse").ArgumentParser()
    canvas.add_options(parser)
    return canvas.make_report(
        Gathered(tuple(results)), parser.parse_args(["--roster", str(path), *more])
    )


@each_row(
    "name", ["101", "s-101", "jdoe", "Doe, Jane", "Jane Doe", "doejane", "Doe_ Jane"]
)
def test_a_student_is_found_by_number_login_or_name(name, tmp_path):
    assert importer(write([rr.result(name)], export(tmp_path)))["101"] == {COLUMN: "15"}


def test_only_the_marks_columns_stay_so_that_nothing_else_changes(tmp_path):
    text = write([rr.result("jdoe")], export(tmp_path))
    assert OTHER not in text
    assert "Current Score" not in text
    assert [line.split(",")[0] for line in text.split("\r\n")[1:3]] == [
        "",
        "    Points Possible",
    ]


def test_who_has_no_result_keeps_the_cell(tmp_path, capsys):
    marks = importer(write([rr.result("jdoe")], export(tmp_path)))
    assert [marks[i][COLUMN] for i in ("101", "102", "103", "104", "999")] == [
        "15",
        "7",
        "",
        "",
        "",
    ]
    assert "no result for O'Neil, José" in capsys.readouterr().err


def test_a_zero_for_who_has_no_result_if_asked_for(tmp_path):
    marks = importer(write([rr.result("jdoe")], export(tmp_path), "--missing-zero"))
    assert [marks[i][COLUMN] for i in ("101", "102", "103", "999")] == [
        "15",
        "0",
        "0",
        "",
    ]


def test_where_the_machinery_failed_the_cell_stays(tmp_path, capsys):
    marks = importer(write([rr.broken("joneil")], export(tmp_path), "--missing-zero"))
    assert marks["102"][COLUMN] == "7"
    assert "joneil has no mark: the grading machinery failed" in capsys.readouterr().err


def test_of_two_who_fit_none_is_taken(tmp_path, capsys):
    marks = importer(
        write([rr.result("Li, Wei"), rr.result("liwei-105")], export(tmp_path))
    )
    assert (marks["104"][COLUMN], marks["105"][COLUMN]) == ("", "15")
    assert (
        "Li, Wei fits 2 lines of the roster; no mark was written"
        in capsys.readouterr().err
    )


def test_of_two_results_for_one_line_none_is_taken(tmp_path, capsys):
    marks = importer(write([rr.result("jdoe"), rr.result("101")], export(tmp_path)))
    assert marks["101"][COLUMN] == ""
    assert "101, jdoe fit the same line" in capsys.readouterr().err


def test_the_account_says_it_and_no_name_does(tmp_path, capsys):
    """Two are called alike, one has taken another's name, and of one the name in the roster is
    another one now.
    """
    made = {
        "liwei-104": ("104 liwei", 1.0),
        "liwei": ("105 liwei", 2.0),
        "oneiljosé": ("101 oneiljosé", 3.0),
    }
    results = [
        rr.result(name, account=f"canvas {account}", score=score)
        for name, (account, score) in made.items()
    ]
    marks = importer(
        write([*results, rr.result("doejane", score=9.0)], export(tmp_path))
    )
    assert [marks[i][COLUMN] for i in ("101", "102", "104", "105")] == [
        "3",
        "7",
        "1",
        "2",
    ]
    assert (
        "doejane fits a line of the roster that is another's; no mark was written"
        in capsys.readouterr().err
    )


def test_a_name_that_looks_like_anothers_account_takes_no_line(tmp_path, capsys):
    made = [("doejane", "101 doejane", 5.0), ("mallory", "101 mallory", 20.0)]
    results = [
        rr.result(name, account=f"canvas {account}", score=score)
        for name, account, score in made
    ]
    assert importer(write(results, export(tmp_path)))["101"] == {COLUMN: "5"}
    assert (
        "mallory fits a line of the roster that is another's" in capsys.readouterr().err
    )


def test_an_account_that_the_roster_does_not_know_is_not_guessed_by_name(
    tmp_path, capsys
):
    assert importer(
        write([rr.result("doejane", account="canvas 7 doejane")], export(tmp_path))
    )["101"] == {COLUMN: ""}
    assert "doejane is not in the roster" in capsys.readouterr().err


def test_another_platforms_numbers_say_nothing(tmp_path):
    marks = importer(
        write([rr.result("doejane", account="moodle 104")], export(tmp_path))
    )
    assert [marks[i][COLUMN] for i in ("101", "104")] == ["15", ""]


def test_both_forms_of_an_accent_are_one_name(tmp_path):
    assert importer(write([rr.result("oneiljose\u0301")], export(tmp_path)))["102"] == {
        COLUMN: "15"
    }


def test_who_is_not_in_the_roster_is_told(tmp_path, capsys):
    write([rr.result("stranger")], export(tmp_path))
    assert (
        "stranger is not in the roster; no mark was written" in capsys.readouterr().err
    )


def test_names_with_commas_and_formulas_are_quoted(tmp_path):
    text = write([rr.result("mallory")], export(tmp_path))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert ["'=cmd|'/c calc'!A1", "103", "s-103", "mallory", "A, B", "15"] in rows


@each_row(
    ("delimiter", "encoding"),
    product([",", ";"], ["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_what_spreadsheets_make_of_a_file_is_read(encoding, delimiter, tmp_path):
    path = export(
        tmp_path,
        delimiter,
        encoding,
        marks=["", "7,5" if delimiter == ";" else "7.5", "", "", ""],
    )
    half = rr.result("oneiljosé", [rr.wrong(points=10.5), rr.right(rr.SEQUENCE, 9.5)])
    text = write([half], path)
    assert importer(text)["102"] == {COLUMN: "14,75" if delimiter == ";" else "14.75"}
    assert text.startswith("\ufeff") == (encoding == "utf-8-sig")


def test_other_points_in_canvas_are_refused_unless_scaled(tmp_path):
    path = export(tmp_path, possible="100")
    with pytest.raises(
        ReportError, match=r"maximum is 100 points and the exercise's 20.*--scale"
    ):
        write([rr.result("jdoe")], path)
    assert importer(write([rr.result("jdoe")], path, "--scale"))["101"][COLUMN] == "75"


def test_a_column_of_another_name(tmp_path):
    assert importer(
        write(
            [rr.result("jdoe")],
            export(tmp_path, possible="5"),
            "--column",
            OTHER,
            "--scale",
        )
    )["101"] == {OTHER: "3.75"}
    with pytest.raises(ReportError, match=r"no columns for 'Quiz'.*Essay"):
        write([rr.result("jdoe")], export(tmp_path), "--column", "Quiz")


def test_an_exercise_without_a_column_is_told(tmp_path):
    with pytest.raises(
        ReportError,
        match=r"no columns for 'ex9_x' in the roster; name one with --column",
    ):
        write([rr.result("jdoe", assignment="ex9_x")], export(tmp_path))


def test_what_is_no_gradebook_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    for text in ("a,b\n1,2\n", "", "only\n"):
        path.write_text(text)
        with pytest.raises(ReportError, match=r"no gradebook|no roster"):
            write([rr.result("jdoe")], path)
    with pytest.raises(ReportError, match="No such file"):
        write([rr.result("jdoe")], tmp_path / "no.csv")


@cases(60)
@given(st.lists(rr.TEXTS.filter(str.strip), min_size=1, max_size=5))
def test_any_names_come_back_with_the_right_marks(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("gradebook")
    more = [
        [name, f"{200 + i}", f"x{i}y", f"login{i}z", "B"]
        for i, name in enumerate(names)
    ]
    path = export(
        folder,
        encoding="utf-8",
        more=[[c.encode("utf-8", "replace").decode() for c in m] for m in more],
    )
    parts = [rr.wrong(points=20.0 - i) for i in range(len(names))]
    graded = [
        rr.result(f"login{i}z", [part, rr.right(rr.SEQUENCE, i)])
        for i, part in enumerate(parts)
    ]
    back = importer(write(graded, path))
    assert [back[f"{200 + i}"][COLUMN] for i in range(len(names))] == [
        f"{10 + i / 2:g}" for i in range(len(names))
    ]
