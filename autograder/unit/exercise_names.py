"""Names of exercises: `ex1_rnn_cell`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_NAME = re.compile(r"ex[0-9][^_]*_.+")
_NUMBER = re.compile(r"ex([0-9]+)_")
# ex5_gur is ex5_gru to 0.86; of the course's own names no two come to more than 0.73
_LIKENESS = 0.8


def is_exercise_name(name: str) -> bool:
    """Say whether an exercise could have this name."""
    return bool(_NAME.fullmatch(name))


def unit_number(name: str) -> tuple[int, str]:
    """Give what puts names in the order of the units."""
    found = _NUMBER.match(name)
    return (int(found[1]) if found else 0, name)


def misspelt(name: str, exercises: Sequence[str]) -> str:
    """Give the exercise that a name is a misspelling of; "" if it resembles none."""
    by_likeness = {
        SequenceMatcher(None, name.lower(), one).ratio(): one for one in exercises
    }
    most = max(by_likeness, default=0.0)
    return by_likeness[most] if most >= _LIKENESS else ""
