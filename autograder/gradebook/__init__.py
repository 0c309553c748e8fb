"""nbgrader's front: its autograde and feedback commands, with this package's core behind them."""
