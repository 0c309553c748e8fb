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
from typing import NoReturn

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import rmtree, temp_attrs

from ..collect.hand_in import HandIn
from ..collect.which_file import weight
from ..safe.printable import tame_line
from ..system.scratch import held_folder
from ..unit import lateness
from ..unit.course import Course, CourseError
from ..unit.unit import load
from .accounts import is_wanted, student_folders
from .handed_in import copy_submission, submission_time
from .lateness import enter_dates


def install() -> None:
    """Put these in place of nbgrader's own, once."""
    if getattr(Autograde.init_notebooks, "by", None) is not None:
        return
    own = GenerateAssignment.init_notebooks
    GenerateAssignment.init_notebooks = _with_fresh_source(own)
    Autograde.start = _with_copies(Autograde.start)
    Autograde.init_notebooks = _copy_submissions
    Autograde.init_destination = _make_room
    for converter in (Autograde, GenerateFeedback):
        converter.convert_notebooks = _to_the_end(converter.convert_notebooks)
        converter.run_pre_convert_hook = _call_hook
    GenerateFeedback.init_notebooks = _find_autograded
    NbGraderAPI.get_submitted_students = _submitted_students
    NbGraderAPI.get_submitted_timestamp = _submitted_timestamp
    Autograde.init_notebooks.by = __name__


# generate_assignment


def _with_fresh_source(own):
    def init_notebooks(self: GenerateAssignment) -> None:
        """Write the source, then let nbgrader find it; a mistake in it is one line."""
        try:
            _write_source(self)
        except CourseError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from error
        own(self)

    return init_notebooks


def _write_source(converter: GenerateAssignment) -> None:
    """Write the source notebook anew from `solutions/exN_….py`, with the numbers beside it."""
    from ..release.build import enter_source

    directory = converter.coursedir
    course = Course.find(directory.root)
    name = directory.assignment_id
    if name not in course.assignments or getattr(converter, "prepared", False):
        return
    enter_source(course, name)
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        if not converter.no_database and not _is_known(gradebook, name):
            # else nbgrader leaves what is released, and the gradebook does not get to know it
            converter.force = True
        enter_dates(course, gradebook)


# autograde


def _with_copies(own):
    def start(self: Autograde) -> None:
        """Let nbgrader find our copies where it looks for the submitted tree."""
        directory = self.coursedir
        # kept, since the setting names the copies from here on
        self.handed_in = _submitted_tree(directory)
        with held_folder(Course(Path(directory.root)).make_grading()) as folder:
            copies = os.path.relpath(folder / "submitted", directory.root)
            with temp_attrs(directory, submitted_directory=copies):
                own(self)

    return start


def _submitted_tree(directory) -> Path:
    return Path(directory.root, directory.submitted_directory)


def _copy_submissions(converter: Autograde) -> None:
    """Copy what is to be graded, each submission for itself."""
    directory = converter.coursedir
    name = directory.assignment_id
    # nbgrader converts `assignments`; `found` has the same copies as our grader takes them, and
    # `left` says of each folder that is left out why
    converter.assignments, converter.notebooks = {}, []
    converter.found, converter.left = {}, {}
    try:
        course = _course_with_exercise(converter, name)
        _prepare_gradebook(converter, course)
        has_date = lateness.due_dates(course).get(name) is not None
    except CourseError as error:
        converter.log.error("%s", error)
        raise NbGraderException(str(error)) from error
    tree = converter.handed_in
    students, converter.left = student_folders(tree, name, directory.student_id)
    if not students and not converter.left:
        _fail(converter, f"{tree} holds no {name} of {tame_line(directory.student_id)}")
    for student, folder in students.items():
        found = _copy_if_due(converter, course, student, folder)
        if found is None:
            continue
        _tell_instructor(converter, found, has_date)
        place = converter._format_source(name, student)
        converter.assignments[place] = [os.path.join(place, f"{name}.ipynb")]
        converter.found[student] = found


def _copy_if_due(
    converter: Autograde, course: Course, student: str, folder: str
) -> HandIn | None:
    """Copy one submission; None if it was graded before, or has to be left out."""
    directory = converter.coursedir
    name, tree = directory.assignment_id, converter.handed_in
    into = Path(directory.root, directory.submitted_directory)

    def weigh(path: Path, exercise: str) -> tuple[int, int]:
        return weight(path, load(exercise, course))

    try:
        if not _is_due(converter, student, tree / folder / name):
            return None
        return copy_submission(tree, folder, student, name, into, weigh)
    except Exception as error:
        # whatever it is, it is this one's only, and no mark follows from it
        converter.left[folder] = _error_text(error)
        shutil.rmtree(into / student, ignore_errors=True)
        return None


def _course_with_exercise(converter: Autograde, name: str) -> Course:
    course = Course.find(converter.coursedir.root)
    if name not in course.assignments:
        there = ", ".join(course.assignments)
        _fail(converter, f"{name!r} is no exercise of this course; there are: {there}")
    wanted = converter.coursedir.notebook_id
    if not fnmatchcase(name, wanted):
        _fail(
            converter,
            f"{name} has one notebook, {name}; there is none called {wanted!r}",
        )
    return course


