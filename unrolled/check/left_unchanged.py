"""Find what should have changed something, and left it as it was: a loop, or a method.

Standard library and numpy only: the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import CodeType

from unrolled.check.code_lines import Statement
from unrolled.check.departure import Departure
from unrolled.check.executed import Executed, LoopRun, Node
from unrolled.check.judged_run import JudgedRun
from unrolled.check.landmarks import OUTSIDE, Landmark
from unrolled.check.node_values import equals, is_one_of


def left_by_loop(judged: JudgedRun, node: Node) -> Departure | None:
    """Find a variable that the turn before should have changed, if a value is off for that.

    Parameters
    ----------
    judged : JudgedRun
        The run.
    node : Node
        What departs, in a turn of a loop.
    """
    step = node.by
    if not step.loops or step.code not in judged.watched.main or step.home:
        return None
    run, turn = step.loops[0]
    if turn == 0:
        return None
    for parent in node.parents:
        if parent.by.loops or parent.path or parent.value is None:
            continue
        before = _of_turn(judged, parent.name, run, turn - 1)
        if before and not is_one_of(parent.value, before):
            return Departure(step.code, run.head, "unchanged", name=parent.name)
    return None


def _of_turn(judged: JudgedRun, name: str, run: LoopRun, turn: int) -> list[Landmark]:
    """Give what the book has by a name in a turn of a loop that turns as often."""
    marks = judged.landmarks.by_name.get(name, ())
    return [mark for mark in marks if (mark.turn, mark.turns) == (turn, run.count)]


def left_by_method(judged: JudgedRun, node: Node) -> Departure | None:
    """Find a method, called before, that should have changed what an object keeps.

    Parameters
    ----------
    judged : JudgedRun
        The run.
    node : Node
        What departs, made of what the object keeps.
    """
    if judged.watched.calls != judged.landmarks.calls:
        return None
    for parent in node.parents:
        if parent.name != "self" or not parent.path or parent.value is None:
            continue
        first, *rest = parent.path
        key = str(first) + "".join(f"[{one}]" for one in rest)
        change = _last_change(judged, key, parent.by.calls, node.by.calls)
        if change is None or equals(parent.value, change.value):
            continue
        code = _called(judged, change.call)
        if code is not None:
            return Departure(code, _whole(code), "unchanged", name=f"self.{key}")
    return None


def _last_change(
    judged: JudgedRun, key: str, after: int, before: int
) -> Landmark | None:
    """Give what the book's object came to keep last, between two calls of its methods."""
    marks = judged.landmarks.by_name.get(key, ())
    between = [mark for mark in marks if after < mark.call < before]
    return between[-1] if between else None


def _called(judged: JudgedRun, call: int) -> CodeType | None:
    """Give the method that was called with a number of a call."""
    for step in judged.watched.executed:
        if step.calls == call and step.kind == "given":
            return step.code
    return None


def _whole(code: CodeType) -> Statement:
    """Give all lines of a function as one statement."""
    lines = [line for _, _, line in code.co_lines() if line]
    first = code.co_firstlineno
    return Statement(first, first, (), end=max(lines, default=first))


def left_as_it_was(
    judged: JudgedRun, last: Executed, names: set[str], made: Sequence[Executed]
) -> Departure | None:
    """Find the loop that should change a variable, and does not.

    Parameters
    ----------
    judged : JudgedRun
        The run.
    last : Executed
        The statement that returns the variable.
    names : set of str
        The variable; of several none can be said to be left.
    made : sequence of Executed
        The statements that gave it what it holds.
    """
    heads = [
        step.loops[0][0].head
        for step in judged.watched.executed
        if step.loops and step.code is last.code
    ]
    if len(names) != 1 or not heads or any(step.loops for step in made):
        return None
    (name,) = names
    if not _changes_in_loop(judged, name):
        return None
    return Departure(last.code, heads[0], "unchanged", name=name)


def _changes_in_loop(judged: JudgedRun, name: str) -> bool:
    """Say whether the book changes a variable in a loop."""
    marks = [*judged.landmarks.by_name.get(name, ()), *judged.landmarks.forms]
    return any(mark.name == name and mark.turn != OUTSIDE for mark in marks)
