"""Formulas of a feedback page as MathML, which browsers set by themselves: no script, no other host."""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

FORMULA = re.compile(
    r"(?P<code>```.*?```|`[^`\n]*`)|\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$",
    re.S,
)

LINKS = re.compile(
    r' (?:href|style|class|id)="[^"]*"'
)  # a formula leads nowhere and stays in its place


LONGEST, MOST = (
    2_000,
    15_000,
)  # characters of a formula, and of all of a page, that are set: a second


class FormulasToMathML(NbGraderPreprocessor):
    """Replaces `$…$` and `$$…$$` in Markdown cells, as many as a page can have."""

    left = MOST

    display_data_priority = List(
        [], config=True
    )  # nbconvert sets it for every step of an HTML page

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Convert all cells."""
        self.left = MOST
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, index: int
    ) -> tuple[NotebookNode, dict]:
        """Convert one cell."""
        if cell.cell_type == "markdown":
            cell.source = FORMULA.sub(self._converted, cell.source)
        return cell, resources

    def _converted(self, match: re.Match) -> str:
        if match["code"] is not None:
            return match[0]
        block = match["block"] is not None
        text = match["block"] if block else match["inline"]
        if len(text) > LONGEST or self.left <= 0:
            return match[0]
        self.left -= len(match[0])
        from latex2mathml.converter import (
            convert,
        )  # slow to import, and only feedback needs it

        try:
            made = convert(
                text.replace("\n", " "), display="block" if block else "inline"
            )
            return LINKS.sub("", made)
        except (
            Exception
        ):  # a student's formula may be anything; it then stays as it was typed
            return match[0]
