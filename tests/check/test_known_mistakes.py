import numpy as np
from tables import each_row

from unrolled.check.known_mistakes import KnownAnswer, Misconception, name_whole
from unrolled.check.outcome import Lost, Raised, Returned
from unrolled.contract import Function, array, dict_of, tuple_of

a, b = array("a", "n"), array("b", "n")
PAIR = Function("f", (a,), tuple_of("", a, b), "p#s")
ONE, TWO, THREE = (np.full(3, float(n)) for n in (1, 2, 3))


def known(id_, *outcomes, error=""):
    return KnownAnswer(
        Misconception(id_, "f", "symptom.", "hint.", "p#s", error), outcomes
    )


def named(got, want, *catalogue, function=PAIR):
    found = name_whole(function, got, want, catalogue)
    return found and found.id


def test_a_mistake_is_named_when_every_case_agrees():
    got = [Returned((ONE, TWO)), Returned((TWO, TWO))]
    want = [(ONE, ONE), (TWO, ONE)]
    assert (
        named(got, want, known("k", Returned((ONE, TWO)), Returned((TWO, TWO)))) == "k"
    )
    assert (
        named(got, want, known("k", Returned((ONE, TWO)), Returned((TWO, THREE))))
        is None
    )


def test_an_output_that_is_right_names_nothing():
    assert (
        named([Returned((ONE, THREE))], [(ONE, ONE)], known("k", Returned((ONE, TWO))))
        is None
    )


def test_a_right_answer_is_never_named():
    assert (
        named([Returned((ONE, ONE))], [(ONE, ONE)], known("k", Returned((ONE, ONE))))
        is None
    )


BROADCAST = "operands could not be broadcast"


def shapes(text, kind="ValueError"):
    return Raised(kind, f"operands could not be broadcast together with shapes {text}")


@each_row(
    ("got", "id_"),
    [
        (shapes("(5,5) (5,4) "), "k"),
        (
            Raised(
                "ValueError", "operands could not be broadcast, shapes: (5, 5), (5, 4)"
            ),
            "k",
        ),
        (shapes("(5,3) (3,4)"), None),
        (shapes("(5,5) (5,4)", "TypeError"), None),
        (Raised("ValueError", "shapes (5,5) and (5,4) not aligned"), None),
        (Raised("ValueError", ""), None),
        (Lost("timeout", "too long"), None),
    ],
)
def test_an_error_is_named_by_its_kind_its_message_and_the_numbers_in_it(got, id_):
    assert (
        named([got], [(ONE, ONE)], known("k", shapes("(5,5) (5,4)"), error=BROADCAST))
        == id_
    )


def raised_on(line, on=""):
    return Raised("ValueError", "could not broadcast (2,4) into (5,4)", line, 3, on=on)


@each_row(
    ("got", "id_"),
    [
        (raised_on("b[:, t] = state"), "k"),
        (raised_on("a[:, t] = state"), None),
        (raised_on("a[:, t] = state", on="b"), "k"),
        (raised_on("out[:, t] = state"), "k"),
        (raised_on("a[:, t] = (state"), "k"),
        (raised_on(""), "k"),
    ],
)
def test_of_two_lines_with_one_message_the_one_that_raised_decides(got, id_):
    one = known("k", raised_on("", on="b"), error="could not broadcast")
    assert named([got], [(ONE, ONE)], one) == id_


def test_an_error_where_the_mistake_gives_none_is_not_named():
    got = [shapes("(5,5) (5,4)"), shapes("(2,2) (2,1)")]
    one = known("k", shapes("(5,5) (5,4)"), Returned((TWO, TWO)), error=BROADCAST)
    assert named(got, [(ONE, ONE)] * 2, one) is None


def test_an_error_without_a_pattern_says_too_little():
    assert (
        named(
            [Raised("ValueError", "no")],
            [(ONE, ONE)],
            known("k", Raised("ValueError", "no")),
        )
        is None
    )


def test_a_pattern_is_not_needed_beside_a_wrong_number():
    got = [Returned((ONE, TWO)), Raised("IndexError", "index 3")]
    one = known("k", *got)
    assert named(got, [(ONE, ONE)] * 2, one) == "k"


def test_gradients_are_told_apart_by_key():
    function = Function("g", (a,), dict_of("", a, b), "p#s")
    got, want = [Returned({"b": TWO, "a": ONE})], [{"a": ONE, "b": ONE}]
    assert (
        named(got, want, known("k", Returned({"a": ONE, "b": TWO})), function=function)
        == "k"
    )
    assert (
        named(
            [Returned({"b": TWO})],
            want,
            known("k", Returned({"a": TWO, "b": ONE})),
            function=function,
        )
        is None
    )


def test_a_single_output_is_compared_whole():
    function = Function("h", (a,), tuple_of("", array("a", "n", "m")), "p#s")
    got, want, wrong = (
        np.array([[2.0], [9.0]]),
        np.array([[1.0], [1.0]]),
        np.array([[2.0], [1.0]]),
    )
    assert (
        named([Returned(got)], [want], known("k", Returned(wrong)), function=function)
        is None
    )
    assert (
        named([Returned(wrong)], [want], known("k", Returned(wrong)), function=function)
        == "k"
    )


def test_infinities_and_nan_can_be_a_mistakes_answer():
    odd = np.array([np.inf, np.nan, 1.0])
    assert (
        named([Returned((odd, ONE))], [(ONE, ONE)], known("k", Returned((odd, ONE))))
        == "k"
    )
