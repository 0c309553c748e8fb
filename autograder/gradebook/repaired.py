"""Any submission as a notebook that nbgrader can work with: the release's cells, with the student's text in them."""

from __future__ import annotations

import re

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from ..grade.notebook_file import MOST_CELLS, MOST_CODE, text_of

LONGEST = 50_000  # characters of a cell that are shown: of more, a page takes minutes to be made


def repaired(data: dict, release: NotebookNode) -> NotebookNode:
    """Put a submission's cells into the order and with the labels that nbgrader expects.

    Parameters
    ----------
    data : dict
        The submission, as `notebook.parse` gives it; `{}` for one that could not be read.
    release : NotebookNode
        The released notebook: where its labels come from, and the cells that a submission lacks.
    """
    labelled = {
        c.metadata.nbgrader.grade_id: c
        for c in release.cells
        if "nbgrader" in c.metadata
    }
    submitted = _cells(data)
    if not submitted:
        return NotebookNode(release.copy())
    cells, used = [], set()
    for number, raw in enumerate(submitted):
        name = _grade_id(raw)
        if name in labelled and name not in used and _same_kind(raw, labelled[name]):
            used.add(name)
            cell = NotebookNode(labelled[name].copy())
            cell.source = _source(raw)
        else:
            cell = _plain(raw, f"own-{number}")
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


def _cells(data: dict) -> list[dict]:
    sheets = data.get("worksheets")
    lists = (
        [s.get("cells") for s in sheets if isinstance(s, dict)]
        if isinstance(sheets, list)
        else [data.get("cells")]
    )
    kept, size = [], 0
    for cell in [
        c
        for cells in lists
        if isinstance(cells, list)
        for c in cells
        if isinstance(c, dict)
    ][:MOST_CELLS]:
        size += len(_source(cell))
        if size > MOST_CODE:  # what follows would swell the pages only
            break
        kept.append(cell)
    return kept


def _grade_id(raw: dict) -> str:
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else raw.get("id")
    return name if isinstance(name, str) else ""


def _same_kind(raw: dict, cell: NotebookNode) -> bool:
    return (raw.get("cell_type") == "code") == (cell.cell_type == "code")


def _plain(raw: dict, name: str) -> NotebookNode:
    made = new_code_cell if raw.get("cell_type") == "code" else new_markdown_cell
    return made(_source(raw), id=name)


# What makes a tag or a picture of what follows, or a link to anything but a page.
_LIVE = re.compile(r"<(?=[A-Za-z/!?])|!(?=\[)|\](?=[(:]\s*(?!https?://|mailto:|#))")


def _source(raw: dict) -> str:
    """A cell's text; in Markdown, tags, pictures and scripts in links do not work: others open
    the pages, too.

    An invisible word joiner takes their effect and leaves their looks, also in code and formulas.
    """
    text = text_of(raw.get("source", raw.get("input", "")))
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}\n# … and {len(text) - LONGEST} characters more, which were graded as well"
    return (
        text
        if raw.get("cell_type") == "code"
        else _LIVE.sub(lambda mark: mark[0] + "\u2060", text)
    )


def _place(cells: list[NotebookNode], before: list[NotebookNode]) -> int:
    """Behind the nearest cell that stands before it in the release."""
    ids = [c.id for c in cells]
    return max((ids.index(c.id) + 1 for c in before if c.id in ids), default=0)
