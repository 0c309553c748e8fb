"""Run a function once more with its lines watched: which values each of them made, of what.

It is run where a check has failed, never before. Whoever has a trace function of their own, such
as a debugger, is left alone. Standard library and numpy only: the confined worker reads this too.
"""

from __future__ import annotations

import linecache
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

import numpy as np

from unrolled.check.compare import as_numbers
from unrolled.check.code_lines import Read, Statement, statements_by_line
from unrolled.check.stray_names import functions_behind, global_names

MOST_SECONDS = 2.0
MOST_LINES = 20_000  # executed
MOST_NODES = 20_000
MOST_LEAVES = 600  # of one value
MOST_ENTRIES = 20_000  # of an array that is looked at
DEEPEST = 5
LONGEST_TEXT = 80
ANONYMOUS = "<"  # what the names of lambdas and comprehensions begin with

Path = tuple[Any, ...]


class TooMuchError(Exception):
    """What is watched takes too long, or makes too much."""


@dataclass(eq=False)
class LoopRun:
    """One run through a loop, with how often its body was begun."""

    head: Statement
    count: int = 0


@dataclass(eq=False)
class Executed:
    """One statement as it was executed, or the beginning or end of a call.

    Attributes
    ----------
    code : CodeType
        The function that it stands in.
    statement : Statement
        The statement; for the beginning of a helper's call the one that calls it.
    loops : tuple of (LoopRun, int)
        The loops that are being run, outermost first, each with the number of the turn from 0.
    nodes : list of Node
        The values that are new.
    kind : str
        `given` for the arguments of what was called, `begin` of a helper's call, `return`, or "".
    home : CodeType
        For what begins: the function that is called.
    call : Executed or None
        What began the call that it is a part of.
    forms : dict of str to str
        How the lists and dictionaries that changed are nested, by their variables.
    """

    code: CodeType
    statement: Statement
    loops: tuple[tuple[LoopRun, int], ...] = ()
    nodes: list[Node] = field(default_factory=list)
    kind: str = ""
    home: CodeType | None = None
    call: Executed | None = None
    forms: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Node:
    """A value: an array or a number, at a place such as `step["dxt"]`.

    Attributes
    ----------
    by : Executed
        What made it.
    name, path : str, tuple
        The variable and the keys behind it.
    thing : object
        The object itself, held so that no other one takes its identity.
    value : ndarray or None
        A copy of it as numbers; None of what is none.
    parents : tuple of Node
        What it may have been made of.
    block : tuple or None
        Where a statement such as `dx[:, :, t] = …` has changed it: an index of the array.
    shared : bool
        Whether it changed only because it shares its memory with what the statement changes.
    """

    by: Executed
    name: str
    path: Path
    thing: Any
    value: np.ndarray | None
    parents: tuple[Node, ...] = ()
    block: tuple[int | slice, ...] | None = None
    shared: bool = False


@dataclass
class Watched:
    """What one run came to.

    Attributes
    ----------
    executed : list of Executed
        In the order in which they were done.
    returned : list of Node
        What the function itself returned, by its paths; nothing where it raised.
    raised : Executed or None
        The statement that was being executed when an exception left the function.
    main : set of CodeType
        The code of the function itself, in which names mean what the book's do.
    """

    executed: list[Executed]
    returned: list[Node]
    raised: Executed | None
    main: set[CodeType]


def watch(
    function: Callable,
    call: Callable[[], Any],
    but: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
) -> Watched | None:
    """Call a function with its lines watched.

    Parameters
    ----------
    function : callable
        What is watched, with the helpers that it finds among its globals.
    call : callable
        Makes the call; what it returns or raises is not looked at.
    but : sequence of str, optional
        Functions that are not watched: they answer for themselves.
    texts : mapping, optional
        The code by file name, where `linecache` does not have it.

    Returns
    -------
    Watched or None
        None where somebody else is watching, or where it took too long or too much.
    """
    if sys.gettrace() is not None:
        return None
    main, codes = codes_of(function, but)
    recorder = _Recorder(codes, main, texts or {})
    try:
        with _lines_watched(recorder):
            call()
    except TooMuchError:
        return None
    except (Exception, SystemExit):
        pass
    if recorder.too_much:
        return None
    return Watched(recorder.executed, recorder.returned, recorder.raised, main)


def codes_of(
    function: Callable, but: Sequence[str] = ()
) -> tuple[set[CodeType], set[CodeType]]:
    """Give the code of a function, and this with that of the helpers that it calls.

    Parameters
    ----------
    function : callable
        A function, or a class.
    but : sequence of str, optional
        Names that are not followed.
    """
    own = functions_behind(function)
    home = own[-1].__globals__ if own else {}
    main = {code for one in own for code in _with_inner(one.__code__)}
    queue, codes = list(own), set()
    while queue:
        one = queue.pop()
        if one.__code__ in codes or one.__globals__ is not home:
            continue
        codes |= set(_with_inner(one.__code__))
        for name in global_names(one.__code__):
            if name not in but and name in home:
                queue += functions_behind(home[name])
    return main, codes


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType) and not one.co_name.startswith(ANONYMOUS):
            yield from _with_inner(one)


