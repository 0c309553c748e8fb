"""Due dates, extensions and penalties of `course.toml` in nbgrader's gradebook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import (
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.plugins import BasePlugin, CsvExportPlugin
from nbgrader.preprocessors import AssignLatePenalties, GetGrades

from ..safe.csv_cells import lines
from ..unit import lateness
from ..unit.course import Course

COLUMNS = (
    *(
        "assignment",
        "duedate",
        "timestamp",
        "student_id",
        "last_name",
        "first_name",
        "email",
    ),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


class LatePenalty(BasePlugin):
    """The course's penalty as a plugin of nbgrader's; its settings are those of `[late]` in `course.toml`."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """The points lost of `score`."""
        return lateness.Rules.of(_course(self.parent.parent)).penalty(
            score, total_seconds_late
        )


class LatePenalties(AssignLatePenalties):
    """nbgrader's step, which knows no extensions: they are entered first."""

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Enter the extension, if any, and assign the penalty."""
        course, names = _course(self.parent), resources["nbgrader"]
        if (names["student"], names["assignment"]) in lateness.extensions(
            course
        ):  # opening the gradebook takes long
            _settle_one(course, names)
        return super().preprocess(nb, resources)


class SettledGrades(GetGrades):
    """Grades for feedback, with the penalty as it is now: of points given by hand, too, and by the dates of today."""

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Settle the submission, then fetch its grades."""
        _settle_one(_course(self.parent), resources["nbgrader"])
        return super().preprocess(nb, resources)


class SettledExport(CsvExportPlugin):
    """`nbgrader export` with the penalties as they are now, and names that are no formulas.

    Marks that there are none of are empty cells: of who handed in nothing, and of what could
    not be graded.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write `grades.csv`, or what `--to` says: nbgrader's own columns."""
        course = Course.find(self.parent.coursedir.root)
        keep_dates(course, gradebook)
        settle(course, gradebook)
        target = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", target)
        rows = [COLUMNS]
        for assignment in gradebook.assignments:
            if not self.assignment or assignment.name in self.assignment:
                rows += self._rows(gradebook, assignment)
        shown = [["" if value is None else value for value in row] for row in rows]
        with open(target, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(lines(shown, end="\n"))

    def _rows(self, gradebook: Gradebook, assignment) -> list[tuple]:
        handed_in = {one.student.id: one for one in assignment.submissions}
        wanted = [str(name) for name in self.student]
        ungraded = _ungraded(gradebook)
        rows = []
        for student in gradebook.students:
            if wanted and student.id not in wanted:
                continue
            one = handed_in.get(student.id)
            marks = (None, None, None)
            if one and one.id not in ungraded:
                raw, lost = one.score, one.late_submission_penalty or 0.0
                marks = (raw, lost, max(0.0, raw - lost))
            who = (student.id, student.last_name, student.first_name, student.email)
            when = (assignment.name, assignment.duedate, one and one.timestamp)
            rows.append((*when, *who, *marks, assignment.max_score))
        return rows


def _ungraded(gradebook: Gradebook) -> set[str]:
    """Submissions of which a function was never graded, since the machinery failed."""
    query = gradebook.db.query(SubmittedNotebook.assignment_id)
    query = query.join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    query = query.join(GradeCell, GradeCell.id == Grade.cell_id)
    without = query.filter(
        GradeCell.cell_type == "code",
        Grade.auto_score.is_(None),
        Grade.manual_score.is_(None),
    )
    return {one for (one,) in without.distinct()}


def keep_dates(course: Course, gradebook: Gradebook) -> None:
    """Enter the due dates of `course.toml`, which replace whatever the gradebook holds."""
    dates = lateness.due_dates(course)
    changed = False
    for assignment in gradebook.assignments:
        wanted = _naive(dates.get(assignment.name))
        if assignment.duedate != wanted:
            assignment.duedate, changed = wanted, True
    if changed:
        gradebook.db.commit()


def settle(course: Course, gradebook: Gradebook) -> None:
    """Enter extensions and penalties of all submissions, by the dates and points of now."""
    for assignment in gradebook.assignments:
        for submission in assignment.submissions:
            _settle(course, submission)
    gradebook.db.commit()


def _settle_one(course: Course, names: dict) -> None:
    with Gradebook(names["db_url"], course.settings.course.id) as gradebook:
        try:
            _settle(
                course, gradebook.find_submission(names["assignment"], names["student"])
            )
        except MissingEntry:
            return
        gradebook.db.commit()


def _settle(course: Course, submission: SubmittedAssignment) -> None:
    regular = submission.assignment.duedate
    later = _naive(
        lateness.extensions(course).get(
            (submission.student.id, submission.assignment.name)
        )
    )
    extension = later - regular if later and regular else None
    if submission.extension != extension:
        submission.extension = extension
    seconds = submission.total_seconds_late
    for notebook in submission.notebooks:
        penalty = (
            lateness.Rules.of(course).penalty(notebook.score, seconds)
            if seconds > 0
            else None
        )
        if notebook.late_submission_penalty != penalty:
            notebook.late_submission_penalty = penalty


def _course(exporter) -> Course:
    return Course.find(exporter.parent.coursedir.root)


def _naive(moment: datetime | None) -> datetime | None:
    """As the gradebook holds it: in UTC, without saying so."""
    return moment and moment.replace(tzinfo=None)
