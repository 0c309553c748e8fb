"""Hidden tests of unit 1."""

from autograder.suite import FunctionSuite


class TestRnnCellForward(FunctionSuite):
    function = "rnn_cell_forward"


class TestRnnForward(FunctionSuite):
    function = "rnn_forward"