def _prepare_gradebook(converter: Autograde, course: Course) -> None:
    """Let the gradebook know the exercise and its dates."""
    directory = converter.coursedir
    name = directory.assignment_id
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        is_known = _is_known(gradebook, name)
        enter_dates(course, gradebook)
    if is_known:
        return
    from ..release.build import enter_gradebook  # slow to import, and needed once

    # which opens the gradebook itself
    converter.log.info("The gradebook gets to know %s", name)
    enter_gradebook(course, name)
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        enter_dates(course, gradebook)


def _is_known(gradebook: Gradebook, name: str) -> bool:
    try:
        return bool(gradebook.find_assignment(name).notebooks)
    except MissingEntry:
        return False


def _is_due(converter: Autograde, student: str, place: Path) -> bool:
    """Say whether to grade a submission: it has not been, or it is newer, or `--force` says so."""
    directory = converter.coursedir
    if student in directory.student_id_exclude.split(","):
        return False
    done = Path(converter._format_dest(directory.assignment_id, student))
    if converter.force or not (done / f"{directory.assignment_id}.ipynb").exists():
        return True
    old = directory.get_existing_timestamp(str(done))
    new = submission_time(place, converter.handed_in)
    if old is not None and new is not None and new > old:
        return True
    converter.log.info("%s was graded before; --force grades it anew", student)
    return False


def _tell_instructor(converter: Autograde, found: HandIn, has_date: bool) -> None:
    """Say what an instructor should know of a submission."""
    student = found.student
    if found.problem:
        problem = tame_line(found.problem)
        converter.log.warning("%s gets no points: %s", student, problem)
    place = converter._format_source(found.assignment, student)
    if has_date and not converter.coursedir.get_existing_timestamp(place):
        converter.log.warning(
            "%s: no time of submission is known, so it does not count as late", student
        )


def _make_room(converter: Autograde, assignment: str, student: str) -> bool:
    """Make room for what is graded; which submissions are was decided when they were copied."""
    done = converter._format_dest(assignment, student)
    if os.path.lexists(done):
        converter.log.info("Removing what was graded before: %s", done)
        rmtree(done)
    return True


# generate_feedback


def _find_autograded(converter: GenerateFeedback) -> None:
    """Find what `autograde` wrote; nbgrader takes brackets in a student's name for a pattern."""
    directory = converter.coursedir
    name = directory.assignment_id
    tree = Path(directory.root, directory.autograded_directory)
    converter.assignments, converter.notebooks = {}, []
    students, converter.left = student_folders(tree, name, directory.student_id)
    for folder in students.values():
        paths = _wanted_notebooks(tree / folder / name, directory.notebook_id)
        if paths:
            converter.assignments[converter._format_source(name, folder)] = paths
    if not converter.assignments and not converter.left:
        _fail(
            converter,
            f"{tree} holds no {name} of {tame_line(directory.student_id)}; "
            "`nbgrader autograde` comes first",
        )


def _wanted_notebooks(folder: Path, wanted: str) -> list[str]:
    notebooks = sorted(path for path in folder.iterdir() if path.suffix == ".ipynb")
    return [str(path) for path in notebooks if is_wanted(path.stem, wanted)]


# both


def _to_the_end(own):
    def convert_notebooks(self) -> None:
        """Convert all, then say what was left."""
        try:
            own(self)
        finally:
            said = "%s is left out, without a mark: %s"
            for folder, why in self.left.items():
                self.log.error(said, tame_line(folder), tame_line(why))
        if self.left:
            raise NbGraderException(f"{len(self.left)} submissions were left out")

    return convert_notebooks


def _call_hook(converter) -> None:
    """Call the hook of the configuration; nbgrader would go on after an error in it."""
    if converter.pre_convert_hook:
        directory = converter.coursedir
        converter.pre_convert_hook(
            assignment=directory.assignment_id,
            student=directory.student_id,
            notebooks=converter.notebooks,
        )


def _fail(converter, why: str) -> NoReturn:
    converter.log.error("%s", why)
    raise NbGraderException(why)


def _error_text(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error)
    return f"{said} ({type(error).__name__})"


# formgrader


def _submitted_students(api: NbGraderAPI, assignment_id: str) -> set[str]:
    """Say whose submissions are there, as the gradebook calls them; no link is followed."""
    students, _ = student_folders(_submitted_tree(api.coursedir), assignment_id)
    return set(students)


def _submitted_timestamp(
    api: NbGraderAPI, assignment_id: str, student_id: str
) -> datetime | None:
    """Say when a submission was handed in, or None."""
    tree = _submitted_tree(api.coursedir)
    folder = student_id
    if not os.path.lexists(tree / student_id):
        # spelt otherwise; to look through all takes a while
        students, _ = student_folders(tree, assignment_id, student_id)
        if student_id not in students:
            return None
        folder = students[student_id]
    return submission_time(tree / folder / assignment_id, tree)
