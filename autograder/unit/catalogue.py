"""The catalogue of known mistakes: each a small edit of the reference, kept in
`solutions/misconceptions/`.

An entry's `edits` are pairs: a text that the function's reference holds exactly once, and what
stands there instead. Other ways to make the same mistake are listed under `also`.

Secret as a whole, since an edit quotes the solution; the numbers that a mistake makes, its
symptom and its hint are what leaves.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from unrolled.check.known_mistakes import Misconception

from .course import Course, CourseError
from .source import Cell, module_of, read_cells, solved


@dataclass(frozen=True)
class Edit:
    """How a wrong variant differs from the reference: texts to find (each exactly once) and
    their replacements.

    `entry` is the number, from 1, of the entry in its file.
    """

    misconception: Misconception
    edits: tuple[tuple[str, str], ...]
    entry: int = 0


def edits(assignment: str, course: Course) -> tuple[Edit, ...]:
    """Give all known mistakes of an exercise.

    Raises
    ------
    CourseError
        If the file is malformed or an id is used twice for one function. The message names file
        and entry.
    """
    return _edits(_path(assignment, course))


def _path(assignment: str, course: Course) -> Path:
    return course.solutions / "misconceptions" / f"{assignment}.toml"


@lru_cache(maxsize=64)
def _edits(path: Path) -> tuple[Edit, ...]:
    if not path.is_file():
        return ()
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text).get("misconception", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from None
    if not isinstance(entries, list):
        raise CourseError(f"{path}: write each mistake below a line [[misconception]]")
    found: list[Edit] = []
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(entries, 1):
        try:
            ways = [entry.pop("edits"), *entry.pop("also", [])]
            one = Misconception(**entry)
            found += [
                Edit(one, tuple((find, put) for find, put in way), number)
                for way in ways
            ]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            name = entry.get("id", "no id") if isinstance(entry, dict) else "no table"
            line = _line_of_entry(number, text)
            raise CourseError(
                f"{path}: entry {number} ({name}): {error} (line {line})"
            ) from None
        if (one.id, one.function) in seen:
            raise CourseError(
                f"{path}: {one.id!r} stands twice for {one.function}; list other ways under `also`"
            )
        seen.add((one.id, one.function))
    return tuple(found)


def _line_of_entry(number: int, text: str) -> int:
    """Give the line at which an entry begins, counted from 1; 1 if it is written otherwise."""
    lines = enumerate(text.splitlines(), 1)
    heads = [line for line, said in lines if said.startswith("[[misconception]]")]
    return heads[number - 1] if number <= len(heads) else 1


def edited(
    cells: tuple[Cell, ...], edit: Edit, where: str = "source"
) -> tuple[Cell, ...]:
    """Give the cells of a source with the mistake made in its function's cell.

    Parameters
    ----------
    cells : tuple of Cell
        The source's.
    edit : Edit
        The mistake, and how it is made.
    where : str
        How a message names the source.

    Returns
    -------
    tuple of Cell
        New ones where something was changed.

    Raises
    ------
    CourseError
        If there is no such function, or a text to find does not stand in its cell exactly once, as
        after a change of the reference.
    """
    one = edit.misconception
    if not any(cell.role == "solve" and cell.task == one.function for cell in cells):
        raise CourseError(
            f"{where}: misconception {one.id!r}: there is no function {one.function}"
        )
    result = []
    for cell in cells:
        if cell.role == "solve" and cell.task == one.function:
            text = solved(cell.text)
            for find, put in edit.edits:
                if text.count(find) != 1:
                    raise CourseError(
                        f"{where}: misconception {one.id!r}: {find!r} stands "
                        f"{text.count(find)} times in {one.function}, expected once"
                    )
                text = text.replace(find, put)
            cell = replace(cell, text=text)
        result.append(cell)
    return tuple(result)


def variant(
    assignment: str, edit: Edit, course: Course, cells: tuple[Cell, ...] = ()
) -> ModuleType:
    """Give the unit's functions with one mistake made.

    Parameters
    ----------
    assignment : str
        The exercise.
    edit : Edit
        The mistake.
    course : Course
        The course.
    cells : tuple of Cell
        Those of the exercise's source, which is read unless they are given.

    Raises
    ------
    CourseError
        If the edit cannot be made, or what comes of it is no Python or raises while it is defined.
    """
    where = str(_path(assignment, course))
    wrong = edited(cells or read_cells(course.source(assignment)), edit, where)
    what = f"{where}: misconception {edit.misconception.id!r}"
    try:
        return module_of(wrong, f"{assignment} {edit.misconception.id}")
    except SyntaxError as error:
        raise CourseError(f"{what} is no Python: {error}") from None
    except Exception as error:
        raise CourseError(f"{what}: {type(error).__name__}: {error}") from error
