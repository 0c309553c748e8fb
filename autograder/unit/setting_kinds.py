"""The kinds of values that the settings of `course.toml` may have, and how a message says them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from .repository import is_address, is_repository

BY_SYSTEM, BY_NAME = "system", "name"  # of `[exchange] times`
BUNDLED, OFF = "bundled", "off"  # of `[live] runtime`


@dataclass(frozen=True)
class Kind:
    """The values that a setting may have: in words, and as a test."""

    expected: str
    accepts: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_line(value: Any) -> bool:
    return _is_text(value) and bool(value.strip()) and value.isprintable()


def _is_id(value: Any) -> bool:
    return _is_text(value) and bool(re.fullmatch(r"(?!\.)[\w.-]*", value))


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)


def _is_zone(value: Any) -> bool:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, TypeError, OSError):
        return False  # ZoneInfoNotFoundError is a KeyError
    return True


def _is_list_of_names(value: Any) -> bool:
    # a list as it is read, a tuple as it is kept
    return isinstance(value, list | tuple) and all(map(_is_text, value))


TEXT = Kind("a text in quotes", _is_text)
LINE = Kind("a text of one line in quotes", _is_line)
# it names a folder
ID = Kind("letters, digits, hyphens in quotes, without a space or a slash", _is_id)
ZONE = Kind(
    'a time zone that this machine knows, such as "Europe/Berlin" (on a system without '
    "time zones: pip install tzdata)",
    _is_zone,
)
NAMES = Kind('a list of exercises, such as ["ex1_rnn_cell"]', _is_list_of_names)
POSITIVE = Kind("a positive number", lambda value: _is_number(value) and value > 0)
NOT_NEGATIVE = Kind(
    "a number at least 0", lambda value: _is_number(value) and value >= 0
)
SHARE = Kind(
    "a number from 0 to 1", lambda value: _is_number(value) and 0 <= value <= 1
)
ADDRESS = Kind(
    'an address (https://…) in quotes, or ""',
    lambda value: _is_text(value) and is_address(value),
)
REPOSITORY = Kind(
    'a repository\'s address, which looks like https://github.com/OWNER/NAME, or ""',
    lambda value: _is_text(value) and is_repository(value),
)
RUNTIME = Kind(
    'an address (https://…) of a folder with Pyodide\'s files, "bundled" or "off"',
    lambda value: (
        value in (BUNDLED, OFF)
        or (_is_text(value) and bool(value) and is_address(value))
    ),
)
SOURCE_OF_TIMES = Kind(
    f'"{BY_SYSTEM}", or "{BY_NAME}" where the exchange was copied or restored',
    lambda value: value in (BY_SYSTEM, BY_NAME),
)


def as_written(value: Any) -> str:
    """Give a value about as the file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    return repr(value)
