"""Unit 1 in a student's notebook: its functions, and the verdict on a cell with a mistake."""

import textwrap

import pytest

HELPERS = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)

def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (
        a_next, a_prev, xt, parameters)
"""

CALL = "xt, a_prev, parameters"


def notebook(*cells, **variables):
    """A namespace in which cells have run, as in a notebook."""
    space = {"__name__": "__main__", **variables}
    for number, text in enumerate((HELPERS, *cells)):
        exec(compile(textwrap.dedent(text), f"cell {number}", "exec"), space)
    return space


@pytest.fixture
def of(check, unit):
    """The verdict on a cell function with this body, which may use `right`."""

    def of(body, **variables):
        cell = (
            f"right = rnn_cell_forward\ndef rnn_cell_forward({CALL}):\n"
            + textwrap.indent(body, "    ")
        )
        return check.verdict(notebook(cell, **variables)["rnn_cell_forward"])

    return of
