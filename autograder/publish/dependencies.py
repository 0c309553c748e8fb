"""The packages that a part of the course needs, from `pyproject.toml`, which names each once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ..unit.course import CourseError

_NAME = re.compile(r"[\w.-]+")
_ITSELF = re.compile(r"unrolled-autograder\[([\w-]+)\]")  # an extra within another


def requirements_of(root: Path, extra: str) -> list[str]:
    """Give what the package and one of its extras require, bounds and all.

    Raises
    ------
    CourseError
        If `pyproject.toml` cannot be read, or has no such extra.
    """
    path = root / "pyproject.toml"
    try:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        always = project["dependencies"]
        extras = project["optional-dependencies"]
        return [*always, *_with_inner(extras, extra)]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise CourseError(f"{path} says of no extra {extra!r}: {error}") from None


def _with_inner(extras: dict[str, list[str]], extra: str) -> list[str]:
    """Give what an extra requires, with the extras that it names in their places."""
    found = []
    for requirement in extras[extra]:
        inner = _ITSELF.fullmatch(requirement)
        found += _with_inner(extras, inner[1]) if inner else [requirement]
    return found


def package_name(requirement: str) -> str:
    """Give the name of the package that a requirement is about."""
    found = _NAME.match(requirement)
    if found is None:
        raise CourseError(f"no package is named in the requirement {requirement!r}")
    return found[0]
