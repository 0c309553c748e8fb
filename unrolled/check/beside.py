"""Where an exercise's files may lie, seen from the notebook or script that asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def folders_of(assignment: str, variables: dict[str, Any]) -> Iterator[Path]:
    """Give the folders in which an exercise may lie, likeliest first.

    It is the working folder, as Jupyter has it. A script or VS Code may work in another one: then
    it is beside the file that runs, or below.

    Parameters
    ----------
    assignment : str
        Name of the exercise.
    variables : dict
        Of the notebook or script, among which may be its own path.
    """
    yield Path()
    for name in ("__vsc_ipynb_file__", "__file__"):
        path = variables.get(name)
        if isinstance(path, str):
            yield Path(path).parent
    yield Path(assignment)
    yield Path("..", assignment)
