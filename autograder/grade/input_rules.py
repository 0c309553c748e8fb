"""Read cells as Jupyter does: IPython's own rules for input make plain Python of them.

Only text is made of text; nothing is run. IPython is imported where a cell has something that looks
like its business, and nowhere else. What comes of a cell has as many lines as the cell, and what
stands on a line stays there, so that a line's number means the same in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# cell magics that run their body as this notebook's Python, for good
RUNNING = ("time", "capture", "prun")
# characters to look at in one notebook; IPython looks at a whole cell for each magic
MOST = 2_000_000
_SPECIAL = re.compile(
    r"""
    ^[ \t]*[%!?,;/]              # an escape at the beginning of a line
    | \?[ \t]*$                  # a question at its end
    | =[ \t]*(!|%[A-Za-z_]\w)    # an assignment from a command or a magic
    | ^[ \t]*(>>>|\.{3,}:)       # a prompt
    | ^(\[\w+\])?[ ]?In[ ]\[\d+\]:
    """,
    re.VERBOSE | re.MULTILINE,
)
_ASKS = re.compile(r"\?[ \t]*$", re.MULTILINE)
_WORD = re.compile(r"[\w*.\[\]-]+")
_QUOTES = re.compile(r"\"\"\"|'''")
_INDENTED = re.compile(r"(?:[ \t]*\n)*[ \t]+[^ \t\n]")


@dataclass(frozen=True)
class Cell:
    """One cell as Jupyter takes it.

    Attributes
    ----------
    id, text : str
        The cell, as written.
    python : str or None
        What IPython makes of it; None if it leaves it as it is.
    run : bool
        Whether it is this notebook's Python at all.
    """

    id: str
    text: str
    python: str | None = None
    run: bool = True


def read(cells: Iterable[tuple[str, str]]) -> list[Cell]:
    """Read the (id, text) of a notebook's cells.

    A notebook that would take long, by a size that no student writes by hand, is read to the point
    where it does; the cells below stay as they are.
    """
    found, left = [], MOST
    for cell, text in cells:
        if _starts_foreign(text):
            found.append(Cell(cell, text, run=False))
        elif not (_SPECIAL.search(text) or _INDENTED.match(text)):
            found.append(Cell(cell, text))
        else:
            left -= _cost(text)
            found.append(_as_python(cell, text) if left >= 0 else Cell(cell, text))
    return found


def _cost(text: str) -> int:
    """About how many characters IPython looks at: all for each magic, and some again."""
    lines = text.split("\n")
    each = 1 + sum(1 for line in lines if _SPECIAL.search(line))
    longest = 0
    if _ASKS.search(text):
        longest = max((len(word) for word in _WORD.findall(text)), default=0)
    quotes = sum(len(line) * len(_QUOTES.findall(line)) for line in lines)
    return len(text) * (each + longest) + quotes


def _starts_foreign(text: str) -> bool:
    """Whether a cell, however large, begins with a magic that does not run it as Python here."""
    first = text.lstrip().partition("\n")[0]
    if not first.startswith("%%") or "?" in first:
        return False
    return _magic(first)[0] not in RUNNING


def _magic(line: str) -> tuple[str, str]:
    """Name and arguments of a cell magic, as IPython cuts them."""
    name, _, arguments = line[2:].rstrip().partition(" ")
    return name, arguments.strip()


def _as_python(cell: str, text: str) -> Cell:
    manager = _manager()
    lines, front, names = (text + "\n").splitlines(keepends=True), 0, []
    while True:
        before = _height(lines)
        for clean in manager.cleanup_transforms:
            lines = clean(lines)
        front += before - _height(lines)
        if not lines or not lines[0].startswith("%%") or re.match(r"%%\w+\?", lines[0]):
            break
        name, arguments = _magic(lines[0])
        if name not in RUNNING or (name == "time" and _statement(arguments)):
            return Cell(cell, text, run=False)
        names += _kept(arguments) if name == "capture" else []
        front, lines = front + 1, lines[1:]
    try:
        lines = manager.do_token_transforms(lines)
    except Exception:  # as for a kernel: what cannot be read is not run
        return Cell(cell, text, run=False)
    head = " = ".join([*names, "get_ipython()"]) if names else ""
    python = head + "\n" * front + "".join(lines)
    return Cell(cell, text, None if _same(python, text) else python.rstrip("\n"))


def _height(lines: list[str]) -> int:
    return sum(line.count("\n") for line in lines)


def _statement(arguments: str) -> bool:
    """Whether %%time has more than options on its line: IPython then refuses the cell."""
    return any(not word.startswith("--") for word in arguments.split())


def _kept(arguments: str) -> list[str]:
    """The variable in which %%capture keeps what was printed."""
    return [word for word in arguments.split() if word.isidentifier()][:1]


def _same(python: str, text: str) -> bool:
    return _without_blanks(python) == _without_blanks(text)


def _without_blanks(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


@lru_cache(maxsize=1)
def _manager():
    """IPython's transformer; where it makes one line of several, empty ones follow."""
    # half a second, and most notebooks do without
    from IPython.core.inputtransformer2 import TransformerManager

    class Manager(TransformerManager):
        def do_one_token_transform(self, lines):
            changed, new = super().do_one_token_transform(lines)
            lost = _height(lines) - _height(new)
            if lost > 0:
                pairs = enumerate(zip(lines, new, strict=False))
                at = next((i for i, (old, one) in pairs if old != one), len(new) - 1)
                new = [*new[: at + 1], *["\n"] * lost, *new[at + 1 :]]
            return changed, new

    return Manager()
