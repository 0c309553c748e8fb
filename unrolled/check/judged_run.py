"""Hold the values of one run against the book's: which are right, which are not known.

A value is *right* if it is one of the book's, by its name where names mean what the book's do,
and in the same turn of the loop. It is *neutral* if anything may have it: a size, a constant.
All else is *unknown*, and may still be right in a way of its own: if something right is made of
it. Standard library and numpy only: the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.check.compare import close_entries
from unrolled.check.executed import Executed, Node, Watched
from unrolled.check.landmarks import OUTSIDE, Landmark, Landmarks

RIGHT, NEUTRAL, UNKNOWN = "right", "neutral", "unknown"
SAYS_SOMETHING = 2  # letters of a name that means what the book's does


class JudgedRun:
    """The values of one run, each right, neutral or not known."""

    def __init__(self, watched: Watched, landmarks: Landmarks, wrong: set[int]):
        self.watched, self.landmarks, self.wrong = watched, landmarks, wrong
        self.nodes = [node for one in watched.executed for node in one.nodes]
        if watched.raised is not None:
            self.nodes += watched.raised.nodes
        self.place = {id(node): i for i, node in enumerate(self.nodes)}
        self.filled = {id(one.thing) for one in self.nodes if one.block is not None}
        self.lasts = {(id(one.by.code), one.name, one.path): one for one in self.nodes}
        self.children: dict[int, list[Node]] = {}
        for node in self.nodes:
            for parent in node.parents:
                self.children.setdefault(id(parent), []).append(node)
        self.matches: dict[int, list[Landmark]] = {}
        self.state: dict[int, str] = {}
        for node in self.nodes:
            self.state[id(node)] = self._state(node)
        self.excused: dict[int, bool] = {}

    def _state(self, node: Node) -> str:
        """Give `right`, `neutral` or `unknown`."""
        if node.by.kind == "given":
            return RIGHT
        value, named = node.value, self.named(node)
        if id(node) in self.wrong:
            return RIGHT if _is_one_of(value, named) else UNKNOWN
        if node.shared and not _is_one_of(value, named):
            return NEUTRAL if self._is_put_back(node) else UNKNOWN
        source = alias_of(node)
        if source is not None and not named and id(source) in self.state:
            self.matches[id(node)] = self.matches.get(id(source), [])
            return self.state[id(source)]
        if self._is_begun(node):
            return NEUTRAL
        if value is None:
            missing = node.thing is None and named and not node.path
            return UNKNOWN if missing else NEUTRAL
        if _is_one_of(value, named):
            self.matches[id(node)] = named[:1]
            return RIGHT
        if self._is_stored(node, value):
            return self._state_of_part(node, value)
        if _says_nothing(node.thing, value):
            return UNKNOWN if self._contradicts(node, value, named) else NEUTRAL
        if named and self._is_trusted(named[0].name):
            return RIGHT if _is_turned(value, named) else UNKNOWN
        if not self._is_met(node, value):
            return UNKNOWN
        return UNKNOWN if self._is_part(node) else RIGHT

    def _is_begun(self, node: Node) -> bool:
        """Say whether a value is there to be filled, or to be replaced: an empty array, None."""
        if node.by.kind or node.block is not None or not node.name:
            return False
        value = node.value
        key = (id(node.by.code), node.name, node.path)
        if node.thing is None:
            return self.lasts.get(key) is not node
        if id(node.thing) not in self.filled or value is None:
            return False
        arrays = [one for one in node.parents if one.value is not None]
        made = any(one.value is not None and one.value.size > 1 for one in arrays)
        return not made or _is_constant(value)

    def _is_part(self, node: Node) -> bool:
        """Say whether a value is only a sum that lacks a term, which no next line adds."""
        if not any(one.part for one in self.matches[id(node)]):
            return False
        return not any(self._completes(node, child) for child in self._children(node))

    def _completes(self, node: Node, child: Node) -> bool:
        """Say whether what is made of a sum reads the term that it lacks."""
        value = node.value
        for other in child.parents:
            term = other.value
            if other is node or term is None or value is None or not term.size:
                continue
            try:
                sums = (value + term, value - term, term - value)
            except ValueError:
                continue
            if any(self.landmarks.equal_to(one) for one in sums):
                return True
        return False

    def _children(self, node: Node) -> list[Node]:
        return self.children.get(id(node), [])

    def _is_trusted(self, name: str) -> bool:
        base = name.split("[")[0]
        return base in self.landmarks.trusted or len(base) >= SAYS_SOMETHING

    def _is_put_back(self, node: Node) -> bool:
        """Say whether an array that changed behind a name is as it was before."""
        earlier = node.parents[0] if node.parents else None
        while earlier is not None:
            if self.state.get(id(earlier)) == RIGHT and _same(earlier, node):
                return True
            same = [one for one in earlier.parents if one.thing is node.thing]
            earlier = same[0] if same and earlier.block is not None else None
        return node.by.kind == "given"

    @staticmethod
    def _is_stored(node: Node, value: np.ndarray) -> bool:
        return node.block is not None and value[node.block].size < value.size

    def _state_of_part(self, node: Node, value: np.ndarray) -> str:
        """Judge what a statement such as `dx[:, :, t] = …` put into an array, and where."""
        part = np.asarray(value[node.block])
        whole = self._in_the_end(node)
        if whole is not None and whole.shape == value.shape:
            near = close_entries(value, whole)[node.block]
            return RIGHT if near.all() else UNKNOWN
        if _says_nothing(part, part):
            return NEUTRAL
        return RIGHT if self._is_met(node, part) else UNKNOWN

    def _in_the_end(self, node: Node) -> np.ndarray | None:
        """Give what the book has in the end by the name of an array that is being filled."""
        if not self._is_main(node):
            return None
        name = book_name(node)
        if name not in self.landmarks.trusted:
            return None
        found = self.landmarks.by_name.get(name)
        return found[-1].value if found else None

    def _is_met(self, node: Node, value: np.ndarray) -> bool:
        found = [
            one
            for one in self._of_call(node, self.landmarks.equal_to(value))
            if one.fits(node.by.loops)
        ]
        if found:
            self.matches[id(node)] = found
        return bool(found)

    def named(self, node: Node) -> list[Landmark]:
        """Give what the book has by this value's name, where names mean what the book's do."""
        if not self._is_main(node):
            return []
        name = book_name(node)
        found = self.landmarks.named(name, node.by.loops) if name else []
        return self._of_call(node, found) or found

    def _of_call(self, node: Node, marks: list[Landmark]) -> list[Landmark]:
        return self.landmarks.of_call(marks, node.by.calls, self.watched.calls)

    def _is_main(self, node: Node) -> bool:
        return node.by.home is None and node.by.code in self.watched.main

    def _contradicts(
        self, node: Node, value: np.ndarray, named: list[Landmark]
    ) -> bool:
        """Say whether a size or a constant is another one than the book's of this name."""
        if not named or self._is_counted_otherwise(node):
            return False
        if value.ndim != named[-1].value.ndim:
            return value.ndim > 0
        if value.ndim and not self._is_trusted(named[0].name):
            return False
        return not any(equals(value, one.value) for one in named)

    def _is_counted_otherwise(self, node: Node) -> bool:
        """Say whether a loop's number is the book's, counted from another beginning."""
        if node.by.statement.kind != "loop" or not node.by.loops:
            return False
        run, _ = node.by.loops[0]
        offsets = set()
        for one in self.nodes:
            same = one.by.statement is node.by.statement and one.name == node.name
            if not same or one.value is None or one.value.ndim:
                continue
            turn = one.by.loops[0][1] if one.by.loops else OUTSIDE
            for mark in self.landmarks.by_name.get(node.name, ()):
                if (mark.turn, mark.turns) == (turn, run.count) and not mark.value.ndim:
                    offsets.add(float(one.value - mark.value))
        return len(offsets) == 1 and run.count > 1

    def has_right_child(self, node: Node) -> bool:
        """Say whether something right is made of a value, so that it is right in its own way."""
        key = id(node)
        if key in self.excused:
            return self.excused[key]
        self.excused[key] = False  # while it is looked for
        for child in self.children.get(key, ()):
            if _fills_the_same(node, child):
                continue  # what another turn puts beside it says nothing of it
            if child.by.kind == "begin" and self.state[id(child)] == RIGHT:
                continue  # it may be made of other things that the call reads
            if not self._is_whole(child.by) and self.state[id(child)] == RIGHT:
                continue  # one of several answers may not depend on all that went in
            if self.state[id(child)] == RIGHT or self.has_right_child(child):
                self.excused[key] = True
                break
        return self.excused[key]

    def _is_whole(self, step: Executed) -> bool:
        return all(self.state[id(one)] != UNKNOWN for one in step.nodes)


