"""Mistakes that need no catalogue, made in the reference of the units: by the visible numbers and
by the hidden ones they have a name, and a section on the unit's own page.
"""

import re
from functools import lru_cache

import pytest
from tables import each_row

from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge, outcome_here
from autograder.unit.catalogue import Edit, variant
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.check.calling import call_function
from unrolled.check.known_mistakes import Misconception
from unrolled.check.numbers import read_sheet
from unrolled.check.stray_names import find_stray_names
from unrolled.check.verdict import judge_outcomes

COURSE = Course.find(__file__)
UNITS = {name[:3]: load(name, COURSE) for name in COURSE.assignments}
FORWARD = {
    "ex1": ("rnn_cell_forward", "rnn_forward", "a, y_pred, caches"),
    "ex3": ("lstm_cell_forward", "lstm_forward", "a, y, c, caches"),
    "ex5": ("gru_cell_forward", "gru_forward", "a, y, caches"),
}
BACKWARD = {"ex2": "rnn_backward", "ex4": "lstm_backward", "ex5": "gru_backward"}
CARRY = {"ex2": "da_prev", "ex4": "da_carry", "ex5": "da_prev"}
SAVE = "        caches.append(cache)"
LOOP = "    for t in reversed(range(T)):"


def forward_rows():
    for unit, (_, sequence, results) in FORWARD.items():
        *others, last = results.split(", ")
        for id_, find, put in [
            ("used-before-set", "    a_next = a0\n", ""),
            (
                "tuple-missing",
                "    a = np.zeros((n_a, m, T_x))",
                "    a = np.zeros(n_a, m, T_x)",
            ),
            ("none-in-cache", SAVE, "        caches.append(None)"),
            ("caches-nested", SAVE, "        caches = [caches, cache]"),
            ("caches-nested", SAVE, "        caches = (caches, cache)"),
            ("list-in-itself", SAVE, "        caches.append(caches)"),
            ("text-added", SAVE, f'{SAVE}\n        print("step " + a_next)'),
            ("text-added", SAVE, f'{SAVE}\n        print("shape " + a_next.shape)'),
            (
                "sizes-hard-coded",
                "    a_next = a0\n",
                "    a_next = a0.reshape(5, 4)\n",
            ),
            (
                "results-in-another-order",
                f"return {results}",
                f"return {last}, {', '.join(others)}",
            ),
        ]:
            yield unit, sequence, find, put, id_


def cell_rows():
    stack = "np.concatenate((a_prev, xt))"
    axis = "np.concatenate((a_prev, xt), axis=0)"
    tanh = "np.tanh(Waa @ a_prev + Wax @ xt + ba)"
    yield "ex1", "rnn_cell_forward", tanh, "np.tanh()", "call-arguments"
    yield (
        "ex1",
        "rnn_cell_forward",
        "@ xt + ba)",
        "@ xt + ba.reshape(5, 1))",
        "sizes-hard-coded",
    )
    yield (
        "ex2",
        "rnn_cell_backward",
        "dz.sum(axis=1, keepdims=True)",
        ("dz.sum(axis=1).reshape(5, 1)"),
        "sizes-hard-coded",
    )
    yield (
        "ex3",
        "lstm_cell_forward",
        axis,
        "np.concatenate(a_prev, xt)",
        "tuple-missing",
    )
    yield "ex3", "lstm_cell_forward", axis, "np.vstack(a_prev, xt)", "tuple-missing"
    yield (
        "ex3",
        "lstm_cell_forward",
        "Wf @ concat + bf",
        ("Wf @ concat + bf.reshape(5, 1)"),
        "sizes-hard-coded",
    )
    yield (
        "ex4",
        "lstm_cell_backward",
        axis,
        "np.concatenate(a_prev, xt)",
        "tuple-missing",
    )
    yield "ex4", "lstm_cell_backward", "np.tanh(c_next)", "np.tanh()", "call-arguments"
    yield (
        "ex5",
        "gru_cell_forward",
        stack,
        "np.concatenate(a_prev, xt)",
        "tuple-missing",
    )
    yield (
        "ex5",
        "gru_cell_forward",
        "Wz @ concat + bz",
        ("Wz @ concat + bz.reshape(5, 1)"),
        "sizes-hard-coded",
    )
    yield (
        "ex5",
        "gru_cell_backward",
        stack,
        "np.concatenate(a_prev, xt)",
        "tuple-missing",
    )


