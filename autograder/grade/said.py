"""What a worker says, which may be of any kind and size.

Each of these takes of it what is as it should be, and no more than can be shown.
"""

from __future__ import annotations

from typing import Any

from unrolled.check.outcome import Raised


def raised_in(message: dict) -> Raised:
    """Give the exception that a message tells of, its texts cut to what can be shown."""
    kind, text, cell = (text_in(message.get(k)) for k in ("kind", "text", "cell"))
    line = message.get("line")
    if type(line) is not int or not 0 <= line < 10**6:
        line = 0
    return Raised(kind[:80], text[:500], cell, line)


def text_in(value: Any) -> str:
    """Give a text; "" for whatever else it is."""
    return value if isinstance(value, str) else ""


def list_in(value: Any) -> list:
    """Give a list; an empty one for whatever else it is."""
    return value if isinstance(value, list) else []


def pairs_in(value: Any) -> list[tuple[str, Any]]:
    """Give pairs of a cell and something; what is no text is no cell."""
    pairs = [one for one in list_in(value) if isinstance(one, list) and len(one) == 2]
    return [(text_in(cell), what) for cell, what in pairs]


def names_in(value: Any) -> list[str]:
    """Give those of a list that are names, at most twenty of at most 80 characters."""
    texts = [one for one in list_in(value)[:20] if isinstance(one, str)]
    return [one for one in texts if one.isidentifier() and len(one) <= 80]
