"""Hidden tests of unit 5."""

from autograder.suite import ComposedSuite, GradientSuite


class TestGruCellForward(ComposedSuite):
    function = "gru_cell_forward"
    backward = "gru_cell_backward"


class TestGruForward(ComposedSuite):
    function = "gru_forward"
    backward = "gru_backward"


class TestGruCellBackward(GradientSuite):
    function = "gru_cell_backward"


class TestGruBackward(GradientSuite):
    function = "gru_backward"
