"""Any submission as a notebook that nbgrader can work with.

It has the release's cells, with the student's text in them.
"""

from __future__ import annotations

import re

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from ..grade.notebook_file import MOST_CELLS, MOST_CODE, NotebookCell, read_cells

LONGEST = 50_000  # characters of a cell that are shown: of more, a page takes minutes to be made


def repaired(data: dict, release: NotebookNode) -> NotebookNode:
    """Put a submission's cells into the order and with the labels that nbgrader expects.

    Parameters
    ----------
    data : dict
        The submission, as `notebook_file.parse` gives it; `{}` for one that could not be read.
    release : NotebookNode
        The released notebook: where its labels come from, and the cells that a submission lacks.
    """
    labelled = {
        c.metadata.nbgrader.grade_id: c
        for c in release.cells
        if "nbgrader" in c.metadata
    }
    submitted = _cells_shown(data)
    if not submitted:
        return NotebookNode(release.copy())
    cells, used = [], set()
    for number, one in enumerate(submitted):
        name = one.grade_id
        known = labelled.get(name) if name not in used else None
        if known is not None and one.holds_code == (known.cell_type == "code"):
            used.add(name)
            cell = NotebookNode(known.copy())
            cell.source = shown_source(one)
        else:
            cell = _unlabelled_cell(one, f"own-{number}")
        cells.append(cell)
    for place, cell in enumerate(release.cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name and name not in used:
            cells.insert(
                _place(cells, release.cells[:place]), NotebookNode(cell.copy())
            )
    whole = nbformat.v4.new_notebook(cells=cells, metadata=dict(release.metadata))
    nbformat.validate(whole)
    return whole


def _cells_shown(data: dict) -> list[NotebookCell]:
    """Give a submission's cells, up to where more would swell the pages only."""
    kept, size = [], 0
    for cell in read_cells(data)[:MOST_CELLS]:
        size += len(shown_source(cell))
        if size > MOST_CODE:
            break
        kept.append(cell)
    return kept


def _unlabelled_cell(cell: NotebookCell, name: str) -> NotebookNode:
    make = new_code_cell if cell.holds_code else new_markdown_cell
    return make(shown_source(cell), id=name)


# What makes a tag or a picture of what follows, or a link to anything but a page.
_LIVE = re.compile(r"<(?=[A-Za-z/!?])|!(?=\[)|\](?=[(:]\s*(?!https?://|mailto:|#))")


def shown_source(cell: NotebookCell) -> str:
    """Give a cell's text as it may be shown; in Markdown nothing of it is live.

    Tags, pictures and scripts in links do not work, since others open the pages, too. An
    invisible word joiner takes their effect and leaves their looks, also in code and formulas.
    """
    text = cell.text
    if len(text) > LONGEST:
        more = len(text) - LONGEST
        note = f"# … and {more} characters more, which were graded as well"
        text = f"{text[:LONGEST]}\n{note}"
    if cell.holds_code:
        return text
    return _LIVE.sub(lambda mark: mark[0] + "\u2060", text)


def _place(cells: list[NotebookNode], before: list[NotebookNode]) -> int:
    """Behind the nearest cell that stands before it in the release."""
    ids = [c.id for c in cells]
    return max((ids.index(c.id) + 1 for c in before if c.id in ids), default=0)
