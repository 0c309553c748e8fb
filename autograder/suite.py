"""The tests that every function gets; a unit's hidden tests subclass these and add their own.

A test of one's own judges by `require` and `require_none`, which raise under every way of
starting Python; an `assert` is a line that `python -O` leaves out.

    class TestRnnCellForward(FunctionSuite):
        function = "rnn_cell_forward"

    class TestRnnCellBackward(GradientSuite):
        function = "rnn_cell_backward"

Of a program that was released broken, `repair_suite.RepairSuite` tests the repair.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from unrolled.check.compare import Difference
from unrolled.check.in_words import describe
from unrolled.check.outcome import Returned

from .grade.judge import Judge, Judged
from .unit import hidden_cases

SHAPES, VALUES, GRADIENTS, ROBUSTNESS = "shapes", "values", "gradients", "robustness"


def require(condition: bool, text: str) -> None:
    """Fail the hidden test unless a condition holds.

    Parameters
    ----------
    condition : bool
        What must be true, Python's or numpy's.
    text : str
        What is wrong otherwise; for whoever runs the tests by hand, students do not see it.

    Raises
    ------
    pytest.fail.Exception
        If it does not hold.
    TypeError
        If it is neither true nor false, such as a method that is not called: a mistake of the
        test's own.
    """
    if not isinstance(condition, bool | np.bool_):
        raise TypeError(
            f"require takes True or False, not {describe(condition)}; is a call or a "
            f"comparison missing?"
        )
    if not condition:
        raise pytest.fail.Exception(text, pytrace=False)


def require_none(differences: Iterable[Difference]) -> None:
    """Fail the hidden test if there is a difference; parameters and errors as for `require`."""
    found = [str(one) for one in differences]
    require(found == [], "; ".join(found))


def require_result(call: Judged) -> None:
    """Fail the hidden test if a call came to no result; parameters and errors as for `require`."""
    require(isinstance(call.outcome, Returned), "there is no result to look at")


class FunctionSuite:
    """Structure and shapes, each output's values, and what must not matter.

    That is sizes, precision, magnitude.
    """

    function: str

    @pytest.mark.graded(SHAPES, share=20)
    def test_shapes(self, judge: Judge):
        call = judge.case(self.function, hidden_cases.RANDOM.label)
        require_result(call)
        require_none(d for d in call.differences if d.kind != "value")

    @pytest.mark.graded(VALUES, share=50)
    def test_values(self, judge: Judge, output: str):
        call = judge.case(self.function, hidden_cases.RANDOM.label)
        require_result(call)
        require_none(d for d in call.differences if d.output in ("", output))

    @pytest.mark.graded(ROBUSTNESS, share=30)
    def test_robustness(self, judge: Judge, kind: str):
        call = judge.case(self.function, kind)
        require_result(call)
        require_none(call.differences)


class ComposedSuite(FunctionSuite):
    """A forward function whose caches must also serve a right backward pass.

    It finds arrays that share memory.
    """

    backward: str

    @pytest.mark.graded(ROBUSTNESS, share=20)
    def test_robustness(self, judge: Judge, kind: str):
        super().test_robustness(judge, kind)

    @pytest.mark.graded(ROBUSTNESS, share=10)
    def test_composition(self, judge: Judge):
        require_none(judge.composed(self.function, self.backward))


class GradientSuite(FunctionSuite):
    """A backward function: every gradient, by the reference and by measured differences."""

    @pytest.mark.graded(SHAPES, share=10)
    def test_shapes(self, judge: Judge):
        super().test_shapes(judge)

    @pytest.mark.graded(GRADIENTS, share=50)
    def test_values(self, judge: Judge, output: str):
        super().test_values(judge, output)

    @pytest.mark.graded(GRADIENTS, share=10)
    def test_against_differences(self, judge: Judge):
        require_none(judge.against_differences(self.function))
