"""What released notebooks say of their exercises: titles and points."""

from __future__ import annotations

import json
from typing import Any

from .course import Course


def released_title(course: Course, assignment: str) -> str:
    """Give an exercise's title: the first heading of the released notebook.

    Returns
    -------
    str
        "" where it is not released, or has no heading.
    """
    for cell in _released_cells(course, assignment):
        text = "".join(cell.get("source", ""))
        if cell.get("cell_type") == "markdown" and text.startswith("# "):
            return text[2:].split("\n", 1)[0].strip()
    return ""


def released_points(course: Course, assignment: str) -> float:
    """Give an exercise's points, those by hand included; 0 where it is not released."""
    cells = _released_cells(course, assignment)
    grading = [cell.get("metadata", {}).get("nbgrader", {}) for cell in cells]
    return sum(float(one.get("points") or 0) for one in grading)


def points_by_hand(course: Course, assignment: str) -> float:
    """Give the points of an exercise's answers in words; 0 where it is not released."""
    cells = _released_cells(course, assignment)
    grading = [cell.get("metadata", {}).get("nbgrader", {}) for cell in cells]
    answers = [one for one in grading if one.get("grade") and one.get("solution")]
    return sum(float(one.get("points") or 0) for one in answers)


def _released_cells(course: Course, assignment: str) -> list[dict[str, Any]]:
    """Give the cells of a released notebook; none where it is not released."""
    path = course.exercises / assignment / f"{assignment}.ipynb"
    try:
        return json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return []
