"""Mistakes that an error's text tells of, whatever the function."""

import numpy as np
from tables import each_row

from unrolled.check.general_mistakes import guess_mistake
from unrolled.check.outcome import Raised, Returned
from unrolled.contract import Function, array, tuple_of

ONE = Function("f", (array("x", "n"),), tuple_of("", array("y", "n")), "ch9_f#one")
A, B = np.zeros((3, 4)), np.zeros((2, 4))


def really_raised(function):
    try:
        function()
    except Exception as error:
        return Raised(type(error).__name__, str(error))
    raise AssertionError("nothing was raised")


def unset():
    for _ in range(2):
        state = state + 1  # noqa: F821
    return state


REAL = {
    "a state without a start": (unset, "used-before-set"),
    "three sizes": (lambda: np.zeros(3, 4, 5), "tuple-missing"),
    "two sizes": (lambda: np.ones(3, 4), "tuple-missing"),
    "four sizes": (lambda: np.zeros(3, 4, 5, 6), "tuple-missing"),
    "arrays to join": (lambda: np.concatenate(A, B), "tuple-missing"),
    "arrays and an axis": (lambda: np.concatenate(A, B, axis=0), "tuple-missing"),
    "arrays to stack": (lambda: np.vstack(A, B), "tuple-missing"),
    "nothing to squash": (lambda: np.tanh(), "call-arguments"),
    "half a product": (lambda: np.dot(A), "call-arguments"),
    "a helper without its argument": (lambda: (lambda z: z)(), "call-arguments"),
    "a print of text and array": (lambda: "step " + A, "text-added"),
    "a print of array and text": (lambda: A + " step", "text-added"),
    "a print of text and shape": (lambda: "shape " + A.shape, "text-added"),
    "a print of number and text": (lambda: 1 + "x", "text-added"),
    "shapes that do not fit": (lambda: A + B, None),
    "an index too far": (lambda: A[:, 9], None),
    "an unknown argument": (lambda: np.zeros(shap=3), None),
}


@each_row("name", REAL)
def test_a_real_error_has_a_name(name):
    function, id_ = REAL[name]
    found = guess_mistake(ONE, [really_raised(function)])
    assert (found and found.id) == id_


@each_row(
    ("kind", "text"),
    [
        ("UnboundLocalError", "local variable 'a' referenced before assignment"),
        (
            "UnboundLocalError",
            "cannot access local variable 'a' where it is not associated with a value",
        ),
    ],
)
def test_other_versions_of_python_say_it_otherwise(kind, text):
    assert guess_mistake(ONE, [Raised(kind, text)]).id == "used-before-set"


def test_nothing_of_the_text_is_repeated():
    found = guess_mistake(ONE, [Raised("UnboundLocalError", "'v3141'")])
    assert "3141" not in f"{found.symptom} {found.hint}"


def reshaped(size, shape):
    text = f"cannot reshape array of size {size} into shape {shape}"
    return Raised("ValueError", text)


@each_row(
    ("outcomes", "id_"),
    [
        ([reshaped(8, "(5,1)"), reshaped(9, "(5,1)")], "sizes-hard-coded"),
        ([reshaped(8, "(5,1)"), reshaped(9, "(6,1)")], None),
        ([reshaped(8, "(5,1)")], None),
        ([Returned(A), reshaped(8, "(5,1)")], "sizes-hard-coded"),
        ([Returned(B), reshaped(8, "(5,1)")], None),
    ],
)
def test_a_shape_that_stays_the_same_for_all_sizes_is_written_into_the_code(
    outcomes, id_
):
    found = guess_mistake(ONE, outcomes, [A] * len(outcomes))
    assert (found and found.id) == id_
