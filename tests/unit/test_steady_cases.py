"""Cases on which a right answer could fail by rounding alone are drawn anew."""

import numpy as np
import pytest
from tables import each_row

from autograder.grade.hidden_case import hidden_case
from autograder.unit import hidden_cases, steady_cases
from autograder.unit.steady_cases import FailsError, steady_case
from autograder.unit.unit import load
from unrolled.check.outcome import Raised, Returned
from unrolled.contract import Function, ProducedBy, array, dict_of, tuple_of

F = Function("f", (array("x", "n"),), tuple_of("", array("y", "n")), "ch1#f")


def chosen(function, *draws, contract=F):
    """What is drawn of some arguments, each drawn again and again once there is no other."""
    made = []

    def draw(number):
        made.append(number)
        return draws[min(number, len(draws) - 1)]

    return steady_case(contract, function, draw), len(made)


def sign(x):
    return np.sign(x - 1) + 0.0


def test_the_first_steady_case_is_taken():
    (arguments, want), count = chosen(
        sign, (np.array([1 + 1e-9]),), (np.array([1 + 1e-7]),), (np.array([3.0]),)
    )
    assert (arguments[0][0], want[0], count) == (3.0, 1.0, 3)


def test_single_precision_that_happens_to_come_out_right_is_not_enough():
    near = (
        1 + 2.0**-23
    )  # single precision has it exactly, and a sum in another order would not
    (arguments, _), count = chosen(sign, (np.array([near]),), (np.array([2.0]),))
    assert (arguments[0][0], count) == (2.0, 2)


def test_where_none_is_steady_the_steadiest_is_taken():
    slope = {1.0: 100.0, 2.0: 200.0, 3.0: 1e4}
    cases_ = [(np.array([x]),) for x in (3.0, 1.0, 2.0)]
    (arguments, _), count = chosen(
        lambda x: 1 + slope[round(float(x[0]))] * (x - np.round(x)), *cases_
    )
    assert arguments[0][0] == 1.0
    assert steady_cases.FEW < count <= steady_cases.DRAWS


def test_of_two_equally_large_entries_none_is_named():
    """A right answer may go through a dictionary in another order, or take the last of the
    largest.
    """
    contract = Function(
        "f", (dict_of("d", array("a", "n"), array("b", "n")),), F.returns, "ch1#f"
    )
    ties, none = ({"a": np.array([3.0]), "b": np.array([b])} for b in (-3.0, 2.0))

    def worst(d):
        return max(d, key=lambda name: np.sign(np.abs(d[name][0]) - 2.5))

    (arguments, want), count = chosen(worst, (ties,), (none,), contract=contract)
    assert (arguments[0], want, count) == (none, "a", 2)


@each_row(
    "seed",
    [50234199242816782875337603992697065807, 147134889331052087485334020278823837930],
)
def test_a_gradient_check_may_go_through_the_gradients_in_any_order(seed, real_course):
    """With these seeds two gradients were off by all they have, and either could be named."""
    unit = load("ex2_rnn_backward", real_course)
    for label in ("random sizes", "random sizes #3"):
        (parameters, gradients, epsilon), want = hidden_case(
            unit, "gradient_check", label, seed
        )
        turned = dict(reversed(gradients.items()))
        assert unit.reference.gradient_check(parameters, turned, epsilon)[1] == want[1]


def test_a_cache_is_not_nudged_and_what_is_no_number_has_to_be_the_same():
    made = ProducedBy(dict_of("cache", array("a", "n")), "g", 0)
    contract = Function(
        "f", (array("x", "n"), made), tuple_of("", array("y", "n")), "ch1#f"
    )
    (_, _), count = chosen(
        lambda x, cache: x + sign(cache["a"]),
        (np.ones(2), {"a": np.ones(2)}),
        contract=contract,
    )
    assert count == 1
    texts = Function("f", (array("x", "n"),), tuple_of("", array("y", "n")), "ch1#f")
    (arguments, _), count = chosen(
        lambda x: "up" if x[0] > 1 else "down",
        (np.array([1 + 1e-9]),),
        (np.array([2.0]),),
        contract=texts,
    )
    assert (arguments[0][0], count) == (2.0, 2)


@each_row(
    ("got", "want", "apart"),
    [
        (np.ones(3), np.ones(3), 0),
        (np.ones(3), np.ones(4), np.inf),
        ((1.0, 2.0), (1.0,), np.inf),
        ({"a": np.inf}, {"a": np.inf}, 0),
        ({"a": np.inf}, {"a": 1.0}, np.inf),
        ([np.nan], [1.0], np.inf),
        ("x", "x", 0),
        ("x", 1.0, np.inf),
        (1 + 1.001e-5, 1.0, 1),
    ],
)
def test_distances_in_tolerances(got, want, apart):
    assert steady_cases._apart(Returned(got), Returned(want)) == pytest.approx(
        apart, rel=1e-3
    )
    assert steady_cases._apart(Raised("E"), Returned(want)) == np.inf


def test_a_reference_that_fails_is_said_to():
    with pytest.raises(FailsError, match="ZeroDivisionError"):
        chosen(lambda x: 1 / 0, (np.ones(1),))


SEEDS = (
    35087112359166990298739151188011777261,
    142005564822843321715298532374639870693,
    245389538387721556202762568706749147934,
)


@each_row("seed", SEEDS)
def test_large_values_in_single_precision_are_right_whatever_the_seed(
    seed, real_course
):
    """With these seeds one entry of a gate lay near zero, where the order of a sum decided."""
    unit = load("ex3_lstm_forward", real_course)
    (x, a0, parameters), want = hidden_case(unit, "lstm_forward", "large values", seed)
    turned = dict(parameters)
    for name in ("Wf", "Wi", "Wc", "Wo"):
        weights = parameters[name]
        turned[name] = np.concatenate((weights[:, -len(x) :], weights[:, : -len(x)]), 1)
    single = {key: value.astype(np.float32) for key, value in turned.items()}
    a, c = a0.astype(np.float32), np.zeros(a0.shape, np.float32)
    for t in range(x.shape[2]):
        row = np.concatenate((x[:, :, t].astype(np.float32), a))
        f, i, o = (
            unit.reference.sigmoid(single[f"W{g}"] @ row + single[f"b{g}"])
            for g in "fio"
        )
        c = f * c + i * np.tanh(single["Wc"] @ row + single["bc"])
        a = o * np.tanh(c)
        assert np.abs(a - want[0][:, :, t]).max() <= 1e-5


def test_cases_of_large_values_have_few_entries():
    drawn = hidden_cases.sizes(
        hidden_cases.kind_of("large values"),
        frozenset(("n_x", "n_a", "m", "T_x")),
        {"n_x": 4},
        1,
    )
    assert (drawn["m"], drawn["T_x"]) == (2, 3)
