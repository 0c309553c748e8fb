"""What a file of the solutions raises, told in one line with its place, not as a traceback."""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .course_error import CourseError

if TYPE_CHECKING:  # which tells mistakes through here
    from .source import Cell

_CELL = re.compile(r"<reference [^:]*:(?P<id>.+)>")  # what `module_of` calls a cell


@contextmanager
def mistakes_told(path: Path, cells: Collection[Cell] = ()) -> Iterator[None]:
    """Have whatever an instructor's code raises meanwhile end as a `CourseError`.

    Parameters
    ----------
    path : Path
        The file that is run, or whose functions are called.
    cells : collection of Cell
        Its cells, where it is an exercise's source.

    Raises
    ------
    CourseError
        It names file and line, as far as they can be told, and what was raised.
    """
    try:
        yield
    except CourseError:
        raise
    except Exception as error:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        raise CourseError(
            f"{place_of_mistake(error, path, cells)}: {type(error).__name__}: {said}"
        ) from error


def place_of_mistake(error: BaseException, path: Path, cells: Collection[Cell]) -> str:
    """Give the innermost line of an instructor's file that an exception comes from.

    Parameters
    ----------
    error : BaseException
        What was raised.
    path : Path
        The file to name where no line of one is behind it.
    cells : collection of Cell
        Cells of an exercise's source, whose lines are counted from the file's beginning.

    Returns
    -------
    str
        `solutions/ex1_step.py:12`, with the path as it was given; without a line if there is none.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno) for frame in frames]
    if isinstance(error, SyntaxError):
        places.append((error.filename or "", error.lineno))
    first_lines = {cell.id: cell.line for cell in cells}
    for file, line in reversed(places):
        cell = _CELL.fullmatch(file)
        if cell and cell["id"] in first_lines:
            return f"{path}:{first_lines[cell['id']] + (line or 0)}"
        if Path(file).parent == path.parent:
            return f"{file}:{line}"
    return str(path)
