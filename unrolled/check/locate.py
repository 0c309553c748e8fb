"""Run a wrong function once more, watched, and say where it departs first.

Standard library and numpy only: the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from unrolled.check.compare import close_entries, compare_returned
from unrolled.check.departure import Departure
from unrolled.check.executed import Executed, Node, Watched
from unrolled.check.find_departure import first_departure
from unrolled.check.judged_run import RIGHT, UNKNOWN, JudgedRun
from unrolled.check.landmark_store import landmarks_from_data  # noqa: F401
from unrolled.check.landmarks import Landmark, Landmarks
from unrolled.check.node_values import alias_of
from unrolled.check.watch import watch
from unrolled.check.where import (
    AGREES,
    FIRST,
    FOLLOWS,
    LONGEST_NAME,
    MARKS,
    MOST_MARKS,
    OWN,
    LineMark,
    Where,
)
from unrolled.contract import Dict, Function, Tuple, spec_from_data, spec_to_data


@dataclass
class Located:
    """What a run of a student's function came to.

    Attributes
    ----------
    where : Where
        The first line that departs.
    file : str
        The name of the code that it stands in, as Python has it.
    """

    where: Where
    file: str


@dataclass
class Run:
    """What is called, with what, and what the book has there.

    Attributes
    ----------
    function : Function
        The contract.
    written : callable
        What the student wrote: the function, or a class.
    call : callable
        Takes no arguments, makes the call and gives what it returned.
    want : object
        What the reference returns.
    landmarks : Landmarks
        What it does on its way.
    texts : mapping, optional
        The code by file name, where `linecache` does not have it.
    """

    function: Function
    written: Callable
    call: Callable[[], Any]
    want: Any
    landmarks: Landmarks
    texts: Mapping[str, str] = field(default_factory=dict)


def function_to_data(function: Function) -> dict[str, Any]:
    """Give of a contract what is asked of it here, as plain data."""
    return {
        "name": function.name,
        "returns": spec_to_data(function.returns),
        "companions": list(function.companions),
        "driver": function.driver,
    }


def function_from_data(data: Mapping[str, Any]) -> Function:
    """Give the contract of which `function_to_data` gave a part."""
    returns = spec_from_data(data["returns"])
    if not isinstance(returns, Tuple | Dict):
        raise ValueError("a function returns a tuple or a dictionary of named values")
    companions = tuple(data["companions"])
    return Function(data["name"], (), returns, "", companions, driver=data["driver"])


def locate(run: Run) -> Located | None:
    """Call a function that is wrong once more, and find the first line that departs.

    Parameters
    ----------
    run : Run
        The call.

    Returns
    -------
    Located or None
        None where it cannot be watched, or nothing can be said.
    """
    came: list[Any] = []
    but = (*run.function.companions, *run.landmarks.given)
    watched = watch(run.written, lambda: came.append(run.call()), but, run.texts)
    if watched is None or not watched.executed:
        return None
    driven = bool(run.function.driver)
    wrong = _wrong_parts(run.function, came[0], run.want) if came else []
    if came and not wrong:
        return None  # right this time
    departure, judged = first_departure(
        watched,
        run.landmarks,
        [] if driven else wrong,
        None if driven else run.want,
    )
    if departure is None or departure.statement.first < 1:
        return None
    return Located(_told(run.function, departure, judged), departure.code.co_filename)


def _wrong_parts(function: Function, value: Any, want: Any) -> list[str]:
    """Give the keys, or the numbers in the tuple, of what is off in what a function returned."""
    outputs = [one.output for one in compare_returned(function.returns, value, want)]
    if not all(outputs):
        return [""] if outputs else []
    names = [item.name for item in function.returns.items]
    if isinstance(function.returns, Dict) or len(names) == 1:
        return outputs
    return [str(names.index(one)) for one in outputs if one in names]


def _told(function: Function, departure: Departure, judged: JudgedRun) -> Where:
    """Give a departure as plain data."""
    statement, node = departure.statement, departure.node
    last = statement.end if departure.verdict == "unchanged" else statement.last
    line = statement.first
    if node is not None and not node.name and node.path:
        line = statement.items.get(str(node.path[0]), line)
    where = Where(
        _owner(departure, judged.watched) or function.name,
        "",
        line,
        departure.name[:LONGEST_NAME],
        departure.verdict or UNKNOWN,
        last if last > line else 0,
        turn=departure.turn,
        turns=departure.turns,
        marks=_marks(departure, judged)[:MOST_MARKS],
    )
    return where if node is None else _with_value(where, node, judged)


def _owner(departure: Departure, watched: Watched) -> str:
    code = departure.code
    return "" if code in watched.main else code.co_name[:LONGEST_NAME]


def _with_value(where: Where, node: Node, judged: JudgedRun) -> Where:
    """Say of a value how it departs from the book's of this name, where there is one."""
    named = judged.named(node)
    landmark = named[-1] if named else None
    data: dict[str, Any] = {
        "name": shown_name(node)[:LONGEST_NAME],
        "known": _known(landmark)[:LONGEST_NAME],
    }
    base = data["known"].split("[")[0]
    number, place = judged.landmarks.equations.get(base, ("", ""))
    data |= {"equation": place, "number": number}
    if node.by.loops and node.by.loops[0][0].count > 1:
        run, turn = node.by.loops[0]
        data |= {"turn": turn + 1, "turns": run.count}
    data |= _verdict(node, landmark, judged)
    data["agreed_before"] = _agreed_before(node, judged)
    return Where(**{**vars(where), **data})


