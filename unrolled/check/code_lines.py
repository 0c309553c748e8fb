"""What each line of a function reads, and in which loops it stands: from its text alone.

Nothing is run here. Standard library only: the confined worker reads this file too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

LOOPS = (ast.For, ast.While)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
LISTED = (ast.Tuple, ast.List)
Key = int | str  # a constant key, or `$name` for the one that a variable holds


@dataclass(frozen=True)
class Read:
    """A name that is read, with the keys behind it: `step["dxt"]` is `step`, `("dxt",)`."""

    name: str
    path: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Binding:
    """Targets that get their values together, and what those are made of."""

    targets: frozenset[str]
    reads: tuple[Read, ...]
    keys: frozenset[Key] = (
        frozenset()
    )  # of targets such as `self.x` and `gradients["dx"]`


@dataclass(eq=False)
class Statement:
    """One statement, or the head of a compound one.

    Attributes
    ----------
    first, last : int
        Its lines, from 1.
    bindings : tuple of Binding
        What it binds; one without targets where it binds nothing.
    loops : tuple of Statement
        The heads of the loops around it, outermost first.
    kind : str
        `loop`, `return`, `constant` for a target that gets a literal, or "".
    items : dict of str to int
        For the display of a dictionary or a tuple: the line of each value, by its key or number.
    parts : dict of str to tuple of Read
        What is read for each of these.
    bare : frozenset of str
        Those of these keys whose part is a variable and nothing else.
    end : int
        The last line of all that belongs to it, such as a loop's body.
    """

    first: int
    last: int
    bindings: tuple[Binding, ...]
    loops: tuple[Statement, ...] = ()
    kind: str = ""
    items: dict[str, int] = field(default_factory=dict)
    parts: dict[str, tuple[Read, ...]] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()
    end: int = 0

    @property
    def keys(self) -> set[Key]:
        """The constant keys by which it stores something."""
        return {key for binding in self.bindings for key in binding.keys}

    @property
    def reads(self) -> tuple[Read, ...]:
        """All that it reads."""
        return tuple(one for binding in self.bindings for one in binding.reads)

    @property
    def names(self) -> set[str]:
        """All names that it reads or binds."""
        bound = {name for binding in self.bindings for name in binding.targets}
        return bound | {one.name for one in self.reads}


@lru_cache(maxsize=64)
def statements_by_line(text: str) -> dict[int, Statement]:
    """Give the statement that stands at each line of a cell; the innermost one.

    A text that is no Python gives nothing.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[int, Statement] = {}
    for statement in _in_body(tree.body, ()):
        for line in range(statement.first, statement.last + 1):
            found[line] = statement
    return found


def _in_body(body: list[ast.stmt], loops: tuple[Statement, ...]) -> Iterator[Statement]:
    """Give the statements of a body, each before those that stand in it."""
    for node in body:
        inner = list(_bodies(node))
        here = _head(node, loops) if inner else _simple(node, loops)
        yield here
        around = (*loops, here) if isinstance(node, LOOPS) else loops
        if isinstance(node, SCOPES):
            around = ()
        for part in inner:
            yield from _in_body(part, around)


def _bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        part = getattr(node, name, None)
        if isinstance(part, list) and part:
            yield part
    for handler in getattr(node, "handlers", ()):
        yield handler.body


def _simple(node: ast.stmt, loops: tuple[Statement, ...]) -> Statement:
    value = getattr(node, "value", None)
    kind = "return" if isinstance(node, ast.Return) else ""
    if isinstance(value, ast.Constant) and not kind:
        kind = "constant"
    last = node.end_lineno or node.lineno
    items = dict(_items(value))
    return Statement(
        node.lineno,
        last,
        tuple(_bindings(node)),
        loops,
        kind,
        {key: one.lineno for key, one in items.items()},
        {key: tuple(_reads(one)) for key, one in items.items()},
        frozenset(key for key, one in items.items() if isinstance(one, ast.Name)),
        last,
    )


