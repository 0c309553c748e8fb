"""What a page shows of a submission: never so much that the page takes long to be made."""

from __future__ import annotations

from html import escape

from mistune import BlockParser, InlineParser
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

LONGEST_LINE = 1_000  # characters of a line of code that are shown: to colour it takes their square
MOST = 200_000  # characters of a page
MOST_SET = (
    40_000  # of them coloured or set, up to 80 microseconds each; others are as typed
)
LEAST = 100  # characters that a cell counts for at least
AS_TYPED = "as_typed"  # in the metadata of a code cell: without colours


class Bounded(NbGraderPreprocessor):
    """Cuts what is too long for a page; graded cells come first, then the others in their order."""

    display_data_priority = List(
        [], config=True
    )  # nbconvert sets it for every step of an HTML page

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Bound all cells."""
        left, left_to_set = MOST, MOST_SET
        shown = {}
        for place, cell in sorted(
            enumerate(nb.cells), key=lambda one: not _is_graded(one[1])
        ):
            if left <= 0 and not _is_graded(cell):
                continue
            cell.source = _cut(cell.source, max(left, LEAST), "\n")
            size = max(len(cell.source), LEAST)
            left -= size
            if size <= left_to_set:
                left_to_set -= size
                _shorten_lines(cell)
            else:
                _leave_as_typed(cell)
            shown[place] = cell
        more = len(nb.cells) - len(shown)
        nb.cells = [shown[place] for place in sorted(shown)]
        if more:
            nb.cells.append(
                new_markdown_cell(
                    f"*… and {more} cells more, for which there is no room here.*"
                )
            )
        return nb, resources


def _is_graded(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade_id"))


def _shorten_lines(cell: NotebookNode) -> None:
    if cell.cell_type == "code" and len(cell.source) > LONGEST_LINE:
        cell.source = "\n".join(
            _cut(line, LONGEST_LINE, " ") for line in cell.source.split("\n")
        )


def _leave_as_typed(cell: NotebookNode) -> None:
    if cell.cell_type == "code":
        cell.metadata[AS_TYPED] = True
    else:
        cell.source = _as_typed(cell.source)


def _cut(text: str, most: int, before: str) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]}{before}# … and {len(text) - most} characters more"


def _as_typed(text: str) -> str:
    """A text that is set as it is, formulas included, in Markdown."""
    return f"<pre>{escape(text).replace('$', '&#36;')}</pre>"


def markdown(text: str) -> str:
    """Markdown as HTML, for a page that sets no formulas of its own.

    nbconvert's looks for formulas, which takes the square of a text's length, for a program that is
    not on our pages.
    """
    renderer = IPythonRenderer(escape=False)
    try:
        return MarkdownWithMath(
            renderer, BlockParser(), InlineParser(hard_wrap=False)
        ).render(text)
    except (
        Exception
    ):  # whatever a student's text brings about, such as nesting too deep
        return _as_typed(text)


def unchanged(text: str) -> str:
    """Stand for a filter of nbconvert's that takes the square of a line's length."""
    return text


def coloured(
    text: str, language: str | None = None, metadata: dict | None = None
) -> str:
    """Python as HTML, with colours if `Bounded` has room for them."""
    if (metadata or {}).get(AS_TYPED):
        return f'<div class=" highlight hl-ipython3"><pre>{escape(text)}</pre></div>'
    return Highlight2HTML(pygments_lexer="ipython3")(text, metadata=metadata)


FILTERS = {
    "markdown2html": markdown,
    "strip_files_prefix": unchanged,
    "highlight_code": coloured,
}
