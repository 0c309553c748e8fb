"""Is what is judged what stands in the notebook?

A kernel knows which cells have run, and how each ended. What stands in a cell that was edited and
not run it cannot know, until the notebook is saved: then the file says. Whatever is not certain
is not said.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_DEFINES = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)


class NotDefined:
    """Stands for a function of the exercise until the cell that defines it has run.

    So that its check has something to be called with.
    """

    def __init__(self, name: str):
        self.__name__ = name

    def __repr__(self) -> str:
        return f"{self.__name__} is not defined yet: run the cell that defines it"

    def __call__(self, *args: object, **named: object) -> None:
        """Refuse, as Python would."""
        raise NameError(f"name {self.__name__!r} is not defined", name=self.__name__)


class Definition(NamedTuple):
    """A cell that was run and made an object of the notebook."""

    value: Any
    text: str
    file: tuple[int, int] | None  # the notebook's, as it was then


class Failure(NamedTuple):
    """A cell that was run and left the object as it was."""

    value: Any
    how: str


class RunCells:
    """The cells that define something, as far as they ran in this kernel.

    Parameters
    ----------
    shell : InteractiveShell
        IPython's, whose events are followed from now on.
    """

    def __init__(self, shell: Any):
        self.space: dict[str, Any] = shell.user_ns
        self._before: dict[str, Any] = {}
        self._defined: dict[str, Definition] = {}
        self._failed: dict[str, Failure] = {}
        shell.events.register("pre_run_cell", self.begin)
        shell.events.register("post_run_cell", self.end)

    def begin(self, info: Any) -> None:
        """Note what there is before a cell runs."""
        names = names_defined(info.raw_cell or "")
        self._before = {name: self.space.get(name) for name in names}

    def end(self, result: Any) -> None:
        """Note what the cell made of it."""
        before, self._before = self._before, {}
        for name, old in before.items():
            new = self.space.get(name)
            if new is not None and new is not old:
                text = result.info.raw_cell
                self._defined[name] = Definition(
                    new, text, _state(saved_file(self.space))
                )
                self._failed.pop(name, None)
            elif not result.success:
                error = result.error_before_exec or result.error_in_exec
                self._failed[name] = Failure(old, _how(error))

    def failure(self, name: str) -> str:
        """Say how the cell failed that was to define this anew; "" if none did."""
        failed = self._failed.get(name)
        if failed is None or self.space.get(name) is not failed.value:
            return ""
        return failed.how

    def is_edited(self, name: str) -> bool:
        """Say whether the notebook was saved with another definition since its cell ran."""
        made = self._defined.get(name)
        path = saved_file(self.space)
        if made is None or self.space.get(name) is not made.value or path is None:
            return False
        if made.file is None or _state(path) == made.file:
            return False  # what is older than the run says nothing
        texts = [text for _, text in defining_cells(path, name)]
        return bool(texts) and _bare(made.text) not in map(_bare, texts)


def names_defined(text: str) -> list[str]:
    """Give the functions and classes that a cell's text defines, even one that does not compile."""
    return list(dict.fromkeys(_DEFINES.findall(text)))


def saved_file(space: Mapping[str, Any]) -> Path | None:
    """Give the file of the notebook that runs here, where the front end tells which it is."""
    told = space.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    if not isinstance(told, str) or not told.endswith(".ipynb"):
        return None
    path = Path(told)
    try:
        return path if path.is_file() else None
    except OSError:
        return None


def code_cells(path: Path) -> list[tuple[int, str]]:
    """Give the code cells of a saved notebook, each with its number from the top."""
    code = [cell for cell in saved_cells(path) if cell.get("cell_type") == "code"]
    return [(number, cell_text(cell)) for number, cell in enumerate(code, 1)]


def defining_cells(path: Path, name: str) -> list[tuple[int, str]]:
    """Give the code cells of a saved notebook that define a name, with their numbers."""
    return [
        (number, text)
        for number, text in code_cells(path)
        if name in names_defined(text)
    ]


def saved_cells(path: Path) -> list[dict]:
    """Give the cells of a saved notebook; none of a file that is no notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [cell for cell in cells if isinstance(cell, dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def cell_text(cell: Mapping[str, Any]) -> str:
    """Give a cell's text, which a file holds whole or line by line."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def texts_before(names: Sequence[str], cells: RunCells | None) -> Iterator[str]:
    """Say of which functions the present code may not be what is judged.

    Parameters
    ----------
    names : sequence of str
        The function that is checked first, then those that it may call.
    cells : RunCells or None
        What ran here, if that is known.
    """
    if cells is None:
        return
    for name in names:
        if isinstance(cells.space.get(name), NotDefined):
            continue  # there is no definition before
        if how := cells.failure(name):
            yield (
                f"The cell that defines `{name}` failed when it was last run ({how}). "
                "What follows is about the definition before it."
            )
        elif cells.is_edited(name):
            yield (
                f"`{name}` was changed since its cell was run: the saved notebook has "
                "another text. Run that cell, then check again; what follows is about "
                "the code before the change."
            )


def twice_defined(name: str, path: Path | None) -> str:
    """Say which cells of the saved notebook define a function, if several do."""
    if path is None:
        return ""
    cells = {
        _bare(text): number for number, text in reversed(defining_cells(path, name))
    }
    if len(cells) < 2:
        return ""
    *others, last = sorted(cells.values())
    numbers = f"{', '.join(map(str, others))} and {last}"
    return (
        f"Code cells {numbers}, counted from the top, all define `{name}`. Here the one "
        "counts that ran last, in grading the lowest: keep one of them."
    ).replace(" all ", " both " if len(cells) == 2 else " all ")


def _how(error: BaseException | None) -> str:
    """Give the kind of an error, with its line where Python tells it."""
    kind = type(error).__name__ if error is not None else "stopped"
    line = getattr(error, "lineno", None)
    return f"{kind}, line {line}" if isinstance(line, int) else kind


def _state(path: Path | None) -> tuple[int, int] | None:
    """Give what changes when a file is written again."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _bare(text: str) -> str:
    """Give a text without what differs between a cell and its file at most: blanks at ends."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
