"""Notebooks for Colab, which opens one without its neighbours: a first cell fetches them."""

from __future__ import annotations

import json

from .repository import Repository

CELL = "colab"  # its id
FIRST_LINE = (
    "# On Colab a notebook comes alone: this cell fetches its numbers and the checker. "
    "Run it first."
)
HOME = "~/unrolled-exercises"


def for_colab(
    notebook: bytes, assignment: str, repository: Repository, wheel: str
) -> bytes:
    """Put the cell that fetches the repository before all others; these stay as they are.

    Parameters
    ----------
    notebook : bytes
        The released notebook's file.
    assignment : str
        The exercise.
    repository : Repository
        Where students get the course from.
    wheel : str
        Path of the checker's wheel in that repository.

    Returns
    -------
    bytes
        The file of the notebook for Colab.
    """
    data = json.loads(notebook)
    source = setup(assignment, repository, wheel).splitlines(keepends=True)
    cell: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "id": CELL,
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    data["cells"].insert(0, cell)
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def setup(assignment: str, repository: Repository, wheel: str) -> str:
    """Give the text of the cell that fetches the repository.

    It may be run again; numpy and matplotlib stay the ones that Colab has. Parameters as for
    `for_colab`.
    """
    return "\n".join(
        [
            FIRST_LINE,
            f"!test -d {HOME} || git clone --quiet --depth 1 {repository.address} {HOME}",
            f"%pip install --quiet --no-deps {HOME}/{wheel}",
            f"%cd -q {HOME}/{assignment}",
        ]
    )


def is_setup(text: str) -> bool:
    """Say whether a cell's text is that of the first cell, without added Python."""
    first, *others = text.strip().splitlines() or [""]
    return first.strip() == FIRST_LINE and all(
        line.lstrip()[:1] in ("", "#", "!", "%") for line in others
    )
