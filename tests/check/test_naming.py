import numpy as np

from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.naming import find_mistakes
from unrolled.check.outcome import Raised, Returned
from unrolled.contract import Function, array, tuple_of

a, b = array("a", "n"), array("b", "n")
F = Function("f", (a,), tuple_of("", a, b), "ch1#f")
ONE, TWO, THREE, FOUR = (np.array([1.0, n]) for n in (1, 2, 3, 4))
RIGHT = (ONE, ONE)


def known(id_, *values):
    told = Misconception(id_, "f", "Seen so.", "Look.", "ch1#k")
    return KnownAnswer(told, [Returned(value) for value in values])


def named(*got, catalogue=(), **more):
    outcomes = [
        one if isinstance(one, Raised) else Returned(one, (ONE,)) for one in got
    ]
    found = find_mistakes(F, [RIGHT] * len(got), outcomes, catalogue, **more)
    return [one.id for one in found]


K, L = known("k", (TWO, ONE), (TWO, ONE)), known("l", (ONE, THREE), (ONE, THREE))


def test_one_that_explains_all_goes_before_two_and_two_before_a_part():
    both = known("both", (TWO, THREE), (TWO, THREE))
    got = ((TWO, THREE), (TWO, THREE))
    assert named(*got, catalogue=[K, L, both]) == ["both"]
    assert named(*got, catalogue=[K, L]) == ["k", "l"]
    assert named(*got, catalogue=[K]) == ["k"]
    assert named(*got, catalogue=[]) == []


def test_a_mistake_of_a_kind_is_surer_than_all_of_these():
    assert named((TWO, ONE), (TWO, ONE), catalogue=[K], stray=(["W"], [])) == [
        "notebook-globals"
    ]
    assert named((ONE, TWO), (None, ONE), catalogue=[K]) == ["placeholder-left"]


def test_all_is_proved_in_every_case():
    assert named((TWO, THREE), (TWO, FOUR), catalogue=[K, L]) == ["k"]
    assert named((TWO, THREE), (FOUR, TWO), catalogue=[K, L]) == []
    assert named(RIGHT, (TWO, THREE), catalogue=[K, L]) == []  # they show in the first


def test_where_the_function_raises_no_array_names_anything():
    raised = Raised("UnboundLocalError", "cannot access local variable 'c'")
    assert named((TWO, THREE), raised, catalogue=[K, L]) == ["used-before-set"]
    assert named((TWO, THREE), Raised("OddError"), catalogue=[K, L]) == []


def test_the_fingerprints_of_pairs_are_asked():
    class Together:
        def matching(self, function, got, want, doubts):
            assert doubts.shape == (2, 2)
            return [(0, 1)]

    got = ((FOUR, FOUR), (FOUR, FOUR))
    assert named(*got, catalogue=[K, L], together=Together()) == ["k", "l"]
    assert named(*got, catalogue=[K, L]) == []
