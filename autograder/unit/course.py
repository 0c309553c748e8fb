"""Where the course's parts are, and what its `course.toml` says."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .course_error import CourseError
from .exercise_names import unit_number
from .settings import FILE, Settings, SettingsError, place_of, read_settings

__all__ = ["Course", "CourseError"]


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

    def __post_init__(self) -> None:
        root = Path(self.root).resolve()
        solutions = Path(self.solutions or root / "solutions").resolve()
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "solutions", solutions)

    @classmethod
    def find(
        cls, start: Path | str = ".", solutions: Path | str | None = None
    ) -> Course:
        """Find the course that `start` lies in: the nearest folder upwards with a `course.toml`.

        What that file says is looked at as a whole, also what this command does not need: a
        mistake in it is told when it is made, not when it has cost a mark.

        Raises
        ------
        CourseError
            If there is none, the folder of solutions does not exist, or `course.toml` says what
            is not understood.
        """
        here = Path(start).resolve()
        for folder in (here, *here.parents):
            if (folder / FILE).is_file():
                return cls._opened(folder, solutions)
        raise CourseError(
            f"no course.toml in {here} or above it; run this inside the course's folder"
        )

    @classmethod
    def _opened(cls, folder: Path, solutions: Path | str | None) -> Course:
        course = cls(folder, Path(solutions)) if solutions else cls(folder)
        if not course.solutions.is_dir():
            raise CourseError(
                f"no folder of solutions at {course.solutions}; name one with --solutions"
            )
        course.settings  # noqa: B018, it is read here and kept
        return course

    @property
    def exercises(self) -> Path:
        """The released notebooks."""
        return self.root / "exercises"

    def make_grading(self) -> Path:
        """Give `grading/`, which is made for its owner alone if there is none.

        Others' work and marks are nobody's but the instructor's, so all that writes there begins
        here. One that is there keeps its mode, which is the instructor's own choice.
        """
        folder = self.root / "grading"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def make_grading_around(self, place: Path) -> None:
        """Make `grading/` if a place lies in it."""
        if place.resolve().is_relative_to(self.root / "grading"):
            self.make_grading()

    @property
    def secrets(self) -> tuple[Path, ...]:
        """What no student's code may read.

        That is solutions, their history, what others handed in and got.
        """
        others = (self.root / ".git", self.root / "grading")
        return (self.solutions, *(path for path in others if path.exists()))

    @cached_property
    def settings(self) -> Settings:
        """What `course.toml` says.

        Raises
        ------
        SettingsError
            If it cannot be read, or says what is not understood.
        """
        return read_settings(self.root / FILE, self.assignments)

    @cached_property
    def assignments(self) -> tuple[str, ...]:
        """Names of all exercises, in the order of the units."""
        names = [path.stem for path in self.solutions.glob("ex[0-9]*_*.py")]
        return tuple(sorted(names, key=unit_number))

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Exercises that this class gets in its term: `[units] hand_out`, in the course's order.

        Raises
        ------
        CourseError
            If it names what is no exercise.
        """
        named = self.settings.units.hand_out
        for name in named:
            self.refuse_unknown(name, "[units] hand_out:", "units", "hand_out")
        return tuple(n for n in self.assignments if n in named or not named)

    @cached_property
    def unlocked(self) -> tuple[str, ...]:
        """Exercises whose solutions students get: `[course] unlocked`.

        Raises
        ------
        CourseError
            If it names what is no exercise.
        """
        named = self.settings.course.unlocked
        for name in named:
            self.refuse_unknown(name, "[course] unlocked:", "course", "unlocked")
        return tuple(name for name in self.assignments if name in named)

    def refuse_unknown(self, name: str, where: str, *keys: str) -> None:
        """Refuse what a setting names if it is no exercise of the course.

        Parameters
        ----------
        name : str
            What should be an exercise.
        where : str
            How the message calls the setting.
        keys : str
            They lead to it in `course.toml`.

        Raises
        ------
        SettingsError
            If there is no such exercise; the message lists those there are.
        """
        if name not in self.assignments:
            place = place_of(self.root / FILE, *keys)
            listed = ", ".join(self.assignments) or "none"
            raise SettingsError(
                f"{place}: {where} {name!r} is no exercise; there are: {listed}", keys
            )

    def source(self, assignment: str) -> Path:
        """Give the path of the exercise's source.

        Raises
        ------
        CourseError
            If there is no such assignment; the message lists those there are.
        """
        if assignment not in self.assignments:
            listed = ", ".join(self.assignments) or "none"
            raise CourseError(f"no assignment {assignment!r}; there are: {listed}")
        return self.solutions / f"{assignment}.py"
