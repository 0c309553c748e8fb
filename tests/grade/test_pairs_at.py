"""Two known mistakes at once, by the hidden cases: both are named."""

import notebooks as nb
import numpy as np
import pytest
from conftest import SEQUENCE

from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge, outcome_here
from autograder.grade.pairs_at import PairsAt, print_at
from autograder.unit.catalogue import Edit
from autograder.unit.pairs import made_together, pairs
from unrolled.check.outcome import Raised

CELL = "rnn_cell_forward"


class Together:
    """Calls the functions of the reference, one of them with two mistakes."""

    def __init__(self, unit, *identities):
        known = [one.id for one, _ in unit.known[CELL]]
        self.pair = tuple(sorted(known.index(one) for one in identities))
        self.unit, self.wrong = unit, made_together(unit, CELL, self.pair)

    def call(self, name, arguments):
        unit = self.unit
        right = unit.of(unit.reference, name)
        return outcome_here(self.wrong if name == CELL else right, arguments)


@pytest.mark.parametrize(
    "identities",
    [
        ("bias-missing", "softmax-over-everything"),  # change each other's numbers
        ("bias-missing", "cache-holds-new-state-twice"),
    ],
)
def test_both_are_named(unit, identities):
    caller = Together(unit, *identities)
    assert caller.pair in pairs(unit, CELL)
    judge = Judge(unit, caller, 3)
    run_tests(unit, judge, (CELL,))
    verdict = judge.verdict(CELL)
    assert {one.id for one in verdict.mistakes} == set(identities)


def test_a_pair_that_raises_has_no_fingerprint_and_one_that_returns_has(unit):
    labels = tuple(_labels(unit))
    marks = [
        print_at(unit, CELL, labels[0], 3, pair) for pair in pairs(unit, CELL)[:60]
    ]
    assert len({round(one, 9) for one in marks if one == one}) > 10
    raised = [Raised("ValueError")] * len(labels)
    want = [None] * len(labels)
    doubts = np.zeros((len(unit.known[CELL]),) * 2, int)
    at = PairsAt(unit, CELL, labels, 3)
    assert at.matching(unit.functions[CELL], raised, want, doubts) == []


def _labels(unit):
    judge = Judge(unit, Together(unit, "bias-missing", "softmax-over-everything"), 3)
    run_tests(unit, judge, (CELL,))
    return judge.calls(CELL)


def test_once_a_companion_was_served_one_of_the_two_is_told(tmp_path):
    first, second = (
        nb.mistake(SEQUENCE, "predictions-not-stored"),
        nb.mistake(SEQUENCE, "states-stored-one-late"),
    )
    both = Edit(first.misconception, (*first.edits, *second.edits))
    wrong = nb.cell(nb.mistaken(both), SEQUENCE)["source"]
    bad = nb.cell(nb.mistaken(nb.mistake(CELL, "bias-missing")), CELL)["source"]
    told = []
    for number, texts in enumerate(
        ({SEQUENCE: wrong}, {SEQUENCE: wrong, CELL: bad}),
    ):
        path = nb.write(nb.answered(**texts), tmp_path / f"{number}.ipynb")
        tasks = nb.grader().grade(path, "ann").tasks
        told.append(next(task.feedback for task in tasks if task.task == SEQUENCE))
    alone, served = told
    assert [one.id for one in alone.mistakes] == [
        first.misconception.id,
        second.misconception.id,
    ]
    assert served.also is None
    assert served.mistake == alone.mistake
    assert served.notes
    assert not alone.notes
