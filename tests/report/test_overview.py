"""The class on one page."""

import re
from argparse import Namespace

import pytest
import report_results as rr
from fuzzing import cases
from hypothesis import given
from test_student_page import Tags, text

from autograder.grade.told import Mistake
from autograder.report import overview
from autograder.report.gather import Gathered
from unrolled.check.where import Where

OWN = "f reads `mine`, which is a variable of the notebook."


def write(*results, names=False):
    return overview.make_report(
        Gathered(results), Namespace(paths=[], names=names, solutions=None)
    )


@pytest.fixture
def several():
    half = rr.wrong(rr.SEQUENCE, mistake=rr.named("a0-every-step"))
    return [
        rr.result("ann"),
        rr.result("bob", [rr.wrong(), half]),
        rr.result("cat", [rr.right(rr.CELL), half]),
        rr.result(
            "dan",
            [rr.wrong(status="untouched", mistake=rr.named("placeholder-left")), half],
        ),
        rr.refused("eve"),
        rr.broken("fay"),
    ]


def rows(page):
    return [text(row) for row in re.findall(r"<tr>.*?</tr>", page, re.S)]


def test_marks_and_what_was_not_graded(several):
    said = text(write(*several))
    assert "6 submissions; mean mark 45 %, median 50 %." in said
    assert "1 could not be read and got 0." in said
    assert "1 not graded by a fault of the machinery" in said
    assert (
        'aria-label="Marks. 0 to 10 %: 1, 20 to 30 %: 1, 50 to 60 %: 1, 70 to 80 %: 2"'
        in write(*several)
    )


def test_points_of_each_function(several):
    (row,) = (
        r
        for r in rows(write(*several))
        if r.strip().startswith(rr.CELL) and "of 10" in r
    )
    assert "1 all points, 2 half or more, 2 not begun or not there." in row
    assert "4 of 10" in row
    assert "Chapter 1: " in row


def test_mistakes_by_how_often_they_were_met(several):
    page = write(*several)
    found = [r for r in rows(page) if "a0-every-step" in r or "sigmoid-for-tanh" in r]
    assert "3 (60 %)" in found[0]
    assert "Every step starts from a0 again" in found[0].replace(
        "  ", " "
    )  # as the catalogue says it
    assert "2 (40 %)" in found[1]
    assert "placeholder-left" not in page  # what was not begun is no mistake


def test_a_mistake_that_is_in_no_catalogue_is_told_as_in_the_feedback():
    mistake = Mistake("notebook-globals", OWN, "Look.", "slips1_rnn_cell#slip-globals")
    page = write(rr.result(tasks=[rr.wrong(mistake=mistake)]))
    (row,) = (r for r in rows(page) if "notebook-globals" in r)
    assert "f reads mine , which is a variable of the notebook. Look." in row
    assert "Chapter 1: Right in your notebook" in row


def test_where_wrong_functions_depart_first():
    def at(student, name, verdict="value", function=rr.CELL):
        where = Where(function, "4", 7, name, verdict)
        return rr.result(student, [rr.wrong(where=where), rr.right(rr.SEQUENCE)])

    class_ = [at("ann", "a_next"), at("bob", "yt_pred"), at("cat", "a_next", "shape")]
    page = write(*class_, rr.result("dan"), rr.result("eve", [rr.right(rr.CELL)]))
    first, second = (r for r in rows(page) if "wrong values" in r)
    assert re.search(
        r"rnn_cell_forward : a_next wrong values: 1, wrong shape: 1", first
    )
    assert "50 % (2 of 4)" in first
    assert "yt_pred wrong values: 1" in second
    assert "ann" not in page
    assert "ann, cat" in write(*class_, names=True)
    assert "depart first" not in write(rr.result("dan"))


def test_tests_by_difficulty_of_those_who_tried(several):
    found = [r for r in rows(write(*several)) if "test_values" in r]
    shares = [int(re.search(r"(\d+) % ", r)[1]) for r in found]
    assert shares == sorted(shares)
    assert re.search(
        r"rnn_forward values, test_values\[2\] 25 % \(1 of 4\) Chapter 1", found[0]
    )


def test_no_student_is_named_unless_asked_for(several):
    page = text(write(*several))
    assert not re.search(r"\b(ann|bob|cat|dan|eve|fay)\b", page)
    named = text(write(*several, names=True))
    assert "bob, cat, dan" in named
    assert "1 could not be read and got 0: eve." in named


def test_without_the_course_it_still_works(several, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = text(write(*several))
    assert "The hidden state went through a sigmoid." in said
    assert "slips1_rnn_cell.html#slip-tanh" in said


def test_one_page_that_asks_for_nothing(several):
    tags = Tags(write(*several, names=True))
    assert {tag for tag, _ in tags.found} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "form",
    } == set()
    assert not tags.open


@cases(60)
@given(rr.TEXTS)
def test_a_text_stays_text(evil):
    task = rr.wrong(f"f{evil}", feedback=rr.saying(evil))
    page = write(rr.result(evil, [task]), rr.refused(evil + "x", evil), names=True)
    assert {tag for tag, _ in Tags(page).found} & {"script", "img"} == set()
    assert not Tags(page).open
