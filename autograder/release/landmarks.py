"""Record what right functions come to on their way: the landmarks that travel as numbers.

The reference, and right answers in other styles, are rewritten so that every part of every line
tells its value, and run once on a visible case. What leaves is numbers, and the names that the
reference gives them.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from unrolled.check.code_lines import statements_by_line
from unrolled.check.compare import as_numbers
from unrolled.check.landmark_store import FunctionLandmarks
from unrolled.check.landmarks import OUTSIDE, Form, Landmark, Landmarks
from unrolled.check.taken_apart import form_of, leaves
from unrolled.contract import names_in

from ..unit.samples import sample_notebook, samples
from ..unit.source import solved, stubbed
from ..unit.unit import Unit, copied
from .equations import equations_of

SEE, PART, NAME, BEGIN, TURN, END = (
    "__see__",
    "__part__",
    "__named__",
    "__begin__",
    "__turn__",
    "__end__",
)
ENTER, LEAVE = "__enter__", "__leave__"
LARGEST = 2_000  # entries of an array that is recorded
DIGITS = 10**7
_SKIPPED = (ast.Constant, ast.JoinedStr, ast.Lambda, ast.Starred, ast.Slice)


def landmarks_of(unit: Unit, name: str) -> FunctionLandmarks:
    """Record the landmarks of a function on its visible cases.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    """
    return FunctionLandmarks(
        [_of_case(unit, name, case) for case in unit.visible_cases(name)]
    )


def _of_case(unit: Unit, name: str, case: tuple) -> Landmarks:
    recorder = Recorder()
    module = telling(list(_reference_texts(unit, name)), recorder)
    marks = recorded(unit.of(module, name), case, recorder)
    forms = recorder.forms()
    # of a class, all that its methods do in several calls is much already
    for path in () if unit.functions[name].driver else samples(unit):
        marks += _of_sample(unit, path, name, case)
    given = {
        key
        for key, value in vars(unit.reference).items()
        if callable(value) and key not in unit.functions
    }
    return Landmarks(
        without_equals(marks),
        forms,
        trusted_names(unit, name),
        frozenset(given),
        equations_of(unit, name),
    )


def _reference_texts(unit: Unit, name: str) -> Iterator[tuple[str, bool | None]]:
    for cell in unit.cells:
        if cell.role == "given":
            yield cell.text, None
        elif cell.role == "solve":
            yield solved(cell.text), cell.task == name


def _of_sample(unit: Unit, path: Path, name: str, case: tuple) -> list[Landmark]:
    """Record a right answer in another style; nothing of what cannot be rewritten."""
    recorder = Recorder(smallest=2)
    given = {cell.text.strip() for cell in unit.cells if cell.role == "given"}
    bound = {cell.text.strip() for cell in unit.cells if cell.role in ("bind", "try")}
    texts: list[tuple[str, bool | None]] = []
    for cell in sample_notebook(unit, path, _of_source(unit))["cells"]:
        text = "".join(cell["source"]).strip()
        if cell["cell_type"] != "code" or text in bound or text.startswith("check("):
            continue
        texts.append((text, None if text in given else False))
    try:
        with (
            open(os.devnull, "w") as nowhere,
            redirect_stdout(nowhere),
            redirect_stderr(nowhere),
        ):
            module = telling(texts, recorder)
            return recorded(unit.of(module, name), case, recorder)
    except Exception:
        return []


def _of_source(unit: Unit) -> dict:
    """Give the notebook's cells as the source has them: a unit that is new has no other."""
    texts = ("", "written")
    return {
        "cells": [
            {
                "cell_type": "markdown" if cell.role in texts else "code",
                "id": cell.id,
                "source": cell.text,
            }
            for cell in unit.cells
        ]
    }


def trusted_names(unit: Unit, name: str) -> frozenset[str]:
    """Give the names that mean the same in every student's function.

    They are those of the exercise's contracts and of the stub.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    """
    names = {one for f in unit.functions.values() for one in names_in(f)}
    names |= {one for _, f in unit.makers.values() for one in names_in(f)}
    for statement in statements_by_line(stubbed(unit.solves[name].text)).values():
        names |= {one for binding in statement.bindings for one in binding.targets}
    return frozenset(names - {"", name})


