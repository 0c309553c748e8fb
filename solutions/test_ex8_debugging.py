"""Hidden tests of unit 8."""

from autograder.repair_suite import RepairSuite


class TestSingleStep(RepairSuite):
    function = "single_step"


class TestPlainRnn(RepairSuite):
    function = "plain_rnn"


class TestFusedLstm(RepairSuite):
    function = "fused_lstm"


class TestLstmOf1997(RepairSuite):
    function = "lstm_of_1997"


class TestJoinedRnn(RepairSuite):
    function = "joined_rnn"


class TestCoupledLstm(RepairSuite):
    function = "coupled_lstm"


class TestRecordedLstm(RepairSuite):
    function = "recorded_lstm"


class TestStackedRnn(RepairSuite):
    function = "stacked_rnn"
