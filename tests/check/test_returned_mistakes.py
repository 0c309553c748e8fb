import numpy as np
from conftest import CELL, SEQUENCE
from tables import each_row

from unrolled.check.general_mistakes import find_general_mistake
from unrolled.check.outcome import Returned
from unrolled.check.wire import ITSELF, OpaqueValue
from unrolled.contract import Function, array, dict_of, tuple_of

CACHE = (1, 2, 3, {})


def told(function, *outcomes, **stray):
    return find_general_mistake(function, outcomes, **stray)


def test_placeholders_are_named(unit):
    both, one = (
        told(unit.functions[CELL], Returned((first, None, CACHE)))
        for first in (None, 1.0)
    )
    assert both.symptom == "`a_next` and `yt_pred` are still `None`."
    assert one.symptom == "`yt_pred` is still `None`."


def test_a_single_output_needs_no_tuple():
    single = Function("f", (array("a", "n"),), tuple_of("", array("b", "n")), "p#s")
    assert told(single, Returned(np.ones(2)), Returned([1.0, 2.0])) is None


GRADIENTS = Function(
    "back",
    (array("da", "n"),),
    dict_of("", array("dx", "n"), array("db", "n", "1")),
    "ch2#back",
)


@each_row(
    ("value", "id_"),
    [
        ((1, 2), "returns-changed"),
        ({"dx": 1.0, "db": None}, "placeholder-left"),
        ({"dx": 1.0, "db": 1.0}, None),
    ],
)
def test_a_function_that_returns_gradients(value, id_):
    found = told(GRADIENTS, Returned(value))
    assert (found and found.id) == id_


def test_a_list_that_holds_itself_is_named(unit):
    local = [1]
    local.append(local)
    for value in (local, [1, OpaqueValue(ITSELF)], {"caches": (local, 2)}):
        assert (
            told(unit.functions[SEQUENCE], Returned((1.0, 2.0, value))).id
            == "list-in-itself"
        )