@contextmanager
def _lines_watched(recorder: _Recorder) -> Iterator[None]:
    """Have the recorder told of each line, by what this Python has for it."""
    if hasattr(sys, "monitoring"):
        with _monitored(recorder):
            yield
        return
    sys.settrace(recorder.trace)
    try:
        yield
    finally:
        sys.settrace(None)


@contextmanager
def _monitored(recorder: _Recorder) -> Iterator[None]:
    """Watch by `sys.monitoring`: only the code in question, all else runs at full speed."""
    monitoring = sys.monitoring  # type: ignore[attr-defined]
    events = monitoring.events
    tool = next(
        (one for one in (4, 3, 5) if monitoring.get_tool(one) is None), None
    )  # not those that debuggers, coverage and profilers have by agreement
    if tool is None:
        raise TooMuchError
    monitoring.use_tool_id(tool, "unrolled")

    def told(what: str) -> Callable:
        def callback(code: CodeType, place: int, value: Any = None) -> None:
            frame = sys._getframe(1)
            if code in recorder.codes:
                recorder.event(frame, what, place, value)

        return callback

    kinds = {
        events.PY_START: "call",
        events.PY_RESUME: "resume",
        events.LINE: "line",
        events.PY_RETURN: "return",
        events.PY_UNWIND: "exception",
    }
    for event, what in kinds.items():
        monitoring.register_callback(tool, event, told(what))
    local = events.PY_START | events.PY_RESUME | events.LINE | events.PY_RETURN
    for code in recorder.codes:
        monitoring.set_local_events(tool, code, local)
    monitoring.set_events(tool, events.PY_UNWIND)
    try:
        yield
    finally:
        for code in recorder.codes:
            monitoring.set_local_events(tool, code, 0)
        monitoring.set_events(tool, 0)
        for event in kinds:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)


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


