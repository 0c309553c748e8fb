"""Every unit under its hidden tests: the reference, the stubs, right answers in other styles,
every known mistake.

The functions are the course's own, so they are called in this process; that a student's are
judged alike through a confined worker is tested on unit 1.
"""

import contextlib
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from sweeps import few
from tables import each_row

from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge
from autograder.unit.catalogue import variant
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook, samples
from autograder.unit.source import read_cells
from autograder.unit.unit import Unit, copied, load, outcome
from unrolled.check.outcome import Lost, Outcome, Returned

UNITS = [
    load(name, Course.find(__file__)) for name in Course.find(__file__).assignments
]
CALLED = {name: f.called for unit in UNITS for name, f in unit.functions.items()}
GIVEN = {
    c.id
    for u in UNITS
    for c in read_cells(u.course.source(u.assignment))
    if c.role == "given"
}
each_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda u: u.assignment)
# Forward and backward, and what is repaired: they stand for the others in `make test`.
FEW = ("ex1_rnn_cell", "ex5_gru", "ex8_debugging")


@dataclass(frozen=True)
class Module:
    """Calls the functions of a module as a worker calls a student's."""

    module: ModuleType

    def call(self, name: str, arguments: tuple) -> Outcome:
        given = copied(arguments)
        if not callable(getattr(self.module, name, None)):
            return Lost("missing", "not there")
        came = outcome(getattr(self.module, CALLED.get(name, name)), given)
        return Returned(came.value, given) if isinstance(came, Returned) else came


def parts(
    unit: Unit, module: ModuleType, seed: int = 0, tasks: tuple[str, ...] = ()
) -> dict[str, float]:
    return {
        name: a.part
        for name, a in run_tests(unit, Judge(unit, Module(module), seed), tasks).items()
    }


@each_unit
@pytest.mark.parametrize(
    "seeds", few([range(1), range(1, 6)], lambda seeds: 0 in seeds), ids=["0", "1-5"]
)
def test_the_reference_has_full_marks(unit, seeds, subtests):
    for seed in seeds:
        with subtests.test(seed=seed):
            earned = parts(unit, unit.reference, seed)
            assert earned == pytest.approx(dict.fromkeys(unit.functions, 1.0))


@pytest.mark.parametrize(
    "unit",
    few(UNITS, lambda unit: unit.assignment in FEW),
    ids=lambda unit: unit.assignment,
)
@each_row("seed", range(3))
def test_what_is_released_earns_nothing(unit, seed):
    assert parts(unit, unit.released, seed) == dict.fromkeys(unit.functions, 0.0)


def cells_in_order(notebook: dict) -> list[str]:
    """The code cells as the worker runs them: the course's own first."""
    code = [
        (c["id"], "".join(c["source"]))
        for c in notebook["cells"]
        if c["cell_type"] == "code"
    ]
    return [
        text
        for name, text in sorted(code, key=lambda one: one[0] not in GIVEN)
        if not name.startswith("check_")
    ]


STYLES = [(unit, path) for unit in UNITS for path in samples(unit)]


def is_first_of_few(unit: Unit, path: Path) -> bool:
    """Whether a sample is the first of a unit that stands for others."""
    return unit.assignment in FEW and path == samples(unit)[0]


@pytest.mark.parametrize(
    ("unit", "path"),
    few(STYLES, is_first_of_few),
    ids=[f"{u.assignment}-{p.stem}" for u, p in STYLES],
)
def test_right_answers_in_other_styles_have_full_marks(
    unit, path, monkeypatch, capsys, subtests
):
    module = ModuleType("sample")
    monkeypatch.chdir(unit.course.exercises / unit.assignment)
    with warnings.catch_warnings(action="ignore"):
        for text in cells_in_order(sample_notebook(unit, path)):
            with contextlib.suppress(
                Exception
            ):  # an experiment may fail, as in the worker
                exec(text, module.__dict__)
        for seed in (0, 7):
            with subtests.test(seed=seed):
                earned = parts(unit, module, seed)
                assert earned == pytest.approx(dict.fromkeys(unit.functions, 1.0))


FUNCTIONS = [(unit, name) for unit in UNITS for name in unit.functions]


def kinds(unit: Unit, name: str) -> tuple[str, ...]:
    """Labels of the cases that a function's hidden tests ask for, as a run on the reference
    shows.
    """
    judge = Judge(unit, Module(unit.reference), seed=3)
    run_tests(unit, judge, (name,))
    return tuple(label for function, label in judge.judged if function == name)


@pytest.mark.parametrize(
    ("unit", "name"),
    few(FUNCTIONS, lambda unit, name: unit.assignment in FEW or name == "fused_lstm"),
    ids=[name for _, name in FUNCTIONS],
)
def test_known_mistakes_lose_points_and_are_named(unit, name, subtests):
    labels = kinds(unit, name)
    made = [edit for edit in unit.edits if edit.misconception.function == name]
    assert made
    for number, edit in enumerate(made):
        with subtests.test(f"{name}-{edit.misconception.id}-{number}"):
            wrong = variant(unit.assignment, edit, unit.course)
            judge = Judge(unit, Module(wrong), seed=3)
            calls = [judge.case(name, label) for label in labels]
            assert any(
                not isinstance(c.outcome, Returned) or c.differences for c in calls
            )
            assert judge.verdict(name).mistake == edit.misconception


def test_there_are_enough():
    mistakes = {edit.misconception for unit in UNITS for edit in unit.edits}
    assert len({one.id for one in mistakes}) >= 60
    assert {one.function for one in mistakes} == {name for _, name in FUNCTIONS}
    assert all(samples(unit) for unit in UNITS)
