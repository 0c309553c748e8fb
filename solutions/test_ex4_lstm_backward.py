"""Hidden tests of unit 4."""

from autograder.suite import GradientSuite


class TestLstmCellBackward(GradientSuite):
    function = "lstm_cell_backward"


class TestLstmBackward(GradientSuite):
    function = "lstm_backward"
