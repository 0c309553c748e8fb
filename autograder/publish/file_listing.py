"""Files in a folder, as the programs that publish them see them."""

from __future__ import annotations

import os
from pathlib import Path


def files_below(folder: Path) -> list[Path]:
    """Give the files in a folder and in the folders in it, in the order of their paths.

    What Python leaves in `__pycache__` is published by nobody.
    """
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in files if "__pycache__" not in path.parts)


def environment_of_git() -> dict[str, str]:
    """Give the environment that Git runs in.

    What steers it from outside is left out: it is to look at the place that it is shown.
    """
    return {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_")
    }
