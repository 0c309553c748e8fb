"""What nbgrader's commands do otherwise here; it lacks hooks for it, so its methods are replaced.

`generate_assignment` takes the source as it is now. `autograde` enters an exercise that the
gradebook has not met, and reads copies of what was handed in (`handed_in`) in place of the
submitted tree. What fails for one submission leaves that one without a mark, is said, and ends the
command with 1; the others go on.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import rmtree, temp_attrs

from ..collect.which_file import weight
from ..safe.printable import tame_line
from ..system.scratch import held_folder
from ..unit import lateness
from ..unit.course import Course, CourseError
from ..unit.unit import load
from .accounts import chosen, folders
from .handed_in import take, time_of
from .lateness import keep_dates


def install() -> None:
    """Put these in place of nbgrader's own, once."""
    if getattr(Autograde.init_notebooks, "by", None) is not None:
        return
    GenerateAssignment.init_notebooks = _prepared(GenerateAssignment.init_notebooks)
    Autograde.start = _from_copies(Autograde.start)
    Autograde.init_notebooks = _taken
    Autograde.init_destination = _cleared
    for converter in (Autograde, GenerateFeedback):
        converter.convert_notebooks = _to_the_end(converter.convert_notebooks)
        converter.run_pre_convert_hook = _hook
    GenerateFeedback.init_notebooks = _autograded
    NbGraderAPI.get_submitted_students = _submitted_students
    NbGraderAPI.get_submitted_timestamp = _submitted_timestamp
    Autograde.init_notebooks.by = __name__


# generate_assignment


def _prepared(own):
    def init_notebooks(self: GenerateAssignment) -> None:
        try:
            _prepare(self)
        except CourseError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from error
        own(self)

    return init_notebooks


def _prepare(converter: GenerateAssignment) -> None:
    """Write the source notebook anew from `solutions/exN_….py`, with the numbers beside it."""
    from ..release.build import enter_source

    directory = converter.coursedir
    course = Course.find(directory.root)
    name = directory.assignment_id
    if name not in course.assignments or getattr(converter, "prepared", False):
        return
    enter_source(course, name)
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        if not converter.no_database and not _known(gradebook, name):
            # else nbgrader leaves what is released, and the gradebook does not get to know it
            converter.force = True
        keep_dates(course, gradebook)


# autograde


def _from_copies(own):
    def start(self: Autograde) -> None:
        """Let nbgrader find our copies where it looks for the submitted tree."""
        directory = self.coursedir
        self.handed_in = _submitted_tree(directory)
        with held_folder(Course(Path(directory.root)).make_grading()) as folder:
            copies = os.path.relpath(folder / "submitted", directory.root)
            with temp_attrs(directory, submitted_directory=copies):
                own(self)

    return start


def _submitted_tree(directory) -> Path:
    return Path(directory.root, directory.submitted_directory)


def _taken(converter: Autograde) -> None:
    """Copy what is to be graded, each submission for itself."""
    directory = converter.coursedir
    name = directory.assignment_id
    converter.assignments, converter.notebooks = {}, []
    converter.found, converter.left = {}, {}
    try:
        course = _course_with(converter, name)
        _get_ready(converter, course)
        due = lateness.due_dates(course).get(name)
    except CourseError as error:
        converter.log.error("%s", error)
        raise NbGraderException(str(error)) from error
    tree, into = (
        converter.handed_in,
        Path(directory.root, directory.submitted_directory),
    )
    students, converter.left = folders(tree, name, directory.student_id)
    if not students and not converter.left:
        _fail(converter, f"{tree} holds no {name} of {tame_line(directory.student_id)}")

    def weigh(path: Path, exercise: str) -> tuple[int, int]:
        return weight(path, load(exercise, course))

    for student, folder in students.items():
        try:
            if not _is_due(converter, student, tree / folder / name):
                continue
            found = take(tree, folder, student, name, into, weigh)
        # whatever it is, it is this one's only, and no mark follows from it
        except Exception as error:
            converter.left[folder] = _why(error)
            shutil.rmtree(into / student, ignore_errors=True)
            continue
        _tell(converter, found, due is not None)
        place = converter._format_source(name, student)
        converter.assignments[place] = [os.path.join(place, f"{name}.ipynb")]
        converter.found[student] = found


def _course_with(converter: Autograde, name: str) -> Course:
    course = Course.find(converter.coursedir.root)
    if name not in course.assignments:
        _fail(
            converter,
            f"{name!r} is no exercise of this course; there are: {', '.join(course.assignments)}",
        )
    wanted = converter.coursedir.notebook_id
    if not fnmatchcase(name, wanted):
        _fail(
            converter,
            f"{name} has one notebook, {name}; there is none called {wanted!r}",
        )
    return course


