"""Formulas of a feedback page as MathML, which browsers set by themselves: no script, no other
host.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

FORMULA = re.compile(
    r"(?P<code>```.*?```|`[^`\n]*`)|\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$",
    re.S,
)

# a formula leads nowhere and stays in its place
LINKS = re.compile(r' (?:href|style|class|id)="[^"]*"')
# characters that are set: a second
LONGEST = 2_000  # of a formula
MOST = 15_000  # of all of a page


class FormulasToMathML(NbGraderPreprocessor):
    """Replaces `$…$` and `$$…$$` in Markdown cells, as many as a page can have."""

    left = MOST  # characters that may still be set

    # nbconvert sets it for every step of an HTML page
    display_data_priority: List = List([], config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Convert all cells."""
        self.left = MOST
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, index: int
    ) -> tuple[NotebookNode, dict]:
        """Convert one cell.

        Parameters
        ----------
        cell : NotebookNode
            Its source is changed.
        resources : dict
            nbconvert's, as they are.
        index : int
            The cell's place in the notebook.

        Returns
        -------
        tuple of (NotebookNode, dict)
            The cell and the resources.
        """
        if cell.cell_type == "markdown":
            cell.source = FORMULA.sub(self._formula_html, cell.source)
        grading = cell.metadata.get("nbgrader", {})
        if comment := grading.get("comment"):
            grading["comment"] = FORMULA.sub(self._formula_html, comment)
        return cell, resources

    def _formula_html(self, match: re.Match) -> str:
        """Set one formula, if there is room; code is matched so that no formula is seen in it."""
        if match["code"] is not None:
            return match[0]
        display = "inline" if match["block"] is None else "block"
        text = match[display]
        if len(text) > LONGEST or self.left <= 0:
            return match[0]
        self.left -= len(match[0])
        # slow to import, and only feedback needs it
        from latex2mathml.converter import convert

        try:
            return LINKS.sub("", convert(text.replace("\n", " "), display=display))
        except Exception:
            # a student's formula may be anything; it then stays as it was typed
            return match[0]
