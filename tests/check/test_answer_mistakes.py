"""What keeps an answer from being right that is right but for one thing."""

import numpy as np
from tables import each_row

from unrolled.check.general_mistakes import find_beside_right_answer
from unrolled.check.outcome import Raised, Returned
from unrolled.check.wire import TOO_DEEP, OpaqueValue
from unrolled.contract import Function, PerStep, array, dict_of, tuple_of

X = array("x", "n")
A, Y = array("a", "n", "T"), array("y", "n", "T")
CACHES = tuple_of(
    "caches", PerStep("list", tuple_of("cache", array("s", "n"), X), "T"), X
)
FORWARD = Function("f", (X,), tuple_of("", A, Y, CACHES), "ch9_f#one")
BACKWARD = Function("g", (X,), dict_of("gradients", A, Y), "ch9_f#one")


def answer(steps, first=0.0):
    caches = [(np.full(3, float(t)), np.ones(3)) for t in range(steps)]
    a = first + np.arange(3.0 * steps).reshape(3, steps)
    return (a, 7 + a, (caches, np.ones(3)))


WANT = [answer(4), answer(1, 9.0)]


def named(*values, want=WANT, function=FORWARD):
    outcomes = [v if isinstance(v, Raised) else Returned(v) for v in values]
    found = find_beside_right_answer(function, outcomes, want)
    return found and found.id


def in_order(*places):
    return [tuple(want[i] for i in places) for want in WANT]


@each_row(
    ("values", "id_"),
    [
        (in_order(1, 0, 2), "results-in-another-order"),
        (in_order(2, 0, 1), "results-in-another-order"),
        (in_order(0, 0, 2), None),
        (in_order(0, 1, 2), None),
        ([WANT[0], in_order(1, 0, 2)[1]], None),
        ([in_order(1, 0, 2)[0], Raised("ValueError", "no")], None),
        ([(1, 2), (1, 2)], None),
        ([3.0, 3.0], None),
    ],
)
def test_right_results_in_another_order(values, id_):
    assert named(*values) == id_


def test_the_order_is_told():
    outcomes = [Returned(one) for one in in_order(1, 0, 2)]
    found = find_beside_right_answer(FORWARD, outcomes, WANT)
    assert "`a`, `y` and `caches`" in found.hint
    assert found.section == "slips9_f#slip-signature"


def with_number(number, at=0):
    a, y, caches = answer(1, 9.0)
    a[0, 0] = number
    return (a, y, caches) if at == 0 else (y, a, caches)


@each_row(
    ("values", "id_"),
    [
        ([WANT[0], with_number(np.nan)], "overflows"),
        ([WANT[0], with_number(np.inf)], "overflows"),
        ([WANT[0], with_number(5.0)], None),
        ([with_number(np.nan), with_number(np.nan)], None),
        ([answer(4, 1.0), with_number(np.nan)], None),
    ],
)
def test_no_number_where_all_else_is_right(values, id_):
    assert named(*values) == id_


def test_no_number_is_found_in_a_dictionary_and_in_a_cache():
    right = {"a": WANT[0][0], "y": WANT[0][1]}
    wrong = right | {"y": np.full_like(WANT[0][1], np.nan)}
    assert named(right, wrong, want=[right] * 2, function=BACKWARD) == "overflows"
    a, y, (caches, x) = answer(1, 9.0)
    caches[0] = (np.array([np.nan, 0, 0]), caches[0][1])
    assert named(WANT[0], (a, y, (caches, x))) == "overflows"


def test_where_no_number_is_wanted_none_is_missed():
    want = [WANT[0], with_number(np.nan)]
    assert named(WANT[0], with_number(np.inf), want=want) is None


INDEX = Raised("IndexError", "list index out of range")


@each_row(
    ("values", "id_"),
    [
        ([WANT[0], INDEX], "needs-two-steps"),
        ([INDEX, WANT[1]], None),
        ([INDEX, INDEX], None),
        ([WANT[0], Raised("ValueError", "no")], None),
        ([answer(4, 1.0), INDEX], None),
    ],
)
def test_a_sequence_of_one_step_alone_fails(values, id_):
    assert named(*values) == id_


def test_a_sequence_of_one_step_is_seen_in_gradients():
    want = [{"a": one[0], "y": one[1]} for one in WANT]
    assert named(want[0], INDEX, want=want, function=BACKWARD) == "needs-two-steps"


def nested(want, pair=tuple, innermost=()):
    a, y, (caches, x) = want
    chain = list(innermost)
    for cache in caches:
        chain = pair([chain, cache])
    return (a, y, (chain, x))


@each_row(
    ("values", "id_"),
    [
        ([nested(one) for one in WANT], "caches-nested"),
        ([nested(one, list) for one in WANT], "caches-nested"),
        ([nested(WANT[1])] * 2, None),
        ([WANT[0], nested(WANT[1])], None),
        ([nested(WANT[0], innermost=[1]), nested(WANT[1])], None),
        ([nested(WANT[0]), INDEX], None),
    ],
)
def test_a_pair_in_a_pair_at_every_step(values, id_):
    assert named(*values) == id_


def test_a_chain_that_is_too_deep_to_cross_is_one_as_far_as_it_goes():
    a, y, (chain, x) = nested(WANT[0])
    cut = ((OpaqueValue(TOO_DEEP), chain[0][1]), chain[1])
    assert named((a, y, (cut, x)), nested(WANT[1])) == "caches-nested"
