"""Is told of each line that a student's function goes through, and writes down what it made."""

from __future__ import annotations

import linecache
import sys
import time
from collections.abc import Mapping, Sequence
from types import CodeType, FrameType
from typing import Any

import numpy as np

from unrolled.check.code_lines import Read, Statement, statements_by_line
from unrolled.check.executed import Executed, LoopRun, Node
from unrolled.check.taken_apart import (
    Path,
    changed_block,
    copied_numbers,
    form_of,
    is_object,
    leaves,
    same_numbers,
)

MOST_SECONDS = 2.0
MOST_LINES = 20_000  # executed
MOST_NODES = 20_000


class TooMuchError(Exception):
    """What is watched takes too long, or makes too much."""


class _Frame:
    """A call that is being watched."""

    def __init__(self, code: CodeType, by_line: dict[int, Statement]):
        self.code = code
        self.by_line = by_line
        self.current: Statement | None = None
        self.values: dict[str, list[Node]] = {}
        self.loops: list[tuple[LoopRun, int]] = []
        self.from_helpers: list[Node] = []
        self.failed = False
        self.call: Executed | None = None


class Recorder:
    """Is told of each line, and writes down what changed since the one before."""

    def __init__(
        self,
        codes: set[CodeType],
        main: set[CodeType],
        texts: Mapping[str, str],
    ):
        self.codes, self.main, self.texts = codes, main, texts
        self.executed: list[Executed] = []
        self.calls = 0
        self.returned: list[Node] = []
        self.raised: Executed | None = None
        self.frames: list[tuple[FrameType, _Frame]] = []
        self.objects: dict[int, list[Node]] = {}  # what is kept in an object, by it
        self.lines = self.nodes = 0
        self.too_much = False
        self.until = time.monotonic() + MOST_SECONDS

    # what is told

    def trace(self, frame: FrameType, event: str, value: Any) -> Any:
        """Be a trace function; parameters as for `sys.settrace`."""
        if frame.f_code not in self.codes:
            return None
        self.event(frame, event, frame.f_lineno, value)
        return self.trace

    def event(self, frame: FrameType, what: str, place: int, value: Any) -> None:
        """Take one event; what goes wrong here ends the watching and nothing else.

        Parameters
        ----------
        frame : frame
            In which it happens.
        what : str
            `call`, `line`, `return` or `exception`.
        place : int
            The line.
        value : object
            What is returned.
        """
        if self.too_much:
            return
        try:
            self._event(frame, what, place, value)
        except Exception:
            self.too_much = True

    def _event(self, frame: FrameType, what: str, place: int, value: Any) -> None:
        if what == "call":
            self._begin(frame)
            return
        if not self.frames or self.frames[-1][0] is not frame:
            return  # of a generator that goes on, or of a frame begun before
        mine = self.frames[-1][1]
        if what == "line":
            self._line(frame, mine, place)
        elif what == "return":
            self._end(frame, mine, value)
        elif what == "exception" and not hasattr(sys, "monitoring"):
            mine.failed = True
        elif what == "exception":
            mine.failed = True
            self._end(frame, mine, None)

    def _begin(self, frame: FrameType) -> None:
        code = frame.f_code
        mine = _Frame(code, statements_by_line(self._text(code.co_filename)))
        above = self.frames[-1][1] if self.frames else None
        self.calls += above is None
        self.frames.append((frame, mine))
        first = Statement(code.co_firstlineno, code.co_firstlineno, ())
        if above is None or above.current is None:
            step = Executed(code, first, kind="given")
            parents: list[Node] = []
        else:
            step = Executed(above.code, above.current, tuple(above.loops), kind="begin")
            parents = self._read(above, above.current.reads, {})
        step.home = code
        mine.call = step
        for name in list(frame.f_locals):
            self._note(mine, step, name, frame.f_locals[name], parents)
        self._add(step)

    def _line(self, frame: FrameType, mine: _Frame, line: int) -> None:
        self.lines += 1
        if self.lines > MOST_LINES or time.monotonic() > self.until:
            self.too_much = True
            return
        mine.failed = False
        statement = mine.by_line.get(line)
        if statement is None:
            return
        if statement is mine.current and statement.kind != "loop":
            return  # another line of the same statement
        self._complete(frame, mine)
        self._turn_loops(mine, statement)
        mine.current = statement

    def _turn_loops(self, mine: _Frame, statement: Statement) -> None:
        """Follow which loops are run, and how often they have turned."""
        around = [*statement.loops]
        if statement.kind == "loop":
            around.append(statement)
        while mine.loops and mine.loops[-1][0].head not in around:
            mine.loops.pop()
        if statement.kind == "loop":
            if mine.loops and mine.loops[-1][0].head is statement:
                run, turn = mine.loops[-1]
                mine.loops[-1] = (run, turn + 1)
            else:
                mine.loops.append((LoopRun(statement), 0))
        elif mine.loops:
            run, turn = mine.loops[-1]
            run.count = max(run.count, turn + 1)

    def _end(self, frame: FrameType, mine: _Frame, value: Any) -> None:
        """Take that a call ends, by returning or by an exception."""
        statement = mine.current
        nodes: list[Node] = []
        if mine.failed:
            if statement is not None and self.raised is None:
                self.raised = self._failure(frame, mine, statement)
            self.frames.pop()
            return
        if statement is not None and statement.kind == "return":
            nodes = self._returns(frame, mine, statement, value)
        else:
            self._complete(frame, mine)
        self.frames.pop()
        self.raised = None
        if self.frames:
            self.frames[-1][1].from_helpers += nodes
        if mine.code in self.main:
            self.returned = nodes if not self.frames else self.returned + nodes

    def _failure(
        self, frame: FrameType, mine: _Frame, statement: Statement
    ) -> Executed:
        """Give the statement that an exception comes from, and what it read."""
        loops = self._around(tuple(mine.loops))
        step = Executed(mine.code, statement, loops, call=mine.call)
        parents = self._read(mine, statement.reads, frame.f_locals)
        behind = tuple(dict.fromkeys([*parents, *mine.from_helpers]))
        step.nodes.append(Node(step, "", (), None, None, behind))
        return step

    def _returns(
        self, frame: FrameType, mine: _Frame, statement: Statement, value: Any
    ) -> list[Node]:
        """Write down what a statement returns."""
        loops = self._around(tuple(mine.loops))
        step = Executed(mine.code, statement, loops, kind="return", call=mine.call)
        parents = self._read(mine, statement.reads, frame.f_locals)
        parents += mine.from_helpers
        parts = self._read_parts(mine, statement, frame.f_locals)
        self._note(mine, step, "", value, parents, parts=parts)
        self._add(step)
        return step.nodes

    # what is written down

    def _text(self, file: str) -> str:
        if file in self.texts:
            return self.texts[file]
        return "".join(linecache.getlines(file))

    def _around(
        self, loops: tuple[tuple[LoopRun, int], ...]
    ) -> tuple[tuple[LoopRun, int], ...]:
        outer = [one for _, mine in self.frames[:-1] for one in mine.loops]
        return (*outer, *loops)

    def _add(self, step: Executed) -> None:
        step.calls = self.calls
        self.executed.append(step)

    def _complete(self, frame: FrameType, mine: _Frame) -> None:
        """Write down what the statement before has made."""
        statement = mine.current
        if statement is None:
            return
        space = frame.f_locals
        loops = self._around(tuple(mine.loops))
        step = Executed(mine.code, statement, loops, call=mine.call)
        parts = self._read_parts(mine, statement, space)
        seen: set[str] = set()
        old = {name: mine.values.get(name, []) for name in statement.names}
        held = mine.values
        mine.values = {**held, **old}
        made: list[tuple[str, list[Node]]] = []
        for binding in statement.bindings:
            parents = self._read(mine, binding.reads, space) + mine.from_helpers
            for name in sorted(binding.targets | {r.name for r in binding.reads}):
                if name in space and name not in seen:
                    if name in binding.targets:
                        seen.add(name)
                    made.append((name, parents))
        for name, parents in made:
            bound = name in seen
            self._note(
                mine, step, name, space[name], parents, bound, parts if bound else {}
            )
        mine.from_helpers = []
        changed = [one for one in step.nodes if one.block is not None]
        if changed:
            self._refresh(mine, step, changed)
        self._add(step)

    def _refresh(self, mine: _Frame, step: Executed, changed: list[Node]) -> None:
        """Write down what changed with an array because it is a view of it, or the same one."""
        for name, nodes in list(mine.values.items()):
            for place, node in enumerate(nodes):
                thing = node.thing
                if node.by is step or not isinstance(thing, np.ndarray):
                    continue
                if not any(np.may_share_memory(thing, one.thing) for one in changed):
                    continue
                numbers = copied_numbers(thing)
                if same_numbers(node.value, numbers):
                    continue
                fresh = Node(
                    step,
                    name,
                    node.path,
                    thing,
                    numbers,
                    (node, *changed),
                    changed_block(node.value, numbers),
                    shared=True,
                )
                step.nodes.append(fresh)
                mine.values[name] = [
                    fresh if i == place else one
                    for i, one in enumerate(mine.values[name])
                ]

    def _read(
        self, mine: _Frame, reads: Sequence[Read], space: Mapping[str, Any]
    ) -> list[Node]:
        """Give the values that are read, as they were before."""
        found: list[Node] = []
        for one in reads:
            path = _resolved(one.path, space)
            found += _below(self._nodes_of(mine, one.name), path)
        return list(dict.fromkeys(found))

    def _read_parts(
        self, mine: _Frame, statement: Statement, space: Mapping[str, Any]
    ) -> dict[str, list[Node]]:
        """Give what is read for each part of a tuple's or dictionary's display."""
        return {
            key: self._read(mine, reads, space) + mine.from_helpers
            for key, reads in statement.parts.items()
        }

    def _nodes_of(self, mine: _Frame, name: str) -> list[Node]:
        if name in mine.values:
            return mine.values[name]
        for _, other in reversed(self.frames):
            if name in other.values:
                return other.values[name]
        return []

    def _note(
        self,
        mine: _Frame,
        step: Executed,
        name: str,
        value: Any,
        parents: list[Node],
        bound: bool = False,
        parts: Mapping[str, list[Node]] | None = None,
    ) -> None:
        """Write down what is new in a variable, or was `bound`, and keep what is not."""
        own = is_object(value) and name in mine.code.co_varnames[:1]
        if is_object(value) and not own:
            return  # it answers for itself, where its methods are called
        if callable(value) and not own:
            if name:
                mine.values[name] = self._closure(mine, step, name, value, parents)
            return
        before = self.objects.get(id(value), []) if own else mine.values.get(name, [])
        known = {node.path: node for node in before}
        now: list[Node] = []
        for path, thing in leaves(value):
            old = known.get(path)
            numbers = copied_numbers(thing)
            kept = name and (path or not bound) and _is_unchanged(old, thing, numbers)
            if old is not None and kept:
                now.append(old)
                continue
            behind = (parts or {}).get(str(path[0]), parents) if path else parents
            now.append(self._new_node(step, name, path, thing, numbers, behind, old))
        if own:
            self.objects[id(value)] = now
        if isinstance(value, str) or (
            isinstance(value, list | tuple | dict) and step.nodes
        ):
            step.forms[name] = form_of(value)
        mine.values[name] = now

    def _new_node(
        self,
        step: Executed,
        name: str,
        path: Path,
        thing: Any,
        numbers: np.ndarray | None,
        behind: Sequence[Node],
        old: Node | None,
    ) -> Node:
        """Write down a value that is new, or `old` no longer as it was."""
        alias = [one for one in behind if one.thing is thing]
        if alias and numbers is not None and same_numbers(alias[0].value, numbers):
            behind = alias[:1]
        block = None
        if old is not None and old.thing is thing:
            behind = [*behind, old]
            block = changed_block(old.value, numbers)
        node = Node(
            step, name, path, thing, numbers, tuple(dict.fromkeys(behind)), block
        )
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise TooMuchError
        step.nodes.append(node)
        return node

    def _closure(
        self, mine: _Frame, step: Executed, name: str, value: Any, parents: list[Node]
    ) -> list[Node]:
        """A function made here stands for what it reads, wherever it is called."""
        return [Node(step, name, (), value, None, tuple(parents))] if parents else []


def _is_unchanged(old: Node | None, thing: Any, numbers: np.ndarray | None) -> bool:
    """Say whether a value is the same object as before, with the same numbers."""
    return old is not None and old.thing is thing and same_numbers(old.value, numbers)


def _resolved(path: Path, space: Mapping[str, Any]) -> Path:
    """Give a path with the keys that variables hold put in, as far as they are known."""
    found: list[Any] = []
    for key in path:
        if isinstance(key, str) and key.startswith("$"):
            held = space.get(key[1:])
            if not isinstance(held, int | str):
                break
            key = held
        found.append(key)
    return tuple(found)


def _below(nodes: Sequence[Node], path: Path) -> list[Node]:
    """Give the values below a path; of one that leads into an array, the array."""
    below = [node for node in nodes if node.path[: len(path)] == path]
    if below or not path:
        return below
    for length in range(len(path) - 1, -1, -1):
        exact = [node for node in nodes if node.path == path[:length]]
        if exact:
            return exact
    return []
