"""Rewrite code so that each part of each line tells its value."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from unrolled.check.landmarks import Landmark

from ..unit.unit import copied
from .recorder import Recorder

# Names by which rewritten code calls the recorder's methods.
SEE, PART, NAME = "__see__", "__part__", "__named__"
BEGIN, TURN, END = "__begin__", "__turn__", "__end__"  # of a loop
ENTER, LEAVE = "__enter__", "__leave__"  # a function
_SKIPPED = (ast.Constant, ast.JoinedStr, ast.Lambda, ast.Starred, ast.Slice)


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
        node.left = self._term(node.left, _is_sum(node))
        node.right = self._term(node.right, _is_sum(node))
        return ast.copy_location(_call(SEE, node), node)

    def _term(self, node: ast.expr, of_sum: bool) -> ast.expr:
        """Rewrite what an operator combines; a sum within a sum is told as a part of it."""
        told = self.visit(node)
        if of_sum and _is_sum(node):
            told.func.id = PART
        return told

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        told = [ast.Name(one.arg, ast.Load()) for one in _parameters(node)]
        names = self._named([*told])
        body = [*names, *_flat([self.visit(one) for one in node.body])]
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
        """Give statements that tell what these targets hold then, with their names."""
        if not self.names:
            return []
        found: list[ast.stmt] = []
        for target in targets:
            if isinstance(target, ast.Tuple | ast.List):
                found += self._named(target.elts)
            elif name := _name_of(target):
                value = ast.parse(ast.unparse(_base(target)), mode="eval").body
                told = ast.Expr(_call(NAME, value, ast.Constant(name)))
                found.append(ast.copy_location(told, target))
        return found

    def visit_For(self, node: ast.For) -> Any:
        return self._loop(node)

    def visit_While(self, node: ast.While) -> Any:
        return self._loop(node)

    def _loop(self, node: Any) -> list[ast.stmt]:
        targets = [node.target] if isinstance(node, ast.For) else []
        named = self._named(targets)
        self.generic_visit(node)
        node.body = [ast.Expr(_call(TURN)), *named, *_flat(node.body)]
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
    while isinstance(target, ast.Subscript) and not _has_constant_key(target):
        target = target.value
    return target


def _has_constant_key(target: ast.Subscript) -> bool:
    return isinstance(target.slice, ast.Constant)


def _name_of(target: ast.expr) -> str:
    """Give the name of what a store changes; "" where it has none."""
    match _base(target):
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=key)):
            return str(key)
    return ""


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
    recorder.forget()  # what the module's own lines told
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
