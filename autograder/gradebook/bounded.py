"""What a page shows of a submission: never so much that the page takes long to be made."""

from __future__ import annotations

from collections.abc import Sequence
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
# of them coloured or set, up to 80 microseconds each; others are as typed
MOST_SET = 40_000
LEAST = 100  # characters that a cell counts for at least
AS_TYPED = "as_typed"  # in the metadata of a code cell: without colours


class Bounded(NbGraderPreprocessor):
    """Cuts what is too long for a page; graded cells come first, then the others in their order."""

    # nbconvert sets it for every step of an HTML page
    display_data_priority: List = List([], config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Bound all cells."""
        left, left_to_set = MOST, MOST_SET
        shown: dict[int, NotebookNode] = {}
        for place in _graded_first(nb.cells):
            cell = nb.cells[place]
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
            said = f"*… and {more} cells more, for which there is no room here.*"
            nb.cells.append(new_markdown_cell(said))
        return nb, resources


def _graded_first(cells: Sequence[NotebookNode]) -> list[int]:
    """Give the places of cells: of those that are graded, then of the others."""
    return sorted(range(len(cells)), key=lambda place: not _is_graded(cells[place]))


def _is_graded(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade_id"))


def _shorten_lines(cell: NotebookNode) -> None:
    if cell.cell_type == "code" and len(cell.source) > LONGEST_LINE:
        lines = cell.source.split("\n")
        cell.source = "\n".join(_cut(line, LONGEST_LINE, " ") for line in lines)


def _leave_as_typed(cell: NotebookNode) -> None:
    """See that a cell is shown without being coloured or set."""
    if cell.cell_type == "code":
        cell.metadata[AS_TYPED] = True
    else:
        cell.source = _as_typed(cell.source)


def _cut(text: str, most: int, before: str) -> str:
    """Cut a text, and say so in a comment after `before`."""
    if len(text) <= most:
        return text
    return f"{text[:most]}{before}# … and {len(text) - most} characters more"


def _as_typed(text: str) -> str:
    """Give a text as Markdown that is set as it is, formulas included."""
    return f"<pre>{escape(text).replace('$', '&#36;')}</pre>"


def markdown_html(text: str) -> str:
    """Give Markdown as HTML, for a page that sets no formulas of its own.

    nbconvert's looks for formulas, which takes the square of a text's length, for a program that is
    not on our pages.
    """
    renderer = IPythonRenderer(escape=False)
    inline = InlineParser(hard_wrap=False)
    try:
        return MarkdownWithMath(renderer, BlockParser(), inline).render(text)
    except Exception:
        # whatever a student's text brings about, such as nesting too deep
        return _as_typed(text)


def unchanged(text: str) -> str:
    """Stand for a filter of nbconvert's that takes the square of a line's length."""
    return text


def python_html(
    text: str, language: str | None = None, metadata: dict | None = None
) -> str:
    """Give Python as HTML, with colours if `Bounded` has room for them.

    Parameters
    ----------
    text : str
        The code.
    language : str, optional
        What nbconvert takes it for; it is Python here.
    metadata : dict, optional
        The cell's.

    Returns
    -------
    str
        The HTML.
    """
    if (metadata or {}).get(AS_TYPED):
        return f'<div class=" highlight hl-ipython3"><pre>{escape(text)}</pre></div>'
    return Highlight2HTML(pygments_lexer="ipython3")(text, metadata=metadata)


FILTERS = {
    "markdown2html": markdown_html,
    "strip_files_prefix": unchanged,
    "highlight_code": python_html,
}
