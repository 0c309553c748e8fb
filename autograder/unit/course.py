"""Where the course's parts are, and what its `course.toml` says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


class CourseError(Exception):
    """Something of the course itself is missing or malformed; never a student's fault."""


@dataclass(frozen=True)
class Course:
    """A checkout of the course.

    Parameters
    ----------
    root : Path
        Folder that holds `course.toml`.
    solutions : Path, optional
        Folder that holds the secrets; `root/solutions` unless given.
    """

    root: Path
    solutions: Path = field(default=None)  # type: ignore[assignment]

    def __post_init__(self):
        object.__setattr__(self, "root", Path(self.root).resolve())
        object.__setattr__(
            self, "solutions", Path(self.solutions or self.root / "solutions").resolve()
        )

    @classmethod
    def find(
        cls, start: Path | str = ".", solutions: Path | str | None = None
    ) -> Course:
        """Find the course that `start` lies in: the nearest folder upwards with a `course.toml`.

        Raises
        ------
        CourseError
            If there is none, or the folder of solutions does not exist.
        """
        here = Path(start).resolve()
        for folder in (here, *here.parents):
            if (folder / "course.toml").is_file():
                course = cls(folder, Path(solutions) if solutions else None)
                if not course.solutions.is_dir():
                    raise CourseError(
                        f"no folder of solutions at {course.solutions}; name one with --solutions"
                    )
                return course
        raise CourseError(
            f"no course.toml in {here} or above it; run this inside the course's folder"
        )

    @property
    def exercises(self) -> Path:
        """The released notebooks."""
        return self.root / "exercises"

    @property
    def secrets(self) -> tuple[Path, ...]:
        """What no student's code may read: the solutions, their history, and what others handed in and got for it."""
        others = (self.root / ".git", self.root / "grading")
        return (self.solutions, *(path for path in others if path.exists()))

    @cached_property
    def settings(self) -> dict:
        """The tables of `course.toml`."""
        return tomllib.loads((self.root / "course.toml").read_text(encoding="utf-8"))

    @cached_property
    def assignments(self) -> tuple[str, ...]:
        """Names of all exercises, in the order of the units."""
        return tuple(
            sorted(
                (p.stem for p in self.solutions.glob("ex[0-9]*_*.py")), key=_unit_number
            )
        )

    @cached_property
    def unlocked(self) -> tuple[str, ...]:
        """Exercises whose solutions students get: `[course] unlocked`.

        Raises
        ------
        CourseError
            If it names what is no exercise.
        """
        named = self.settings.get("course", {}).get("unlocked", [])
        unknown = (
            [name for name in named if name not in self.assignments]
            if isinstance(named, list)
            else [named]
        )
        if unknown:
            raise CourseError(
                f"course.toml, [course] unlocked: {unknown[0]!r} is no exercise; give a list of some of these: "
                f"{', '.join(self.assignments) or 'none'}"
            )
        return tuple(name for name in self.assignments if name in named)

    def source(self, assignment: str) -> Path:
        """Path of the exercise's source.

        Raises
        ------
        CourseError
            If there is no such assignment; the message lists those there are.
        """
        if assignment not in self.assignments:
            raise CourseError(
                f"no assignment {assignment!r}; there are: {', '.join(self.assignments) or 'none'}"
            )
        return self.solutions / f"{assignment}.py"


def _unit_number(name: str) -> tuple[int, str]:
    digits = name.removeprefix("ex").split("_", 1)[0]
    return (int(digits) if digits.isdigit() else 0, name)
