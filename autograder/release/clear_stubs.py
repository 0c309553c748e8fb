"""The preprocessor that turns solutions into stubs, and refuses whatever it is not sure of."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from ..unit.course import CourseError
from ..unit.source import STUB, regions, stubbed

_MARKERS = ("START CODE HERE", "END CODE HERE", "BEGIN SOLUTION", "END SOLUTION")
ANSWER = "*Your answer here.*"  # what stands in place of a written answer
_LIKENESS = 0.8  # "STRT COD HERE" is a marker to 0.93, "starts the code" to 0.67


class ClearStubs(NbGraderPreprocessor):
    """Replace what stands between START and END by the `#:` lines there, and a written answer
    by an empty one.

    Unlike nbgrader's ClearSolutions it keeps the markers, and it fails closed: a solution cell
    without a region, a line that resembles a marker without being one, and a `#:` line outside
    a region are errors.
    """

    answer = Unicode(ANSWER, help="What stands in place of a written answer").tag(
        config=True
    )

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Clear one cell and take away the note of where it comes from.

        Parameters
        ----------
        cell : NotebookNode
            Changed in place.
        resources : dict
            nbconvert's; the notebook's name is in it.
        cell_index : int
            Place of the cell in the notebook, from 0.

        Returns
        -------
        cell, resources
            As they were given, the cell cleared.

        Raises
        ------
        CourseError
            If a solution cell has no region, or something in a cell may be a mistyped marker.
        """
        where, line = _place(cell, resources, cell_index)
        if utils.is_solution(cell) and utils.is_grade(cell):
            cell.source = self.answer
        elif cell.cell_type == "code":
            _refuse_remains(cell, where, line)
            if utils.is_solution(cell):
                cell.source = stubbed(cell.source, where, line)
        return cell, resources


def _place(cell: NotebookNode, resources: ResourcesDict, index: int) -> tuple[str, int]:
    """Give file and line of a cell's first line.

    Those of the source, or else the cell of the notebook.
    """
    place = cell.metadata.pop("source", None)
    if place:
        return place["file"], place["line"]
    notebook = resources.get("nbgrader", {}).get("notebook", "notebook")
    return f"{notebook}.ipynb cell {cell.get('id', index)}", 1


def _refuse_remains(cell: NotebookNode, where: str, first_line: int) -> None:
    """Refuse what would remain for the student to see.

    It may be a mistyped marker with a solution behind it.
    """
    stubs = regions(cell.source, where, first_line) if utils.is_solution(cell) else []
    cleared = {i for start, end in stubs for i in range(start, end + 1)}
    for i, line in enumerate(cell.source.split("\n")):
        at = f"{where}:{first_line + i}"
        if i in cleared:
            continue
        if STUB.match(line):
            raise CourseError(f"{at}: this '#:' line stands in no START/END region")
        if _resembles_marker(line):
            raise CourseError(
                f"{at}: {line.strip()!r} is a marker in the wrong place or resembles one; mend or "
                "reword it (regions belong into solve cells, between "
                "'### START CODE HERE ### (≈N lines)' and '### END CODE HERE ###')"
            )


def _resembles_marker(line: str) -> bool:
    if not line.lstrip().startswith("#"):
        return False
    words = " ".join(re.findall(r"[A-Z]+", line.upper()))
    return any(
        m in words or SequenceMatcher(None, m, words).ratio() >= _LIKENESS
        for m in _MARKERS
    )
