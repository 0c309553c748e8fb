"""Release exercises: nbgrader's own `generate_assignment` on the converted source, then the
numbers beside it.

Nothing in `exercises/` is touched until an exercise is complete: nbgrader deletes a release
folder before it begins and when it fails, so it works in a temporary one.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from unrolled.check.outcome import MachineryError

from ..safe.whole_file import write_whole
from ..unit import unit
from ..unit.course import Course, CourseError
from ..unit.mistakes import place_of_mistake
from . import numbers, solution
from .convert import write_source

log = logging.getLogger(__name__)


def release(course: Course, assignments: Iterable[str] | None = None) -> list[Path]:
    """Write `exercises/<name>/<name>.ipynb`, the numbers beside it, and the notebook for those
    who teach.

    The same sources give the same bytes, whatever was there before. The gradebook learns the
    exercises' cells.

    Parameters
    ----------
    course : Course
        The course.
    assignments : iterable of str, optional
        Names of exercises; all unless given.

    Returns
    -------
    list of Path
        The released notebooks.

    Raises
    ------
    CourseError
        If a source, a contract, a known mistake, the hidden tests or the marking is malformed or
        fails, a file cannot be written, or the gradebook refuses the change because submissions
        are in.
    """
    for folder in left_over(course):
        log.warning(
            "%s has no source in %s any more; if it is to go: git rm -r %s",
            folder,
            course.solutions,
            folder,
        )
    names = course.assignments if assignments is None else assignments
    released = []
    for name in names:
        with _failures_told(name, course):
            released.append(_release(course, name))
    return released


def enter_source(course: Course, assignment: str) -> Path:
    """Write what nbgrader releases from: the source notebook and the numbers beside it."""
    with _failures_told(assignment, course):
        one = unit.load(assignment, course)
        source = write_source(one)
    released = course.exercises / assignment / f"{assignment}.npz"
    if released.is_file():  # which stay as they are, unless one of them is off
        shutil.copy(released, source.with_suffix(".npz"))
    numbers.write(one, source.with_suffix(".npz"))
    return source


def enter_gradebook(course: Course, assignment: str) -> None:
    """Let the gradebook know an exercise's cells; what is released stays as it is.

    Raises
    ------
    CourseError
        As for `release`.
    """
    enter_source(course, assignment)
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        _generate(course, assignment, Path(scratch))


def left_over(course: Course) -> list[Path]:
    """Give the folders of released exercises whose source is gone."""
    if not course.exercises.is_dir():
        return []
    folders = (
        p
        for p in course.exercises.iterdir()
        if p.is_dir() and not p.name.startswith(".")
    )  # .ipynb_checkpoints
    return sorted(p for p in folders if p.name not in course.assignments)


def _release(course: Course, assignment: str) -> Path:
    one = unit.load(assignment, course)
    source = write_source(one)
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        notebook = _generate(course, assignment, Path(scratch))
        nbformat.validate(nbformat.reads(notebook, as_version=4))
    target = course.exercises / assignment / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    numbers.write(one, target.with_suffix(".npz"))
    # nbgrader's own commands copy them on from there: generate_assignment --force deletes those
    # in exercises/
    shutil.copy(target.with_suffix(".npz"), source.parent)
    write_whole(target, notebook.encode())
    solution.write(one)
    return target


@contextmanager
def _failures_told(assignment: str, course: Course) -> Iterator[None]:
    """Have what hinders a release end as a `CourseError` of one line.

    What an instructor's other files raise is one already.
    """
    tests = course.solutions / f"test_{assignment}.py"
    try:
        yield
    except MachineryError as error:
        _import(tests)  # which tells the line where it cannot be imported
        raise CourseError(f"{tests}: {_in_one_line(error)}") from error
    except OSError as error:
        raise CourseError(f"{assignment} cannot be released: {error}") from error


def _import(tests: Path) -> None:
    try:
        unit.load_module(tests)
    except (pytest.fail.Exception, pytest.skip.Exception) as raised:
        place = place_of_mistake(raised, tests, ())
        raise CourseError(f"{place}: {raised.msg}") from raised


def _in_one_line(error: Exception) -> str:
    """Give the last thing that a failure says: pytest begins with where it has been."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].removeprefix("E ").strip() if lines else type(error).__name__


def _generate(course: Course, assignment: str, folder: Path) -> str:
    """The text of the released notebook, made by nbgrader in `folder`."""
    course.make_grading()
    config = nbgrader_config(course)
    directory = CourseDirectory(config=config, assignment_id=assignment)
    directory.source_directory = str(course.solutions / "_source")
    directory.release_directory = str(folder)
    generator = _Generator(coursedir=directory, config=config, log=_quiet())
    try:
        with _environment_on_path(), _whole_gradebook(directory.db_url):
            generator.start()
    except NbGraderException as error:
        raise _explain(assignment, generator.failure or error) from generator.failure
    return (folder / assignment / f"{assignment}.ipynb").read_text(encoding="utf-8")


def nbgrader_config(course: Course) -> Config:
    """Read what `nbgrader_config.py` says."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()


class _Generator(GenerateAssignment):
    """nbgrader's converter; it remembers what went wrong, where nbgrader would only log it."""

    failure: Exception | None = None
    prepared = True  # its source is there

    def init_assignment(self, *args: str) -> None:
        with self._remembering():
            super().init_assignment(*args)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        with self._remembering():
            super().convert_single_notebook(notebook_filename)

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.failure = error
            raise


def _explain(assignment: str, error: Exception) -> CourseError:
    if "submissions associated with it" in str(error):
        return CourseError(
            f"{assignment}: cells were added, removed or renamed, but the gradebook holds "
            "submissions for the old ones. Undo that, or give the changed exercise a new name, "
            "or move grading/gradebook.db aside"
        )
    if isinstance(error, CourseError):
        return error
    return CourseError(f"{assignment}: nbgrader failed: {error}")


@contextmanager
def _environment_on_path() -> Iterator[None]:
    """Put this environment's programs first on the PATH.

    nbgrader calls `alembic` by name when it makes a gradebook; without it a half-made one would
    stay behind.
    """
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


@contextmanager
def _whole_gradebook(url: str) -> Iterator[None]:
    """Leave no half-made gradebook behind: a file that this run began is removed when it fails."""
    file = Path(make_url(url).database or "")
    fresh = url.startswith("sqlite:") and not file.exists()
    try:
        yield
    except Exception:
        if fresh:
            file.unlink(missing_ok=True)
        raise


def _quiet() -> logging.Logger:
    """A log that shows nothing: errors are raised, and the rest is nbgrader's own progress."""
    quiet = logging.getLogger(f"{__name__}.nbgrader")
    quiet.setLevel(logging.CRITICAL + 1)
    return quiet