class Recorder:
    """Is told of values, and keeps those that say something, once a turn."""

    def __init__(self, smallest: int = 1) -> None:
        self.smallest = smallest
        self.seen: list[tuple[np.ndarray, str, int, Any, bool, int]] = []
        self.loops: list[list[Any]] = []
        self.depth = self.calls = 0
        self.keys: set[tuple] = set()
        self.nested: dict[tuple, tuple[str, str, int, Any]] = {}

    def part(self, value: Any) -> Any:
        """Take a sum to which something is still added, and give it back."""
        return self.see(value, "", True)

    def see(self, value: Any, name: str = "", part: bool = False) -> Any:
        """Take a value that was computed, and give it back."""
        if hasattr(value, "__dict__"):
            return value  # an object; what it keeps is told where it is stored
        if name and isinstance(value, list | tuple | dict | str):
            run, turn = self.loops[0] if self.loops else (None, OUTSIDE)
            form = form_of(value)
            self.nested[name, form, turn, id(run)] = (name, form, turn, run)
        for path, thing in leaves(value):
            self._take(thing, _name_below(name, path), part)
        return value

    def _take(self, thing: Any, name: str, part: bool) -> None:
        if thing is None or isinstance(thing, str | bool):
            return
        if isinstance(thing, int) and not name:
            return
        numbers = as_numbers(thing)
        if numbers is None or not self.smallest <= numbers.size <= LARGEST:
            return
        if not np.isfinite(numbers).all():
            return  # an array that is yet to be filled
        run, turn = self.loops[0] if self.loops else (None, OUTSIDE)
        key = (name, turn, id(run), part, self.calls, numbers.shape, numbers.tobytes())
        if key not in self.keys:
            self.keys.add(key)
            self.seen.append((numbers.copy(), name, turn, run, part, self.calls))

    def enter(self) -> None:
        """Take that a function is called."""
        self.calls += self.depth == 0
        self.depth += 1

    def leave(self) -> None:
        """Take that it ends."""
        self.depth -= 1

    def begin(self) -> None:
        """Take that a loop begins."""
        self.loops.append([[0], OUTSIDE])

    def turn(self) -> None:
        """Take that a loop turns."""
        self.loops[-1][1] += 1
        self.loops[-1][0][0] = self.loops[-1][1] + 1

    def end(self) -> None:
        """Take that a loop ends."""
        self.loops.pop()

    def forms(self) -> list[Form]:
        """Give how what was seen by a name is nested."""
        return [
            Form(name, form, turn, run[0] if run else 0)
            for name, form, turn, run in self.nested.values()
        ]

    def landmarks(self) -> list[Landmark]:
        """Give what was seen; of equal values in a turn those with a name."""
        found = [
            Landmark(value, name, turn, run[0] if run else 0, part, call)
            for value, name, turn, run, part, call in self.seen
        ]
        return without_equals(found)


def _name_below(name: str, path: tuple) -> str:
    """Give what a part is called: a variable's name, or `cache[0]` for a part of a tuple."""
    if not path or not name:
        return name
    return f"{name}[{path[0]}]" if len(path) == 1 else ""


def without_equals(found: list[Landmark]) -> list[Landmark]:
    """Leave out what has no name and says nothing new: is a size, or, but for rounding, another one
    of its turn or of none.
    """
    kept = [one for one in found if one.name]
    known = {_key(one, one.turn, one.turns) for one in kept}
    for one in sorted(found, key=lambda one: (one.part, one.turn)):
        if one.name or (one.value.size < 2 and float(one.value.flat[0]).is_integer()):
            continue
        # in which turns zeros are right is worth knowing
        constant = one.value.size > 1 and bool((one.value == one.value.flat[0]).all())
        outside = not constant and _key(one, OUTSIDE, 0) in known
        key = _key(one, one.turn, one.turns)
        if not outside and key not in known:
            known.add(key)
            kept.append(one)
    return kept


def _key(one: Landmark, turn: int, turns: int) -> tuple:
    return one.call, turn, turns, _rounded(one.value)


def _rounded(value: np.ndarray) -> tuple:
    """Give an array's numbers with few enough digits that rounding makes no other ones."""
    largest = float(np.max(np.abs(value), initial=0.0))
    if not np.isfinite(largest) or largest == 0:
        return value.shape, value.tobytes()
    digits = np.rint(value / largest * DIGITS).astype(np.int64)
    return value.shape, float(f"{largest:.6g}"), digits.tobytes()


