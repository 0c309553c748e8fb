"""What stands in for nbgrader's reader and its Execute: submissions are repaired, then graded by
the core.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

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
from ..grade.result import TaskResult
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

    parent: Any  # traitlets says that there may be none; nbgrader's converter always is

    def __init__(self, **kw):
        super().__init__(**kw)
        root = Path(self.parent.coursedir.root)
        out = root / "grading" / "results"
        self.ahead = Ahead(root, out, _due(self.parent))

    def from_filename(self, filename, resources=None, **kw):
        """Read a notebook for conversion.

        Where that or the grading fails, no zero of nbgrader's own is left.
        """
        try:
            return self._convert(filename, resources, **kw)
        except BaseException:
            _forget_zeros(self.parent, resources["nbgrader"])
            raise

    def _convert(self, filename, resources, **kw):
        # nbgrader reads twice: what was handed in, then what it has made of that
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        course = Course.find(self.parent.coursedir.root)
        folder = course.exercises / resources["nbgrader"]["assignment"]
        release = nbformat.read(folder / path.name, as_version=4)
        try:
            data, _ = parse(contents(path))
        except UnreadableError:
            data = {}
        whole = repaired(data, release)
        return self.from_notebook_node(whole, resources=resources, **kw)


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
        found = _copied(self.parent.parent, resources["nbgrader"])
        result = self.parent.ahead.result(found)
        if result.score is None:
            raise MachineryError(result.problem)
        tasks = {f"check_{task.task}": task for task in result.tasks}
        repairs = result.repairs
        for cell in nb.cells:
            task = tasks.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if task is not None and cell.cell_type == "code":
                cell.outputs = [_output(task, repairs)]
                repairs = []  # said once, with the first function
        return nb, resources


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
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                if grade.auto_score == 0:
                    grade.auto_score = None
        gradebook.db.commit()


def _copied(converter: Autograde, names: dict) -> HandIn:
    """Give the copy of a submission that was made for grading."""
    return converter.found[names["student"]]


def _due(converter: Autograde) -> list[HandIn]:
    """Give what nbgrader will grade, in its order."""
    due = []
    for _, paths in sorted(converter.assignments.items()):
        resources = converter.init_single_notebook_resources(paths[0])
        due.append(_copied(converter, resources["nbgrader"]))
    return due


def _output(task: TaskResult, repairs: list[str]) -> NotebookNode:
    """Give a function's result as a cell's output."""
    html = task.html or f"<pre>{escape(task.message)}</pre>"
    if repairs:
        said = escape("; ".join(repairs))
        html += f'<p style="opacity:.75">Repaired: {said}.</p>'
    data = {"text/plain": f"{task.points:g}", "text/html": html}
    return new_output("execute_result", data, execution_count=1)
