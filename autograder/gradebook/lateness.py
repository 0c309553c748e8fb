"""Due dates, extensions and penalties of `course.toml` in nbgrader's gradebook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
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

# nbgrader's own, in its order
COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


class LatePenalty(BasePlugin):
    """The course's penalty as a plugin of nbgrader's.

    Its settings are those of `[late]` in `course.toml`.
    """

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """Give the points lost.

        Parameters
        ----------
        student_id : str
            Whose they are; the rules are the same for all.
        score : float
            Points before the penalty.
        total_seconds_late : float
            Seconds after the due date, or the student's extension.

        Returns
        -------
        float
            Points, at most `score`.
        """
        rules = lateness.Rules.of(_course_of(self.parent.parent))
        return rules.penalty(score, total_seconds_late)


class LatePenalties(AssignLatePenalties):
    """nbgrader's step, which knows no extensions: they are entered first."""

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Enter the extension, if any, and assign the penalty."""
        course, names = _course_of(self.parent), resources["nbgrader"]
        key = (names["student"], names["assignment"])
        # only for those who have one: opening the gradebook takes long
        if key in lateness.extensions(course):
            _settle_by_name(course, names)
        return super().preprocess(nb, resources)


class SettledGrades(GetGrades):
    """Grades for feedback, with the penalty as it is now: of points given by hand, too, and by the
    dates of today.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Settle the submission, then fetch its grades."""
        _settle_by_name(_course_of(self.parent), resources["nbgrader"])
        return super().preprocess(nb, resources)


class SettledExport(CsvExportPlugin):
    """`nbgrader export` with the penalties as they are now, and names that are no formulas.

    Marks that there are none of are empty cells: of who handed in nothing, and of what could
    not be graded.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write `grades.csv`, or what `--to` says: nbgrader's own columns."""
        course = Course.find(self.parent.coursedir.root)
        # dates first: penalties and extensions are counted from them
        enter_dates(course, gradebook)
        settle_all(course, gradebook)
        target = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", target)
        rows: list[tuple] = [COLUMNS]
        for assignment in gradebook.assignments:
            if not self.assignment or assignment.name in self.assignment:
                rows += self._rows(gradebook, assignment)
        cells = [["" if value is None else value for value in row] for row in rows]
        with open(target, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(lines(cells, end="\n"))

    def _rows(self, gradebook: Gradebook, assignment: Assignment) -> list[tuple]:
        """Give one exercise's rows, of the students that are asked for."""
        handed_in = {one.student.id: one for one in assignment.submissions}
        wanted = [str(name) for name in self.student]
        ungraded = _ungraded_submissions(gradebook)
        rows = []
        for student in gradebook.students:
            if wanted and student.id not in wanted:
                continue
            one = handed_in.get(student.id)
            has_marks = one is not None and one.id not in ungraded
            row = (
                assignment.name,
                assignment.duedate,
                one and one.timestamp,
                student.id,
                student.last_name,
                student.first_name,
                student.email,
                *(_marks(one) if has_marks else (None, None, None)),
                assignment.max_score,
            )
            rows.append(row)
        return rows


def _marks(submission: SubmittedAssignment) -> tuple[float, float, float]:
    """Give a submission's points, those lost by the penalty, and what is left."""
    raw = submission.score
    lost = submission.late_submission_penalty or 0.0
    return raw, lost, max(0.0, raw - lost)


def _ungraded_submissions(gradebook: Gradebook) -> set[str]:
    """Find submissions of which a function was never graded, since the machinery failed."""
    query = gradebook.db.query(SubmittedNotebook.assignment_id)
    query = query.join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    query = query.join(GradeCell, GradeCell.id == Grade.cell_id)
    without = query.filter(
        GradeCell.cell_type == "code",
        Grade.auto_score.is_(None),
        Grade.manual_score.is_(None),
    )
    return {one for (one,) in without.distinct()}


def enter_dates(course: Course, gradebook: Gradebook) -> None:
    """Enter the due dates of `course.toml`, which replace whatever the gradebook holds."""
    dates = lateness.due_dates(course)
    changed = False
    for assignment in _own(course, gradebook):
        wanted = _as_in_gradebook(dates.get(assignment.name))
        if assignment.duedate != wanted:
            assignment.duedate, changed = wanted, True
    if changed:
        gradebook.db.commit()


def settle_all(course: Course, gradebook: Gradebook) -> None:
    """Enter extensions and penalties of all submissions, by the dates and points of now."""
    for assignment in _own(course, gradebook):
        for submission in assignment.submissions:
            _settle(course, submission)
    gradebook.db.commit()


def _own(course: Course, gradebook: Gradebook) -> list[Assignment]:
    """Give the assignments of this course: a gradebook may hold others, with dates of their own."""
    return [one for one in gradebook.assignments if one.name in course.assignments]


def _settle_by_name(course: Course, names: dict) -> None:
    if names["assignment"] not in course.assignments:
        return
    with Gradebook(names["db_url"], course.settings.course.id) as gradebook:
        try:
            submission = gradebook.find_submission(
                names["assignment"], names["student"]
            )
        except MissingEntry:
            return
        _settle(course, submission)
        gradebook.db.commit()


def _settle(course: Course, submission: SubmittedAssignment) -> None:
    """Enter a submission's extension and penalties, where they differ from what is there."""
    regular = submission.assignment.duedate
    key = (submission.student.id, submission.assignment.name)
    later = _as_in_gradebook(lateness.extensions(course).get(key))
    extension = later - regular if later and regular else None
    if submission.extension != extension:
        submission.extension = extension
    # after the extension, which nbgrader counts in
    seconds = submission.total_seconds_late
    rules = lateness.Rules.of(course)
    for notebook in submission.notebooks:
        penalty = rules.penalty(notebook.score, seconds) if seconds > 0 else None
        if notebook.late_submission_penalty != penalty:
            notebook.late_submission_penalty = penalty


def _course_of(exporter) -> Course:
    """Find the course that a step of nbgrader's works in."""
    return Course.find(exporter.parent.coursedir.root)


def _as_in_gradebook(moment: datetime | None) -> datetime | None:
    """Give a time as the gradebook holds it: in UTC, without saying so."""
    return moment and moment.replace(tzinfo=None)
