import numpy as np
from conftest import SEQUENCE
from tables import each_row

from autograder.grade.hidden_case import hidden_case
from autograder.unit import hidden_cases
from unrolled.check.compare import compare_returned

RANDOM = hidden_cases.RANDOM.label


def test_hidden_cases_are_the_seeds(unit):
    first, again, other = (
        hidden_case(unit, SEQUENCE, RANDOM, seed)[0][0] for seed in (3, 3, 4)
    )
    assert first is again
    assert first.shape != other.shape or not np.array_equal(first, other)


@each_row("kind", hidden_cases.KINDS.values(), ids=lambda k: k.label)
def test_rounding_does_not_matter_to_a_hidden_case(kind, unit):
    """Where it did, a right answer that adds in another order would be called wrong."""
    for seed in range(12):
        (x, a0, parameters), want = hidden_case(unit, SEQUENCE, kind.label, seed)
        single = {name: value.astype(np.float32) for name, value in parameters.items()}
        got = unit.reference.rnn_forward(
            x.astype(np.float32), a0.astype(np.float32), single
        )
        assert compare_returned(unit.functions[SEQUENCE].returns, got, want) == []
