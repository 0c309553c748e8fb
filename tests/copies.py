"""Copies of the course, to be changed by a test."""

import shutil

from own_settings import SETTINGS

from autograder.unit.course import Course


def copied(real_course, place, repository=""):
    """A copy of the course, which names this repository."""
    for name in ("solutions", "exercises", "autograder", "unrolled"):
        shutil.copytree(real_course.root / name, place / name)
    for name in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "LICENSE-TEXT",
    ):
        shutil.copy(real_course.root / name, place / name)
    settings = SETTINGS.read_text(encoding="utf-8")
    lines = [
        f'repository = "{repository}"' if t.startswith("repository =") else t
        for t in settings.splitlines()
    ]
    (place / "course.toml").write_text("\n".join(lines), encoding="utf-8")
    return Course(place)
