"""The points of an exercise by the visible checks."""

import json

import numpy as np
import pytest
from conftest import CELL, SEQUENCE

from unrolled.check.numbers import Written
from unrolled.check.render import summary_html, summary_text
from unrolled.check.sum_up import Line, Summary, answers_in_words


@pytest.fixture
def space(unit):
    """A namespace with the reference's functions."""
    return dict(vars(unit.reference))


def lines(check, space):
    return {line.name: line for line in check.summary(space).lines}


def test_all_is_right(check, space):
    summary = check.summary(space)
    assert (summary.points, summary.most) == (20, 20)
    assert summary_text(summary).splitlines()[:3] == [
        "20 of 20 points by the visible checks.",
        "  ✓ rnn_cell_forward      10 of 10",
        "  ✓ rnn_forward           10 of 10",
    ]


def test_one_is_partly_right(check, space, unit):
    cell = unit.reference.rnn_cell_forward

    def rnn_cell_forward(xt, a_prev, parameters):
        a, y, cache = cell(xt, a_prev, parameters)
        return a, y + 1, cache

    one = lines(check, space | {CELL: rnn_cell_forward})[CELL]
    assert one.mark == "✗"
    assert one.points == pytest.approx(2 + 2 * 5 / 3, abs=0.01)  # shapes, two outputs
    assert one.text == "partly; `check(rnn_cell_forward)` says what is wrong"


def test_what_only_large_inputs_show_costs_little(check, space, unit):
    cell = unit.reference.rnn_cell_forward

    def rnn_cell_forward(xt, a_prev, parameters):
        a, y, cache = cell(xt, a_prev, parameters)
        return a + np.nan if abs(xt).max() > 100 else a, y, cache

    one = lines(check, space | {CELL: rnn_cell_forward})[CELL]
    assert 9 < one.points < 10
    verdict = check.verdict(rnn_cell_forward)
    assert not verdict.right
    assert "very large inputs" in verdict.notes[0]


def test_what_is_not_begun(check, space, unit):
    found = lines(check, {CELL: vars(unit.released)[CELL]})
    assert found[CELL].text == "not finished: a `None` is left"
    assert found[SEQUENCE].text == "not defined yet: run the cell that defines it"
    assert found[CELL].points == found[SEQUENCE].points == 0


def test_what_waits_for_another(check, space, unit):
    def rnn_cell_forward(xt, a_prev, parameters):
        return None

    def rnn_forward(x, a0, parameters):
        return rnn_cell_forward(x, a0, parameters)

    rnn_forward = type(rnn_forward)(
        rnn_forward.__code__,
        {CELL: rnn_cell_forward},
        SEQUENCE,
        None,
        rnn_forward.__closure__,
    )
    found = lines(check, space | {CELL: rnn_cell_forward, SEQUENCE: rnn_forward})
    assert found[SEQUENCE].text.endswith("mend `rnn_cell_forward` first")


def test_it_is_shown_and_the_notebook_runs_on(check, unit, capsys):
    exec("check()", {"check": check, CELL: unit.reference.rnn_cell_forward})
    out = capsys.readouterr().out
    assert out.startswith("10 of 20 points by the visible checks.")
    assert "Hidden tests call the same functions" in out


def test_answers_in_words(tmp_path):
    path = tmp_path / "ex.ipynb"
    questions = [Written("one", 5, "*Here.*"), Written("two", 3, "*Here.*")]
    cells = [
        {"id": "one", "cell_type": "markdown", "source": ["*Here.*\n"]},
        {"id": "two", "cell_type": "markdown", "source": "Because."},
    ]
    path.write_text(json.dumps({"cells": cells}))
    one, two = answers_in_words(questions, path)
    assert (one.text, one.points) == (
        "your answer is empty in the saved notebook; a person reads it",
        None,
    )
    assert two.text == "read by a person"
    assert [line.text for line in answers_in_words(questions, None)] == [
        "read by a person"
    ] * 2


def test_it_is_escaped():
    summary = Summary((Line("f<b>", "✗", 1.5, 10.0, "`a` <i>"),), ("<u>",))
    html = summary_html(summary)
    assert "f&lt;b&gt;" in html
    assert "<code>a</code> &lt;i&gt;" in html
    assert "&lt;u&gt;" in html
    assert "1.5 of 10" in html
