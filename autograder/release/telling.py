"""Rewrite code so that each part of each line tells its value, and record what is told."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from unrolled.check.compare import as_numbers
from unrolled.check.landmarks import OUTSIDE, Form, Landmark
from unrolled.check.taken_apart import form_of, leaves

from ..unit.unit import copied

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
_SKIPPED = (ast.Constant, ast.JoinedStr, ast.Lambda, ast.Starred, ast.Slice)


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
        """Give what was seen, in the order in which it was told."""
        return [
            Landmark(value, name, turn, run[0] if run else 0, part, call)
            for value, name, turn, run, part, call in self.seen
        ]


def _name_below(name: str, path: tuple) -> str:
    """Give what a part is called: a variable's name, or `cache[0]` for a part of a tuple."""
    if not path or not name:
        return name
    return f"{name}[{path[0]}]" if len(path) == 1 else ""


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


def telling(
    texts: list[tuple[str, bool | None]], recorder: Recorder, **bound: Any
) -> ModuleType:
    """Run cells, each part of which tells the recorder its value, as a module.

    Parameters
    ----------
    texts : list of (str, bool or None)
        The cells, each with whether its variables' names are told too; None for one that tells
        nothing, as those that the course gives.
    recorder : Recorder
        Is told.
    **bound
        What the cells find by its name.
    """
    module = ModuleType("told")
    space = module.__dict__
    space |= bound
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
