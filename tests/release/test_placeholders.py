import numpy as np
import pytest
from tables import each_row

from autograder.release.placeholders import evaluate, fill, of_unit, show
from autograder.unit import unit
from autograder.unit.course import CourseError

A = np.arange(12.0).reshape(3, 4) / 8
OUTPUTS = {"a": A, "g": {"dW": A}}


def test_fill_replaces_every_placeholder():
    assert fill("`{{size:n}}` and\n{{size:m}}", str.upper) == "`SIZE:N` and\nSIZE:M"


def test_fill_leaves_formulas_alone():
    formula = r"$\frac{a}{W_{a_{t}}}$ and { {x} }"
    assert fill(formula, str.upper) == formula


@each_row("text", ["{{size:n}", "{{size:n\n}}", r"\frac{{a}}{{b} c}", "{{ {x} }}"])
def test_fill_refuses_an_open_placeholder(text):
    with pytest.raises(CourseError, match=r"ex\.py:8: '\{\{' opens"):
        fill("\n" + text, str.upper, "ex.py", 7)


@each_row(
    "error",
    [KeyError("no n"), ValueError("no n"), TypeError("no n"), IndexError("no n")],
)
def test_fill_names_file_and_line_of_an_unknown_one(error):
    def values(key):
        raise error

    with pytest.raises(
        CourseError, match=r"ex\.py:9: cannot fill \{\{size:n\}\}: no n$"
    ):
        fill("\n\n{{size:n}}", values, "ex.py", 7)


@each_row(
    ("expression", "want"),
    [
        ("a", A),
        ("a.shape", (3, 4)),
        ("a[0]", A[0]),
        ("a[0, -1]", A[0, -1]),
        ("a[1:, ::2]", A[1:, ::2]),
        ("a[-1][2]", A[-1, 2]),
        ("g['dW'][0]", A[0]),
        ("a.shape[1]", 4),
    ],
)
def test_evaluate(expression, want):
    np.testing.assert_array_equal(evaluate(expression, OUTPUTS), want)


@each_row(
    "expression",
    [
        "a.sum()",
        "a.T",
        "a + 1",
        "a[a]",
        "a[1.5]",
        "a[True]",
        "a[-b]",
        "__import__('os')",
        "a[",
        "a; a",
    ],
)
def test_evaluate_refuses_everything_else(expression):
    with pytest.raises(ValueError, match=r"is not an expression|only$"):
        evaluate(expression, OUTPUTS)


def test_evaluate_refuses_another_name():
    with pytest.raises(KeyError, match="'b' is no output; there are: a, g"):
        evaluate("b[0]", OUTPUTS)


def test_show_is_one_line_whatever_numpy_prints_like():
    with np.printoptions(precision=1, linewidth=20, threshold=3, suppress=True):
        assert (
            show(np.array([[-1 / 3], [1e-5]]))
            == "[[-3.33333333e-01] [ 1.00000000e-05]]"
        )
        assert show(np.arange(9) / 2) == "[0. 0.5 1. 1.5 2. 2.5 3. 3.5 4. ]"


@each_row(
    ("value", "text"),
    [(10.0, "10"), (2.5, "2.5"), (np.float64(3), "3."), (3, "3"), ((2, 4), "(2, 4)")],
)
def test_show(value, text):
    assert show(value) == text


def test_values_of_a_unit():
    one = unit.load("ex1_rnn_cell")
    values = of_unit(one)
    a_next, *_ = one.reference.rnn_cell_forward(
        *one.visible_cases("rnn_cell_forward")[0]
    )
    assert values("points:rnn_forward") == "10"
    assert values("size:T_x") == str(one.contracts.EXAMPLE["T_x"])
    assert values("rnn_cell_forward:a_next[0]") == show(a_next[0])


@each_row(
    "key", ["points:nobody", "size:n_q", "nobody:a[0]", "rnn_forward", "rnn_forward:z"]
)
def test_a_unit_refuses_what_it_has_not(key):
    with pytest.raises(KeyError, match=r"there are|with one of"):
        of_unit(unit.load("ex1_rnn_cell"))(key)
