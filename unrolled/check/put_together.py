"""Find the line where every value is right, or none: a loop that turns too seldom or leaves
something as it was, a constant that was computed, or how right values were put together.

Standard library and numpy only: the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import CodeType

from unrolled.check.behind_value import is_empty_result
from unrolled.check.code_lines import Statement
from unrolled.check.departure import Departure, at_value
from unrolled.check.executed import Executed, LoopRun, Node
from unrolled.check.judged_run import UNKNOWN, JudgedRun
from unrolled.check.landmarks import OUTSIDE, Form, fits_turn
from unrolled.check.left_unchanged import left_as_it_was


@dataclass(frozen=True)
class _Made:
    """Variables, and the statements that gave them what they hold in the end."""

    names: set[str]
    steps: list[Executed]

    def nodes(self) -> list[Node]:
        """Give all that the variables came to."""
        nodes = [node for step in self.steps for node in step.nodes]
        return [node for node in nodes if node.name in self.names]


def where_no_value_departs(
    judged: JudgedRun,
    behind: Sequence[Node],
    ends: Sequence[Node],
    wrong: Collection[str],
) -> Departure | None:
    """Find the line where no value departs.

    It is a loop that turns too seldom, or leaves something as it was; a constant that was
    computed; or where the wrong output was put together.

    Parameters
    ----------
    judged : JudgedRun
        The run.
    behind : sequence of Node
        What the wrong outputs are made of, in the order of its making.
    ends : sequence of Node
        The wrong outputs.
    wrong : collection of str
        Their keys, as `first_departure` takes them.
    """
    raised = judged.watched.raised
    if raised is not None:
        names = {one.name for one in raised.statement.reads}
        made = _made_of(judged, raised, names)
        return _of_other_form(judged, made) or at_value(ends[0])
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
    lengths, loops = _lengths(judged), _loops(judged)
    if len(lengths) != 1 or len(loops) != 1:
        return None  # which loop is which of the book's is not known
    (length,) = lengths
    ((run, code),) = loops.items()
    if run.count == length:
        return None
    last = judged.watched.executed[-1]
    leaves_it = last.kind == "return" and bool(last.loops)
    statement = last.statement if leaves_it else run.head
    return Departure(code, statement, "loop", turn=run.count, turns=length)


def _lengths(judged: JudgedRun) -> set[int]:
    """Give how often the book's loops turn."""
    lengths = {form.turns for form in judged.landmarks.forms}
    lengths |= {mark.turns for mark in judged.landmarks.marks if mark.name}
    return lengths - {0}


def _loops(judged: JudgedRun) -> dict[LoopRun, CodeType]:
    """Give the outermost loops of the function itself, with its code."""
    steps = [step for step in judged.watched.executed if step.loops]
    return {
        step.loops[0][0]: step.code
        for step in steps
        if step.code in judged.watched.main
    }


def _put_together(
    judged: JudgedRun, ends: Sequence[Node], wrong: Collection[str]
) -> Departure | None:
    """Find where a wrong output got its form."""
    executed = judged.watched.executed
    returns = [step for step in executed if step.kind == "return" and step.nodes]
    if returns:
        for key in wrong or [""]:
            departure = _of_output(judged, returns[-1], key)
            if departure is not None:
                return departure
    return at_value(ends[-1]) if ends else None


def _of_output(judged: JudgedRun, last: Executed, key: str) -> Departure | None:
    """Find where one output got its form.

    Parameters
    ----------
    judged : JudgedRun
        The run.
    last : Executed
        The statement that returns.
    key : str
        The output; "" for all.
    """
    packing = last.statement
    made = _made_of(judged, last, _names_read(packing, key))
    packers = [step for step in made.steps if key in step.statement.parts]
    if packers:  # `gradients = {"dx": dx}`, and then `return gradients`
        if key not in packing.parts:
            names = _names_read(packers[-1].statement, key)
            made = _made_of(judged, last, names)
        packing = packers[-1].statement
    departure = left_as_it_was(judged, last, made.names, made.steps)
    departure = departure or _of_other_form(judged, made)
    if departure is not None:
        return departure
    is_packed = key in packing.parts and key not in packing.bare
    if is_packed or _agrees(judged, made):
        return Departure(last.code, packing, "form")
    if len({id(step.statement) for step in made.steps}) != 1:
        return None
    step = made.steps[0]
    name = next(node.name for node in step.nodes if node.name in made.names)
    return Departure(last.code, step.statement, "form", name=name)


def _agrees(judged: JudgedRun, made: _Made) -> bool:
    """Say whether all that variables came to is what the book has by their names."""
    named = [mark.name.split("[")[0] for mark in judged.landmarks.marks]
    known = {*named, *(form.name for form in judged.landmarks.forms)} - {""}
    if not made.steps or not made.names & known:
        return False
    return all(judged.state[node] != UNKNOWN for node in made.nodes())


def _names_read(statement: Statement, key: str) -> set[str]:
    """Give the variables of which a statement makes the part with this key, or all."""
    part = statement.parts.get(key)
    return {one.name for one in (statement.reads if part is None else part)}


def _made_of(judged: JudgedRun, last: Executed, names: set[str]) -> _Made:
    """Give variables that a statement reads, with what they were made by in its function."""
    steps = [
        step
        for step in judged.watched.executed
        if step.code is last.code and not step.kind
    ]
    makers = [step for step in steps if any(node.name in names for node in step.nodes)]
    return _Made(names, makers)


def _of_other_form(judged: JudgedRun, made: _Made) -> Departure | None:
    """Find the first line after which a list is nested as the book's is not."""
    for step in made.steps:
        for name in made.names & set(step.forms):
            forms = {one.form for one in _forms(judged, name, step)}
            if forms and step.forms[name] not in forms:
                return Departure(step.code, step.statement, "form", name=name)
    return None


def _forms(judged: JudgedRun, name: str, step: Executed) -> list[Form]:
    """Give how the book's value of a name is nested at that time; best, in such a loop or none."""
    fitting = [
        form
        for form in judged.landmarks.forms
        if form.name == name and fits_turn(form.turn, form.turns, step.loops)
    ]
    in_loop = bool(step.loops)
    return [form for form in fitting if (form.turn != OUTSIDE) == in_loop] or fitting
