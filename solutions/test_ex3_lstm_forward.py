"""Hidden tests of unit 3."""

from autograder.suite import ComposedSuite


class TestLstmCellForward(ComposedSuite):
    function = "lstm_cell_forward"
    backward = "lstm_cell_backward"


class TestLstmForward(ComposedSuite):
    function = "lstm_forward"
    backward = "lstm_backward"
