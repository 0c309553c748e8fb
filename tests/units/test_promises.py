"""A ✓ of the check is a promise: how often the hidden tests do not keep it."""

import contextlib
import signal

import pytest
from sweeps import few

from autograder.unit.course import Course
from autograder.unit.source import solved
from autograder.unit.unit import load
from tests.bench import promises
from tests.bench.promises import (
    Answer,
    Tally,
    answers,
    marks_lost,
    measured,
    module_with,
)
from unrolled.notebook_check import Check

COURSE = Course.find(__file__)
FEW = 2  # mutants of a function: more are for `python -m tests.bench promises`


# what is asked, and the least of samples and of other ways that this has to come to
ASKED = {
    "two units": (("ex3_lstm_forward", "ex5_gru"), 50, 8),
    "all": (COURSE.assignments, 200, 50),
}


@pytest.fixture(
    scope="module", params=few(ASKED, lambda asked: asked != "all"), ids=str
)
def asked(request):
    return ASKED[request.param]


@pytest.fixture(scope="module")
def tallies(asked):
    found = {}
    for assignment in asked[0]:
        unit = load(assignment, COURSE)
        # The catalogue's are wrong in the check, each of them: another test's gate.
        given = [a for a in answers(unit, FEW) if a.kind != "catalogue"]
        for kind, tally in measured(unit, given).items():
            found[kind] = found.get(kind, Tally()).with_more(tally)
    return found


def test_no_tick_is_followed_by_less_than_full_marks(tallies):
    assert [text for tally in tallies.values() for text in tally.broken] == []


def test_right_answers_have_a_tick(tallies, asked):
    _, least, _ = asked
    assert tallies["samples"].ticked == tallies["samples"].answers > least


def test_what_overflows_has_none(tallies, asked):
    """Of the other ways, a few never overflow: a softmax of what lies between -1 and 1, say."""
    _, _, least = asked
    assert tallies["other ways"].ticked <= 5 < least < tallies["other ways"].answers


def test_an_answer_that_takes_too_long_is_no_promise_that_is_broken(monkeypatch):
    """Its time may be up within a hidden test, which pytest then says has failed."""
    unit = load("ex1_rnn_cell", COURSE)
    given = next(a for a in answers(unit, 0) if a.kind == "samples")

    def slow(unit, answer):
        with contextlib.suppress(BaseException):
            signal.raise_signal(signal.SIGPROF)
        return "90% (test_values)"

    assert measured(unit, [given])["samples"] == Tally(1, 1, ())
    monkeypatch.setattr(promises, "marks_lost", slow)
    assert measured(unit, [given])["samples"] == Tally(1, 0, ())


def test_a_gradient_check_that_ignores_its_loss_is_seen():
    name = "gradient_check"
    unit = load("ex2_rnn_backward", COURSE)
    text = solved(unit.solves[name].text).replace(" loss(", " wave_loss(")
    module = module_with(unit, name, text)
    folder = COURSE.exercises / unit.assignment
    verdict = Check(unit.assignment, folder).verdict(module.gradient_check)
    assert not verdict.right
    assert "another loss" in verdict.notes[0]
    lost = marks_lost(unit, Answer("", "", name, module))
    assert lost == "90% (test_measures_the_loss_that_it_is_given)"
