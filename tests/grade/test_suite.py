"""The tests that every function gets, run by pytest on functions with one fault each: which of
them notice.
"""

import notebooks as nb
import numpy as np
import pytest
from conftest import CELL, SEQUENCE
from test_judge import Calls

from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge, ReferenceCaller
from autograder.unit.unit import load
from unrolled.check.outcome import Lost, Returned


@pytest.fixture
def failed(unit):
    """Kinds of the hidden tests that fail for a changed reference, and the part of the points
    that is left.
    """

    def failed(change, name=CELL):
        attempt = run_tests(unit, Judge(unit, Calls(unit, change), 0), (name,))[name]
        return {r.kind for r in attempt.records if r.outcome != "passed"}, round(
            attempt.part, 3
        )

    return failed


@pytest.mark.parametrize("name", [CELL, SEQUENCE])
def test_the_reference_passes_and_shares_add_up(name, unit):
    attempt = run_tests(unit, Judge(unit, ReferenceCaller(unit), 0), (name,))[name]
    assert attempt.whole
    assert attempt.part == pytest.approx(1)
    kinds = {}
    for record in attempt.records:
        kinds[record.kind] = kinds.get(record.kind, 0) + record.part
    assert kinds == pytest.approx({"shapes": 0.2, "values": 0.5, "robustness": 0.3})


def test_one_wrong_output_leaves_the_others_their_points(failed):
    kinds, part = failed(
        lambda r: Returned((r.value[0], r.value[1] + 1, r.value[2]), r.after)
    )
    assert kinds == {"values", "robustness"}
    assert part == pytest.approx(0.2 + 0.5 * 2 / 3, abs=1e-3)


def test_a_wrong_shape_fails_the_test_of_shapes(failed):
    kinds, part = failed(
        lambda r: Returned((r.value[0][:, :, None], *r.value[1:]), r.after)
    )
    assert kinds == {"shapes", "values", "robustness"}
    assert part == pytest.approx(0.5 * 2 / 3, abs=1e-3)


def test_a_changed_argument_fails_shapes_and_robustness(failed):
    kinds, _ = failed(lambda r: Returned(r.value, (r.after[0] + 1, *r.after[1:])))
    assert kinds == {"shapes", "robustness"}


@pytest.mark.parametrize(
    "lost", [Lost("missing", "none"), Returned(None), Returned((np.zeros(1),) * 2)]
)
def test_without_a_result_there_are_no_points(lost, failed):
    assert failed(lambda r: lost)[1] == 0


def test_one_size_only_fails_robustness_only(failed):
    def fixed(result):
        return (
            result
            if result.value[0].shape[1] > 1
            else Returned((result.value[0] * 2, *result.value[1:]))
        )

    kinds, part = failed(fixed)
    assert kinds == {"robustness"}
    assert 0.9 < part < 1


def test_the_units_hidden_tests_cover_its_functions():
    assert set(run_tests(nb.UNIT, Judge(nb.UNIT, ReferenceCaller(nb.UNIT), 0))) == {
        CELL,
        SEQUENCE,
    }


@pytest.fixture
def repaired(real_course):
    """Part of the points, by kind of test, that a change of a repaired program leaves."""
    unit = load("ex8_debugging", real_course)

    def repaired(change):
        attempt = run_tests(unit, Judge(unit, Calls(unit, change), 0), ("plain_rnn",))[
            "plain_rnn"
        ]
        kinds = dict.fromkeys((r.kind for r in attempt.records), 0)
        for record in attempt.records:
            kinds[record.kind] += record.part * (record.outcome == "passed")
        return kinds

    def as_released(result):
        x, h0, weights, dh = result.after
        return Returned(unit.released.plain_rnn(x, h0, weights, dh), result.after)

    repaired.as_released = as_released
    return repaired


def test_a_repaired_program_has_everything(repaired):
    assert repaired(lambda r: r) == pytest.approx(
        {"gradients": 0.6, "the rest": 0.1, "robustness": 0.3}
    )


def test_a_program_that_does_what_it_did_has_nothing(repaired):
    assert repaired(repaired.as_released) == {
        "gradients": 0,
        "the rest": 0,
        "robustness": 0,
    }


def test_a_repair_that_breaks_something_else_loses_what_it_breaks(repaired):
    kinds = repaired(lambda r: Returned(r.value | {"db": r.value["db"] + 1}, r.after))
    assert kinds == pytest.approx({"gradients": 0.5, "the rest": 0, "robustness": 0})
