import numpy as np

from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.known_pairs import NO_PAIRS, PairTable, name_pair
from unrolled.check.leaves import print_of, table
from unrolled.check.outcome import Returned
from unrolled.contract import Function, array, dict_of

NAMES = ("a", "b", "c")
F = Function(
    "f", (array("x", "n"),), dict_of("", *(array(n, "n") for n in NAMES)), "p#s"
)
RNG = np.random.default_rng(5)
WANT = {name: RNG.normal(size=4) for name in NAMES}
ODD = [RNG.normal(size=4) for _ in range(6)]


def value(**changed):
    return WANT | {name: ODD[number] for name, number in changed.items()}


def known(id_, **changed):
    told = Misconception(id_, "f", "symptom.", "hint.", "p#s")
    return KnownAnswer(told, [Returned(value(**changed))])


def named(got, *catalogue, together=NO_PAIRS):
    outcomes = [Returned(got)]
    seen = table(F, outcomes, [WANT], catalogue)
    found = name_pair(F, outcomes, [WANT], catalogue, seen, together)
    return [one.id for one in found]


A, B = known("k", a=0), known("l", b=1)


def test_two_that_explain_all_that_is_off_are_both_named():
    assert named(value(a=0, b=1), A, B, known("m", c=2)) == ["k", "l"]
    assert named(value(a=0, b=1), B, A) == ["l", "k"]  # in the catalogue's order


def test_one_that_explains_all_or_nothing_is_no_pair():
    assert named(value(a=0), A, B) == []
    assert named(value(a=0, c=3), A, B) == []  # c is nobody's
    assert named(value(a=0, b=3), A, B) == []  # b is off in another way
    assert named(value(c=3), A, B) == []


def test_of_what_both_make_wrong_either_may_win():
    both = (known("k", a=0, c=2), known("l", b=1, c=3))
    assert named(value(a=0, b=1, c=3), *both) == ["k", "l"]
    assert named(value(a=0, b=1, c=4), *both) == []


def test_one_mistake_made_in_two_ways_is_no_pair():
    assert named(value(a=0, b=1), known("k", a=0), known("k", b=1)) == []


def test_where_several_pairs_explain_it_only_what_all_have_is_named():
    assert named(value(a=0, b=1), A, B, known("m", b=1)) == ["k"]
    assert named(value(a=0, b=1), A, B, known("m", a=0), known("n", b=1)) == []


def prints(*rows):
    places, values = zip(*rows, strict=True)
    marks = [[print_of(F, one, WANT)] for one in values]
    return PairTable(np.array(places, np.uint16), np.array(marks, np.float32))


def test_two_that_change_each_others_numbers_are_known_by_their_fingerprint():
    together = prints(((0, 1), value(a=4, b=5)), ((0, 2), value(a=5, b=4)))
    catalogue = (A, B, known("m", c=2))
    assert named(value(a=4, b=5), *catalogue, together=together) == ["k", "l"]
    assert named(value(a=5, b=4), *catalogue, together=together) == ["k", "m"]
    assert named(value(a=5, b=5), *catalogue, together=together) == []


def test_a_table_of_other_cases_names_nothing():
    together = prints(((0, 1), value(a=4, b=5)))
    outcomes = [Returned(value(a=4, b=5))] * 2
    doubts = np.zeros((2, 2), int)
    assert together.matching(F, outcomes, [WANT] * 2, doubts) == []
    assert together.matching(F, outcomes[:1], [WANT], doubts) == [(0, 1)]
    assert NO_PAIRS.matching(F, outcomes, [WANT] * 2, doubts) == []
