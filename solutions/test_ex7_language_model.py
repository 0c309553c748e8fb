"""Hidden tests of unit 7."""

import pytest

from autograder.suite import VALUES, FunctionSuite, require_none, require_result


class SeveralDraws(FunctionSuite):
    """A function whose choices do not all show at once.

    Those are how much is left over, whether to clip, what is drawn.
    """

    @pytest.mark.graded(VALUES, share=40)
    def test_values(self, judge, output):
        super().test_values(judge, output=output)

    @pytest.mark.graded(VALUES, share=10)
    def test_several_draws(self, judge):
        draws = [judge.case(self.function, f"random sizes #{n}") for n in range(2, 8)]
        for draw in draws:
            require_result(draw)
            require_none(draw.differences)


class TestSequentialBatches(SeveralDraws):
    function = "sequential_batches"


class TestRandomBatches(SeveralDraws):
    function = "random_batches"


class TestCrossEntropy(FunctionSuite):
    function = "cross_entropy"


class TestClipGradients(SeveralDraws):
    function = "clip_gradients"


class TestTrainingStep(FunctionSuite):
    function = "training_step"


class TestSample(SeveralDraws):
    function = "sample"
