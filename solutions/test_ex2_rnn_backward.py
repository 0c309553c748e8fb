"""Hidden tests of unit 2."""

import pytest

from autograder.suite import (
    ROBUSTNESS,
    VALUES,
    FunctionSuite,
    GradientSuite,
    require_none,
    require_result,
)


class TestRnnCellBackward(GradientSuite):
    function = "rnn_cell_backward"


class TestRnnBackward(GradientSuite):
    function = "rnn_backward"


class TestGradientCheck(FunctionSuite):
    function = "gradient_check"

    @pytest.mark.graded(VALUES, share=40)
    def test_values(self, judge, output):
        super().test_values(judge, output=output)

    @pytest.mark.graded(ROBUSTNESS, share=20)
    def test_robustness(self, judge, kind):
        super().test_robustness(judge, kind=kind)

    @pytest.mark.graded(ROBUSTNESS, share=10)
    def test_measures_the_loss_that_it_is_given(self, judge):
        require_none(judge.also(self.function, "another loss"))

    @pytest.mark.graded(VALUES, share=10)
    def test_names_the_worst_entry_every_time(self, judge):
        draws = [judge.case(self.function, f"random sizes #{n}") for n in range(2, 8)]
        for draw in draws:
            require_result(draw)
            require_none(draw.differences)
