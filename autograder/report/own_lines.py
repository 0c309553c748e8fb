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
from itertools import chain

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
        self.lines = list(chain.from_iterable(map(str.splitlines, cells)))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that occur in it, and Python's own words."""
        tokens = chain.from_iterable(map(_tokens, self.lines))
        names = {token.string for token in tokens if token.type == tokenize.NAME}
        return frozenset(names.union(keyword.kwlist))

    @cached_property
    def forms(self) -> frozenset[str]:
        """Its lines as they compare."""
        return frozenset(form_of(line, self.names) for line in self.lines)

    def own(self, text: str) -> list[Line]:
        """Give a student's lines; those of the release, and short ones, have no form."""
        found = []
        for line in text.splitlines():
            form = form_of(line, self.names)
            is_short = len(form.split(" ")) < SHORTEST
            if is_short or form in self.forms:
                form = ""
            found.append(Line(line, form))
        return found


def form_of(line: str, names: frozenset[str]) -> str:
    """Give a line in the form in which it compares: its tokens, a blank for each own name.

    A comment keeps its words: that two people chose the same ones says most.
    """
    shown = []
    before = ""
    tokens = [token for token in _tokens(line) if token.type not in SKIPPED]
    for token in tokens:
        is_attribute = before == "."
        shown.append(_form_of_token(token, names, is_attribute))
        before = token.string
    return " ".join(shown)


def _form_of_token(
    token: tokenize.TokenInfo, names: frozenset[str], is_attribute: bool
) -> str:
    text = token.string
    match token.type:
        case tokenize.COMMENT:
            words = text.lstrip("#: ").casefold().split()
            return " ".join(words)
        case tokenize.STRING:
            return text.replace('"', "'")
        case tokenize.NAME if text not in names and not is_attribute:
            return BLANK
        case _:
            return text


def _tokens(line: str) -> list[tokenize.TokenInfo]:
    """Give the tokens of one line, as far as it can be read by itself."""
    found = []
    reader = io.StringIO(line.strip())
    try:
        for token in tokenize.generate_tokens(reader.readline):
            found.append(token)
    except (tokenize.TokenError, SyntaxError):
        pass  # a part of a longer statement: what was read so far counts
    return found
