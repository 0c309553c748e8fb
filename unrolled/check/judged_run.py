"""Hold the values of one run against the book's: which are right, which are not known.

A value is *right* if it is one of the book's, by its name where names mean what the book's do,
and in the same turn of the loop. It is *neutral* if anything may have it: a size, a constant.
All else is *unknown*, and may still be right in a way of its own: if something right is made of
it. Standard library and numpy only: the confined worker reads this file too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from unrolled.check.compare import close_entries
from unrolled.check.executed import Executed, Node, Watched
from unrolled.check.landmarks import OUTSIDE, Landmark, Landmarks
from unrolled.check.node_values import (
    alias_of,
    book_name,
    have_same_numbers,
    is_constant,
    is_one_of,
    is_stored_in_part,
    is_turned,
    says_nothing,
)

RIGHT, NEUTRAL, UNKNOWN = "right", "neutral", "unknown"
SAYS_SOMETHING = 2  # letters of a name that means what the book's does


class JudgedRun:
    """The values of one run, each right, neutral or not known.

    Parameters
    ----------
    watched : Watched
        What the student's function did.
    landmarks : Landmarks
        What the book's does with the same arguments.
    wrong : collection of Node
        Values of which it is known that their numbers are off.

    Attributes
    ----------
    nodes : list of Node
        All values, in the order in which they were made.
    place : dict of Node to int
        Where each stands in that order.
    children : dict of Node to list of Node
        What is made of each.
    state : dict of Node to str
        `right`, `neutral` or `unknown`.
    matches : dict of Node to list of Landmark
        What of the book's each equals.
    """

    def __init__(self, watched: Watched, landmarks: Landmarks, wrong: Iterable[Node]):
        self.watched, self.landmarks, self.wrong = watched, landmarks, set(wrong)
        self.nodes = [node for step in watched.executed for node in step.nodes]
        if watched.raised is not None:
            self.nodes += watched.raised.nodes
        self.place = {node: number for number, node in enumerate(self.nodes)}
        self.children: dict[Node, list[Node]] = defaultdict(list)
        for node in self.nodes:
            for parent in node.parents:
                self.children[parent].append(node)
        # Arrays that statements fill part by part, and the last value of each variable.
        self._filled = {id(node.thing) for node in self.nodes if node.block is not None}
        self._last = {_variable(node): node for node in self.nodes}
        self.matches: dict[Node, list[Landmark]] = {}
        self.state: dict[Node, str] = {}
        for node in self.nodes:
            self.state[node] = self._state(node)
        self._excused: dict[Node, bool] = {}

    # ---- what the state of a value follows from: the first rule that says something ----

    def _state(self, node: Node) -> str:
        if node.by.kind == "given":
            return RIGHT
        named = self.named(node)
        rules = (
            self._of_known_to_be_off,
            self._of_changed_behind_its_name,
            self._of_another_name,
            self._of_one_that_is_begun,
            self._of_no_numbers,
            self._of_the_books_by_name,
            self._of_stored_part,
            self._of_one_that_says_nothing,
            self._of_trusted_name,
        )
        for rule in rules:
            state = rule(node, named)
            if state is not None:
                return state
        return self._of_any_name(node)

    def _of_known_to_be_off(self, node: Node, named: list[Landmark]) -> str | None:
        if node not in self.wrong:
            return None
        return RIGHT if is_one_of(node.value, named) else UNKNOWN

    def _of_changed_behind_its_name(
        self, node: Node, named: list[Landmark]
    ) -> str | None:
        """Judge an array that another name for its memory has changed."""
        if not node.shared or is_one_of(node.value, named):
            return None
        return NEUTRAL if self._is_put_back(node) else UNKNOWN

    def _of_another_name(self, node: Node, named: list[Landmark]) -> str | None:
        """Judge a value that got a second name, which is none of the book's."""
        source = alias_of(node)
        if source is None or named or source not in self.state:
            return None
        self.matches[node] = self.matches.get(source, [])
        return self.state[source]

    def _of_one_that_is_begun(self, node: Node, named: list[Landmark]) -> str | None:
        return NEUTRAL if self._is_begun(node) else None

    def _of_no_numbers(self, node: Node, named: list[Landmark]) -> str | None:
        if node.value is not None:
            return None
        missing = node.thing is None and named and not node.path
        return UNKNOWN if missing else NEUTRAL

    def _of_the_books_by_name(self, node: Node, named: list[Landmark]) -> str | None:
        if not is_one_of(node.value, named):
            return None
        self.matches[node] = named[:1]
        return RIGHT

    def _of_stored_part(self, node: Node, named: list[Landmark]) -> str | None:
        """Judge what a statement such as `dx[:, :, t] = …` put into an array, and where."""
        if node.value is None or not is_stored_in_part(node):
            return None
        part = np.asarray(node.value[node.block])
        whole = self._in_the_end(node)
        if whole is not None and whole.shape == node.value.shape:
            near = close_entries(node.value, whole)[node.block]
            return RIGHT if near.all() else UNKNOWN
        if says_nothing(part, part):
            return NEUTRAL
        return RIGHT if self._is_met(node, part) else UNKNOWN

    def _of_one_that_says_nothing(
        self, node: Node, named: list[Landmark]
    ) -> str | None:
        if node.value is None or not says_nothing(node.thing, node.value):
            return None
        return UNKNOWN if self._contradicts(node, node.value, named) else NEUTRAL

    def _of_trusted_name(self, node: Node, named: list[Landmark]) -> str | None:
        """Judge a value by what the book has by its name, wherever else that may be met."""
        if node.value is None or not named or not self._is_trusted(named[0].name):
            return None
        return RIGHT if is_turned(node.value, named) else UNKNOWN

    def _of_any_name(self, node: Node) -> str:
        """Judge a value by whether the book comes by it in this turn, by whatever name."""
        if node.value is None or not self._is_met(node, node.value):
            return UNKNOWN
        return UNKNOWN if self._lacks_a_term(node) else RIGHT

    # ---- what the rules ask ----

    def _is_put_back(self, node: Node) -> bool:
        """Say whether an array that changed behind a name is as it was before."""
        earlier = node.parents[0] if node.parents else None
        while earlier is not None:
            right = self.state.get(earlier) == RIGHT
            if right and have_same_numbers(earlier, node):
                return True
            same = [one for one in earlier.parents if one.thing is node.thing]
            earlier = same[0] if same and earlier.block is not None else None
        return False

    def _is_begun(self, node: Node) -> bool:
        """Say whether a value is there to be filled, or to be replaced: an empty array, None."""
        if node.by.kind or node.block is not None or not node.name:
            return False
        if node.thing is None:
            return self._last[_variable(node)] is not node
        if node.value is None or id(node.thing) not in self._filled:
            return False
        return not _is_made_of_arrays(node) or is_constant(node.value)

    def _lacks_a_term(self, node: Node) -> bool:
        """Say whether a value is only a sum that lacks a term, which no next line adds."""
        if not any(mark.part for mark in self.matches[node]):
            return False
        return not any(self._completes(node, child) for child in self.children[node])

    def _completes(self, node: Node, child: Node) -> bool:
        """Say whether what is made of a sum reads the term that it lacks."""
        terms = [other.value for other in child.parents if other is not node]
        return any(
            self.landmarks.equal_to(total)
            for term in terms
            for total in _sums(node.value, term)
        )

    def _is_trusted(self, name: str) -> bool:
        base = name.split("[")[0]
        return base in self.landmarks.trusted or len(base) >= SAYS_SOMETHING

    def _in_the_end(self, node: Node) -> np.ndarray | None:
        """Give what the book has in the end by the name of an array that is being filled."""
        name = book_name(node)
        if not self._is_main(node) or name not in self.landmarks.trusted:
            return None
        marks = self.landmarks.by_name.get(name)
        return marks[-1].value if marks else None

    def _is_met(self, node: Node, value: np.ndarray) -> bool:
        """Say whether the book comes by a value in this turn, and keep what it equals."""
        equal = self._of_call(node, self.landmarks.equal_to(value))
        fitting = [mark for mark in equal if mark.fits(node.by.loops)]
        if fitting:
            self.matches[node] = fitting
        return bool(fitting)

    def named(self, node: Node) -> list[Landmark]:
        """Give what the book has by this value's name, where names mean what the book's do."""
        name = book_name(node) if self._is_main(node) else ""
        marks = self.landmarks.named(name, node.by.loops) if name else []
        return self._of_call(node, marks) or marks

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
        return not is_one_of(value, named)

    def _is_counted_otherwise(self, node: Node) -> bool:
        """Say whether a loop's number is the book's, counted from another beginning."""
        if node.by.statement.kind != "loop" or not node.by.loops:
            return False
        run, _ = node.by.loops[0]
        offsets: set[float] = set()
        for other in self.nodes:
            if other.by.statement is node.by.statement and other.name == node.name:
                offsets |= self._offsets(other, run.count)
        return len(offsets) == 1 and run.count > 1

    def _offsets(self, node: Node, turns: int) -> set[float]:
        """Give by how much a loop's number is off from the book's in this turn."""
        if node.value is None or node.value.ndim:
            return set()
        turn = node.by.loops[0][1] if node.by.loops else OUTSIDE
        marks = self.landmarks.by_name.get(node.name, ())
        same = [mark for mark in marks if (mark.turn, mark.turns) == (turn, turns)]
        numbers = [mark.value for mark in same if not mark.value.ndim]
        return {float(node.value - number) for number in numbers}

    # ---- what follows from the states ----

    def has_right_child(self, node: Node) -> bool:
        """Say whether something right is made of a value, so that it is right in its own way."""
        if node not in self._excused:
            self._excused[node] = False  # while it is looked for
            self._excused[node] = any(
                self._excuses(node, child) for child in self.children[node]
            )
        return self._excused[node]

    def _excuses(self, node: Node, child: Node) -> bool:
        """Say whether something that is made of a value shows that it is right."""
        if child.thing is node.thing and is_stored_in_part(child):
            return False  # what another turn puts beside it says nothing of it
        if self.state[child] != RIGHT:
            return self.has_right_child(child)
        if child.by.kind == "begin":
            return False  # it may be made of other things that the call reads
        # one of several answers may not depend on all that went in
        return self._is_whole(child.by)

    def _is_whole(self, step: Executed) -> bool:
        return all(self.state[node] != UNKNOWN for node in step.nodes)


def _variable(node: Node) -> tuple[int, str, tuple]:
    """Give what tells a variable, or a part of it, from all others."""
    return id(node.by.code), node.name, node.path


def _is_made_of_arrays(node: Node) -> bool:
    values = [parent.value for parent in node.parents if parent.value is not None]
    return any(value.size > 1 for value in values)


def _sums(value: np.ndarray | None, term: np.ndarray | None) -> Sequence[np.ndarray]:
    """Give two arrays' sum and differences; nothing where they have none."""
    if value is None or term is None or not term.size:
        return ()
    try:
        return value + term, value - term, term - value
    except ValueError:
        return ()