def backward_rows():
    for unit, sequence in BACKWARD.items():
        start = f"    {CARRY[unit]} = np.zeros((n_a, m))\n"
        yield unit, sequence, start, "", "used-before-set"
        yield (
            unit,
            sequence,
            "np.zeros((n_x, m, T))",
            "np.zeros(n_x, m, T)",
            "tuple-missing",
        )


def made(unit, name, *edits):
    told = Misconception("k", name, "", "", "")
    module = variant(unit.assignment, Edit(told, edits), COURSE, unit.cells)
    return unit.of(module, name)


def seen(unit, name, function):
    """What the check in a notebook says."""
    side = sides(unit.assignment)[name]
    outcomes = [call_function(function, case) for case in side.cases]
    stray = find_stray_names(function, side.function.companions)
    return judge_outcomes(
        side.function, side.cases, side.want, outcomes, side.known, stray
    )


@lru_cache
def sides(assignment):
    """The numbers beside a released notebook, by function; a test of theirs says whether they
    are those of the source.
    """
    path = COURSE.exercises / assignment / f"{assignment}.npz"
    return read_sheet(path).functions


class Calling:
    """Calls one function, in this process."""

    def __init__(self, function):
        self.function = function

    def call(self, name, arguments):
        return outcome_here(self.function, arguments)


def graded(unit, name, function, seed=3):
    """What the grader says, and the part of the points."""
    judge = Judge(unit, Calling(function), seed)
    attempt = run_tests(unit, judge, (name,))[name]
    return judge.verdict(name), attempt.part


ROWS = [*forward_rows(), *cell_rows(), *backward_rows()]


@each_row(("unit", "name", "find", "put", "id_"), ROWS)
def test_a_mistake_of_any_exercise_is_named(unit, name, find, put, id_):
    function = made(UNITS[unit], name, (find, put))
    for verdict in (
        seen(UNITS[unit], name, function),
        graded(UNITS[unit], name, function)[0],
    ):
        assert not verdict.right
        assert (verdict.mistake and verdict.mistake.id) == id_


SECOND_STEP = [
    *(
        (unit, names[1], "    a_next = a0\n", "    a_next = a0\n    x[:, :, 1]\n")
        for unit, names in FORWARD.items()
    ),
    *(
        (unit, name, LOOP, f"    cell_caches[1]\n{LOOP}")
        for unit, name in BACKWARD.items()
    ),
    *(
        (unit, name, LOOP, f"    da[:, :, 1]\n{LOOP}")
        for unit, name in BACKWARD.items()
        if unit != "ex4"
    ),
]


@each_row(("unit", "name", "find", "put"), SECOND_STEP)
def test_what_fails_for_a_single_step_only_is_named_by_the_hidden_numbers(
    unit, name, find, put
):
    function = made(UNITS[unit], name, (find, put))
    verdict, part = graded(UNITS[unit], name, function)
    assert verdict.mistake.id == "needs-two-steps"
    assert 0.9 < part < 1


SCORES = {
    "ex1": ("rnn_cell_forward", "Wya @ a_next + by"),
    "ex3": ("lstm_cell_forward", "Wy @ a_next + by"),
    "ex5": ("gru_cell_forward", "Wy @ a_next + by"),
}
GATES = {
    "ex3": ("lstm_cell_forward", "sigmoid(Wf @ concat + bf)", "Wf @ concat + bf"),
    "ex5": ("gru_cell_forward", "sigmoid(Wz @ concat + bz)", "Wz @ concat + bz"),
}
SQUASHED = {
    "ex1": ("rnn_cell_forward", "Waa @ a_prev + Wax @ xt + ba"),
    "ex3": ("lstm_cell_forward", "Wc @ concat + bc"),
    "ex5": ("gru_cell_forward", "Wh @ reset + bh"),
}
NAIVE = [
    *(
        (unit, name, f"softmax({s})", f"np.exp({s}) / np.exp({s}).sum(axis=0)")
        for unit, (name, s) in SCORES.items()
    ),
    *(
        (unit, name, gate, f"np.exp({s}) / (1 + np.exp({s}))")
        for unit, (name, gate, s) in GATES.items()
    ),
    *(
        (
            unit,
            name,
            f"np.tanh({s})",
            f"(np.exp({s}) - np.exp(-({s}))) / (np.exp({s}) + np.exp(-({s})))",
        )
        for unit, (name, s) in SQUASHED.items()
    ),
]


