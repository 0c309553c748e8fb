"""What is said on a terminal: others' texts without codes, in letters that it has."""

from __future__ import annotations

import contextlib
import io
import sys
import unicodedata
from collections.abc import Sequence

from .controls import REPLACEMENT


def tame(text: str) -> str:
    """Give a text without control codes and without what turns its direction.

    Line ends stay.
    """
    return "\n".join(map(tame_line, text.split("\n")))


def tame_line(text: str) -> str:
    """Give a name or a path as part of one line.

    As `tame`, and a line end in it makes no new line.
    """
    return "".join(map(_tame_character, text))


def _tame_character(character: str) -> str:
    return character if _shows(character) else REPLACEMENT


def reason(error: Exception) -> str:
    """Give what the system says of an error, or the error's own text."""
    return getattr(error, "strerror", None) or str(error)


def first_few(names: Sequence[str], most: int) -> str:
    """Give names in a line, and how many more there are than are named."""
    more = len(names) - most
    named = ", ".join(names[:most])
    return f"{named} and {more} more" if more > 0 else named


def _shows(character: str) -> bool:
    """Whether a character is one to be seen, or a space of any width."""
    return character.isprintable() or unicodedata.category(character) == "Zs"


def say(text: str) -> None:
    """Print a line; a character that the terminal does not have becomes a question mark."""
    _put(tame(text), sys.stdout)


def complain(text: str) -> None:
    """Print a line about something that went wrong to standard error."""
    _put(f"autograder: {tame(text)}", sys.stderr)


def replace_what_cannot_be_printed() -> None:
    """Have standard output and error replace characters that they do not have."""
    for stream in (sys.stdout, sys.stderr):
        # there may be none, a closed one, or something else in its place
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError):
                stream.reconfigure(errors="replace")


def _put(text: str, stream) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    printable = text.encode(encoding, "replace").decode(encoding, "replace")
    print(printable, file=stream, flush=True)
