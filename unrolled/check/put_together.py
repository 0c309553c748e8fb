"""Find the line where every value is right, or none: a loop that turns too seldom or leaves
something as it was, a constant that was computed, or how right values were put together.

Standard library and numpy only: the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from unrolled.check.code_lines import Statement
from unrolled.check.departure import Departure, at_value
from unrolled.check.executed import Executed, Node
from unrolled.check.judged_run import NEUTRAL, UNKNOWN, JudgedRun
from unrolled.check.landmarks import OUTSIDE, fits_turn


def where_no_value_departs(
    judged: JudgedRun,
    behind: Sequence[Node],
    ends: Sequence[Node],
    wrong: Collection[str],
) -> Departure | None:
    """Find the line where no value departs: a loop that turns too seldom, or leaves something as
    it was; a constant that was computed; or where the wrong output was put together.
    """
    raised = judged.watched.raised
    if raised is not None:
        names = {one.name for one in raised.statement.reads}
        made = _makers(judged.watched.executed, raised, names)
        return _of_other_form(judged, made, names) or at_value(ends[0])
    loop = loop_of_other_length(judged)
    if loop is not None:
        return loop
    for node in behind:
        if is_empty_result(judged, node):
            return at_value(node)
    return _put_together(judged, ends, wrong)


def loop_of_other_length(
    judged: JudgedRun, node: Node | None = None
) -> Departure | None:
    """Find the loop that does not turn as often as the book's, or what leaves it too early.

    Parameters
    ----------
    judged : JudgedRun
        The run.
    node : Node, optional
        What departs. In the middle of the loop it is not the loop's fault.
    """
    if judged.watched.raised is not None:
        return None
    if node is not None and node.by.loops and node.by.loops[0][1] > 0:
        return None
    lengths = {one.turns for one in judged.landmarks.forms if one.turns}
    lengths |= {one.turns for one in judged.landmarks.marks if one.name and one.turns}
    runs = {
        id(step.loops[0][0]): (step.loops[0][0], step.code)
        for step in judged.watched.executed
        if step.loops and step.code in judged.watched.main
    }
    if len(lengths) != 1 or len(runs) != 1:
        return None
    ((run, code),) = runs.values()
    (length,) = lengths
    if run.count == length:
        return None
    last = judged.watched.executed[-1]
    leaves_it = last.kind == "return" and bool(last.loops)
    statement = last.statement if leaves_it else run.head
    return Departure(code, statement, "loop", turn=run.count, turns=length)


def is_empty_result(judged: JudgedRun, node: Node) -> bool:
    """Say whether a constant was computed from numbers that are none."""
    value = node.value
    if value is None or value.size < 2 or judged.state[id(node)] != NEUTRAL:
        return False
    if not any(one.value is not None and one.value.size > 1 for one in node.parents):
        return False
    same = [one for one in judged.landmarks.equal_to(value) if one.fits(node.by.loops)]
    return not any((one.turn != OUTSIDE) == bool(node.by.loops) for one in same)


def _put_together(
    judged: JudgedRun, ends: Sequence[Node], wrong: Collection[str]
) -> Departure | None:
    """Find where a wrong output got its form."""
    executed = judged.watched.executed
    returns = [one for one in executed if one.kind == "return" and one.nodes]
    if not returns:
        return at_value(ends[-1]) if ends else None
    last = returns[-1]
    for key in wrong or [""]:
        names = _names_read(last.statement, key)
        made = _makers(executed, last, names)
        shown = [step for step in made if key in step.statement.parts]
        if shown and key not in last.statement.parts:  # `gradients = {"dx": dx}`
            names = _names_read(shown[-1].statement, key)
            made = _makers(executed, last, names)
        found = _left_as_it_was(judged, last, names, made)
        found = found or _of_other_form(judged, made, names)
        if found is not None:
            return found
        if _agrees(judged, made, names):
            shower = shown[-1] if shown else last
            return Departure(last.code, shower.statement, "form")
        packs = shown[-1].statement if shown else last.statement
        if packs.parts and key in packs.parts and key not in packs.bare:
            return Departure(last.code, packs, "form")
        if len({id(step.statement) for step in made}) == 1:
            name = next(node.name for node in made[0].nodes if node.name in names)
            return Departure(last.code, made[0].statement, "form", name=name)
    return at_value(ends[-1]) if ends else None


def _agrees(judged: JudgedRun, made: Sequence[Executed], names: set[str]) -> bool:
    """Say whether all that variables came to is what the book has by their names."""
    known = {one.name.split("[")[0] for one in judged.landmarks.marks if one.name}
    known |= {one.name for one in judged.landmarks.forms}
    if not made or not names & known:
        return False
    nodes = [node for step in made for node in step.nodes if node.name in names]
    return all(judged.state[id(node)] != UNKNOWN for node in nodes)


def _names_read(statement: Statement, key: str) -> set[str]:
    """Give the variables of which a statement makes the part with this key, or all."""
    part = statement.parts.get(key)
    return {one.name for one in (statement.reads if part is None else part)}


def _makers(
    executed: Sequence[Executed], last: Executed, names: set[str]
) -> list[Executed]:
    return [
        step
        for step in executed
        if step.code is last.code
        and not step.kind
        and any(node.name in names for node in step.nodes)
    ]


def _of_other_form(
    judged: JudgedRun, made: Sequence[Executed], names: set[str]
) -> Departure | None:
    """Find the first line after which a list is nested as the book's is not."""
    for step in made:
        for name in names & set(step.forms):
            forms = [
                one
                for one in judged.landmarks.forms
                if one.name == name and fits_turn(one.turn, one.turns, step.loops)
            ]
            forms = [
                one for one in forms if (one.turn != OUTSIDE) == bool(step.loops)
            ] or forms
            if forms and step.forms[name] not in {one.form for one in forms}:
                return Departure(step.code, step.statement, "form", name=name)
    return None


def _left_as_it_was(
    judged: JudgedRun, last: Executed, names: set[str], made: Sequence[Executed]
) -> Departure | None:
    """Find the loop that should change a variable, and does not."""
    heads = [
        step.loops[0][0].head
        for step in judged.watched.executed
        if step.loops and step.code is last.code
    ]
    if len(names) != 1 or not heads or any(step.loops for step in made):
        return None
    (name,) = names
    marks = [*judged.landmarks.by_name.get(name, ()), *judged.landmarks.forms]
    if not any(one.name == name and one.turn != OUTSIDE for one in marks):
        return None
    return Departure(last.code, heads[0], "unchanged", name=name)
