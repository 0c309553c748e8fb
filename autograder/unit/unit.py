"""One unit as the grader knows it: contracts, reference, points and known mistakes together."""

from __future__ import annotations

import importlib.util
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from unrolled.check.known_mistakes import Misconception
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.raising_line import assigned
from unrolled.contract import Function, ProducedBy, Sizes

from . import catalogue, source
from .course import Course, CourseError
from .draw import draw
from .mistakes import mistakes_told


@dataclass(frozen=True, eq=False)  # a unit is loaded once: one is equal to itself only
class Unit:
    """An exercise with all that is known of it; made by `load`."""

    assignment: str
    course: Course
    contracts: ModuleType
    reference: ModuleType
    points: Mapping[str, float]
    cells: tuple[source.Cell, ...]

    @property
    def path(self) -> Path:
        """The exercise's source, whose cells these are."""
        return self.course.source(self.assignment)

    @property
    def solves(self) -> dict[str, source.Cell]:
        """The cell of each function, in the order of the exercise."""
        return {cell.task: cell for cell in self.cells if cell.role == "solve"}

    @property
    def written(self) -> list[source.Cell]:
        """The questions that a person marks."""
        return [cell for cell in self.cells if cell.role == "written"]

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Contracts by function name, in the order of the exercise."""
        return {f.name: f for f in self.contracts.FUNCTIONS}

    @property
    def also(self) -> Mapping[str, Mapping[str, str]]:
        """Further ways to call a function, each by its label.

        It is the name of a function of a `given` cell that takes the same arguments and returns
        what the function gave, called in that way.
        """
        return getattr(self.contracts, "ALSO", {})

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
            variant = catalogue.variant(self.assignment, edit, self.course, self.cells)
            result[one.function].append((one, self.of(variant, one.function)))
        return result

    def known_outcome(self, name: str, number: int, arguments: tuple) -> Outcome:
        """Give what one known mistake comes to.

        Parameters
        ----------
        name : str
            The function.
        number : int
            The mistake's, in `known`.
        arguments : tuple
            Of the call; left as they are.

        Returns
        -------
        Outcome
            An exception with the output to which its line assigns, if it is one: no more of the
            line may be known outside.
        """
        _, wrong = self.known[name][number]
        came = outcome(wrong, arguments)
        if not isinstance(came, Raised):
            return came
        edits = [e for e in self.edits if e.misconception.function == name]
        cells = catalogue.edited(self.cells, edits[number])
        texts = {source.file_of(self.assignment, cell.id): cell.text for cell in cells}
        lines = texts.get(came.cell, "").splitlines()
        line = lines[came.line - 1] if 0 < came.line <= len(lines) else ""
        on = assigned(line)
        told = on if on in self.functions[name].outputs else ""
        return Raised(came.kind, came.text, on=told)

    @cached_property
    def released(self) -> ModuleType:
        """The functions as a student gets them: stubs, or programs that are broken."""
        stubs = []
        for cell in self.cells:
            if cell.role == "solve":
                cell = replace(cell, text=source.stubbed(cell.text))
            stubs.append(cell)
        with mistakes_told(self.path, stubs):
            return source.module_of(tuple(stubs), f"{self.assignment} released")

    @cached_property
    def makers(self) -> dict[str, tuple[Callable, Function]]:
        """What draws arguments that the reference makes, such as caches.

        Units before this one are included.
        """
        found = dict(getattr(self.contracts, "MAKERS", {}))
        return found | {
            name: (self.of(self.reference, name), f)
            for name, f in self.functions.items()
        }

    def of(self, module: ModuleType, name: str) -> Callable:
        """Give what is called for a task in a module with its functions."""
        called = self.functions[name].called if name in self.functions else name
        return getattr(module, called)

    def draw(self, name: str, sizes: Sizes, seed: int | tuple, **how: Any) -> tuple:
        """Draw arguments for a function from a seed.

        Parameters
        ----------
        name : str
            The function.
        sizes : mapping
            Length of every axis.
        seed : int or tuple of int
            All is drawn from it.
        **how
            Further arguments of `draw.draw`: scale, dtype, sources.

        Returns
        -------
        tuple
            The arguments, in the contract's order.
        """
        rng = np.random.default_rng(seed)
        # so that a softmax meets large scores wherever there is one
        large = getattr(self.contracts, "LARGE", ())
        function = self.functions[name]
        return draw(function, sizes, rng, self.makers, large=large, **how)

    def visible_cases(self, name: str) -> list[tuple]:
        """Give the arguments that the student sees, the notebook's example first."""
        sizes = (self.contracts.EXAMPLE, self.contracts.SECOND)
        contract = self.course.solutions / f"contract_{self.assignment}.py"
        with mistakes_told(contract, self.cells):
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
    contract = course.solutions / f"contract_{assignment}.py"
    contracts = load_module(contract)
    for name in ("FUNCTIONS", "EXAMPLE", "SECOND"):
        if not hasattr(contracts, name):
            raise CourseError(f"{contract}: {name} is missing")
    cells = source.read_cells(path)
    reference = source.reference(assignment, course)
    points = source.points_of(cells)
    unit = Unit(assignment, course, contracts, reference, points, cells)
    with mistakes_told(contract):
        functions = list(unit.functions)
    solves = list(unit.solves)
    if not functions == solves == list(points):
        raise CourseError(
            f"{path}: solve cells {solves}, check cells {list(points)} and contracts "
            f"{functions} must name the same functions in the same order"
        )
    _refuse_undefined(unit)
    _refuse_part_of_no_time(unit, contract)
    return unit


def _refuse_part_of_no_time(unit: Unit, contract: Path) -> None:
    """Refuse an axis `T` where nothing has a `T_x`, whose part it is."""
    for name, function in unit.functions.items():
        made = [one.by for one in function.arguments if isinstance(one, ProducedBy)]
        axes = function.axes.union(*(unit.makers[by][1].axes for by in made))
        if "T" in axes and "T_x" not in axes:
            raise CourseError(
                f"{contract}: {name} has an axis T and no axis T_x; T is the part of T_x "
                "that a function gets, so take another name"
            )


def _refuse_undefined(unit: Unit) -> None:
    for name, cell in unit.solves.items():
        called = unit.functions[name].called
        if not hasattr(unit.reference, called):
            raise CourseError(
                f"{unit.path}:{cell.line}: the solve cell of {name} is run, and there is "
                f"no {called}"
            )


def load_module(path: Path) -> ModuleType:
    """Import one file of the solutions by its path.

    Raises
    ------
    CourseError
        If it is missing, or raises; the message names file and line.
    """
    if not path.is_file():
        raise CourseError(f"{path} is missing")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise CourseError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    with mistakes_told(path):
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
            file, line = _last_line(error)
            return Raised(type(error).__name__, str(error), file, line)


def _last_line(error: Exception) -> tuple[str, int]:
    """Give the last line of an exercise's own code on the way of an exception: file and number."""
    found = ("", 0)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if source.is_file(frame.f_code.co_filename):
            found = (frame.f_code.co_filename, line)
    return found


def copied(value: Any) -> Any:
    """Copy arrays and containers deeply; one object that occurs twice is copied once."""
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
