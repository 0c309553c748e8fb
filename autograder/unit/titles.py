"""Titles of exercises, as their released notebooks have them."""

from __future__ import annotations

import json

from .course import Course


def released_title(course: Course, assignment: str) -> str:
    """Give an exercise's title: the first heading of the released notebook.

    Returns
    -------
    str
        "" where it is not released, or has no heading.
    """
    path = course.exercises / assignment / f"{assignment}.ipynb"
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return ""
    for cell in cells:
        text = "".join(cell.get("source", ""))
        if cell.get("cell_type") == "markdown" and text.startswith("# "):
            return text[2:].split("\n", 1)[0].strip()
    return ""
