"""What nbgrader's commands do first: nbgrader has no hook before it looks for notebooks, so its methods are replaced.

`generate_assignment` takes the source as it is now, `autograde` an exercise that the gradebook has not met and a
submission's folder that holds no notebook of the right name.
"""

from __future__ import annotations

import os
from glob import glob
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException

from ..collect import submitted
from ..course import Course, CourseError
from ..unit import load
from ..which_file import weight
from .late import keep_dates


def install() -> None:
    """Put these in place of nbgrader's own, once."""
    if getattr(Autograde.init_notebooks, "by", None) is None:
        Autograde.init_notebooks = _before(Autograde.init_notebooks, _get_ready, _by_folder)
        GenerateAssignment.init_notebooks = _before(GenerateAssignment.init_notebooks, _prepare)


def _before(own, *steps):
    def init_notebooks(self) -> None:
        try:
            found = [step(self) for step in steps][-1]
        except CourseError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from error
        if not found:
            own(self)

    init_notebooks.by = __name__
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
            converter.force = True  # else nbgrader leaves what is released, and the gradebook does not get to know it
        keep_dates(course, gradebook)


def _get_ready(converter: Autograde) -> None:
    """Let the gradebook know the exercise and its dates."""
    directory = converter.coursedir
    course = Course.find(directory.root)
    wanted = [name for name in course.assignments if name == directory.assignment_id]
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        unknown = [name for name in wanted if not _known(gradebook, name)]
        keep_dates(course, gradebook)
    for name in unknown:
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


def _by_folder(converter: Autograde) -> bool:
    """Take every folder of a submission, and in it the notebook that the other fronts take; False if there is none.

    One without a notebook, or with several of which none can be told to count, is then refused like any that cannot
    be read: it has a row in the gradebook, with a mark of 0 and feedback that says why.
    """
    directory = converter.coursedir
    name = directory.assignment_id
    course = Course.find(directory.root)
    if name not in course.assignments or directory.notebook_id not in ("*", name):
        return False
    converter.assignments, converter.notebooks = {}, []
    for folder in glob(converter._format_source(name, directory.student_id)):
        if os.path.isdir(folder):
            chosen = submitted("", Path(folder), lambda path, exercise: weight(path, load(exercise, course)))
            own = os.path.join(folder, f"{name}.ipynb")
            converter.assignments[folder] = [own if chosen.problem or chosen.broken else str(chosen.path)]
    return bool(converter.assignments)
