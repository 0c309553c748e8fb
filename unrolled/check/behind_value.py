"""Find which earlier line is to blame for a value that departs.

Standard library and numpy only: the confined worker reads this file too.
"""

from __future__ import annotations

import numpy as np

from unrolled.check.executed import Node
from unrolled.check.judged_run import NEUTRAL, RIGHT, UNKNOWN, JudgedRun
from unrolled.check.landmarks import OUTSIDE
from unrolled.check.node_values import alias_of


def made_first(judged: JudgedRun, node: Node) -> Node:
    """Give what is behind a value that departs, or itself.

    That is an empty result that it is made of, where an array of another shape was made, or the
    line that gave one array two names.
    """
    for parent in node.parents:
        if parent.by.code is node.by.code and is_empty_result(judged, parent):
            return parent
    begun = _of_other_shape(judged, node)
    if begun is not None:
        return begun
    first = _first_name(judged, node)
    if not first.shared and first.block is None:
        return first
    return _second_name(judged, first) or first


def _first_name(judged: JudgedRun, node: Node) -> Node:
    """Give a value by the first of its names by which it departs."""
    source = alias_of(node)
    while source is not None and judged.state.get(source) == UNKNOWN:
        node, source = source, alias_of(source)
    return node


def is_empty_result(judged: JudgedRun, node: Node) -> bool:
    """Say whether a constant was computed from numbers that are none."""
    value = node.value
    if value is None or value.size < 2 or judged.state[node] != NEUTRAL:
        return False
    if not any(one.value is not None and one.value.size > 1 for one in node.parents):
        return False
    in_loop = bool(node.by.loops)
    equal = judged.landmarks.equal_to(value)
    fitting = [mark for mark in equal if mark.fits(node.by.loops)]
    return not any((mark.turn != OUTSIDE) == in_loop for mark in fitting)


def _of_other_shape(judged: JudgedRun, node: Node) -> Node | None:
    """Give where an array was made that is filled rightly, but is of another shape."""
    named = judged.named(node)
    if node.block is None or node.value is None or not named:
        return None
    if any(mark.value.shape == node.value.shape for mark in named):
        return None
    first = next(one for one in judged.nodes if one.thing is node.thing)
    return first if first.block is None and first.name == node.name else None


def _second_name(judged: JudgedRun, node: Node) -> Node | None:
    """Give where an array, or a part of it, got its second name, if it changed behind one."""
    before = judged.nodes[: judged.place[node] + 1]
    same = [one for one in before if one.name and _is_same_memory(one, node)]
    by_name = {one.name: one for one in reversed(same)}  # the first of each name
    if len(by_name) < 2 or not any(one.shared for one in same):
        return None
    first, second, *_ = sorted(by_name.values(), key=judged.place.__getitem__)
    if first.by.kind == "given" or second.block is not None:
        return None
    return second


def _is_same_memory(one: Node, other: Node) -> bool:
    """Say whether two values of one function are arrays that share their memory."""
    if one.by.code is not other.by.code:
        return False
    if not isinstance(one.thing, np.ndarray) or not isinstance(other.thing, np.ndarray):
        return False
    return bool(np.may_share_memory(one.thing, other.thing))


def called_first(judged: JudgedRun, node: Node) -> Node:
    """Give what a helper was called with, if its line is right in another call."""
    call = node.by.call
    if call is None or call.kind != "begin" or not call.nodes:
        return node
    for step in judged.watched.executed:
        if step.statement is node.by.statement and step.call is not call:
            states = {judged.state[one] for one in step.nodes}
            if states == {RIGHT}:
                return call.nodes[0]
    return node
