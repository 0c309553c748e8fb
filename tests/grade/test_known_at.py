from conftest import CELL

from autograder.grade.known_at import KnownAt
from autograder.unit import hidden_cases
from unrolled.check.outcome import Raised, Returned

RANDOM = hidden_cases.RANDOM.label


def test_known_mistakes_in_the_catalogues_order(unit):
    found = KnownAt(unit, CELL, (RANDOM,), 0)
    told = [one.misconception for one in found]
    assert told == [one for one, _ in unit.known[CELL]]
    assert {type(one.outcomes[0]) for one in found} == {Returned, Raised}
