"""What a worker says, which may be of any kind and size.

Each of these takes of it what is as it should be, and no more than can be shown.
"""

from __future__ import annotations

from typing import Any

from unrolled.check.outcome import Raised


def raised_in(message: dict) -> Raised:
    """Give the exception that a message tells of, its texts cut to what can be shown."""
    kind = text_in(message.get("kind"))[:80]
    text = text_in(message.get("text"))[:500]
    return Raised(
        kind, text, text_in(message.get("cell")), line_in(message.get("line"))
    )


def line_in(value: Any) -> int:
    """Give the number of a line; 0 for whatever else it is."""
    is_number = type(value) is int and 0 <= value < 10**6
    return value if is_number else 0


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
