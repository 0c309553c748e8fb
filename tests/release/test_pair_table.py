import numpy as np

from autograder.release.numbers import visible_side
from autograder.release.pair_table import pair_table
from autograder.unit.pairs import made_together, pairs
from autograder.unit.unit import outcome
from unrolled.check.leaves import print_of
from unrolled.check.verdict import judge_outcomes

CELL = "rnn_cell_forward"


def test_both_mistakes_are_named_by_what_travels_with_the_notebook(unit):
    side = next(s for s in visible_side(unit) if s.function.name == CELL)
    told = [one.misconception.id for one in side.known]
    ways = [one.id for one, _ in unit.known[CELL]]
    assert len(side.pairs.places) > 50
    by_ids = {
        frozenset(ways[place] for place in pair): pair for pair in pairs(unit, CELL)
    }
    both = 0
    for row in side.pairs.places[::5].tolist():
        names = frozenset(told[place] for place in row)
        wrong = made_together(unit, CELL, by_ids[names])
        outcomes = [outcome(wrong, case) for case in side.cases]
        verdict = judge_outcomes(
            side.function,
            side.cases,
            side.want,
            outcomes,
            side.known,
            together=side.pairs,
        )
        found = {one.id for one in verdict.mistakes}
        assert found <= names or _is_another(side, outcomes), (names, found)
        both += found == names
    assert both > len(side.pairs.places[::5]) / 2


def _is_another(side, outcomes):
    """Whether the two together come to what a third mistake comes to by itself."""
    marks = [
        print_of(side.function, one.value, want)
        for one, want in zip(outcomes, side.want, strict=True)
    ]
    return any(
        np.allclose(
            marks,
            [
                print_of(side.function, getattr(came, "value", None), want)
                for came, want in zip(one.outcomes, side.want, strict=True)
            ],
        )
        for one in side.known
    )


def test_a_pair_of_which_one_does_not_show_is_left_out(unit):
    cases = unit.visible_cases(CELL)
    want = [outcome(unit.of(unit.reference, CELL), case).value for case in cases]
    known = unit.known[CELL]
    some = [number % 3 == 0 for number in range(len(known))]
    found = pair_table(unit, CELL, cases, want, some)
    assert found.places.max() < sum(some)
    assert found.prints.shape == (len(found.places), len(cases))
    assert np.isfinite(found.prints).all()
    nothing = pair_table(unit, CELL, cases, want, [False] * len(known))
    assert nothing.prints.shape == (0, len(cases))
