"""Hidden tests of unit 9."""

from autograder.suite import FunctionSuite


class TestPeakStep(FunctionSuite):
    function = "peak_step"
