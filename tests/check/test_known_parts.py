import numpy as np

from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.known_parts import name_part
from unrolled.check.leaves import table
from unrolled.check.outcome import Returned
from unrolled.contract import Function, Text, array, tuple_of

a, b = array("a", "n"), array("b", "n")
F = Function("f", (a,), tuple_of("", a, b, Text("worst")), "p#s")
ONE, TWO, THREE, FOUR = (np.full(3, float(n)) for n in (1, 2, 3, 4))
WANT = (ONE, ONE, "Wf")


def known(id_, *values, symptom="Seen so."):
    told = Misconception(id_, "f", symptom, "hint.", "p#s")
    return KnownAnswer(told, [Returned(value) for value in values])


def named(got, *catalogue, cases=1):
    outcomes, want = [Returned(one) for one in got], [WANT] * len(got)
    some = [KnownAnswer(one.misconception, one.outcomes[:cases]) for one in catalogue]
    seen = table(F, outcomes[:cases], want[:cases], some)
    found = name_part(F, outcomes, want, catalogue, seen)
    return found and found.id


def test_one_of_two_mistakes_is_named_by_the_arrays_that_are_its_own():
    assert named([(TWO, THREE, "Wf")], known("k", (ONE, THREE, "Wf"))) == "k"


def test_a_text_is_no_evidence():
    assert named([(TWO, ONE, "Wi")], known("k", (THREE, ONE, "Wi"))) is None


def test_what_is_right_speaks_against_a_mistake_that_makes_it_wrong():
    assert named([(TWO, ONE, "Wf")], known("k", (TWO, THREE, "Wf"))) is None


def test_a_symptom_about_an_output_needs_that_output_to_match():
    got, other = (TWO, THREE, "Wf"), (TWO, FOUR, "Wf")
    assert named([got], known("k", other)) == "k"
    assert named([got], known("k", other, symptom="`b` is four.")) is None
    assert named([got], known("k", other, symptom="`a` is two, not `c`.")) == "k"


def test_what_two_mistakes_share_is_evidence_of_neither():
    shared = [known("k", (TWO, ONE, "Wf")), known("l", (TWO, FOUR, "Wf"))]
    assert named([(TWO, THREE, "Wf")], *shared) is None
    again = known("k", (TWO, ONE, "Wo"))  # made in another way
    assert named([(TWO, THREE, "Wf")], shared[0], again) == "k"


def test_an_array_that_most_mistakes_make_wrong_is_evidence_of_none():
    """The prediction is off with whatever is before it."""
    got, one = (TWO, THREE, "Wf"), known("k", (TWO, ONE, "Wf"))
    others = [known(f"o{i}", (FOUR + i, ONE, "Wf")) for i in range(4)]
    calm = [known(f"c{i}", (ONE, FOUR + i, "Wf")) for i in range(6)]
    assert named([got], one, *others) is None
    # four of ten: too many for an array alone, not for all that the mistake makes wrong
    assert named([got], one, *others, *calm) == "k"
    more = known("k", (TWO, FOUR, "Wf"))
    assert named([got], more, *others, *calm) is None
    assert named([got], more, *others[:2], *calm) == "k"


def test_it_is_proved_on_all_cases():
    got = [(TWO, THREE, "Wf"), (TWO, FOUR, "Wf")]
    right, wrong = (TWO, ONE, "Wf"), (FOUR, ONE, "Wf")
    assert named(got, known("k", right, right)) == "k"
    assert named(got, known("k", right, wrong)) is None  # off there too, otherwise
    assert named([got[0], (ONE, FOUR, "Wf")], known("k", right, right)) is None
