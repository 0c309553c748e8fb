"""One submission's functions, case by case; the caller is a stand-in here."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from conftest import CELL, SEQUENCE
from tables import each_row

from autograder.grade import known_at
from autograder.grade.hidden_case import hidden_case
from autograder.grade.judge import Judge, ReferenceCaller
from autograder.unit import hidden_cases
from unrolled.check.outcome import Lost, Raised, Returned

RANDOM = hidden_cases.RANDOM.label


@dataclass
class Calls:
    """A caller that changes what the reference returns, or returns something else."""

    unit: object
    change: object = lambda value: value
    made: list = field(default_factory=list)

    def call(self, name, arguments):
        self.made.append((name, arguments))
        found = self.change(ReferenceCaller(self.unit).call(name, arguments))
        return found


@pytest.fixture
def judged(unit):
    def judged(change, name=CELL, label=RANDOM):
        judge = Judge(unit, Calls(unit, change), 0)
        return judge, judge.case(name, label)

    return judged


@pytest.mark.parametrize("name", [CELL, SEQUENCE])
@each_row(
    "label", [k.label for k in hidden_cases.ROBUST if not k.needs or k.needs == "T_x"]
)
def test_the_reference_is_right_in_every_case(name, label, unit):
    judge = Judge(unit, ReferenceCaller(unit), 11)
    if label == "one step" and name == CELL:
        pytest.skip("one step has no steps")
    assert judge.case(name, label).differences == ()
    assert judge.verdict(name).right


def test_a_case_is_called_once_and_on_a_copy(unit):
    calls = Calls(unit)
    judge = Judge(unit, calls, 0)
    first = judge.case(CELL, RANDOM)
    assert judge.case(CELL, RANDOM) is first
    assert len(calls.made) == 1
    calls.made[0][1][0][:] = np.nan
    assert np.isfinite(first.arguments[0]).all()


def test_a_wrong_value_is_a_difference(judged):
    judge, call = judged(lambda r: Returned((r.value[0] + 1, *r.value[1:]), r.after))
    assert [d.output for d in call.differences] == ["a_next"]
    assert not judge.verdict(CELL).right


def test_a_changed_argument_is_a_difference(judged):
    judge, call = judged(
        lambda r: Returned(r.value, (r.after[0], r.after[1] + 1, r.after[2]))
    )
    assert [d.output for d in call.differences] == ["a_prev"]
    assert "the function changes it" in str(judge.verdict(CELL).differences[0])


@pytest.mark.parametrize(
    "lost",
    [Lost("timeout", "no answer"), Raised("ValueError", "x"), Lost("missing", "none")],
)
def test_without_a_result_there_are_no_differences_and_the_verdict_says_so(
    lost, judged
):
    judge, call = judged(lambda r: lost)
    assert call.differences == ()
    verdict = judge.verdict(CELL)
    assert (verdict.right, verdict.failure != "") == (False, True)


def test_the_references_caller_tells_what_was_left_of_the_arguments(unit):
    arguments, _ = hidden_case(unit, CELL, RANDOM, 0)
    found = ReferenceCaller(unit).call(CELL, arguments)
    assert found.after is not arguments
    assert np.array_equal(found.after[0], arguments[0])
    assert isinstance(ReferenceCaller(unit).call(CELL, (1, 2, 3)), Raised)


def test_a_mistake_is_called_on_the_cases_that_are_looked_at_and_no_more(
    judged, monkeypatch
):
    called = []

    def noted(unit, name, label, seed, number):
        called.append(label)
        return Returned(None)

    monkeypatch.setattr(known_at, "_known_outcome", noted)
    judge, _ = judged(lambda found: Returned((0.0, 0.0, (0.0,) * 4)))
    judge.case(CELL, "one example")
    assert judge.verdict(CELL).mistake is None
    assert set(called) == {RANDOM}