@each_row(("unit", "name", "find", "put"), NAIVE)
def test_a_formula_that_overflows_loses_the_share_of_large_inputs_in_every_unit(
    unit, name, find, put
):
    for seed in (0, 3):
        verdict, part = graded(
            UNITS[unit], name, made(UNITS[unit], name, (find, put)), seed
        )
        assert verdict.mistake.id == "overflows"
        assert 0.85 < part < 1


STABLE = [
    *(
        (
            unit,
            name,
            f"softmax({s})",
            f"(lambda z: np.exp(z) / np.exp(z).sum(axis=0))({s} - ({s}).max(axis=0))",
        )
        for unit, (name, s) in SCORES.items()
    ),
    *(
        (unit, name, gate, f"1 / (1 + np.exp(-({s})))")
        for unit, (name, gate, s) in GATES.items()
    ),
    *(
        (unit, name, gate, f"(1 + np.tanh(({s}) / 2)) / 2")
        for unit, (name, gate, s) in GATES.items()
    ),
]


@each_row(("unit", "name", "find", "put"), STABLE)
def test_a_formula_of_ones_own_that_bears_large_inputs_loses_nothing(
    unit, name, find, put
):
    function = made(UNITS[unit], name, (find, put))
    for seed in (0, 3, 7):
        assert graded(UNITS[unit], name, function, seed)[1] == pytest.approx(1)


STARTS = [
    "0",
    "0.0",
    "np.zeros((n_a, 1))",
    "np.zeros((1, m))",
    "np.zeros(m)",
    "np.zeros((1, 1))",
    "np.zeros((n_a, m)).tolist()",
    "np.float32(0)",
    "False",
]


@each_row("start", STARTS)
def test_a_cell_state_that_broadcasts_to_zeros_is_right(start):
    unit, name = UNITS["ex3"], "lstm_forward"
    line = "    c_next = np.zeros((n_a, m))"
    function = made(unit, name, (line, f"    c_next = {start}"))
    assert seen(unit, name, function).right
    assert graded(unit, name, function)[1] == pytest.approx(1)


@each_row(("unit", "start"), [(u, s) for u in BACKWARD for s in STARTS])
def test_a_carry_that_broadcasts_to_zeros_is_right(unit, start):
    name = BACKWARD[unit]
    line = f"    {CARRY[unit]} = np.zeros((n_a, m))"
    function = made(UNITS[unit], name, (line, f"    {CARRY[unit]} = {start}"))
    assert seen(UNITS[unit], name, function).right
    assert graded(UNITS[unit], name, function)[1] == pytest.approx(1)


_ANCHOR = re.compile(r"""^\((slip-[\w-]+)\)=$|id="(slip-[\w-]+)\"""", re.M)


_TEMPLATE = "templates/unit/book/slips9_peak_meter.md"  # the page of a unit to come


@each_row(
    "name", [_TEMPLATE, *(f"book/slips{u.assignment[2:]}.md" for u in UNITS.values())]
)
def test_every_mistake_of_any_exercise_has_its_section_on_every_page(name):
    page = COURSE.root / name
    found = {
        one or other for one, other in _ANCHOR.findall(page.read_text(encoding="utf-8"))
    }
    wanted = {"unset", "call", "overflow", "hard-coded-sizes", "placeholder"}
    wanted |= {"signature", "globals", "syntax", "loop-range"}
    assert {f"slip-{name}" for name in wanted} <= found
