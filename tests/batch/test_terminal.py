"""The table of marks as it stands on a terminal of 80 and of 120 columns."""

import io
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from autograder.batch import terminal
from autograder.batch.batch import Batch
from autograder.batch.submissions import Graded
from autograder.collect.hand_in import HandIn
from autograder.grade.result import Result, TaskResult
from autograder.grade.told import Feedback, Mistake
from autograder.report.feedback import STATUSES


def result(student, *tasks, score=20.0, assignment="ex1_rnn_cell", problem=""):
    made = [
        TaskResult(
            t,
            0.0 if s != "passed" else 10.0,
            10,
            s,
            Feedback("told", mistake=Mistake(m, "", "", "") if m else None),
        )
        for t, s, m in tasks
    ]
    return Result(assignment, student, 0, score, 20, made, [], problem)


CELL, SEQUENCE = "rnn_cell_forward", "rnn_forward"
RIGHT = result("ann", (CELL, "passed", None), (SEQUENCE, "passed", None))
NAMED = result(
    "bob", (CELL, "passed", None), (SEQUENCE, "partial", "a0-every-step"), score=12.17
)
BOTH = result(
    "cyd",
    (CELL, "failed", "softmax-over-everything"),
    (SEQUENCE, "timeout", "never-returns"),
    score=0,
)
UNTOUCHED = result(
    "dan", *((n, "untouched", "placeholder-left") for n in (CELL, SEQUENCE)), score=0
)
REFUSED = result(
    "eve",
    *((n, "missing", None) for n in (CELL, SEQUENCE)),
    score=0,
    problem="the file is empty",
)
FAILED = result("fay", score=None, problem="the grading machinery failed: [odd]")
LONG = result(
    "Maximiliane-Charlotte von der Ostsee-Brandenburg " * 2,
    (CELL, "passed", None),
    (SEQUENCE, "failed", None),
)
ALL = [RIGHT, NAMED, BOTH, UNTOUCHED, REFUSED, FAILED, LONG]


@pytest.fixture
def shown(monkeypatch, capsys):
    def shown(results, width, **more):
        done = [
            Graded(HandIn(r.student, r.assignment, Path("x")), r, **more)
            for r in results
        ]
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr(terminal, "grade_all", lambda *a: iter(done))
        terminal.show(Batch(Path(), Path(), Path("/out")), [d.hand_in for d in done], 1)
        return [
            line.rstrip()
            for line in capsys.readouterr().out.splitlines()
            if line.strip()
        ]

    return shown


@pytest.mark.parametrize("width", [80, 120])
def test_a_submission_is_one_line_where_it_fits(width, shown):
    lines = shown([RIGHT, NAMED, UNTOUCHED, REFUSED, FAILED, LONG], width)
    assert len(lines) == 1 + 6 + 1
    assert max(map(len, lines)) <= width


def test_what_is_passed_is_not_listed_and_what_is_not_is_named(shown):
    lines = shown(ALL, 120)
    text = "\n".join(lines)
    assert "◐ rnn_forward a0-every-step" in text
    assert (
        "✗ rnn_cell_forward softmax-over-everything  ⏱ rnn_forward never-returns"
        in text
    )
    assert "· all untouched" in text
    assert "the grading machinery failed: [odd]" in text
    assert next(line for line in lines if line.startswith("ann")).split() == [
        "ann",
        "20",
        "of",
        "20",
    ]


def test_no_item_is_broken_between_two_lines(shown):
    lines = shown([RIGHT, BOTH], 80)
    assert lines[2].endswith("0 of 20  ✗ rnn_cell_forward softmax-over-everything")
    assert lines[3].strip() == "⏱ rnn_forward never-returns"
    for width in range(85, 105):
        lines = shown([RIGHT, BOTH], width)
        assert len(lines) in (4, 5)
        assert any(
            "✗ rnn_cell_forward softmax-over-everything" in line for line in lines
        )
        assert any(line.endswith("⏱ rnn_forward never-returns") for line in lines)


def test_a_long_name_is_cut(shown):
    line = next(one for one in shown(ALL, 80) if one.startswith("Maxi"))
    assert line.split("…")[0] == LONG.student[:19]


