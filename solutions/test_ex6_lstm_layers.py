"""Hidden tests of unit 6."""

from autograder.suite import FunctionSuite


class TestConvertLayouts(FunctionSuite):
    function = "convert_layouts"


class TestLastStates(FunctionSuite):
    function = "last_states"


class TestInitialWeights(FunctionSuite):
    function = "initial_weights"


class TestFuseGates(FunctionSuite):
    function = "fuse_gates"


class TestReLU(FunctionSuite):
    function = "ReLU"


class TestLSTMLayer(FunctionSuite):
    function = "LSTMLayer"


class TestStackedLSTM(FunctionSuite):
    function = "StackedLSTM"
