"""Texts of a student's, made harmless for where they are shown.

That is Markdown, and the log of a CI run.
"""

from __future__ import annotations

import re
import unicodedata

from .controls import REPLACEMENT, control_characters

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
# and the ends of a line or a paragraph, what turns the direction, halves of a pair
_OTHERS = r"\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROL = control_characters(keep="\t\n", more=_OTHERS)
_COMMAND = re.compile(r"^(\s*):(?=:)", re.M)
_OLD_COMMAND = re.compile(r"##(?=\[)")


def shown(text: str) -> str:
    """Give a text without control characters.

    Those that turn its direction around are not in it either.
    """
    return _CONTROL.sub(REPLACEMENT, text)


def composed(name: str) -> str:
    """Give a name in the composed form (NFC).

    So it equals the same name from another system.
    """
    return unicodedata.normalize("NFC", name)


def markdown(text: str) -> str:
    """Give a text as one cell of a Markdown table that shows it as it is.

    A character reference is never structure (CommonMark, "Entity and numeric character
    references"), so that no punctuation can begin markup, a link or a mention.
    """
    named = _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", shown(text))
    return "<br>".join(named.splitlines())


def log(text: str) -> str:
    """Give a text for a log in which GitHub's runner looks for workflow commands.

    `::name::` is one at the start of a line, `##[name]` anywhere; both are taken apart by a space.
    """
    return _OLD_COMMAND.sub("## ", _COMMAND.sub(r"\1: ", shown(text)))
