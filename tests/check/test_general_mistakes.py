from conftest import CELL, SEQUENCE
from tables import each_row

from unrolled.check.general_mistakes import (
    find_general_mistake,
    guess_mistake,
    mistake_of_reading_data,
)
from unrolled.check.outcome import Lost, Raised, Returned
from unrolled.contract import Function, array, dict_of

CACHE = (1, 2, 3, {})


def told(function, *outcomes, **stray):
    return find_general_mistake(function, outcomes, **stray)


def kind(text):
    return Raised(*text.split(": ", 1))


@each_row(
    ("outcome", "id_"),
    [
        (
            kind(
                "TypeError: rnn_cell_forward() missing 1 required positional argument: 'n'"
            ),
            "signature-changed",
        ),
        (
            kind(
                "TypeError: rnn_cell_forward() takes 2 positional arguments but 3 were given"
            ),
            "signature-changed",
        ),
        (
            kind(
                "TypeError: a.<locals>.rnn_cell_forward() missing 1 keyword-only argument"
            ),
            "signature-changed",
        ),
        (kind("TypeError: helper() missing 1 required positional argument: 'n'"), None),
        (Returned(None), "nothing-returned"),
        (Returned((1, 2)), "returns-changed"),
        (Returned(3.0), "returns-changed"),
        (Returned((None, None, CACHE)), "placeholder-left"),
        (Returned((1.0, None, CACHE)), "placeholder-left"),
        (Returned((1.0, 2.0, None)), None),
        (
            kind(
                "TypeError: unsupported operand type(s) for @: 'float' and 'NoneType'"
            ),
            "placeholder-left",
        ),
        (
            kind(
                "ValueError: matmul: Input operand 1 does not have enough (has 0, gufunc core)"
            ),
            "placeholder-left",
        ),
        (kind("AttributeError: 'NoneType' object has no attribute 'append'"), None),
        (Lost("timeout", "one call of `f` took more than 10 s"), "never-returns"),
        (
            Lost("timeout", "all calls of `f` together took more than 60 s"),
            "takes-too-long",
        ),
        (
            Lost("timeout", "the notebook's own cells took more than 120 s in all"),
            "cells-take-too-long",
        ),
        (Lost("crashed", "the process ended"), None),
        (kind("ValueError: no"), None),
    ],
)
def test_what_outcomes_show(unit, outcome, id_):
    found = told(unit.functions[CELL], Returned((1.0, 2.0, CACHE)), outcome)
    assert (found and found.id) == id_


def test_a_changed_signature_is_told_before_the_names_that_it_makes_unknown(unit):
    changed = kind(
        "TypeError: rnn_cell_forward() takes 2 positional arguments but 3 were given"
    )
    assert (
        told(unit.functions[CELL], changed, data=["W"], unknown=["parameters"]).id
        == "signature-changed"
    )


def test_a_changed_signature_is_answered_with_the_published_one(unit):
    changed = kind(
        "TypeError: rnn_forward() missing 1 required positional argument: 'n'"
    )
    assert (
        "`def rnn_forward(x, a0, parameters):`"
        in told(unit.functions[SEQUENCE], changed).hint
    )


def test_data_and_unknown_names_are_named(unit):
    function = unit.functions[CELL]
    assert (
        "reads `Waa`, `x` and `b` from"
        in told(function, data=["Waa", "x", "b"]).symptom
    )
    assert (
        told(function, unknown=["bb"]).symptom
        == "`bb` is not defined when the function runs."
    )
    assert (
        told(function, unknown=["bb", "cc"]).symptom
        == "`bb` and `cc` are not defined when the function runs."
    )
    assert mistake_of_reading_data(function, ["Waa"]) == told(
        function, data=["Waa"], unknown=["c"]
    )


GRADIENTS = Function(
    "back",
    (array("da", "n"),),
    dict_of("", array("dx", "n"), array("db", "n", "1")),
    "ch2#back",
)


@each_row("kind", ["SyntaxError", "IndentationError", "TabError"])
def test_a_cell_that_is_no_python_is_named(kind, unit):
    why = f"code cell 3, which defines it, fails with {kind}, line 2: `a = (`"
    found = told(unit.functions[CELL], Lost("missing", why))
    assert (found.id, found.section) == ("syntax-error", "slips1_rnn_cell#slip-syntax")
    assert (
        told(unit.functions[CELL], Lost("missing", why.replace(kind, "NameError")))
        is None
    )


@each_row(
    ("outcome", "id_"),
    [
        (kind("KeyError: 'Wu'"), "unknown-key"),
        (
            kind("AttributeError: module 'numpy' has no attribute 'tamh'"),
            "undefined-name",
        ),
        (kind("AttributeError: 'list' object has no attribute 'shape'"), None),
        (Returned({"dx": 1.0, "dB": 1.0}), "key-missing"),
        (Returned({"dx": 1.0, "db": 2.0, "more": 3}), None),
    ],
)
def test_what_no_known_mistake_explains(outcome, id_):
    found = guess_mistake(GRADIENTS, [outcome])
    assert (found and found.id) == id_


def test_the_keys_that_there_are_are_told_and_the_students_is_not(unit):
    found = guess_mistake(unit.functions[CELL], [kind("KeyError: 'secret_5'")])
    assert found.hint == "Its keys are `Wax`, `Waa`, `Wya`, `ba` and `by`, spelled so."
    assert "secret" not in found.symptom


def test_nothing_is_told_of_a_plainly_wrong_answer(unit):
    assert told(unit.functions[CELL], Returned((1.0, 2.0, CACHE))) is None
