import warnings

import numpy as np
import pytest
from conftest import CELL, SEQUENCE
from first_unit import CALL, notebook
from tables import each_row

from unrolled.check import calling
from unrolled.check.calling import call_function


def test_an_error_inside_a_companion_says_whose_cell_it_is_in(check, monkeypatch):
    monkeypatch.setattr(
        calling.linecache, "getline", lambda file, number: f"{file}, {number}"
    )
    space = notebook(
        f"def {CELL}(xt, a_prev, parameters):\n    return xt[99]",
        f"def {SEQUENCE}(x, a0, parameters):\n    return {CELL}(x, a0, parameters)",
    )
    where = f"line 2 of the cell that defines `{CELL}`"
    assert where in check.verdict(space[SEQUENCE]).failure
    assert "(line 2 of the cell: `" in check.verdict(space[CELL]).failure


def test_an_interrupt_passes_through(of):
    with pytest.raises(KeyboardInterrupt):
        of("raise KeyboardInterrupt")


def test_prints_are_shown_once(of, capsys):
    of(f"print('shape', xt.shape)\nreturn right({CALL})")
    assert capsys.readouterr().out == "shape (3, 4)\n"


def test_a_numpy_warning_in_the_students_code_is_not_shown(of):
    assert of(
        f"np.exp(np.array(1e9)) - np.exp(np.array(1e9))\nreturn right({CALL})"
    ).right


def test_arguments_are_fresh_for_every_call(check):
    seen = []

    def rnn_cell_forward(xt, a_prev, parameters):
        seen.append(xt.copy())
        xt[:] = 0

    check.verdict(rnn_cell_forward)
    check.verdict(rnn_cell_forward)
    half = len(seen) // 2
    np.testing.assert_array_equal(seen[0], seen[half])


@each_row("line", ["np.seterr(all='raise')", "warnings.simplefilter('error')"])
def test_what_the_notebook_sets_for_errors_does_not_hold_in_the_check(line):
    """Nor does it where the function is graded."""
    with np.errstate(), warnings.catch_warnings():
        exec(line, {"np": np, "warnings": warnings})
        outcome = call_function(
            lambda x: (np.exp(x), warnings.warn("so", stacklevel=1))[0],
            (np.full(1, 1e4),),
        )
    assert outcome.value == np.inf