def test_names_that_begin_alike_are_told_apart(shown):
    names = [f"2027_winter_sequence_models_group_{n}" for n in (1, 2)]
    lines = shown([replace(RIGHT, student=name) for name in names], 80)
    assert [line.split()[0] for line in lines[1:3]] == names


def test_the_exercise_is_named_where_there_are_several(shown):
    other = result("ann", (CELL, "passed", None), assignment="ex2_rnn_backward")
    assert "assignment" not in shown([RIGHT, NAMED], 80)[0]
    lines = shown([RIGHT, other], 80)
    assert "assignment" in lines[0]
    assert "ex2_rnn_backward" in lines[2]


def test_counts_are_spelled_right(shown):
    assert shown([RIGHT], 80)[-1].startswith("1 submission in ")
    assert shown([RIGHT, NAMED], 80)[-1].startswith("2 submissions in ")
    assert (
        ", 2 of them graded before (--again grades anew); results in /out"
        in shown([RIGHT, NAMED], 200, kept=True)[-1]
    )
    assert shown([], 80)[-1].startswith("0 submissions in ")


def test_changed_marks_are_told(shown):
    lines = shown([NAMED, FAILED], 80, before=20.0, because="the tests changed")
    assert "changed: bob ex1_rnn_cell: 20 → 12.17, since the tests changed" in lines
    assert "changed: fay ex1_rnn_cell: 20 → error, since the tests changed" in lines


def test_one_submission_is_shown_whole(shown):
    lines = shown([NAMED], 80)
    assert lines[0] == "bob  ex1_rnn_cell  12.17 of 20"
    assert lines[1:3] == ["10/10  told", "0/10  told"]


def test_markup_and_odd_bytes_in_names_are_harmless(shown):
    odd = result(
        "[red]x[/] \udceb\x1b[2J", (CELL, "passed", None), (SEQUENCE, "passed", None)
    )
    assert shown([odd, RIGHT], 80)[1].startswith("[red]x[/] ��[2J")
    assert shown([odd], 80)[0].startswith("[red]x[/] ��[2J")


def test_every_status_has_a_mark():
    assert set(STATUSES) - {"error"} == set(terminal.MARKS)


@pytest.fixture
def followed(monkeypatch):
    """Follow submissions that take two seconds each, unless kept; what is said."""

    def followed(*kept):
        clock = iter(itertools.accumulate([0.0, *(0.0 if k else 2.0 for k in kept)]))
        monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
        console = Console(file=io.StringIO(), width=120)
        done = [
            Graded(HandIn("ann", "ex1_rnn_cell", Path("x")), RIGHT, kept=k)
            for k in kept
        ]
        assert list(terminal.following(console, done, len(done))) == done
        return console.file.getvalue()

    return followed


def test_progress_is_told_with_rate_and_time_left(followed):
    """Every ten seconds, and not at the end."""
    said = followed(*[False] * 12).splitlines()
    assert [line for line in said if line.strip()] == [
        "graded 5 of 12, 0.5 a second, 0:00:14 left",
        "graded 10 of 12, 0.5 a second, 0:00:04 left",
    ]


def test_what_was_graded_before_does_not_count_for_the_rate(followed):
    said = followed(*[True] * 100, *[False] * 6)
    assert "graded 105 of 106, 0.5 a second, 0:00:02 left" in said


def test_a_terminal_has_a_bar_with_rate_and_time_left(shown, monkeypatch):
    seen = []
    monkeypatch.setattr(
        terminal.Progress, "update", lambda self, task, **fields: seen.append(fields)
    )
    shown([RIGHT, NAMED], 80)
    assert [fields["completed"] for fields in seen] == [1, 2]
    assert re.fullmatch(r"[\d.]+ a second, 0:00:00 left", seen[-1]["speed"])


def test_of_very_many_only_problems_and_a_summary_are_shown(shown):
    many = [
        replace(one, student=f"s{k:03}")
        for k, one in enumerate([RIGHT, NAMED, UNTOUCHED] * 40)
    ]
    text = "\n".join(shown([*many, REFUSED], 120))
    assert (
        "ex1_rnn_cell: 121 marks, median 61%, 40 full, 41 at 0; `report csv` lists them all"
        in text
    )
    assert "the file is empty" in text
    assert "s001" not in text
