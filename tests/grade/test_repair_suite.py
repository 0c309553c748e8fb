"""Exercise 8 pays for repairs: what dishonest and half-done answers get for each of its
programs.
"""

import numpy as np
import pytest
from tables import each_row
from test_judge import Calls

from autograder.grade.as_released import broken
from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge, ReferenceCaller
from autograder.unit.unit import copied, load, outcome
from unrolled.check.outcome import Returned

SEEDS = (0, 5, 2**100 + 1)
PROGRAMS = (
    *("single_step", "plain_rnn", "fused_lstm", "lstm_of_1997"),
    *("joined_rnn", "coupled_lstm", "recorded_lstm", "stacked_rnn"),
)
each = pytest.mark.parametrize("name", PROGRAMS)


@pytest.fixture(scope="module")
def of(real_course):
    return load("ex8_debugging", real_course)


@pytest.fixture
def earned(of):
    """The part of the points, and that of each test, for what is made of a program's right and
    released results.
    """

    def earned(name, change, seed=0):
        def changed(result):
            released = outcome(getattr(of.released, name), copied(result.after)).value
            return Returned(
                change(dict(result.value), released, result.after[0]), result.after
            )

        attempt = run_tests(of, Judge(of, Calls(of, changed), seed), (name,))[name]
        return attempt.part, {
            r.name: r.part * (r.outcome == "passed") for r in attempt.records
        }

    return earned


def wrong_in(of, name):
    return broken(of, name, "random sizes")


def of_wrong(change):
    """Change the outputs that are wrong as released, and those alone."""
    return lambda released, wrong: (
        released | {key: change(key, released) for key in wrong}
    )


def swapped(released, wrong):
    """The wrong outputs, each in the place of another one of its shape, right or wrong."""
    found = dict(released)
    for key in wrong:
        same = [
            k
            for k in released
            if k != key and np.shape(released[k]) == np.shape(released[key])
        ]
        found[key] = released[same[0]] if same else found[key][::-1]
    return found


CHEATS = {
    "untouched": lambda released, wrong: released,
    "zeros where it is off": of_wrong(lambda key, released: 0 * released[key]),
    "zeros everywhere": lambda released, wrong: {
        key: 0 * value for key, value in released.items()
    },
    "half": of_wrong(lambda key, released: released[key] / 2),
    "twice": of_wrong(lambda key, released: 2 * released[key]),
    "minus": of_wrong(lambda key, released: -released[key]),
    "everything scaled": lambda released, wrong: {
        key: 1.001 * value for key, value in released.items()
    },
    "constants": of_wrong(lambda key, released: np.ones(released[key].shape)),
    "noise": of_wrong(
        lambda key, released: np.random.default_rng(1).standard_normal(
            released[key].shape
        )
    ),
    "swapped": swapped,
    "turned round": of_wrong(lambda key, released: released[key][::-1]),
    "nothing of what is off": lambda released, wrong: {
        k: v for k, v in released.items() if k not in wrong
    },
    "None where it is off": of_wrong(lambda key, released: None),
    "only what is off": lambda released, wrong: {
        k: v for k, v in released.items() if k in wrong
    },
    "nothing": lambda released, wrong: {},
    "None": lambda released, wrong: None,
}


@each
@each_row("cheat", CHEATS)
def test_nobody_is_paid_for_what_is_not_repaired(name, cheat, of, earned):
    for seed in SEEDS:
        part, tests = earned(
            name,
            lambda right, released, x: CHEATS[cheat](released, wrong_in(of, name)),
            seed,
        )
        assert part == 0, {test: points for test, points in tests.items() if points}


@each
def test_a_repair_has_everything(name, of):
    for seed in SEEDS:
        attempt = run_tests(of, Judge(of, ReferenceCaller(of), seed), (name,))[name]
        assert attempt.part == pytest.approx(1)
        kinds = {}
        for record in attempt.records:
            kinds[record.kind] = kinds.get(record.kind, 0) + record.part
        assert kinds == pytest.approx(
            {"gradients": 0.6, "the rest": 0.1, "robustness": 0.3}
        )


@each
def test_a_repair_that_breaks_what_was_right_loses_points(name, of, earned):
    kept = set(of.functions[name].outputs) - wrong_in(of, name)
    for key in kept:
        part, _ = earned(
            name, lambda right, released, x, key=key: right | {key: right[key] * 1.01}
        )
        assert (
            0.5 <= round(part, 6) <= 0.6
        )  # a state is no part of the comparison with measured gradients
        part, _ = earned(
            name,
            lambda right, released, x, key=key: {
                k: v for k, v in right.items() if k != key
            },
        )
        assert round(part, 6) <= 0.6


@each
def test_a_repair_that_writes_over_an_argument_loses_points(name, of):
    def scribbled(result):
        first, *others = copied(result.after)
        return Returned(
            result.value,
            ({**first, "x": 1} if isinstance(first, dict) else 2 * first, *others),
        )

    attempt = run_tests(of, Judge(of, Calls(of, scribbled), 0), (name,))[name]
    assert attempt.part == pytest.approx(0.6)


@each
def test_half_a_repair_has_about_a_third(name, of, earned):
    wrong = sorted(wrong_in(of, name))
    if len(wrong) < 2:
        pytest.skip("only one output shows the fault")
    first = wrong[: len(wrong) // 2]
    part, tests = earned(
        name, lambda right, released, x: released | {key: right[key] for key in first}
    )
    assert part == pytest.approx(0.5 * len(first) / len(wrong) + 0.1)
    assert not any(
        points for test, points in tests.items() if test.startswith("test_robustness")
    )


@each
def test_a_repair_that_fails_where_the_program_never_did_loses_points(name, of, earned):
    """Where the gates are saturated there are no gradients, and with one step there is nothing
    to carry.
    """
    unseen = {
        kind for kind in ("large values", "one step") if not broken(of, name, kind)
    }
    if not unseen:
        pytest.skip("the fault shows there too")

    def fails_there(right, released, x):
        large, one = (
            np.max(np.abs(x)) > 100,
            np.ndim(x) == 3 and 1 in x.shape[:2] and len(set(x.shape[:2])) == 2,
        )
        return (
            {}
            if ("large values" in unseen and large) or ("one step" in unseen and one)
            else right
        )

    assert earned(name, fails_there)[1]["test_the_rest"] == 0
    assert earned(name, lambda right, released, x: right)[1]["test_the_rest"] > 0


@each
def test_an_output_that_was_right_has_no_test_of_its_own(name, of, earned):
    tests = earned(name, lambda right, released, x: right)[1]
    values = {
        test.removeprefix("test_values[").rstrip("]")
        for test in tests
        if test.startswith("test_values")
    }
    assert values == wrong_in(of, name)
