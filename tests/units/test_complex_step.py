"""A backward pass that measures, by complex steps, in place of deriving: right numbers, and
accepted knowingly.

It is real mathematics, exact to the last digits, and nothing in the numbers tells it from a derived
pass. The texts of the exercises say that the pass is wanted; what instructors can look for is on
the page about grading.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from test_units import Module

from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge
from autograder.unit.unit import load

H = 1e-30


def measured(loss, arrays):
    """Gradients of a loss by a complex step in each entry of each array."""
    found = {}
    for name, array in arrays.items():
        gradient = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            moved = {key: value.astype(complex) for key, value in arrays.items()}
            moved[name][place] += 1j * H
            gradient[place] = loss(**moved).imag / H
        found[f"d{name}"] = gradient
    return found


def rnn_cell_backward(da_next, cache):
    _, a_prev, xt, parameters = cache
    arrays = {"xt": xt, "a_prev": a_prev} | {
        k: parameters[k] for k in ("Wax", "Waa", "ba")
    }
    return measured(
        lambda xt, a_prev, Wax, Waa, ba: (
            np.tanh(Wax @ xt + Waa @ a_prev + ba) * da_next
        ).sum(),
        arrays,
    )


def lstm_cell_backward(da_next, dc_next, cache):
    _, _, a_prev, c_prev, *_, xt, parameters = cache
    arrays = {"xt": xt, "a_prev": a_prev, "c_prev": c_prev}
    arrays |= {
        k: parameters[k] for k in ("Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo")
    }

    def gate(z):
        return (1 + np.tanh(z / 2)) / 2

    def loss(xt, a_prev, c_prev, **p):
        v = np.concatenate((a_prev, xt))
        f, i, o = (gate(p[f"W{g}"] @ v + p[f"b{g}"]) for g in "fio")
        c = f * c_prev + i * np.tanh(p["Wc"] @ v + p["bc"])
        return (o * np.tanh(c) * da_next).sum() + (c * dc_next).sum()

    return measured(loss, arrays)


@pytest.mark.parametrize(
    ("assignment", "answer"),
    [
        ("ex2_rnn_backward", rnn_cell_backward),
        ("ex4_lstm_backward", lstm_cell_backward),
    ],
)
def test_it_has_full_marks(assignment, answer, real_course):
    unit = load(assignment, real_course)
    name = answer.__name__
    attempt = run_tests(
        unit,
        Judge(unit, Module(type("Answers", (), {name: staticmethod(answer)})), 3),
        (name,),
    )[name]
    assert attempt.part == pytest.approx(1), [
        r.name for r in attempt.records if r.outcome != "passed"
    ]


@pytest.mark.parametrize("assignment", ["ex2_rnn_backward", "ex4_lstm_backward"])
def test_the_exercise_says_what_is_wanted_and_the_page_for_instructors_what_is_accepted(
    assignment, real_course
):
    notebook = json.loads(
        (real_course.exercises / assignment / f"{assignment}.ipynb").read_text(
            encoding="utf-8"
        )
    )
    text = "".join(
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
    )
    assert "Derive the gradients, do not measure them" in " ".join(text.split())
    page = Path(real_course.root, "book", "teach_grade.md").read_text(encoding="utf-8")
    assert "complex step" in page
