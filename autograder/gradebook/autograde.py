"""What stands in for nbgrader's reader and its Execute: submissions are repaired, then graded by the core."""

from __future__ import annotations

from html import escape
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.autograde import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor

from unrolled.check.outcome import MachineryError

from ..collect.hand_in import HandIn
from ..grade.notebook_file import UnreadableError, contents, parse
from ..grade.result import Result, TaskResult
from ..unit.course import Course
from .ahead import Ahead
from .repaired import repaired


class RepairingExporter(NotebookExporter):
    """Reads a submission whatever it has been through; what autograde wrote itself is read as
    it is.

    Attributes
    ----------
    ahead : Ahead
        Begins to grade as soon as it is known what nbgrader has before it.
    """

    def __init__(self, **kw):
        super().__init__(**kw)
        self.ahead = Ahead(*_places(self.parent), _due(self.parent))

    def from_filename(self, filename, resources=None, **kw):
        """Read a notebook for conversion; where that or the grading fails, no zero of nbgrader's own is left."""
        try:
            return self._read(filename, resources, **kw)
        except BaseException:
            _forget_zeros(self.parent, resources["nbgrader"])
            raise

    def _read(self, filename, resources, **kw):
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        course = Course.find(self.parent.coursedir.root)
        release = nbformat.read(
            course.exercises / resources["nbgrader"]["assignment"] / path.name,
            as_version=4,
        )
        try:
            data, _ = parse(contents(path))
        except UnreadableError:
            data = {}
        return self.from_notebook_node(
            repaired(data, release), resources=resources, **kw
        )


class GradeCells(NbGraderPreprocessor):
    """Writes one result for each grade cell: `text/plain` the points, `text/html` the feedback.

    Raises
    ------
    MachineryError
        If the machinery failed: nbgrader then records no grade for the submission.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Grade the submission that this notebook was made from."""
        result = self._result(resources["nbgrader"])
        if result.score is None:
            raise MachineryError(result.problem)
        tasks = {f"check_{task.task}": task for task in result.tasks}
        notes = result.repairs
        for cell in nb.cells:
            task = tasks.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if task is not None and cell.cell_type == "code":
                cell.outputs = [_output(task, notes)]
                notes = []
        return nb, resources

    def _result(self, names: dict) -> Result:
        found = _found(self.parent.parent, names)
        return self.parent.ahead.result(found)


def _forget_zeros(converter: Autograde, names: dict) -> None:
    """Take back the zeros that nbgrader enters where it cannot see a notebook, whatever the
    reason is.

    What failed is the machinery; a mark of before stays.
    """
    directory = converter.coursedir
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        try:
            submission = gradebook.find_submission(
                names["assignment"], names["student"]
            )
        except MissingEntry:
            return
        for grade in [
            grade for notebook in submission.notebooks for grade in notebook.grades
        ]:
            if grade.auto_score == 0:
                grade.auto_score = None
        gradebook.db.commit()


def _places(converter: Autograde) -> tuple[Path, Path]:
    """The course, and where its result files go."""
    root = Path(converter.coursedir.root)
    return root, root / "grading" / "results"


def _found(converter: Autograde, names: dict) -> HandIn:
    """The copy of a submission that was made for grading."""
    return converter.found[names["student"]]


def _due(converter: Autograde) -> list[HandIn]:
    """What nbgrader will grade, in its order."""
    notebooks = [paths[0] for _, paths in sorted(converter.assignments.items())]
    names = [
        converter.init_single_notebook_resources(notebook)["nbgrader"]
        for notebook in notebooks
    ]
    return [_found(converter, one) for one in names]


def _output(task: TaskResult, notes: list[str]) -> NotebookNode:
    """A task's result as a cell's output."""
    shown = task.html or f"<pre>{escape(task.message)}</pre>"
    if notes:
        shown += f'<p style="opacity:.75">Repaired: {escape("; ".join(notes))}.</p>'
    points = f"{task.points:g}"
    return new_output(
        "execute_result", {"text/plain": points, "text/html": shown}, execution_count=1
    )
