"""The tests that every function gets; a unit's hidden tests subclass these and add their own.

    class TestRnnCellForward(FunctionSuite):
        function = "rnn_cell_forward"

    class TestRnnCellBackward(GradientSuite):
        function = "rnn_cell_backward"

Of a program that was released broken, `repair.RepairSuite` tests the repair.
"""

from __future__ import annotations

import pytest

from . import cases
from .judging import Judge
from .outcome import Returned

SHAPES, VALUES, GRADIENTS, ROBUSTNESS = "shapes", "values", "gradients", "robustness"


class FunctionSuite:
    """Structure and shapes, each output's values, and what must not matter: sizes, precision, magnitude."""

    function: str

    @pytest.mark.graded(SHAPES, share=20)
    def test_shapes(self, judge: Judge):
        call = judge.case(self.function, cases.RANDOM.label)
        assert isinstance(call.outcome, Returned), "there is no result to look at"
        assert [str(d) for d in call.differences if d.kind != "value"] == []

    @pytest.mark.graded(VALUES, share=50)
    def test_values(self, judge: Judge, output: str):
        call = judge.case(self.function, cases.RANDOM.label)
        assert isinstance(call.outcome, Returned), "there is no result to look at"
        assert [str(d) for d in call.differences if d.output in ("", output)] == []

    @pytest.mark.graded(ROBUSTNESS, share=30)
    def test_robustness(self, judge: Judge, kind: str):
        call = judge.case(self.function, kind)
        assert isinstance(call.outcome, Returned), "there is no result to look at"
        assert [str(d) for d in call.differences] == []


class ComposedSuite(FunctionSuite):
    """A forward function whose caches must also serve a right backward pass: finds arrays that share memory."""

    backward: str

    @pytest.mark.graded(ROBUSTNESS, share=10)
    def test_composition(self, judge: Judge):
        assert [str(d) for d in judge.composed(self.function, self.backward)] == []


class GradientSuite(FunctionSuite):
    """A backward function: every gradient, by the reference and by differences of its forward function."""

    @pytest.mark.graded(SHAPES, share=10)
    def test_shapes(self, judge: Judge):
        super().test_shapes(judge)

    @pytest.mark.graded(GRADIENTS, share=50)
    def test_values(self, judge: Judge, output: str):
        super().test_values(judge, output)

    @pytest.mark.graded(GRADIENTS, share=10)
    def test_against_differences(self, judge: Judge):
        assert [str(d) for d in judge.against_differences(self.function)] == []
