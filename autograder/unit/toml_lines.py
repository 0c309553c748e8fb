"""Where in a TOML file something stands: the reader of Python's own library does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

_SAID = re.compile(r"\(at line (\d+), column \d+\)")


def line_of(keys: Sequence[str], text: str) -> int:
    """Give the line on which a file first has what some keys lead to.

    However it is written there: below its table, with dots, or in braces. The file is read again
    up to each line, so the statement that brings the keys begins after the last line with which
    it could be read without them.

    Parameters
    ----------
    keys : sequence of str
        From the outermost table inwards.
    text : str
        A file that can be read.

    Returns
    -------
    int
        From 1; 1 also where the file has no such keys.
    """
    lines = text.splitlines(keepends=True)
    begin = 1
    for number in range(1, len(lines) + 1):
        try:
            tables = tomllib.loads("".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue  # in the middle of a value
        if _holds(tables, keys):
            return begin
        begin = number + 1
    return 1


def _holds(tables: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(tables, Mapping) or key not in tables:
            return False
        tables = tables[key]
    return True


def line_of_error(error: tomllib.TOMLDecodeError, text: str) -> int:
    """Give the line at which a file stops being TOML."""
    said = _SAID.search(str(error))
    return int(said[1]) if said else max(1, len(text.splitlines()))


def without_line(error: tomllib.TOMLDecodeError) -> str:
    """Give what is wrong, without the place."""
    return _SAID.sub("", str(error)).replace("(at end of document)", "").strip()
