"""The lines of a student's code that are the student's own, in a form in which they compare.

What the released notebook has is left out. Spaces and quotes are made the same, and every name
that the student chose becomes a blank: who renames the variables of a copy changes nothing here.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

BLANK = "_"
SKIPPED = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
SHORTEST = 4  # tokens of a line that says anything


@dataclass(frozen=True)
class Line:
    """A line as it is written, and in the form in which it compares; "" if it says nothing."""

    text: str
    form: str


class Released:
    """What a released notebook has: its lines, and the names that are not a student's."""

    def __init__(self, cells: Iterable[str]):
        self.cells = list(cells)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that occur in it, and Python's own words."""
        found = set(keyword.kwlist)
        for text in self.cells:
            for line in text.splitlines():
                found |= {t.string for t in _tokens(line) if t.type == tokenize.NAME}
        return frozenset(found)

    @cached_property
    def forms(self) -> frozenset[str]:
        """Its lines as they compare."""
        lines = (line for text in self.cells for line in text.splitlines())
        return frozenset(form_of(line, self.names) for line in lines)

    def own(self, text: str) -> list[Line]:
        """Give a student's lines; those of the release, and short ones, have no form."""
        found = []
        for line in text.splitlines():
            form = form_of(line, self.names)
            short = len(form.split(" ")) < SHORTEST
            found.append(Line(line, "" if short or form in self.forms else form))
        return found


def form_of(line: str, names: frozenset[str]) -> str:
    """Give a line in the form in which it compares: its tokens, a blank for each own name.

    A comment keeps its words: that two people chose the same ones says most.
    """
    shown, before = [], ""
    for token in _tokens(line):
        if token.type in SKIPPED:
            continue
        text = token.string
        if token.type == tokenize.COMMENT:
            text = " ".join(text.lstrip("#: ").casefold().split())
        elif token.type == tokenize.NAME and text not in names and before != ".":
            text = BLANK
        elif token.type == tokenize.STRING:
            text = text.replace('"', "'")
        shown.append(text)
        before = token.string
    return " ".join(shown)


def _tokens(line: str) -> list[tokenize.TokenInfo]:
    """Give the tokens of one line, as far as it can be read by itself."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline):
            found.append(token)
    except (tokenize.TokenError, SyntaxError):
        pass  # a part of a longer statement: what was read so far counts
    return found
