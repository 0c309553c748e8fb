"""Read a submission: find the course's cells and the student's among those of a notebook.

The student's Python is not parsed here, only moved; it is compiled in the confined worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unrolled.check.present import names_defined

from ..unit.colab import is_setup
from ..unit.source import Cell, read_cells, stubbed
from ..unit.unit import Unit
from .notebook_file import UnreadableError, code_cells, contents, parse, retyped


@dataclass(frozen=True)
class Submission:
    """A notebook's code.

    Attributes
    ----------
    given : list of (id, text)
        The course's own cells, from its source.
    cells : list of (id, text)
        The student's code cells in order, those of the course left out.
    repairs : list of str
        What had to be mended, as sentences.
    untouched : frozenset of str
        Functions of which the notebook has nothing but the stub.
    foreign : str
        What is said if the worker, too, finds no function of the exercise; "" where one can be
        seen in the text.
    """

    given: list[tuple[str, str]]
    cells: list[tuple[str, str]]
    repairs: list[str] = field(default_factory=list)
    untouched: frozenset[str] = frozenset()
    foreign: str = ""

    def line(self, cell: str, number: int) -> str:
        """Give one line of the student's code."""
        lines = dict(self.cells).get(cell, "").split("\n")
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def read(path: Path, unit: Unit) -> Submission:
    """Read a submission of an exercise.

    Raises
    ------
    UnreadableError
        If there is no notebook to be read in the file.
    """
    data, repairs = parse(contents(path))
    return arrange(code_cells(data), unit, [*repairs, *retyped(data)])


def arrange(
    cells: Sequence[tuple[str, str]], unit: Unit, repairs: Sequence[str] = ()
) -> Submission:
    """Sort a notebook's code cells into the course's and the student's.

    The course's are replaced, the student's are kept.

    Parameters
    ----------
    cells : sequence of (grade id, text)
        The notebook's code cells, in order.
    unit : Unit
        The exercise.
    repairs : sequence of str, optional
        What had to be mended so far, as sentences.

    Returns
    -------
    Submission
        With what was mended here, too.

    Raises
    ------
    UnreadableError
        If there is nothing of this exercise in the notebook, nor any other code that might
        define its functions.
    """
    released = {
        c.id: c
        for c in read_cells(unit.course.source(unit.assignment))
        if c.role not in ("", "written")
    }
    given = [(c.id, c.text) for c in released.values() if c.role == "given"]
    ours = {_stripped(c.text) for c in released.values() if c.role != "solve"}
    stubs = {
        _stripped(stubbed(c.text)): c.task
        for c in released.values()
        if c.role == "solve"
    }
    repairs = list(repairs)
    foreign = _foreign(cells, unit)
    repairs += _repairs_seen(cells, released)
    changed: list[tuple[str, str]] = []
    own: list[tuple[str, str]] = []
    for number, (grade_id, text) in enumerate(cells, 1):
        if not text.strip() or _stripped(text) in ours or is_setup(text):
            continue
        entry = (f"{number}", text)
        locked = grade_id in released and released[grade_id].role == "given"
        if locked:
            repairs.append(
                f"code cell {number}: a locked cell was changed; the course's own text follows it"
            )
        (changed if locked else own).append(entry)
    if foreign and not own and not changed:
        raise UnreadableError(foreign)
    kept, untouched = _without_spare_stubs(own, stubs, repairs)
    repairs += [
        f"code cells {numbers} define `{task}` each: the lowest counts, as when all cells run"
        for task, numbers in twice_defined(kept, unit.functions).items()
    ]
    cells = [*changed, *[(f"given {i}", t) for i, t in given if changed], *kept]
    return Submission(given, cells, repairs, untouched, foreign)


def _without_spare_stubs(
    own: Sequence[tuple[str, str]], stubs: dict[str, str], repairs: list[str]
) -> tuple[list[tuple[str, str]], frozenset[str]]:
    """Leave out copies of a stub where the function is written in another cell."""
    written = {
        task
        for task in stubs.values()
        for _, text in own
        if defines(text, task) and _stripped(text) not in stubs
    }
    kept = []
    for number, text in own:
        task = stubs.get(_stripped(text))
        if task in written:
            repairs.append(
                f"code cell {number}: an unused copy of the stub of {task} is left out"
            )
        else:
            kept.append((number, text))
    present = {stubs[_stripped(text)] for _, text in kept if _stripped(text) in stubs}
    return kept, frozenset(present)


def twice_defined(
    cells: Sequence[tuple[str, str]], names: Iterable[str]
) -> dict[str, str]:
    """Find functions that several cells define, each another text.

    Parameters
    ----------
    cells : sequence of (number, text)
        The student's.
    names : iterable of str
        The functions.

    Returns
    -------
    dict of str to str
        The numbers of the cells, as they are told, by the function.
    """
    found: dict[str, str] = {}
    for name in names:
        texts = {_stripped(text): n for n, text in cells if name in names_defined(text)}
        if len(texts) > 1:
            *others, last = sorted(texts.values(), key=int)
            found[name] = f"{', '.join(others)} and {last}"
    return found


def defines(text: str, name: str) -> bool:
    """Tell whether a cell's text looks as if it defined a function or class of this name.

    Only running it would tell for certain.
    """
    if name not in text:
        return False
    plain = rf"def[ \t]+{name}[ \t]*\(|class[ \t]+{name}\b|{name}[ \t]*(:[^=\n]{{0,200}})?=(?!=)"
    by_name = rf"""globals\(\)\[[ \t]*["']{name}["'][ \t]*\][ \t]*=(?!=)"""
    return re.search(rf"^[ \t]*({plain}|{by_name})", text, re.M) is not None


def _stripped(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _foreign(cells: Sequence[tuple[str, str]], unit: Unit) -> str:
    """Why a notebook seems to be none of this exercise; "" if it does not."""
    names = list(unit.functions)
    if any(
        grade_id in names or any(defines(text, n) for n in names)
        for grade_id, text in cells
    ):
        return ""
    other = sorted(
        {
            n
            for _, text in cells
            for n in re.findall(r"^def[ \t]+(\w{1,60})[ \t]*\(", text, re.M)
        }
    )
    seen = f"; it defines {', '.join(other[:6])}" if other else ""
    return (
        f"nothing of {unit.assignment} is in it: no function {' or '.join(names)}{seen}"
    )


def _repairs_seen(
    cells: Sequence[tuple[str, str]], released: dict[str, Cell]
) -> list[str]:
    ids = [grade_id for grade_id, _ in cells if grade_id in released]
    repairs = [
        f"the cell {i} stands {ids.count(i)} times"
        for i in dict.fromkeys(ids)
        if ids.count(i) > 1
    ]
    missing = [
        i for i, c in released.items() if c.role in ("solve", "check") and i not in ids
    ]
    repairs += [f"the cell {i} is missing or has lost its label" for i in missing]
    order = [i for i in dict.fromkeys(ids) if i in released]
    if order != [i for i in released if i in order]:
        repairs.append("the cells stand in another order")
    return repairs
