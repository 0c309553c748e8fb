import numpy as np
from tables import each_row

from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.leaves import Misfit, leaves_returned, print_of, table
from unrolled.check.outcome import Lost, Returned
from unrolled.contract import Function, PerStep, Text, array, dict_of, tuple_of

a, b = array("a", "n"), array("b", "n")
CELL = tuple_of("cell", array("ft", "n"), array("it", "n"))
SEQUENCE = Function(
    "f",
    (a,),
    tuple_of("", a, tuple_of("caches", PerStep("", CELL, "T"), array("x", "n"))),
    "p#s",
)
GRADIENTS = Function("g", (a,), dict_of("", a, b), "p#s")
SINGLE = Function("h", (a,), tuple_of("", a), "p#s")
SAID = Function("s", (a,), tuple_of("", a, Text("worst")), "p#s")
ONE, TWO, THREE = (np.full(3, float(n)) for n in (1, 2, 3))
WANT = (ONE, ([(ONE, TWO), (TWO, ONE)], THREE))


def parts(function, want, value):
    return [
        (name, None if isinstance(one, Misfit) else float(one[0]))
        for name, _, one in leaves_returned(function, want, value)
    ]


def test_a_value_is_taken_apart_into_arrays_by_output():
    assert parts(SEQUENCE, WANT, WANT) == [
        ("a", 1),
        *(("caches", n) for n in (1, 2, 2, 1, 3)),
    ]
    assert parts(GRADIENTS, {"a": ONE, "b": TWO}, {"b": THREE, "c": ONE}) == [
        ("a", None),
        ("b", 3),
    ]
    assert parts(SINGLE, ONE, TWO) == [("a", 2)]
    assert parts(SAID, (ONE, "Wf"), (TWO, "Wi")) == [("a", 2)]  # a text is no evidence


@each_row(
    ("value", "lacking"),
    [
        (None, 6),
        ((ONE,), 6),
        ((ONE, None), 5),
        ((ONE, ([(ONE, TWO)], THREE)), 4),
        ((ONE, ([(ONE, TWO), 7], THREE)), 2),
    ],
)
def test_what_is_not_there_is_absent_and_the_rest_stays_in_its_place(value, lacking):
    found = list(leaves_returned(SEQUENCE, WANT, value))
    assert [isinstance(one, Misfit) for _, _, one in found].count(True) == lacking
    assert len(found) == 6
    assert np.isnan(print_of(SEQUENCE, value, WANT))


def known(id_, *values):
    told = Misconception(id_, "g", "symptom.", "hint.", "p#s")
    return KnownAnswer(told, [Returned(value) for value in values])


def test_a_table_says_what_each_mistake_makes_wrong_and_what_is_its_own():
    want, got = {"a": ONE, "b": ONE}, {"a": TWO, "b": ONE}
    seen = table(
        GRADIENTS,
        [Returned(got)],
        [want],
        [
            known("same", got),
            known("other", {"a": THREE, "b": ONE}),
            known("more", {"a": TWO, "b": TWO}),
            known("absent", {"a": TWO}),
        ],
    )
    assert seen.outputs.tolist() == ["a", "b"]
    assert seen.right.tolist() == [False, True]
    assert seen.explained.tolist() == [[1, 0], [0, 0], [1, 0], [1, 0]]
    assert seen.contradicted.tolist() == [False, False, True, True]


def test_a_container_of_another_form_is_compared_as_a_whole():
    nested, other = (ONE, [([], TWO), TWO]), (ONE, [([], TWO), THREE, TWO])
    one, two = known("nested", nested), known("other", other)
    got = (TWO, [([], TWO), TWO])
    seen = table(SEQUENCE, [Returned(got)], [WANT], [one, two])
    # its second part is where `x` belongs, and x is none of them
    assert seen.outputs.tolist() == ["a", *["caches"] * 5]
    assert seen.explained[0].tolist() == [False, *[True] * 5]
    assert not seen.explained[1].any()


def test_there_is_no_table_of_what_came_to_nothing():
    lost = [Lost("timeout", "too long")]
    assert table(SINGLE, lost, [ONE], [known("k", TWO)]) is None


def test_a_mistake_that_raises_makes_everything_wrong_and_explains_nothing():
    one = KnownAnswer(known("k").misconception, [Lost("timeout", "")])
    seen = table(SINGLE, [Returned(TWO)], [ONE], [one])
    assert (seen.wrong.all(), seen.explained.any()) == (True, False)


RNG = np.random.default_rng(3)
BIG = {"a": RNG.normal(size=60), "b": 1e-4 * RNG.normal(size=60)}


def test_a_fingerprint_survives_rounding_and_nothing_else():
    mark = print_of(GRADIENTS, BIG, BIG)
    rounded = {key: one * (1 + 1e-12) for key, one in BIG.items()}
    assert abs(print_of(GRADIENTS, rounded, BIG) - mark) < 1e-9
    others = [
        BIG | {"b": -BIG["b"]},
        BIG | {"a": BIG["a"][::-1]},
        BIG | {"a": np.roll(BIG["a"], 1)},
        BIG | {"a": BIG["a"].reshape(6, 10)},
        BIG | {"a": BIG["a"][:, None]},
        BIG | {"a": np.where(np.arange(60) == 7, np.nan, BIG["a"])},
        BIG | {"a": np.where(np.arange(60) == 7, np.inf, BIG["a"])},
    ]
    marks = [mark, *(print_of(GRADIENTS, one, BIG) for one in others)]
    gaps = np.abs(np.subtract.outer(marks, marks))[~np.eye(len(marks), dtype=bool)]
    assert gaps.min() > 1e-4


def test_what_is_no_array_has_no_fingerprint():
    for odd in (None, "text", {}, np.array(["a"])):
        assert np.isnan(print_of(SINGLE, odd, ONE))
