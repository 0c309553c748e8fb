"""Programs that are handed out with one mistake in each, to be found and repaired."""

from __future__ import annotations

from unrolled.check.compare import is_same
from unrolled.check.outcome import Returned

from .unit import Unit, outcome


def is_program(unit: Unit, name: str) -> bool:
    """Say whether what a student is given of a function is its first known mistake, whole.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    """
    mistakes = unit.known[name]
    if not mistakes:
        return False
    case = unit.visible_cases(name)[0]
    handed_out = outcome(unit.of(unit.released, name), case)
    mistaken = outcome(mistakes[0][1], case)
    if not isinstance(handed_out, Returned) or not isinstance(mistaken, Returned):
        return False
    return is_same(handed_out.value, mistaken.value)
