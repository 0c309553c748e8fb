import pytest
from test_judge import Calls

from autograder.grade.as_released import broken
from autograder.grade.judge import Judge
from autograder.unit.unit import load, outcome
from unrolled.check.outcome import Returned


@pytest.fixture(scope="module")
def of(real_course):
    return load("ex8_debugging", real_course)


def wrong_in(of, name):
    return broken(of, name, "random sizes")


def test_what_is_wrong_as_released_does_not_depend_on_the_seed(of):
    for name, function in of.functions.items():
        for seed in range(3):
            call = Judge(of, Calls(of, lambda r: r), seed).case(name, "random sizes")
            released = outcome(getattr(of.released, name), call.arguments).value
            judged = Judge(
                of, Calls(of, lambda r, value=released: Returned(value, r.after)), seed
            )
            assert {
                d.output for d in judged.case(name, "random sizes").differences
            } == wrong_in(of, name)
        assert wrong_in(of, name) <= set(function.outputs)