def _agreed_before(node: Node, judged: JudgedRun) -> bool:
    """Say whether the line of a value was right when another method call came to it."""
    return any(
        step.statement is node.by.statement
        and step.calls < node.by.calls
        and {judged.state[one] for one in step.nodes} == {RIGHT}
        for step in judged.watched.executed
    )


def _known(landmark: Landmark | None) -> str:
    return "" if landmark is None else landmark.name


def _verdict(
    node: Node, landmark: Landmark | None, judged: JudgedRun
) -> dict[str, Any]:
    if judged.watched.raised is node.by:
        return {"verdict": "raises"}
    if node.value is None:
        return {"verdict": "missing" if node.thing is None else "unknown"}
    if landmark is None:
        return {"verdict": "unknown"}
    want, got = landmark.value, node.value
    if got.shape != want.shape:
        return {"verdict": "shape", "found": got.shape, "expected": want.shape}
    wrong = ~close_entries(got, want)
    if not wrong.any():
        return {"verdict": "unknown"}
    return {"verdict": "value", "off": int(wrong.sum()), "of": int(wrong.size)}


def shown_name(node: Node) -> str:
    """Give a value's place as a student writes it: `gradients['dx']`, `self.state[0]`."""
    if not node.name:
        return ""
    text = node.name
    for place, key in enumerate(node.path):
        text += f".{key}" if node.name == "self" and place == 0 else f"[{key!r}]"
    return text


def _marks(departure: Departure, judged: JudgedRun) -> tuple[LineMark, ...]:
    """Mark the lines of the function that the departure is in."""
    follows = _made_of(judged, departure.node)
    lines: dict[int, LineMark] = {}
    for step in judged.watched.executed:
        if step.code is not departure.code or step.kind in ("given", "begin"):
            continue
        mark = _mark(judged, step, follows)
        number = step.statement.first
        old = lines.get(number)
        if mark and (old is None or MARKS.index(mark) > MARKS.index(old.mark)):
            names = _agreeing_names(judged, step) if mark == AGREES else ()
            lines[number] = LineMark(number, mark, names)
    first = departure.statement.first
    lines[first] = LineMark(first, FIRST)
    return tuple(lines[number] for number in sorted(lines))


def _made_of(judged: JudgedRun, node: Node | None) -> set[Node]:
    """Give all values that were made of one, and itself."""
    if node is None:
        return set()
    queue, seen = [node], {node}
    for one in queue:
        new = [child for child in judged.children[one] if child not in seen]
        seen.update(new)
        queue += dict.fromkeys(new)
    return seen


def _mark(judged: JudgedRun, step: Executed, follows: set[Node]) -> str:
    states = {node: judged.state[node] for node in step.nodes}
    unknown = [node for node, state in states.items() if state == UNKNOWN]
    if unknown:
        return OWN if follows.isdisjoint(unknown) else FOLLOWS
    return AGREES if RIGHT in states.values() else ""


def _agreeing_names(judged: JudgedRun, step: Executed) -> tuple[str, ...]:
    found: Sequence[str] = [
        one.name.split("[")[0]
        for node in step.nodes
        if alias_of(node) is None and node.value is not None and node.value.ndim
        for one in judged.matches.get(node, ())
        if one.name
    ]
    return tuple(dict.fromkeys(found))
