"""Read a submission: find the course's cells and the student's among those of a notebook.

The student's Python is not parsed here, only moved; it is compiled in the confined worker.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unrolled.check.present import names_defined

from ..unit.colab import is_setup
from ..unit.source import read_cells, stubbed
from ..unit.unit import Unit
from .notebook_file import UnreadableError, code_cells, contents, parse, retyped

DEFINED = re.compile(r"^def[ \t]+(\w{1,60})[ \t]*\(", re.M)


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
    released = _Released(unit)
    repairs = [*repairs, *released.repairs_of_labels([name for name, _ in cells])]
    foreign = _foreign(cells, unit)
    changed: list[tuple[str, str]] = []
    own: list[tuple[str, str]] = []
    for number, (grade_id, text) in enumerate(cells, 1):
        if not text.strip() or released.repeats(text) or is_setup(text):
            continue
        if released.is_given(grade_id):
            changed.append((f"{number}", text))
            repairs.append(
                f"code cell {number}: a locked cell was changed; the course's own text follows it"
            )
        else:
            own.append((f"{number}", text))
    if foreign and not own and not changed:
        raise UnreadableError(foreign)
    spare = _spare_stubs(own, released.stubs)
    repairs += [
        f"code cell {number}: an unused copy of the stub of {task} is left out"
        for number, task in spare.items()
    ]
    kept = [(number, text) for number, text in own if number not in spare]
    repairs += [
        f"code cells {numbers} define `{task}` each: the lowest counts, as when all cells run"
        for task, numbers in twice_defined(kept, unit.functions).items()
    ]
    again = [(f"given {name}", text) for name, text in released.given if changed]
    untouched = {released.stub_of(text) for _, text in kept} - {""}
    return Submission(
        released.given,
        [*changed, *again, *kept],
        repairs,
        frozenset(untouched),
        foreign,
    )


class _Released:
    """The code cells of an exercise as it was released.

    Parameters
    ----------
    unit : Unit
        The exercise.

    Attributes
    ----------
    given : list of (id, text)
        Those that the course gives.
    stubs : dict of str to str
        The function of each stub, by the stub's text.
    """

    def __init__(self, unit: Unit) -> None:
        every = read_cells(unit.course.source(unit.assignment))
        cells = [cell for cell in every if cell.role not in ("", "written")]
        solves = [cell for cell in cells if cell.role == "solve"]
        self._roles = {cell.id: cell.role for cell in cells}
        self._fixed = {_stripped(cell.text) for cell in cells if cell.role != "solve"}
        self.given = [(cell.id, cell.text) for cell in cells if cell.role == "given"]
        self.stubs = {_stripped(stubbed(cell.text)): cell.task for cell in solves}

    def is_given(self, grade_id: str) -> bool:
        """Tell whether a cell has the label of one that the course gives."""
        return self._roles.get(grade_id) == "given"

    def repeats(self, text: str) -> bool:
        """Tell whether a text is that of a cell which nobody has to change."""
        return _stripped(text) in self._fixed

    def stub_of(self, text: str) -> str:
        """Give the function of which a text is the stub; "" where it is none."""
        return self.stubs.get(_stripped(text), "")

    def repairs_of_labels(self, labels: Sequence[str]) -> list[str]:
        """Say which cells stand there twice, are missing, or stand in another order."""
        ours = [label for label in labels if label in self._roles]
        counts = Counter(ours)  # in the order in which they stand
        repairs = [
            f"the cell {label} stands {count} times"
            for label, count in counts.items()
            if count > 1
        ]
        for label, role in self._roles.items():
            if role in ("solve", "check") and label not in counts:
                repairs.append(f"the cell {label} is missing or has lost its label")
        if list(counts) != [label for label in self._roles if label in counts]:
            repairs.append("the cells stand in another order")
        return repairs


def _spare_stubs(
    own: Sequence[tuple[str, str]], stubs: Mapping[str, str]
) -> dict[str, str]:
    """Find copies of a stub where the function is written in another cell.

    Parameters
    ----------
    own : sequence of (number, text)
        The student's cells.
    stubs : mapping of str to str
        The function of each stub, by its text.

    Returns
    -------
    dict of str to str
        The functions, by the numbers of the cells.
    """
    copies = {n: stubs[_stripped(t)] for n, t in own if _stripped(t) in stubs}
    others = [text for number, text in own if number not in copies]
    tasks = set(copies.values())
    written = {task for task in tasks if any(defines(text, task) for text in others)}
    return {number: task for number, task in copies.items() if task in written}


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
    for grade_id, text in cells:
        if grade_id in names or any(defines(text, name) for name in names):
            return ""
    others = {name for _, text in cells for name in DEFINED.findall(text)}
    first = ", ".join(sorted(others)[:6])
    seen = f"; it defines {first}" if first else ""
    wanted = " or ".join(names)
    return f"nothing of {unit.assignment} is in it: no function {wanted}{seen}"
