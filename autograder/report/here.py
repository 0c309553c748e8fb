"""The course that a report is about, if it is made in one."""

from __future__ import annotations

from pathlib import Path

from ..unit.course import Course, CourseError
from ..unit.settings import SettingsError


def course_here(solutions: Path | None = None) -> Course | None:
    """Find the course that the working directory lies in, if any: a report can be made without.

    Raises
    ------
    CourseError
        If a folder of solutions is named and cannot be used.
    """
    if solutions is not None:
        return Course.find(".", solutions)
    try:
        return Course.find(".")
    except SettingsError:
        raise  # a mistake in course.toml is no lack of a course
    except CourseError:
        return None