def alias_of(node: Node) -> Node | None:
    """Give the value that this one is under another name, if it is one."""
    if len(node.parents) != 1 or node.block is not None:
        return None
    (parent,) = node.parents
    return parent if parent.thing is node.thing and node.value is not None else None


def _same(one: Node, other: Node) -> bool:
    if one.value is None or other.value is None:
        return False
    return np.array_equal(one.value, other.value, equal_nan=True)


def _fills_the_same(node: Node, child: Node) -> bool:
    value = child.value
    if child.thing is not node.thing or child.block is None or value is None:
        return False
    return value[child.block].size < value.size


def _says_nothing(thing: object, value: np.ndarray) -> bool:
    """Say whether a value is one that anything may have: a size, a constant, a row of numbers."""
    if not value.size:
        return True
    if not value.ndim and isinstance(thing, int | bool | np.integer | np.bool_):
        return True
    if value.size > 1 and bool((value == value.flat[0]).all()):
        return True
    if not value.ndim and float(value) in (0.0, 1.0):
        return True
    flat = value.ravel()
    steps = np.diff(flat)
    return bool(
        flat.size > 1
        and np.array_equal(value, np.rint(value))
        and (np.abs(steps) == 1).all()
        and (steps == steps[0]).all()
    )


def book_name(node: Node) -> str:
    """Give the name that counts: the variable's, or that of the part which a statement stores.

    It is `dWf` for `gradients["dWf"] = …`, `cache[0]` for a part of `cache = (…)`, and
    `state[0]` for one of `self.state = (…)`.
    """
    if not node.path:
        return node.name
    key, *rest = node.path
    statement = node.by.statement
    if key in statement.keys:
        return str(key) if not rest else f"{key}[{rest[0]}]" if len(rest) == 1 else ""
    if not rest and node.name and str(key) in statement.items:
        return f"{node.name}[{key}]" if isinstance(key, int) else str(key)
    return ""


def _is_one_of(value: np.ndarray | None, marks: Sequence[Landmark]) -> bool:
    return value is not None and any(equals(value, one.value) for one in marks)


def _is_constant(value: np.ndarray) -> bool:
    if not value.size:
        return False
    return bool((value == value.flat[0]).all() or np.isnan(value).all())


def _is_turned(value: np.ndarray, marks: Sequence[Landmark]) -> bool:
    """Say whether a matrix is one of these, its axes exchanged."""
    return value.ndim == 2 and any(equals(value.T, one.value) for one in marks)


def equals(got: np.ndarray, want: np.ndarray) -> bool:
    return got.shape == want.shape and bool(close_entries(got, want).all())
