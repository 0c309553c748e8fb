"""How answers in words are marked: `solutions/marking/`, secret, for those who read them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from .course import Course, CourseError


def marking_path(assignment: str, course: Course) -> Path:
    """Give the place of an exercise's marking, whether it is there or not."""
    return course.solutions / "marking" / f"{assignment}.toml"


def read_marking(assignment: str, course: Course) -> dict[str, list]:
    """Read points and what they are for, by question.

    They stand in `solutions/marking/<assignment>.toml`; `{}` if there is none.

    Raises
    ------
    CourseError
        If it is no table of lists of [points, text].
    """
    path = marking_path(assignment, course)
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            name: [(float(points), str(text)) for points, text in rows]
            for name, rows in table.items()
        }
    except (tomllib.TOMLDecodeError, ValueError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{path}: expected lists of [points, what for] ({error})"
        ) from None
