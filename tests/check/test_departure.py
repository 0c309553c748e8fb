import numpy as np

from unrolled.check.code_lines import Statement
from unrolled.check.departure import Departure, at_value
from unrolled.check.executed import Executed, Node

CODE = compile("", "<cell>", "exec")


def test_a_value_departs_at_the_line_that_made_it():
    line = Statement(3, 4, ())
    node = Node(Executed(CODE, line), "a", (), np.ones(2), np.ones(2))
    found = at_value(node)
    assert (found.code, found.statement, found.node) == (CODE, line, node)
    assert found == Departure(CODE, line, node=node)
    assert (found.verdict, found.name) == ("", "")