class _Recorder:
    """Is told of each line, and writes down what changed since the one before."""

    def __init__(
        self,
        codes: set[CodeType],
        main: set[CodeType],
        texts: Mapping[str, str],
    ):
        self.codes, self.main, self.texts = codes, main, texts
        self.executed: list[Executed] = []
        self.returned: list[Node] = []
        self.raised: Executed | None = None
        self.frames: list[tuple[FrameType, _Frame]] = []
        self.objects: dict[int, list[Node]] = {}  # what is kept in an object, by it
        self.lines = self.nodes = 0
        self.too_much = False
        self.until = time.monotonic() + MOST_SECONDS

    # what is told

    def trace(self, frame: FrameType, event: str, value: Any) -> Any:
        """Be a trace function."""
        if frame.f_code not in self.codes:
            return None
        self.event(frame, event, frame.f_lineno, value)
        return self.trace

    def event(self, frame: FrameType, what: str, place: int, value: Any) -> None:
        """Take one event; what goes wrong here ends the watching and nothing else."""
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
        statement = mine.current
        loops = tuple(mine.loops)
        if mine.failed:
            if statement is not None:
                step = Executed(
                    mine.code, statement, self._around(loops), call=mine.call
                )
                parents = self._read(mine, statement.reads, frame.f_locals)
                parents += mine.from_helpers
                step.nodes.append(
                    Node(step, "", (), None, None, tuple(dict.fromkeys(parents)))
                )
                self.raised = step if self.raised is None else self.raised
            self.frames.pop()
            return
        step = None
        if statement is not None and statement.kind == "return":
            step = Executed(
                mine.code, statement, self._around(loops), kind="return", call=mine.call
            )
            parents = self._read(mine, statement.reads, frame.f_locals)
            parents += mine.from_helpers
            parts = self._read_parts(mine, statement, frame.f_locals)
            self._note(mine, step, "", value, parents, parts=parts)
            self._add(step)
        else:
            self._complete(frame, mine)
        self.frames.pop()
        self.raised = None
        nodes = step.nodes if step is not None else []
        if self.frames:
            self.frames[-1][1].from_helpers += nodes
        if mine.code in self.main:
            self.returned = nodes if not self.frames else self.returned + nodes

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
                numbers = _copied(thing)
                if _same(node.value, numbers):
                    continue
                fresh = Node(
                    step,
                    name,
                    node.path,
                    thing,
                    numbers,
                    (node, *changed),
                    _changed_block(node.value, numbers),
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
        if callable(value) and not _is_object(value):
            if name:
                mine.values[name] = self._closure(mine, step, name, value, parents)
            return
        own = _is_object(value)
        before = self.objects.get(id(value), []) if own else mine.values.get(name, [])
        known = {node.path: node for node in before}
        whole = parents
        now: list[Node] = []
        for path, thing in leaves(value):
            old = known.get(path)
            numbers = _copied(thing)
            if (
                old is not None
                and old.thing is thing
                and _same(old.value, numbers)
                and name
                and (not bound or path)
            ):
                now.append(old)
                continue
            parents = (parts or {}).get(str(path[0]), whole) if path else whole
            behind: Sequence[Node] = parents
            alias = [one for one in parents if one.thing is thing]
            if alias and numbers is not None and _same(alias[0].value, numbers):
                behind = alias[:1]
            block = None
            if old is not None and old.thing is thing:
                behind = [*behind, old] if old not in behind else behind
                block = _changed_block(old.value, numbers)
            node = Node(
                step, name, path, thing, numbers, tuple(dict.fromkeys(behind)), block
            )
            self.nodes += 1
            if self.nodes > MOST_NODES:
                raise TooMuchError
            step.nodes.append(node)
            now.append(node)
        if own:
            self.objects[id(value)] = now
        if (
            isinstance(value, str)
            or isinstance(value, list | tuple | dict)
            and step.nodes
        ):
            step.forms[name] = form_of(value)
        mine.values[name] = now

    def _closure(
        self, mine: _Frame, step: Executed, name: str, value: Any, parents: list[Node]
    ) -> list[Node]:
        """A function made here stands for what it reads, wherever it is called."""
        return [Node(step, name, (), value, None, tuple(parents))] if parents else []


def form_of(value: Any, depth: int = 0) -> str:
    """Give how lists and dictionaries are nested: `((..)(..))` for two pairs. A text is itself."""
    if isinstance(value, str):
        return repr(value[:LONGEST_TEXT])
    if depth > DEEPEST or _is_plain_row_or_none(value):
        return "."
    if isinstance(value, dict):
        return "{" + ",".join(sorted(map(str, value))) + "}"
    inner = [form_of(one, depth + 1) for one in list(value)[:MOST_LEAVES]]
    return "(" + "".join(inner) + ")"


def _is_plain_row_or_none(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return _is_plain_row(value)
    return not isinstance(value, dict)


def leaves(value: Any) -> list[tuple[Path, Any]]:
    """Give the arrays, numbers and Nones in a value, each with the keys that lead to it."""
    found: list[tuple[Path, Any]] = []
    _collect(value, (), found, 0)
    return found


def _collect(value: Any, path: Path, found: list, depth: int) -> None:
    if len(found) >= MOST_LEAVES or depth > DEEPEST:
        return
    if isinstance(value, dict):
        for key in list(value):
            _collect(value[key], (*path, key), found, depth + 1)
    elif isinstance(value, list | tuple) and not _is_plain_row(value):
        for place, one in enumerate(list(value)):
            _collect(one, (*path, place), found, depth + 1)
    elif _is_object(value):
        for key in list(vars(value)):
            _collect(vars(value)[key], (*path, key), found, depth + 1)
    elif value is None or isinstance(value, np.ndarray | np.generic | list | tuple):
        found.append((path, value))
    elif isinstance(value, int | float | bool | str):
        found.append((path, value))


def _is_plain_row(value: list | tuple) -> bool:
    """Say whether a list is one of numbers, which is compared as an array is."""
    return bool(value) and all(isinstance(one, int | float) for one in value)


def _is_object(value: Any) -> bool:
    """Say whether a value is an object of a class that the notebook has made."""
    kind = type(value)
    return (
        kind.__module__ in ("__main__", "builtins", None)
        and kind.__flags__ & (1 << 9) != 0  # made by a class statement
        and hasattr(value, "__dict__")
        and not isinstance(value, type)
    )


def _copied(thing: Any) -> np.ndarray | None:
    if thing is None or isinstance(thing, str):
        return None
    if isinstance(thing, np.ndarray) and thing.size > MOST_ENTRIES:
        return None
    numbers = as_numbers(thing)
    return None if numbers is None else numbers.copy()


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return one.shape == other.shape and np.array_equal(one, other, equal_nan=True)


def _changed_block(
    old: np.ndarray | None, new: np.ndarray | None
) -> tuple[int | slice, ...] | None:
    """Give the smallest block of an array that holds all that has changed in it."""
    if old is None or new is None or old.shape != new.shape or not new.ndim:
        return None
    with np.errstate(all="ignore"):
        changed = ~((old == new) | (np.isnan(old) & np.isnan(new)))
    if not changed.any():
        return None
    block: list[int | slice] = []
    for axis in range(new.ndim):
        others = tuple(one for one in range(new.ndim) if one != axis)
        places = np.flatnonzero(changed.any(axis=others))
        low, high = int(places[0]), int(places[-1])
        block.append(low if low == high else slice(low, high + 1))
    return tuple(block)


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
    exact = [node for node in nodes if node.path[: len(path)] == path]
    if exact or not path:
        return exact
    return _below(nodes, path[:-1])
