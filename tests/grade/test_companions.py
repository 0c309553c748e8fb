"""A served companion computes with whatever the reference can, positional or by name, and refuses
all else by the error that the reference raises.
"""

import numpy as np
import pytest
from conftest import CELL
from tables import each_row

from autograder.grade.companions import (
    DEEPEST,
    LONGEST,
    LONGEST_WORD,
    MOST_AXES,
    MOST_VALUES,
    RefusedError,
    companion,
)
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.check.wire import OpaqueValue
from unrolled.contract import Function, array, tuple_of


@pytest.fixture
def served(unit):
    return companion(getattr(unit.reference, CELL), unit.functions[CELL])


@pytest.fixture
def arguments(unit):
    return unit.visible_cases(CELL)[0]


def test_right_arguments_are_served_however_they_are_given(served, arguments, unit):
    xt, a_prev, parameters = arguments
    want = getattr(unit.reference, CELL)(*arguments)
    for got in (
        served(*arguments),
        served(xt, parameters=parameters, a_prev=a_prev),
        served(xt=xt, a_prev=a_prev, parameters=parameters),
    ):
        assert np.array_equal(got[0], want[0])
        assert got[2][1] is a_prev


def test_more_keys_are_let_be(served, arguments):
    xt, a_prev, parameters = arguments
    assert served(xt, a_prev, parameters | {"more": object()})[0].shape == a_prev.shape


WIDER = {
    "a list": lambda x, a, p: (x.tolist(), a, p),
    "a number": lambda x, a, p: (x, a, p | {"ba": 0}),
    "one column": lambda x, a, p: (x, a[:, :1], p),
    "one row": lambda x, a, p: (x, a, p | {"ba": np.zeros(x.shape[1])}),
    "three axes": lambda x, a, p: (x[None], a, p),
}


@each_row("name", WIDER)
def test_what_broadcasts_or_converts_comes_to_what_the_reference_makes_of_it(name):
    unit = load("ex1_rnn_cell", Course.find(__file__))
    served = companion(getattr(unit.reference, CELL), unit.functions[CELL])
    given = WIDER[name](*unit.visible_cases(CELL)[0])
    want = getattr(unit.reference, CELL)(*given)
    got = served(*given)
    assert np.array_equal(got[0], want[0])
    assert np.array_equal(got[1], want[1])


def matmul(first, second):
    return (
        f"matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
        f"(n?,k),(k,m?)->(n?,m?) (size {first} is different from {second})"
    )


WRONG = {
    "too few": (
        lambda x, a, p: ((x, a), {}),
        "TypeError",
        "rnn_cell_forward() missing 1 required positional argument: 'parameters'",
    ),
    "too many": (
        lambda x, a, p: ((x, a, p, p), {}),
        "TypeError",
        "rnn_cell_forward() takes 3 positional arguments but 4 were given",
    ),
    "twice": (
        lambda x, a, p: ((x, a, p), {"xt": x}),
        "TypeError",
        "rnn_cell_forward() got multiple values for argument 'xt'",
    ),
    "unknown name": (
        lambda x, a, p: ((x, a), {"weights": p}),
        "TypeError",
        "rnn_cell_forward() got an unexpected keyword argument 'weights'",
    ),
    "swapped": (lambda x, a, p: ((a, x, p), {}), "ValueError", matmul(3, 5)),
    "no dictionary": (
        lambda x, a, p: ((x, a, list(p.values())), {}),
        "TypeError",
        "list indices must be integers or slices, not str",
    ),
    "key missing": (
        lambda x, a, p: ((x, a, {k: v for k, v in p.items() if k != "ba"}), {}),
        "KeyError",
        "'ba'",
    ),
    "bias": (
        lambda x, a, p: ((x, a, p | {"ba": p["ba"].ravel()}), {}),
        "ValueError",
        "operands could not be broadcast together with shapes (5,4) (5,) ",
    ),
    "nothing": (
        lambda x, a, p: ((x, None, p), {}),
        "ValueError",
        "matmul: Input operand 1 does not have enough dimensions (has 0, gufunc core with "
        "signature (n?,k),(k,m?)->(n?,m?) requires 1)",
    ),
}


@each_row("name", WRONG)
def test_the_references_own_error_is_told(name, served, arguments):
    call, kind, text = WRONG[name]
    positional, named = call(*arguments)
    with pytest.raises(RefusedError) as refused:
        served(*positional, **named)
    assert (refused.value.kind, refused.value.text) == (kind, text)


def deep(value, depth):
    return value if depth == 0 else [deep(value, depth - 1)]


STRANGE = {
    "objects": np.array([None]),
    "complex": np.zeros(2, complex),
    "opaque": OpaqueValue("function"),
    "long axis": np.zeros(LONGEST + 1),
    "axes": np.zeros((1,) * (MOST_AXES + 1)),
    "broadcast": [np.zeros((LONGEST, 1, 1)), np.zeros((LONGEST, 1)), np.zeros(LONGEST)],
    "repeated": [[0.0], 2**20, 2],
    "many": [0.0] * MOST_VALUES,
    "many empty": [[]] * MOST_VALUES,
    "deep": deep(0.0, DEEPEST + 1),
    "a long text": "x" * (LONGEST_WORD + 1),
}


@each_row("name", STRANGE)
def test_strange_values_do_not_reach_the_reference(name):
    reached = []
    contract = Function("g", (array("a", "n"),), tuple_of("", array("d", "n")), "p#s")
    served = companion(reached.append, contract)
    with pytest.raises(RefusedError, match=r"^TypeError: g is called with "):
        served({"a": STRANGE[name]})
    assert reached == []


def test_a_long_message_is_cut():
    contract = Function("g", (array("a", "n"),), tuple_of("", array("d", "n")), "p#s")
    with pytest.raises(RefusedError) as refused:
        companion(lambda a: {}["x" * 9999], contract)(0.0)
    assert len(refused.value.text) == 300


def test_warnings_of_the_reference_are_off(served, arguments):
    xt, a_prev, parameters = arguments
    with np.errstate(all="raise"):
        assert np.isnan(served(np.full_like(xt, np.inf), a_prev, parameters)[0]).any()
