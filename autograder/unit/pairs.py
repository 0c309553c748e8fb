"""Two known mistakes made at once in one function: of which pairs that can be, and what comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations, product

from . import catalogue
from .catalogue import Edit
from .source import solved
from .unit import Unit

Pair = tuple[int, int]  # places of two mistakes among a function's own
MOST_WAYS = 3  # to make a mistake, that are tried in a pair


@lru_cache(maxsize=256)
def pairs(unit: Unit, name: str) -> tuple[Pair, ...]:
    """Give the pairs of a function's mistakes that can be made at once.

    Two can be if it is the same in which order their edits are made. Of the ways to make them
    the first that can be counts.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    """
    edits = edits_of(unit, name)
    ways: dict[str, list[int]] = {}
    for place, edit in enumerate(edits):
        ways.setdefault(edit.misconception.id, []).append(place)
    text = solved(unit.solves[name].text)
    found = []
    for one, other in combinations(ways.values(), 2):
        both = product(one[:MOST_WAYS], other[:MOST_WAYS])
        apart = (pair for pair in both if _are_apart(text, edits, pair))
        found += [pair for pair in [next(apart, None)] if pair]
    return tuple(found)


def edits_of(unit: Unit, name: str) -> list[Edit]:
    """Give the mistakes of a function, in the order of `Unit.known`."""
    return [edit for edit in unit.edits if edit.misconception.function == name]


def made_together(unit: Unit, name: str, pair: Pair) -> Callable:
    """Give a function with both mistakes of a pair made.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    pair : pair of int
        One of `pairs`.

    Raises
    ------
    CourseError
        If what comes of both edits is no Python.
    """
    edits = edits_of(unit, name)
    first, second = (edits[place] for place in pair)
    both = Edit(first.misconception, (*first.edits, *second.edits), first.entry)
    module = catalogue.variant(unit.assignment, both, unit.course, unit.cells)
    return unit.of(module, name)


def _are_apart(text: str, edits: Sequence[Edit], pair: Pair) -> bool:
    """Say whether the edits of two mistakes can be made in either order, and come to the same."""
    first, second = (edits[place].edits for place in pair)
    one, other = _edited(text, (*first, *second)), _edited(text, (*second, *first))
    return one is not None and one == other


def _edited(text: str, edits: Sequence[tuple[str, str]]) -> str | None:
    """Make edits, one after the other; None where one of them cannot be made."""
    for find, put in edits:
        if text.count(find) != 1:
            return None
        text = text.replace(find, put)
    return text