def _get_ready(converter: Autograde, course: Course) -> None:
    """Let the gradebook know the exercise and its dates."""
    directory = converter.coursedir
    name = directory.assignment_id
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        unknown = not _known(gradebook, name)
        keep_dates(course, gradebook)
    if unknown:
        from ..release.build import enter_gradebook  # slow to import, and needed once

        converter.log.info("The gradebook gets to know %s", name)
        enter_gradebook(course, name)
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            keep_dates(course, gradebook)


def _known(gradebook: Gradebook, name: str) -> bool:
    try:
        return bool(gradebook.find_assignment(name).notebooks)
    except MissingEntry:
        return False


def _is_due(converter: Autograde, student: str, place: Path) -> bool:
    """Whether to grade a submission: it has not been, or it is newer, or `--force` says so."""
    directory = converter.coursedir
    if student in directory.student_id_exclude.split(","):
        return False
    done = Path(converter._format_dest(directory.assignment_id, student))
    if converter.force or not (done / f"{directory.assignment_id}.ipynb").exists():
        return True
    old, new = (
        directory.get_existing_timestamp(str(done)),
        time_of(place, converter.handed_in),
    )
    if old is not None and new is not None and new > old:
        return True
    converter.log.info("%s was graded before; --force grades it anew", student)
    return False


def _tell(converter: Autograde, found, due: bool) -> None:
    """Say what an instructor should know of a submission."""
    if found.problem:
        converter.log.warning(
            "%s gets no points: %s", found.student, tame_line(found.problem)
        )
    if due and not converter.coursedir.get_existing_timestamp(
        str(found_place(converter, found))
    ):
        converter.log.warning(
            "%s: no time of submission is known, so it does not count as late",
            found.student,
        )


def found_place(converter: Autograde, found) -> str:
    """The folder of a submission's copies."""
    return converter._format_source(found.assignment, found.student)


def _cleared(converter: Autograde, assignment: str, student: str) -> bool:
    """Make room for what is graded; which submissions are was decided when they were copied."""
    done = converter._format_dest(assignment, student)
    if os.path.lexists(done):
        converter.log.info("Removing what was graded before: %s", done)
        rmtree(done)
    return True


# generate_feedback


def _autograded(converter: GenerateFeedback) -> None:
    """Find what `autograde` wrote; nbgrader takes brackets in a student's name for a pattern."""
    directory = converter.coursedir
    name, tree = (
        directory.assignment_id,
        Path(directory.root, directory.autograded_directory),
    )
    converter.notebooks = []
    students, converter.left = folders(tree, name, directory.student_id)
    places = {
        converter._format_source(name, folder): tree / folder / name
        for folder in students.values()
    }
    found = {
        place: _notebooks(folder, directory.notebook_id)
        for place, folder in places.items()
    }
    converter.assignments = {place: paths for place, paths in found.items() if paths}
    if not converter.assignments and not converter.left:
        _fail(
            converter,
            f"{tree} holds no {name} of {tame_line(directory.student_id)}; "
            "`nbgrader autograde` comes first",
        )


def _notebooks(folder: Path, wanted: str) -> list[str]:
    names = sorted(path.name for path in folder.iterdir() if path.suffix == ".ipynb")
    return [
        str(folder / name)
        for name in names
        if chosen(name.removesuffix(".ipynb"), wanted)
    ]


# both


def _to_the_end(own):
    def convert_notebooks(self) -> None:
        """Convert all, then say what was left."""
        try:
            own(self)
        finally:
            for folder, why in self.left.items():
                self.log.error(
                    "%s is left out, without a mark: %s",
                    tame_line(folder),
                    tame_line(why),
                )
        if self.left:
            raise NbGraderException(f"{len(self.left)} submissions were left out")

    return convert_notebooks


def _hook(converter) -> None:
    """Call the hook of the configuration; nbgrader would go on after an error in it."""
    if converter.pre_convert_hook:
        directory = converter.coursedir
        converter.pre_convert_hook(
            assignment=directory.assignment_id,
            student=directory.student_id,
            notebooks=converter.notebooks,
        )


def _fail(converter, why: str) -> None:
    converter.log.error("%s", why)
    raise NbGraderException(why)


def _why(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error)
    return f"{said} ({type(error).__name__})"


# formgrader


def _submitted_students(api: NbGraderAPI, assignment_id: str) -> set[str]:
    """Whose submissions are there, as the gradebook calls them; no link is followed."""
    return set(folders(_submitted_tree(api.coursedir), assignment_id)[0])


def _submitted_timestamp(
    api: NbGraderAPI, assignment_id: str, student_id: str
) -> datetime | None:
    """When a submission was handed in, or None."""
    tree = _submitted_tree(api.coursedir)
    folder = student_id
    if not os.path.lexists(
        tree / student_id
    ):  # spelt otherwise; to look through all takes a while
        folder = folders(tree, assignment_id, student_id)[0].get(student_id)
    return time_of(tree / folder / assignment_id, tree) if folder else None
