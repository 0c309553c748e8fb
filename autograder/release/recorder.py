"""Record what rewritten code tells: values by name and turn, and how lists are nested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.check.compare import as_numbers
from unrolled.check.landmarks import OUTSIDE, Form, Landmark
from unrolled.check.taken_apart import form_of, leaves

LARGEST = 2_000  # entries of an array that is recorded


@dataclass(eq=False)
class _Loop:
    """One run through a loop, and the turn that it is in."""

    turn: int = OUTSIDE

    @property
    def turns(self) -> int:
        """How often it has turned; in the end, how often it turns."""
        return self.turn + 1


_NO_LOOP = _Loop()


@dataclass(frozen=True)
class _Seen:
    """A value in the turn in which it was told; how often that loop turns is known in the end."""

    value: np.ndarray
    name: str
    turn: int
    loop: _Loop
    part: bool
    call: int

    def landmark(self) -> Landmark:
        turns = self.loop.turns
        return Landmark(self.value, self.name, self.turn, turns, self.part, self.call)


@dataclass(frozen=True)
class _Nested:
    """How a value with a name is nested, in the turn in which it was told."""

    name: str
    form: str
    turn: int
    loop: _Loop


class Recorder:
    """Is told of values, and keeps those that say something, once a turn.

    Parameters
    ----------
    smallest : int
        Entries of an array that is recorded, at least.
    """

    def __init__(self, smallest: int = 1) -> None:
        self.smallest = smallest
        self.forget()

    def forget(self) -> None:
        """Begin anew, as if nothing had been told."""
        self._seen: list[_Seen] = []
        self._known: set[tuple] = set()
        self._nested: dict[_Nested, None] = {}  # in the order of telling
        self._loops: list[_Loop] = []
        self._depth = self._calls = 0

    def part(self, value: Any) -> Any:
        """Take a sum to which something is still added, and give it back."""
        return self.see(value, "", True)

    def see(self, value: Any, name: str = "", part: bool = False) -> Any:
        """Take a value that was computed, and give it back.

        Parameters
        ----------
        value : object
            Arrays and numbers in it are kept; they are copied.
        name : str, optional
            The variable that it is stored in; "" for a part of a line.
        part : bool, optional
            Whether it is a sum to which something is still added.
        """
        if hasattr(value, "__dict__"):
            return value  # an object; what it keeps is told where it is stored
        if name and isinstance(value, list | tuple | dict | str):
            loop = self._outermost_loop()
            self._nested[_Nested(name, form_of(value), loop.turn, loop)] = None
        for path, thing in leaves(value):
            below = _name_below(name, path)
            if _may_say_something(thing, below):
                self._take(thing, below, part)
        return value

    def _take(self, thing: Any, name: str, part: bool) -> None:
        """Keep a number or an array, if it is of a size to be kept, and new in its turn."""
        numbers = as_numbers(thing)
        if numbers is None or not self.smallest <= numbers.size <= LARGEST:
            return
        if not np.isfinite(numbers).all():
            return  # an array that is yet to be filled
        loop = self._outermost_loop()
        where = (name, loop.turn, loop, part, self._calls)
        key = (*where, numbers.shape, numbers.tobytes())
        if key not in self._known:
            self._known.add(key)
            self._seen.append(_Seen(numbers.copy(), *where))

    def _outermost_loop(self) -> _Loop:
        return self._loops[0] if self._loops else _NO_LOOP

    def enter(self) -> None:
        """Take that a function is called."""
        if self._depth == 0:
            self._calls += 1
        self._depth += 1

    def leave(self) -> None:
        """Take that it ends."""
        self._depth -= 1

    def begin(self) -> None:
        """Take that a loop begins."""
        self._loops.append(_Loop())

    def turn(self) -> None:
        """Take that a loop turns."""
        self._loops[-1].turn += 1

    def end(self) -> None:
        """Take that a loop ends."""
        self._loops.pop()

    def forms(self) -> list[Form]:
        """Give how what was seen by a name is nested."""
        return [
            Form(one.name, one.form, one.turn, one.loop.turns) for one in self._nested
        ]

    def landmarks(self) -> list[Landmark]:
        """Give what was seen, in the order in which it was told."""
        return [one.landmark() for one in self._seen]


def _may_say_something(thing: Any, name: str) -> bool:
    """Say whether a value is a number or an array, and no size without a name."""
    if thing is None or isinstance(thing, str | bool):
        return False
    return bool(name) or not isinstance(thing, int)


def _name_below(name: str, path: tuple) -> str:
    """Give what a part is called: a variable's name, or `cache[0]` for a part of a tuple."""
    if not path or not name:
        return name
    return f"{name}[{path[0]}]" if len(path) == 1 else ""
