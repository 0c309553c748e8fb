import numpy as np
from conftest import CELL
from tables import each_row

from unrolled.check.compare import Difference
from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.outcome import Lost, Raised, Returned
from unrolled.check.verdict import (
    LONGEST,
    call_text,
    changed_arguments,
    failure_text,
    judge_outcomes,
)
from unrolled.contract import Function, array, dict_of, tuple_of

a, b = array("a", "n"), array("b", "n")
F = Function("f", (a, dict_of("p", b)), tuple_of("", a, b), "ch1#f")
ONE, TWO = np.ones(3), np.full(3, 2.0)
CASES = [(ONE, {"b": TWO}), (TWO[:2], {"b": ONE[:2]})]
WANT = [(ONE, TWO), (TWO[:2], ONE[:2])]
RIGHT = [Returned(value) for value in WANT]


def test_right_in_every_case_is_right():
    verdict = judge_outcomes(F, CASES, WANT, RIGHT)
    assert verdict.right
    assert (verdict.differences, verdict.notes, verdict.section) == ((), (), "ch1#f")


def test_the_first_wrong_case_is_shown():
    outcomes = [RIGHT[0], Returned((TWO[:2], TWO[:2]))]
    verdict = judge_outcomes(F, CASES, WANT, outcomes)
    assert not verdict.right
    assert verdict.call == "f(a (2,), p)"
    assert [d.output for d in verdict.differences] == ["b"]
    assert (verdict.outputs, verdict.checked) == (("a", "b"), True)


@each_row(
    ("outcome", "failure"),
    [
        (Raised("ValueError", "no"), "raises ValueError: no"),
        (Lost("timeout", "no answer"), "no answer"),
    ],
)
def test_where_nothing_was_returned_the_failure_is_told(outcome, failure):
    verdict = judge_outcomes(F, CASES, WANT, [outcome, RIGHT[1]])
    assert (verdict.right, verdict.failure, verdict.differences) == (False, failure, ())


def test_general_mistakes_go_before_known_ones():
    known = [
        KnownAnswer(
            Misconception("k", "f", "s.", "h.", "ch1#k"),
            (Returned((TWO, TWO)), RIGHT[1]),
        )
    ]
    got = [Returned((TWO, TWO)), RIGHT[1]]
    assert judge_outcomes(F, CASES, WANT, got, known).mistake.id == "k"
    assert (
        judge_outcomes(F, CASES, WANT, got, known, stray=(["W"], [])).mistake.id
        == "notebook-globals"
    )


def test_a_changed_argument_is_a_fault_and_stands_first():
    changed = Returned((ONE, ONE), after=(ONE, {"b": ONE}))
    verdict = judge_outcomes(F, CASES, WANT, [changed, RIGHT[1]])
    assert [d.path for d in verdict.differences] == ["p", "b"]
    only = judge_outcomes(
        F, CASES, WANT, [Returned(WANT[0], after=(TWO, CASES[0][1])), RIGHT[1]]
    )
    assert [str(d) for d in only.differences] == [
        "a is an argument, and the function changes it; work on a copy"
    ]


@each_row(
    ("after", "changed"),
    [
        (None, []),
        (CASES[0], []),
        ((ONE, {"b": TWO, "more": 1}), []),
        ((ONE, {}), ["p"]),
        ((ONE[:2], {"b": ONE}), ["a", "p"]),
    ],
)
def test_changed_arguments(after, changed):
    assert [
        d.output for d in changed_arguments(F, CASES[0], Returned(None, after))
    ] == changed


def test_failure_text_names_the_line():
    raised = Raised(
        "IndexError", "index 6 is  out\nof bounds ", "a[:, :, t] = a_next", 9
    )
    where = "(line 9 of the cell: `a[:, :, t] = a_next`)"
    assert (
        failure_text(raised) == f"raises IndexError: index 6 is out of bounds {where}"
    )
    assert failure_text(Raised("KeyError")) == "raises KeyError"
    elsewhere = Raised("KeyError", "'a'", "b = p['a']", 2, "rnn_cell_forward")
    where = "(line 2 of the cell that defines `rnn_cell_forward`: `b = p['a']`)"
    assert failure_text(elsewhere) == f"raises KeyError: 'a' {where}"


def test_failure_text_is_cut():
    assert len(failure_text(Raised("ValueError", "x" * 10_000))) < LONGEST + 30


def test_call_text_shows_shapes(unit):
    assert call_text(unit.functions[CELL], unit.visible_cases(CELL)[0]) == (
        "rnn_cell_forward(xt (3, 4), a_prev (5, 4), parameters)"
    )
    assert call_text(F, (1.5, None)) == "f(a, p)"


def test_a_difference_reads_as_a_sentence():
    assert str(Difference("value", "a", "caches[0]", "differs")) == "caches[0] differs"
