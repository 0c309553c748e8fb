import re

import numpy as np
from conftest import CELL

from unrolled.check.evidence import MOST_NAMES, Evidence, Finding, first_found, quoted
from unrolled.check.general_mistakes import find_general_mistake
from unrolled.check.outcome import Raised, Returned
from unrolled.contract import Function, array, dict_of


def told(function, *outcomes, **stray):
    return find_general_mistake(function, outcomes, **stray)


GRADIENTS = Function(
    "back",
    (array("da", "n"),),
    dict_of("", array("dx", "n"), array("db", "n", "1")),
    "ch2#back",
)


def test_sections_are_those_of_the_functions_chapter(unit):
    assert told(GRADIENTS, Returned(None)).section == "ch2#slip-signature"
    assert (
        told(unit.functions[CELL], data=["a"]).section == "slips1_rnn_cell#slip-globals"
    )


def test_of_very_many_names_the_first_are_told():
    assert quoted(["a", "b", "c"]) == "`a`, `b` and `c`"
    many = quoted(f"n{i}" for i in range(40))
    assert many.endswith(f"`n{MOST_NAMES - 1}` and {40 - MOST_NAMES} more")
    assert len(many.split()) < 30


def test_outcomes_are_told_apart_and_held_against_what_was_wanted():
    right, wrong = {"dx": np.zeros(2), "db": np.ones((2, 1))}, {"dx": 1.0}
    outcomes = [Returned(right), Returned(wrong), Raised("KeyError", "'a'")]
    evidence = Evidence(GRADIENTS, outcomes, want=[right] * 3)
    assert evidence.values == [right, wrong]
    assert [one.kind for one in evidence.raised] == ["KeyError"]
    assert evidence.right == [True, False, False]
    assert Evidence(GRADIENTS, outcomes).right == []


def test_an_error_is_known_by_how_it_begins():
    evidence = Evidence(GRADIENTS, [Raised("KeyError", "'Wu'")])
    assert evidence.has_error(re.compile("KeyError: '"))
    assert not evidence.has_error(re.compile("'Wu'"))


def test_the_first_check_that_finds_anything_is_told():
    checks = [lambda evidence: None, *(lambda _, n=n: finding(n) for n in "ab")]
    found = first_found(checks, Evidence(GRADIENTS, []))
    assert (found.id, found.function, found.section) == ("a", "back", "ch2#slip-a")
    assert first_found(checks[:1], Evidence(GRADIENTS, [])) is None


def finding(name):
    return Finding(name, name, "symptom", "hint")
