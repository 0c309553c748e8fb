"""What lies beside a submission's notebook: nbgrader copies it as far as the feedback."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from nbgrader.utils import parse_utc

TIMESTAMP = "timestamp.txt"


def put_away(assignment: str, student: str, notebooks: list[str]) -> None:
    """Hide from nbgrader, by a dot before the name, what it would follow, wait for or stumble over.

    These are links, which may lead to a secret, pipes and devices, and a time of submission that is none. Notebooks
    stay: their reader refuses them itself and says why.

    Parameters
    ----------
    assignment, student : str
        Of nbgrader's hook; not used.
    notebooks : list of str
        Paths of one submission's notebooks; a lone one is given the name that nbgrader looks for.
    """
    _by_its_name(notebooks)
    for top in {Path(notebook).parent for notebook in notebooks}:
        for folder, _, files in os.walk(top):
            for path in (Path(folder, name) for name in files):
                if path.suffix != ".ipynb" and not path.name.startswith(".") and not _plain(path):
                    path.rename(path.with_name(f".{path.name}"))


def _by_its_name(notebooks: list[str]) -> None:
    """Give a lone notebook its folder's name, by which nbgrader knows it; the other fronts take it as it is called.

    nbgrader goes on with the list that it has handed over.
    """
    if len(notebooks) == 1 and os.path.lexists(notebooks[0]):
        path = Path(notebooks[0])
        notebooks[0] = str(path.rename(path.with_name(f"{path.parent.name}.ipynb")))


def _plain(path: Path) -> bool:
    if not stat.S_ISREG(path.lstat().st_mode):
        return False
    if path.name != TIMESTAMP:
        return True
    try:
        return path.stat().st_size < 100 and parse_utc(path.read_text(encoding="utf-8").strip()) is not None
    except (ValueError, OverflowError):
        return False
