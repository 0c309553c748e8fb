"""Where the book has the equations of what a reference computes: their numbers and places."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ..unit.course import CourseError
from ..unit.unit import Unit

_LABEL = re.compile(r"^\$\$ \((?P<label>eq-[\w-]+)\)$", re.MULTILINE)
_CHAPTER = re.compile(r"ch(\d+)")


def equations_of(unit: Unit, name: str) -> dict[str, tuple[str, str]]:
    """Give for each name that has an equation its number and place: `4.6`, `page#equation-…`.

    Parameters
    ----------
    unit : Unit
        The exercise; its contract may have `EQUATIONS`, by function and name.
    name : str
        The function.

    Raises
    ------
    CourseError
        If the chapter has no such equation.
    """
    labels = getattr(unit.contracts, "EQUATIONS", {}).get(name, {})
    page = unit.functions[name].section.split("#")[0]
    path = unit.course.root / "book" / f"{page}.md"
    if not labels or not path.is_file():
        return {}  # a course without its book has no equations to lead to
    numbers = _numbers(path)
    found = {}
    for variable, label in labels.items():
        if label not in numbers:
            raise CourseError(
                f"contract_{unit.assignment}.py: EQUATIONS: {page}.md has no equation {label}"
            )
        found[variable] = (numbers[label], f"{page}#equation-{label}")
    return found


@lru_cache(maxsize=32)
def _numbers(page: Path) -> dict[str, str]:
    """Give the number of each labelled equation of a chapter."""
    chapter = _CHAPTER.match(page.stem)
    if chapter is None:
        return {}
    labels = [one["label"] for one in _LABEL.finditer(page.read_text("utf-8"))]
    return {label: f"{chapter[1]}.{n}" for n, label in enumerate(labels, 1)}