def _head(node: ast.stmt, loops: tuple[Statement, ...]) -> Statement:
    """Give the head of a compound statement: what it tests, or what it goes over."""
    heads: list[ast.AST] = []
    targets: frozenset[str] = frozenset()
    first = node.lineno
    if isinstance(node, ast.For):
        heads, targets = [node.iter], frozenset(_target_names(node.target))
    elif isinstance(node, ast.While | ast.If):
        heads = [node.test]
    elif isinstance(node, ast.With):
        heads = [item.context_expr for item in node.items]
    elif isinstance(node, SCOPES):
        targets = frozenset({getattr(node, "name", "")})
        heads = [*node.decorator_list] if hasattr(node, "decorator_list") else []
        inner = [Binding(targets, tuple(_reads(node)))]
        return Statement(first, first, tuple(inner), loops)
    last = max((_last_line(one) for one in heads), default=first)
    reads = tuple(read for one in heads for read in _reads(one))
    kind = "loop" if isinstance(node, LOOPS) else ""
    return Statement(
        first,
        max(first, last),
        (Binding(targets, reads),),
        loops,
        kind,
        end=node.end_lineno or first,
    )


def _last_line(node: ast.AST) -> int:
    end: int | None = getattr(node, "end_lineno", None)
    return end or 0


def _bindings(node: ast.stmt) -> Iterator[Binding]:
    """Give what a simple statement binds; a tuple's items one by one where both sides are some."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _pairs(target, node.value)
    elif isinstance(node, ast.AugAssign):
        reads = (*_reads(node.target), *_reads(node.value))
        keys = frozenset(_target_keys(node.target))
        yield Binding(frozenset(_target_names(node.target)), reads, keys)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from _pairs(node.target, node.value)
    else:
        yield Binding(frozenset(), tuple(_reads(node)))


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[Binding]:
    if (
        isinstance(target, LISTED)
        and isinstance(value, LISTED)
        and len(target.elts) == len(value.elts)
    ):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, other)
        return
    index = () if isinstance(target, ast.Name) else tuple(_reads(target))
    keys = frozenset(_target_keys(target))
    yield Binding(frozenset(_target_names(target)), (*_reads(value), *index), keys)


def _target_names(target: ast.expr) -> Iterator[str]:
    """Give the names that a target binds or changes: of `dx[:, t]` and `self.x` the base."""
    if isinstance(target, LISTED):
        for one in target.elts:
            yield from _target_names(one)
        return
    while isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
        target = target.value
    if isinstance(target, ast.Name):
        yield target.id


def _target_keys(target: ast.expr) -> Iterator[Key]:
    """Give the constant keys that a target stores by."""
    if isinstance(target, LISTED):
        for one in target.elts:
            yield from _target_keys(one)
    while isinstance(target, ast.Subscript | ast.Attribute):
        key = _key(target)
        if key is not None:
            yield key
        target = target.value


def _reads(node: ast.AST) -> Iterator[Read]:
    """Give the names that are read in a piece of code, with the keys behind them."""
    path: list[Key] = []
    inner = node
    while isinstance(inner, ast.Subscript | ast.Attribute):
        key = _key(inner)
        path = [] if key is None else [key, *path]
        if isinstance(inner, ast.Subscript) and key is None:
            yield from _reads(inner.slice)
        inner = inner.value
    if isinstance(inner, ast.Name):
        yield Read(inner.id, tuple(path))
        return
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
        yield from _reads(inner.func.value)  # a method's name is no key
        for word in (*inner.args, *(one.value for one in inner.keywords)):
            yield from _reads(word)
        return
    for child in ast.iter_child_nodes(inner):
        yield from _reads(child)


def _key(node: ast.Subscript | ast.Attribute) -> Key | None:
    """Give a key that is constant, or the variable that holds it; None for another index."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int | str):
        return node.slice.value
    if isinstance(node.slice, ast.Name):
        return f"${node.slice.id}"
    return None


def _items(value: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    """Give the values in a display, or of `dict(dx=…)`, by their keys or numbers."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        yield from ((word.arg, word.value) for word in value.keywords if word.arg)
    elif isinstance(value, ast.Tuple):
        yield from ((str(i), one) for i, one in enumerate(value.elts))
    elif isinstance(value, ast.Dict):
        for key, one in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), one
