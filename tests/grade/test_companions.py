"""A served companion takes what its contract says, positional or by name, and nothing else."""

import numpy as np
import pytest
from conftest import CELL

from autograder.grade.companions import LONGEST, RefusedError, companion


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


WRONG = {
    "too few": lambda x, a, p: ((x, a), {}),
    "too many": lambda x, a, p: ((x, a, p, p), {}),
    "twice": lambda x, a, p: ((x, a, p), {"xt": x}),
    "twice and one too few": lambda x, a, p: ((x, a), {"xt": x}),
    "unknown name": lambda x, a, p: ((x, a), {"weights": p}),
    "a list": lambda x, a, p: ((x.tolist(), a, p), {}),
    "objects": lambda x, a, p: ((x.astype(object), a, p), {}),
    "complex": lambda x, a, p: ((x.astype(complex), a, p), {}),
    "axes": lambda x, a, p: ((x[:, :, None], a, p), {}),
    "one axis": lambda x, a, p: ((x[:, 0], a, p), {}),
    "batch": lambda x, a, p: ((x[:, :1], a, p), {}),
    "swapped": lambda x, a, p: ((a, x, p), {}),
    "no dictionary": lambda x, a, p: ((x, a, list(p.values())), {}),
    "key missing": lambda x, a, p: (
        (x, a, {k: v for k, v in p.items() if k != "ba"}),
        {},
    ),
    "bias": lambda x, a, p: ((x, a, p | {"ba": p["ba"].repeat(2, 1)}), {}),
    "nothing": lambda x, a, p: ((None, None, None), {}),
    "too long": lambda x, a, p: (
        (np.zeros((len(x), LONGEST + 1)), np.zeros((len(a), LONGEST + 1)), p),
        {},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_the_contract_does_not_say_is_refused(name, served, arguments):
    positional, named = WRONG[name](*arguments)
    with pytest.raises(RefusedError):
        served(*positional, **named)


def test_warnings_of_the_reference_are_off(served, arguments):
    xt, a_prev, parameters = arguments
    with np.errstate(all="raise"):
        assert np.isnan(served(np.full_like(xt, np.inf), a_prev, parameters)[0]).any()


def test_sequences_and_caches(unit):
    from unrolled.contract import Function, PerStep, array, tuple_of

    step = tuple_of("cache", array("a", "n"), array("x", "n"))
    contract = Function(
        "g",
        (tuple_of("caches", PerStep("list", step, "T"), array("x", "n")),),
        tuple_of("", array("d", "n")),
        "p#s",
    )
    served = companion(lambda caches: len(caches[0]), contract)
    one = (np.zeros(3), np.zeros(3))
    assert served(([one, one], np.zeros(3))) == 2
    for wrong in (
        [one, one],
        ([one, one[:1]], np.zeros(3)),
        ([one, (one[0], np.zeros(2))], np.zeros(3)),
        ([one] * 300, np.zeros(3)),
        (7, np.zeros(3)),
    ):
        with pytest.raises(RefusedError):
            served(wrong)
