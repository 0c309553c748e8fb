"""Hidden tests of unit 2."""

import pytest

from autograder.outcome import Returned
from autograder.suite import VALUES, FunctionSuite, GradientSuite


class TestRnnCellBackward(GradientSuite):
    function = "rnn_cell_backward"


class TestRnnBackward(GradientSuite):
    function = "rnn_backward"


class TestGradientCheck(FunctionSuite):
    function = "gradient_check"

    @pytest.mark.graded(VALUES, share=10)
    def test_names_the_worst_entry_every_time(self, judge):
        draws = [judge.case(self.function, f"random sizes #{n}") for n in range(2, 8)]
        assert all(isinstance(draw.outcome, Returned) for draw in draws)
        assert [str(d) for draw in draws for d in draw.differences] == []
