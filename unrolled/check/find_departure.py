"""Find the first line that departs from the book's numbers.

It is the earliest value that the wrong output is made of, that is none of the book's, and of
which nothing right is made. Where each value is right, it is a loop that turns too seldom, what a
loop leaves as it was, or how right values were put together. Standard library and numpy only:
the confined worker reads this file too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from unrolled.check.behind_value import called_first, made_first
from unrolled.check.compare import as_numbers
from unrolled.check.departure import Departure, at_value
from unrolled.check.executed import Node, Watched
from unrolled.check.judged_run import UNKNOWN, JudgedRun
from unrolled.check.landmarks import Landmarks
from unrolled.check.left_unchanged import left_by_loop, left_by_method
from unrolled.check.node_values import alias_of, equals
from unrolled.check.put_together import loop_of_other_length, where_no_value_departs
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
    judged = JudgedRun(watched, landmarks, _known_to_be_off(watched, ends, want))
    methods = want is None and not wrong  # of an object, called one after another
    behind = judged.nodes if methods or not ends else _behind(judged, ends)
    suspect = next((node for node in behind if _departs(judged, node)), None)
    if suspect is None or (suspect in ends and watched.raised is None):
        return where_no_value_departs(judged, behind, ends, wrong), judged
    return _explained(judged, suspect), judged


def _departs(judged: JudgedRun, node: Node) -> bool:
    return judged.state[node] == UNKNOWN and not judged.has_right_child(node)


def _explained(judged: JudgedRun, node: Node) -> Departure:
    """Give the line by which a value departs: its own, or an earlier one that is to blame."""
    return (
        loop_of_other_length(judged, node)
        or left_by_loop(judged, node)
        or left_by_method(judged, node)
        or at_value(called_first(judged, made_first(judged, node)))
    )


def _ends(watched: Watched, wrong: Collection[str]) -> list[Node]:
    """Give the values at which something is off."""
    if watched.raised is not None:
        return watched.raised.nodes
    named = [
        node
        for node in watched.returned
        if not node.path or not wrong or str(node.path[0]) in wrong
    ]
    return named or watched.returned


def _known_to_be_off(watched: Watched, ends: Sequence[Node], want: Any) -> set[Node]:
    """Give the returned values whose numbers are off, and those that are what was given."""
    given = _given(watched)
    wanted = {path: as_numbers(thing) for path, thing in leaves(want)}
    off: set[Node] = set()
    for end in ends:
        paths = {one.path for one in ends if one.path[:1] == end.path[:1]}
        if paths != {path for path in wanted if path[:1] == end.path[:1]}:
            continue  # of another form
        right = wanted.get(end.path)
        if right is None or end.value is None or equals(end.value, right):
            continue
        off.add(end)
        source = alias_of(end)
        if source is not None and any(_are_equal(one, source) for one in given):
            off.add(source)
    return off


def _given(watched: Watched) -> list[Node]:
    """Give the values of the arguments."""
    steps = [step for step in watched.executed if step.kind == "given"]
    return [node for step in steps for node in step.nodes]


def _are_equal(one: Node, other: Node) -> bool:
    if one.value is None or other.value is None:
        return False
    return equals(one.value, other.value)


def _behind(judged: JudgedRun, ends: Sequence[Node]) -> list[Node]:
    """Give all values that these are made of, and themselves, in the order of their making."""
    queue = list(dict.fromkeys(ends))
    seen = set(queue)
    for node in queue:
        new = [parent for parent in node.parents if parent not in seen]
        seen.update(new)
        queue += dict.fromkeys(new)
    known = [node for node in queue if node in judged.place]
    return sorted(known, key=judged.place.__getitem__)
