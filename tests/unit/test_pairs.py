from dataclasses import replace

import pytest

from autograder.unit import pairs
from autograder.unit.course import CourseError
from autograder.unit.unit import outcome
from unrolled.check.compare import is_same

CELL = "rnn_cell_forward"


def ids(unit, pair):
    edits = pairs.edits_of(unit, CELL)
    return {edits[place].misconception.id for place in pair}


def place(unit, identity):
    known = [one.id for one, _ in unit.known[CELL]]
    return known.index(identity)


def test_a_pair_is_of_two_mistakes_and_there_is_one_of_each_two(unit):
    found = [frozenset(ids(unit, pair)) for pair in pairs.pairs(unit, CELL)]
    assert len(found) == len(set(found)) > 100
    assert {len(one) for one in found} == {2}


def test_mistakes_in_one_place_are_no_pair(unit):
    found = [ids(unit, pair) for pair in pairs.pairs(unit, CELL)]
    assert {"sigmoid-for-tanh", "softmax-over-everything"} in found
    assert {"bias-missing", "tanh-missing"} not in found  # one line, replaced whole


def test_both_mistakes_are_made(unit):
    pair = (place(unit, "bias-missing"), place(unit, "softmax-over-everything"))
    (case, *_) = unit.visible_cases(CELL)
    both = outcome(pairs.made_together(unit, CELL, pair), case).value
    one, other = (outcome(unit.known[CELL][n][1], case).value for n in pair)
    assert is_same(both[0], one[0])  # of the state the first alone
    assert not is_same(both[1], one[1])
    assert not is_same(both[1], other[1])


def test_what_is_no_python_together_is_said(unit):
    edits = pairs.edits_of(unit, CELL)
    bad = replace(edits[0], edits=(("return a_next", "return ("),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "edits_of", lambda *_: [bad, edits[1]])
        with pytest.raises(CourseError, match="is no Python"):
            pairs.made_together(unit, CELL, (0, 1))
