"""Find the first line that departs from the book's numbers.

It is the earliest value that the wrong output is made of, that is none of the book's, and of
which nothing right is made. Where each value is right, it is a loop that turns too seldom, what a
loop leaves as it was, or how right values were put together. Standard library and numpy only:
the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import CodeType
from typing import Any

import numpy as np

from unrolled.check.code_lines import Statement
from unrolled.check.compare import as_numbers
from unrolled.check.departure import Departure, at_value
from unrolled.check.executed import Node, Watched
from unrolled.check.judged_run import RIGHT, UNKNOWN, JudgedRun, alias_of, equals
from unrolled.check.landmarks import Landmarks
from unrolled.check.put_together import (
    is_empty_result,
    loop_of_other_length,
    where_no_value_departs,
)
from unrolled.check.taken_apart import leaves


def first_departure(
    watched: Watched, landmarks: Landmarks, wrong: Collection[str], want: Any
) -> tuple[Departure | None, JudgedRun]:
    """Find the first line that departs.

    Parameters
    ----------
    watched : Watched
        What the student's function did.
    landmarks : Landmarks
        What the book's does with the same arguments.
    wrong : collection of str
        The outputs that are off: keys of the dictionary, or numbers in the tuple, that the
        function returned. Where it is empty, all count.
    want : object
        What the reference returns; None where that is not what the function itself returns.

    Returns
    -------
    departure : Departure or None
        None where all that was done agrees with the book, or nothing is known of it.
    judged : JudgedRun
        How each value stands to the book's.
    """
    ends = _ends(watched, wrong)
    judged = JudgedRun(watched, landmarks, _off(watched, ends, want))
    whole = (
        want is None and not wrong
    )  # objects' methods were called, one after another
    behind = _behind(ends) if ends and not whole else judged.nodes
    order = judged.place
    slice_ = sorted(
        (node for node in behind if id(node) in order), key=lambda one: order[id(one)]
    )
    for node in slice_:
        if judged.state[id(node)] == UNKNOWN and not judged.has_right_child(node):
            if node in ends and watched.raised is None:
                break
            loop = loop_of_other_length(judged, node) or _stale(judged, node)
            loop = loop or _left_by_a_method(judged, node)
            first = _caller_first(judged, _bound_first(judged, node))
            return loop or at_value(first), judged
    return where_no_value_departs(judged, slice_, ends, wrong), judged


def _ends(watched: Watched, wrong: Collection[str]) -> list[Node]:
    """Give the values at which something is off."""
    if watched.raised is not None:
        return watched.raised.nodes
    found = [
        node
        for node in watched.returned
        if not wrong or not node.path or str(node.path[0]) in wrong
    ]
    return found or watched.returned


def _off(watched: Watched, ends: Sequence[Node], want: Any) -> set[int]:
    """Give the returned values whose numbers are off, and those that are what was given."""
    given = [
        node for step in watched.executed if step.kind == "given" for node in step.nodes
    ]
    wanted = {path: as_numbers(thing) for path, thing in leaves(want)}
    off: set[int] = set()
    for end in ends:
        mine = {one.path for one in ends if one.path[:1] == end.path[:1]}
        if mine != {path for path in wanted if path[:1] == end.path[:1]}:
            continue  # of another form
        right = wanted.get(end.path)
        if right is None or end.value is None or equals(end.value, right):
            continue
        off.add(id(end))
        source = alias_of(end)
        if source is not None and any(_has_value(one, source) for one in given):
            off.add(id(source))
    return off


def _has_value(one: Node, other: Node) -> bool:
    if one.value is None or other.value is None:
        return False
    return equals(one.value, other.value)


def _behind(ends: Sequence[Node]) -> list[Node]:
    """Give all values that these are made of, and themselves."""
    queue, seen = list(ends), {id(one) for one in ends}
    for node in queue:
        for parent in node.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                queue.append(parent)
    return queue


def _bound_first(judged: JudgedRun, node: Node) -> Node:
    """Give what is behind a value that is off: an empty result that it is made of, or the line
    that gave one array two names.
    """
    for parent in node.parents:
        if parent.by.code is node.by.code and is_empty_result(judged, parent):
            return parent
    begun = _of_other_shape(judged, node)
    if begun is not None:
        return begun
    source = alias_of(node)
    while source is not None and judged.state.get(id(source)) == UNKNOWN:
        node, source = source, alias_of(source)
    if not node.shared and node.block is None:
        return node
    return _second_name(judged, node) or node


def _of_other_shape(judged: JudgedRun, node: Node) -> Node | None:
    """Give where an array was made that is filled rightly, but is of another shape."""
    named = judged.named(node)
    if node.block is None or node.value is None or not named:
        return None
    if any(one.value.shape == node.value.shape for one in named):
        return None
    first = next(one for one in judged.nodes if one.thing is node.thing)
    return first if first.block is None and first.name == node.name else None


def _second_name(judged: JudgedRun, node: Node) -> Node | None:
    """Give where an array, or a part of it, got its second name, if it changed behind one."""
    firsts: dict[str, Node] = {}
    shared = False
    for one in judged.nodes[: judged.place[id(node)] + 1]:
        if one.name and one.by.code is node.by.code and _overlap(one, node):
            firsts.setdefault(one.name, one)
            shared = shared or one.shared
    if not shared or len(firsts) < 2:
        return None
    first, second, *_ = firsts.values()
    if first.by.kind == "given":
        return None
    return second if second.block is None else None


def _caller_first(judged: JudgedRun, node: Node) -> Node:
    """Give what a helper was called with, if its line is right in another call."""
    call = node.by.call
    if call is None or call.kind != "begin" or not call.nodes:
        return node
    for step in judged.watched.executed:
        same = step.statement is node.by.statement and step.call is not call
        states = {judged.state[id(one)] for one in step.nodes}
        if same and states == {RIGHT}:
            return call.nodes[0]
    return node


def _left_by_a_method(judged: JudgedRun, node: Node) -> Departure | None:
    """Find a method, called before, that should have changed what an object keeps."""
    watched, landmarks = judged.watched, judged.landmarks
    if watched.calls != landmarks.calls:
        return None
    for parent in node.parents:
        if parent.name != "self" or not parent.path or parent.value is None:
            continue
        key = str(parent.path[0]) + "".join(f"[{one}]" for one in parent.path[1:])
        between = [
            one
            for one in landmarks.by_name.get(key, ())
            if parent.by.calls < one.call < node.by.calls
        ]
        if not between or equals(parent.value, between[-1].value):
            continue
        for step in watched.executed:
            if step.calls == between[-1].call and step.kind == "given":
                name = f"self.{key}"
                return Departure(step.code, _whole(step.code), "unchanged", name=name)
    return None


def _whole(code: CodeType) -> Statement:
    """Give all lines of a function as one statement."""
    lines = [line for _, _, line in code.co_lines() if line]
    first = code.co_firstlineno
    return Statement(first, first, (), end=max(lines, default=first))


def _overlap(one: Node, other: Node) -> bool:
    if not isinstance(one.thing, np.ndarray) or not isinstance(other.thing, np.ndarray):
        return False
    return bool(np.may_share_memory(one.thing, other.thing))


def _stale(judged: JudgedRun, node: Node) -> Departure | None:
    """Find a variable that the loop before should have changed, if a value is off for that."""
    step = node.by
    if not step.loops or step.code not in judged.watched.main or step.home:
        return None
    run, turn = step.loops[0]
    for parent in node.parents:
        if parent.by.loops or parent.path or turn == 0 or parent.value is None:
            continue
        before = [
            one
            for one in judged.landmarks.by_name.get(parent.name, ())
            if (one.turn, one.turns) == (turn - 1, run.count)
        ]
        if before and not any(equals(parent.value, one.value) for one in before):
            return Departure(step.code, run.head, "unchanged", name=parent.name)
    return None
