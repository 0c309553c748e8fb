"""Classes: judged through the function that drives them, in the worker and in the notebook
alike.
"""

from dataclasses import replace

import numpy as np
import pytest

from autograder.confine import Limits, choose
from autograder.grade.client import Client
from autograder.release import numbers
from autograder.unit.course import Course
from autograder.unit.source import module_of, read_cells
from autograder.unit.unit import load
from unrolled.check.general_mistakes import find_general_mistake
from unrolled.check.outcome import Lost, Raised
from unrolled.check.stray_names import find_stray_names
from unrolled.notebook_check import Check

UNIT = load("ex6_lstm_layers", Course.find(__file__))
NAME, DRIVER = "Counter", "use_counter"
GIVEN = [
    (
        "given",
        f"def {DRIVER}(x):\n    one = {NAME}(x)\n    return one.next(), one.next()",
    )
]
RIGHT = (
    f"class {NAME}:\n    def __init__(self, x):\n        self.x = x\n"
    "    def next(self):\n        self.x += 1\n        return self.x"
)


@pytest.fixture
def called():
    """What a call of the class comes to, for a notebook with this cell."""

    def called(cell, given=GIVEN):
        limits = Limits(
            cell_seconds=2, call_seconds=2, loading_seconds=20, function_seconds=20
        )
        with Client(choose(), limits, given, [("1", cell)], {NAME: DRIVER}) as client:
            return client.call(NAME, (1,)), client.stray(NAME)

    return called


def test_a_class_is_called_through_its_driver(called):
    outcome, names = called(RIGHT)
    assert (outcome.value, names) == ((2, 3), ([], []))


def test_a_class_that_is_not_there_is_missing(called):
    assert called("x = 1")[0] == Lost(
        "missing", f"there is no function `{NAME}` in the notebook"
    )


def test_a_failure_in_a_method_is_told_with_its_line(called):
    outcome, _ = called(RIGHT.replace("self.x += 1", "self.y += 1"))
    assert isinstance(outcome, Raised)
    assert (outcome.kind, outcome.cell, outcome.line) == ("AttributeError", "1", 5)


def test_a_method_that_reads_the_notebook_is_found(called):
    assert called(
        "import numpy as np\nw = np.ones(2)\n"
        + RIGHT.replace("return self.x", "return w")
    )[1] == (["w"], [])


STUB = f"class {NAME}:\n    pass\n"
SIMPLE = (
    f"class {NAME}:\n    def __init__(self, x):\n        self.x = x\n"
    "    def next(self):\n        return self.x\n"
)
HELPED = [
    (
        "given",
        f"SCALE = 2\ndef scaled(value, by=SCALE):\n    return by * value\n"
        f"def {DRIVER}(x):\n    return scaled({NAME}(x).next()), SCALE",
    )
]


@pytest.mark.parametrize(
    "cell",
    [
        f"def {DRIVER}(x):\n    return 2, 3",
        f"{DRIVER} = lambda x: (2, 3)",
        f"other = {RIGHT!r}\ndef mine(x):\n    return 2, 3\n{DRIVER}.__code__ = mine.__code__",
        f"globals()['{DRIVER}'] = lambda x: (2, 3)",
    ],
)
def test_a_driver_of_the_students_own_is_not_called(cell, called):
    outcome, _ = called(f"{STUB}\n{cell}")
    assert isinstance(outcome, Raised)
    outcome, _ = called(f"{RIGHT}\n{cell}")
    assert outcome.value == (2, 3)


@pytest.mark.parametrize(
    "cell",
    [
        "def scaled(value, by=1):\n    return 100",
        "SCALE = 7",
        "scaled.__defaults__ = (7,)",
        "scaled.__code__ = (lambda value, by: 100).__code__",
        "del scaled",
    ],
)
def test_helpers_of_the_driver_are_the_courses_too(cell, called):
    assert called(f"{SIMPLE}\n{cell}", HELPED)[0].value == (2, 2)


def test_a_students_class_uses_the_students_own_helpers(called):
    changed = (
        SIMPLE.replace("return self.x", "return scaled(self.x)")
        + "def scaled(value):\n    return 10 * value\n"
    )
    assert called(changed, HELPED)[0].value == (20, 2)


class Base:
    """Has a method that reads a global, as a student's helper class may."""

    @staticmethod
    def still():
        return states

    @classmethod
    def made(cls):
        return unknown_name  # noqa: F821


states = np.ones(2)


def user():
    return Base.still()


def test_methods_of_every_kind_are_looked_at():
    assert (
        find_stray_names(Base)
        == find_stray_names(user)
        == (["states"], ["unknown_name"])
    )


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    folder = tmp_path_factory.mktemp("numbers")
    numbers.write(UNIT, folder / f"{UNIT.assignment}.npz")
    return Check(UNIT.assignment, folder)


def test_the_check_uses_the_driver_of_the_notebook(check):
    layer = UNIT.reference.LSTMLayer
    verdict = check.verdict(layer)
    assert (verdict.function, verdict.right) == ("LSTMLayer", True)
    space = dict(layer.forward.__globals__)
    try:
        del layer.forward.__globals__["use_layer"]
        verdict = check.verdict(layer)
    finally:
        layer.forward.__globals__.update(space)
    assert not verdict.right
    assert (
        verdict.failure
        == "`use_layer` is not there; run the cell that defines it, then check again"
    )


def test_the_call_is_shown_as_the_drivers(check):
    cells = read_cells(UNIT.course.source(UNIT.assignment))
    wrong = [
        replace(
            c, text=c.text.replace("a[:, :, t] = a_prev", "a[:, :, t] = a_prev + 1")
        )
        for c in cells
    ]
    verdict = check.verdict(module_of(tuple(wrong), "wrong").LSTMLayer)
    assert verdict.call == "use_layer(weights, x (3, 4, 6), da (5, 4, 6))"
    assert verdict.differences[0].output == "a"


def test_a_changed_signature_is_named_with_the_driver():
    wrong = Raised(
        "TypeError", "ReLU.forward() takes 1 positional argument but 2 were given"
    )
    found = find_general_mistake(UNIT.functions["ReLU"], [wrong])
    assert (found.id, "`use_activation` shows" in found.hint) == (
        "signature-changed",
        True,
    )
