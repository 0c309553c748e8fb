"""Unit 8: each broken program has its one fault and no other, and the instrument beside it
shows where.
"""

import numpy as np
import pytest
from tables import each_row

from autograder.unit.catalogue import edited
from autograder.unit.source import read_cells, stubbed
from autograder.unit.unit import load

NAMES = {
    "single_step": "dbi dbo",
    "plain_rnn": "dWx",
    "fused_lstm": "dx dh0 dWx dWh db",
    "lstm_of_1997": "dWi dbi dWg dbg dWo dbo dx dh0",
    "joined_rnn": "dx dh0 dW db",
    "coupled_lstm": "dx dh0 dWx dWh db",
    "recorded_lstm": "dWf dbf dx dh0",
    "stacked_rnn": "dWx3 dWh3 db3 dWx2 dWh2 db2 dWx1 dWh1 db1",
}
TIME_SECOND = ("fused_lstm", "joined_rnn", "recorded_lstm")
each = each_row("name", NAMES)


@pytest.fixture(scope="module")
def of(real_course):
    return load("ex8_debugging", real_course)


@pytest.fixture
def table(of, capsys):
    """The marks that the notebook's table prints, by gradient."""

    def table(program, arguments):
        of.reference.gradient_table(
            program, arguments, 1 if program.__name__ in TIME_SECOND else 0
        )
        rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
        return {row[0]: row[-1] for row in rows}

    return table


def test_these_are_the_programs(of):
    assert list(of.functions) == list(NAMES)


@each
def test_a_program_is_released_with_its_first_known_fault_and_nothing_else(of, name):
    cells = read_cells(of.course.source(of.assignment))
    fault = next(e for e in of.edits if e.misconception.function == name)
    (wrong,) = (c for c in edited(cells, fault) if c.role == "solve" and c.task == name)
    (cell,) = (c for c in cells if c.role == "solve" and c.task == name)
    assert wrong.text == stubbed(cell.text)


@each
def test_the_table_marks_what_is_off_and_nothing_else(of, name, table):
    arguments = of.visible_cases(name)[0]
    marks = table(getattr(of.released, name), arguments)
    assert (
        " ".join(gradient for gradient, row in marks.items() if set(row) != {"·"})
        == NAMES[name]
    )
    repaired = table(getattr(of.reference, name), arguments)
    assert list(repaired) == list(marks)
    assert set("".join(repaired.values())) == {"·"}


@each_row("name", ["plain_rnn", "fused_lstm", "lstm_of_1997", "joined_rnn"])
def test_a_fault_of_the_loop_does_not_show_at_a_single_step(of, name, table):
    arguments = of.draw(name, {**of.contracts.EXAMPLE, "T_x": 1}, 0)
    assert set("".join(table(getattr(of.released, name), arguments).values())) == {"·"}


def test_a_slope_that_only_one_side_has_is_told_from_one_that_differs(of, table):
    x, h0, weights, dh = of.visible_cases("fused_lstm")[0]
    dh[:, :-1] = 0  # the loss looks at the last step only
    assert table(of.released.fused_lstm, (x, h0, weights, dh))["dx"] == "mmmm·"
    x, h0, weights, dh = of.visible_cases("joined_rnn")[0]
    dh[:, :-1] = 0
    assert table(of.released.joined_rnn, (x, h0, weights, dh))["dx"] == "dddd·"
    assert (
        table(of.released.coupled_lstm, of.visible_cases("coupled_lstm")[0])["db"]
        == "dddd××××××××"
    )


@each_row("name", ["joined_rnn", "coupled_lstm", "stacked_rnn"])
def test_a_backward_pass_made_to_fit_passes_the_table_and_is_still_wrong(
    of, name, table
):
    (fit,) = (
        wrong for one, wrong in of.known[name] if one.id == "backward-made-to-fit"
    )
    arguments = of.visible_cases(name)[0]
    assert set("".join(table(fit, arguments).values())) == {"·"}
    assert (
        np.abs(
            fit(*arguments)["h"] - getattr(of.reference, name)(*arguments)["h"]
        ).max()
        > 0.1
    )


def test_the_table_names_a_wrong_shape_and_leaves_the_arguments_alone(of, capsys):
    arguments = of.visible_cases("plain_rnn")[0]
    before = [np.copy(one) for one in (arguments[0], arguments[2]["Wx"])]

    def program(x, h0, weights, dh):
        return of.reference.plain_rnn(x, h0, weights, dh) | {"db": np.zeros((4, 1))}

    of.reference.gradient_table(program, arguments)
    assert (
        "db       (4, 1)        should have the shape (4,)" in capsys.readouterr().out
    )
    np.testing.assert_array_equal(before[0], arguments[0])
    np.testing.assert_array_equal(before[1], arguments[2]["Wx"])
