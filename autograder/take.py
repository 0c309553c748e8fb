"""Take one file out of a folder that others fill: `python -m autograder.take FOLDER FILE INTO`.

Nothing is followed on the way. Where the file is none that can be taken there is nothing in `INTO`,
or a link that leads nowhere where a link was: the grader then says why. Exit 1 if the system could
not read it: that is no absence.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .exits import NOT_GRADED, OK
from .grade.notebook_file import LARGEST
from .safe.plain_files import UnreadableError, read_plain
from .safe.printable import complain


def take(folder: Path, file: str, into: Path) -> str:
    """Copy `folder/file` into a folder.

    Parameters
    ----------
    folder : Path
        What others fill.
    file : str
        Of a path in it; nothing on the way is followed.
    into : Path
        The folder that gets the copy, by the name that the file has.

    Returns
    -------
    str
        What is wrong with the file, "" if nothing is.

    Raises
    ------
    OSError
        If the system cannot read or write.
    """
    source, target = folder / file, into / Path(file).name
    try:
        data = read_plain(source, LARGEST, below=folder)
    except UnreadableError as error:
        if os.path.lexists(source):
            os.symlink("nowhere", target)
        return str(error)
    target.write_bytes(data)
    return ""


def main(arguments: Sequence[str]) -> int:
    """Take a file.

    Returns
    -------
    int
        0: taken, or there is none; 1: the system could not.
    """
    folder, file, into = arguments
    try:
        if why := take(Path(folder), file, Path(into)):
            complain(f"{file}: {why}")
    except OSError as error:
        complain(f"{file} could not be read: {error.strerror or error}")
        return NOT_GRADED
    return OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