class _Telling(ast.NodeTransformer):
    """Rewrite code so that each of its parts tells its value."""

    def __init__(self, names: bool):
        self.names = names

    def generic_visit(self, node: ast.AST) -> ast.AST:
        node = super().generic_visit(node)
        if not isinstance(node, ast.expr) or isinstance(node, _SKIPPED):
            return node
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return node
        return ast.copy_location(_call(SEE, node), node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        inner = [one for one in (node.left, node.right) if _is_sum(one)]
        parts = {id(one) for one in inner} if _is_sum(node) else set()
        node.left, node.right = (
            self._part(one) if id(one) in parts else self.visit(one)
            for one in (node.left, node.right)
        )
        return ast.copy_location(_call(SEE, node), node)

    def _part(self, node: ast.expr) -> ast.expr:
        told = self.visit(node)
        told.func.id = PART
        return told

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        told = [ast.Name(one.arg, ast.Load()) for one in _parameters(node)]
        names = self._named([*told])
        body = [*names, *_flat(self.visit(one) for one in node.body)]
        around = ast.Try(body, [], [], [ast.Expr(_call(LEAVE))])
        node.body = [ast.Expr(_call(ENTER)), around]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        # what is called is no value, and `super()` has to be called as it is
        node.args = [self.visit(one) for one in node.args]
        for word in node.keywords:
            word.value = self.visit(word.value)
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value)
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node
        return ast.copy_location(_call(SEE, node), node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        named = self._named(node.targets)
        self.generic_visit(node)
        return [node, *named]

    def visit_Expr(self, node: ast.Expr) -> Any:
        changed = node.value.func if isinstance(node.value, ast.Call) else None
        named = []
        if isinstance(changed, ast.Attribute):
            named = self._named([changed.value])
        self.generic_visit(node)
        return [node, *named]

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        node.value = self.visit(node.value)
        return [node, *self._named([node.target])]

    def _named(self, targets: list[ast.expr]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for target in targets if self.names else ():
            if isinstance(target, ast.Tuple | ast.List):
                found += self._named(target.elts)
                continue
            name = _name_of(target)
            if name is not None:
                value = ast.parse(ast.unparse(_base(target)), mode="eval").body
                told = _call(NAME, value)
                told.args.append(ast.Constant(name))
                found.append(ast.copy_location(ast.Expr(told), target))
        return found

    def visit_For(self, node: ast.For) -> Any:
        return self._loop(node)

    def visit_While(self, node: ast.While) -> Any:
        return self._loop(node)

    def _loop(self, node: Any) -> list[ast.stmt]:
        targets = [node.target] if isinstance(node, ast.For) else []
        named = self._named(targets)
        self.generic_visit(node)
        node.body = [
            ast.Expr(_call(TURN)),
            *named,
            *_flat(node.body),
        ]
        around = ast.Try([node], [], [], [ast.Expr(_call(END))])
        return [ast.Expr(_call(BEGIN)), around]


def _parameters(node: ast.FunctionDef) -> list[ast.arg]:
    every = node.args
    return [*every.posonlyargs, *every.args, *every.kwonlyargs]


def _is_sum(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def _flat(found: Any) -> list[ast.stmt]:
    rows: list[ast.stmt] = []
    for one in found:
        rows += one if isinstance(one, list) else [one]
    return rows


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _base(target: ast.expr) -> ast.expr:
    """Give what a store changes: of `dx[:, t]` the array, of `self.x` and `d["x"]` that."""
    while isinstance(target, ast.Subscript) and not isinstance(
        target.slice, ast.Constant
    ):
        target = target.value
    return target


def _name_of(target: ast.expr) -> str | None:
    base = _base(target)
    if isinstance(base, ast.Name):
        return base.id
    if isinstance(base, ast.Attribute):
        return base.attr
    if isinstance(base, ast.Subscript) and isinstance(base.slice, ast.Constant):
        return str(base.slice.value)
    return None


def telling(texts: list[tuple[str, bool | None]], recorder: Recorder) -> ModuleType:
    """Run cells, each part of which tells the recorder its value, as a module.

    Parameters
    ----------
    texts : list of (str, bool or None)
        The cells, each with whether its variables' names are told too; None for one that tells
        nothing, as those that the course gives.
    recorder : Recorder
        Is told.
    """
    module = ModuleType("told")
    space = module.__dict__
    space |= {
        SEE: recorder.see,
        ENTER: recorder.enter,
        LEAVE: recorder.leave,
        PART: recorder.part,
        NAME: recorder.see,
        BEGIN: recorder.begin,
        TURN: recorder.turn,
        END: recorder.end,
    }
    for text, names in texts:
        tree = ast.parse(text)
        if names is not None:
            tree = _Telling(names).visit(tree)
        code = compile(ast.fix_missing_locations(tree), "<landmarks>", "exec")
        exec(code, space)
    return module


def recorded(
    function: Callable, arguments: tuple, recorder: Recorder
) -> list[Landmark]:
    """Call a function that tells its values, and give them.

    Parameters
    ----------
    function : callable
        Of a module made by `telling`.
    arguments : tuple
        Of the call; copies are given.
    recorder : Recorder
        The one that is told.
    """
    recorder.__init__(recorder.smallest)  # type: ignore[misc]  # what the module's own lines told is forgotten
    with np.errstate(all="ignore"), _no_old_memory():
        function(*copied(arguments))
    return recorder.landmarks()


@contextmanager
def _no_old_memory() -> Iterator[None]:
    """Let `np.empty` give zeros: what lay in memory before would be recorded as a value."""
    empty, empty_like = np.empty, np.empty_like
    np.empty, np.empty_like = np.zeros, np.zeros_like  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        np.empty, np.empty_like = empty, empty_like  # type: ignore[assignment, misc]
