"""One unit as the grader knows it: contracts, reference, points and known mistakes together."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from unrolled.check.known_mistakes import Misconception
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.contract import Function, Sizes

from . import catalogue, source
from .course import Course, CourseError
from .draw import draw


@dataclass(frozen=True, eq=False)  # a unit is loaded once: one is equal to itself only
class Unit:
    """An exercise with all that is known of it; made by `load`."""

    assignment: str
    course: Course
    contracts: ModuleType
    reference: ModuleType
    points: Mapping[str, float]

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Contracts by function name, in the order of the exercise."""
        return {f.name: f for f in self.contracts.FUNCTIONS}

    @cached_property
    def edits(self) -> tuple[catalogue.Edit, ...]:
        """The known mistakes."""
        return catalogue.edits(self.assignment, self.course)

    @cached_property
    def known(self) -> dict[str, list[tuple[Misconception, Callable]]]:
        """For each function its known mistakes, each with the wrong function."""
        result: dict[str, list] = {name: [] for name in self.functions}
        for edit in self.edits:
            one = edit.misconception
            variant = catalogue.variant(self.assignment, edit, self.course)
            result[one.function].append((one, self.of(variant, one.function)))
        return result

    @cached_property
    def released(self) -> ModuleType:
        """The functions as a student gets them: stubs, or programs that are broken."""
        cells = source.read_cells(self.course.source(self.assignment))
        stubs = (
            replace(c, text=source.stubbed(c.text)) if c.role == "solve" else c
            for c in cells
        )
        return source.module_of(tuple(stubs), f"{self.assignment} released")

    @cached_property
    def makers(self) -> dict[str, tuple[Callable, Function]]:
        """What draws arguments that the reference makes, such as caches; units before this one included."""
        found = dict(getattr(self.contracts, "MAKERS", {}))
        return found | {
            name: (self.of(self.reference, name), f)
            for name, f in self.functions.items()
        }

    def of(self, module: ModuleType, name: str) -> Callable:
        """What is called for a task in a module with its functions."""
        return getattr(module, self.functions[name].called)

    def draw(self, name: str, sizes: Sizes, seed: int | tuple, **how: Any) -> tuple:
        """Arguments for a function, from a seed."""
        return draw(
            self.functions[name], sizes, np.random.default_rng(seed), self.makers, **how
        )

    def visible_cases(self, name: str) -> list[tuple]:
        """The arguments that the student sees: the notebook's example first."""
        sizes = (self.contracts.EXAMPLE, self.contracts.SECOND)
        return [self.draw(name, s, (1, i)) for i, s in enumerate(sizes)]


def load(assignment: str, course: Course | None = None) -> Unit:
    """Load a unit.

    Raises
    ------
    CourseError
        If a part is missing, or contracts, solve cells and check cells do not name the same
        functions.
    """
    course = course or Course.find()
    path = course.source(assignment)
    contracts = load_module(course.solutions / f"contract_{assignment}.py")
    unit = Unit(
        assignment,
        course,
        contracts,
        source.reference(assignment, course),
        source.points(assignment, course),
    )
    solves = [c.task for c in source.read_cells(path) if c.role == "solve"]
    if not list(unit.functions) == solves == list(unit.points):
        raise CourseError(
            f"{path}: solve cells {solves}, check cells {list(unit.points)} and contracts "
            f"{list(unit.functions)} must name the same functions in the same order"
        )
    return unit


def load_module(path: Path) -> ModuleType:
    """Import one file of the solutions by its path."""
    if not path.is_file():
        raise CourseError(f"{path} is missing")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outcome(function: Callable, arguments: tuple) -> Outcome:
    """Call a trusted function (the reference or a known mistake) as a student's is called.

    Warnings are off: a mistake may overflow.
    """
    with np.errstate(all="ignore"):
        try:
            return Returned(function(*copied(arguments)))
        except Exception as error:
            return Raised(type(error).__name__, str(error))


def copied(value: Any) -> Any:
    """A deep copy of arrays and containers; one object that occurs twice is copied once."""
    memo: dict[int, Any] = {}

    def walk(item: Any) -> Any:
        if isinstance(item, np.ndarray):
            return memo.setdefault(id(item), item.copy())
        if isinstance(item, dict):
            return memo.setdefault(id(item), {k: walk(v) for k, v in item.items()})
        if isinstance(item, list | tuple):
            return type(item)(walk(v) for v in item)
        return item

    return walk(value)
