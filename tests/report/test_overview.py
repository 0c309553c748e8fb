"""The class on one page."""

import re
from argparse import Namespace

import pytest
import report_results as rr
from fuzzing import cases
from hypothesis import given
from test_student_page import Tags, text

from autograder.report import overview
from autograder.report.gather import Gathered

OWN = "f reads `mine`, which is a variable of the notebook."


def write(*results, names=False):
    return overview.make_report(
        Gathered(results), Namespace(paths=[], names=names, solutions=None)
    )


@pytest.fixture
def several():
    half = rr.wrong(rr.SEQUENCE, mistake="a0-every-step", message="  mistake   x")
    return [
        rr.result("ann"),
        rr.result("bob", [rr.wrong(), half]),
        rr.result("cat", [rr.right(rr.CELL), half]),
        rr.result(
            "dan", [rr.wrong(status="untouched", mistake="placeholder-left"), half]
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
    message = (
        f"✗ f\n  mistake   {OWN}\n  hint      Look.\n"
        "  book      slips1_rnn_cell.html#slip-globals"
    )
    page = write(
        rr.result(tasks=[rr.wrong(mistake="notebook-globals", message=message)])
    )
    (row,) = (r for r in rows(page) if "notebook-globals" in r)
    assert "f reads mine , which is a variable of the notebook. Look." in row
    assert "Chapter 1: Right in your notebook" in row


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
    message = f"{evil}\n  mistake   {evil}\n  hint      {evil}\n  book      {evil}"
    task = rr.wrong(f"f{evil}", mistake=f"m{evil}", message=message)
    page = write(rr.result(evil, [task]), rr.refused(evil + "x", evil), names=True)
    assert {tag for tag, _ in Tags(page).found} & {"script", "img"} == set()
    assert not Tags(page).open
