import numpy as np

from unrolled.check.on_paper import paper_case
from unrolled.check.outcome import Raised, Returned
from unrolled.contract import Function, array, dict_of, tuple_of

SQUARE = Function(
    "square",
    (array("x", "n", "m"), dict_of("parameters", array("W", "n", "n"))),
    tuple_of("", array("y", "n", "m"), array("z", "n", "m")),
    section="ch1#one",
)
ONE = (np.array([[0.5]]), {"W": np.array([[-2.0]])})
TWO = (np.array([[1.5], [-1.0]]), {"W": np.eye(2)})
CASES = [(ONE, (ONE[0], ONE[0])), (TWO, (TWO[0], 2 * TWO[0]))]


def test_the_first_case_that_shows_it_is_told_with_yours_and_expected():
    found = paper_case(SQUARE, CASES, lambda case: Returned((case[0], case[0])))
    assert found.text.split("\n") == [
        "`x = [[1.5], [-1]], W = [[1, 0], [0, 1]]` gives",
        "`z`: yours `[[1.5], [-1]]`, expected `[[3], [-2]]`",
    ]
    assert found.label == "check.example('square', 'on paper 2')"


def test_an_exception_is_told_by_its_kind():
    found = paper_case(SQUARE, CASES, lambda case: Raised("ValueError", "x"))
    assert found.text.endswith("an exception, ValueError")


def test_what_is_right_everywhere_has_no_such_case():
    right = dict(zip(("0.5", "1.5"), [w for _, w in CASES], strict=True))
    call = lambda case: Returned(right[str(case[0][0, 0])])  # noqa: E731
    assert paper_case(SQUARE, CASES, call) is None


def test_another_form_is_told():
    found = paper_case(SQUARE, CASES, lambda case: Returned(3.0))
    assert found.rows == (("the function", "3", "another form"),)
