"""What nbgrader gets to see of a submission: copies made here, never what was handed in itself.

nbgrader copies all that lies beside a notebook as far as the feedback, follows links, waits for
pipes, and takes a time of submission from wherever there is one. It is therefore given a tree of
its own, with three files for each submission that were read here: the notebook that counts, the
collector's time, and the word by which feedback finds its way back.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from ..collect.find import find_in_folder
from ..collect.hand_in import HandIn
from ..collect.which_file import Weigh
from ..grade.notebook_file import LARGEST
from ..safe.plain_files import (
    UnreadableError,
    folder_inside,
    opened_inside,
    opened_plain,
    read_plain,
)

TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
_SECRET = re.compile(r"[0-9a-f]{16,128}")
_SHORT = 200  # bytes of either file; a time and a word are shorter


class SeveralNamesError(OSError):
    """A file that has another name elsewhere: nobody can tell whose it is."""


def take(
    tree: Path,
    folder: str,
    student: str,
    assignment: str,
    into: Path,
    weigh: Weigh | None = None,
) -> HandIn:
    """Copy a submission from a submitted tree.

    Parameters
    ----------
    tree : Path
        The submitted tree.
    folder, student : str
        The student's folder in it, and the student's name.
    assignment : str
        The exercise.
    into : Path
        nbgrader's tree; `<student>/<assignment>/<assignment>.ipynb` is written there, without text
        if the submission is refused.
    weigh : callable, optional
        Says how much of an exercise is in a notebook, where several were handed in.

    Returns
    -------
    HandIn
        The copy; `problem` says why it is refused, if it is.

    Raises
    ------
    OSError
        If the system cannot read or write it, which is no fault of the student's.
    """
    target = into / student / assignment
    target.mkdir(parents=True)
    found, data = _notebook(tree, folder, student, assignment, weigh)
    copy = target / f"{assignment}.ipynb"
    copy.write_bytes(data)
    place = tree / folder / assignment
    if moment := time_of(place, tree):
        (target / TIMESTAMP).write_text(as_text(moment))
    if word := secret_of(place, tree):
        (target / SECRET).write_text(word)
    return replace(
        found, student=student, assignment=assignment, path=_named(copy, found)
    )


def _notebook(
    tree: Path, folder: str, student: str, assignment: str, weigh: Weigh | None
) -> tuple[HandIn, bytes]:
    """The notebook that counts, and its bytes."""
    place = tree / folder / assignment
    nothing = HandIn(student, assignment, place / f"{assignment}.ipynb")
    try:
        _refuse_links(tree, folder, assignment)
        found = find_in_folder(student, place, weigh)
        if found.broken:
            raise OSError(found.broken)
        if found.problem:
            return found, b""
        with opened_plain(found.path, below=tree) as handle:
            if os.fstat(handle).st_nlink > 1:
                raise SeveralNamesError(
                    f"{found.path.name} has other names on this disk (hard links), so that it may "
                    "be anybody's; put a copy in its place"
                )
        return found, read_plain(found.path, LARGEST, below=tree)
    except UnreadableError as error:
        return replace(nothing, problem=str(error)), b""


def _refuse_links(tree: Path, folder: str, assignment: str) -> None:
    """See that both folders are folders of the tree itself."""
    top = os.open(tree, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with folder_inside(top, folder) as outer, folder_inside(outer, assignment):
            pass
    except UnreadableError as error:
        raise UnreadableError(f"its folder cannot be looked into: {error}") from None
    finally:
        os.close(top)


def _named(copy: Path, found: HandIn) -> Path:
    """The copy by the name that the notebook had, for whoever says which file it was."""
    if found.path.name == copy.name or found.problem:
        return copy
    named = copy.parents[2] / "named" / found.student / found.path.name
    named.parent.mkdir(parents=True)
    os.link(copy, named)
    return named


def time_of(place: Path, tree: Path) -> datetime | None:
    """The time of submission that lies in a folder, in UTC; None if there is none."""
    try:
        text = read_plain(place / TIMESTAMP, _SHORT, below=tree).decode().strip()
        return parse_utc(text) if text else None
    except (UnreadableError, ValueError, ArithmeticError, TypeError):
        return None


def secret_of(place: Path, tree: Path) -> str:
    """The word that `nbgrader submit` made up, by which feedback is found; "" if there is none."""
    try:
        with opened_plain(place / SECRET, below=tree) as handle:
            return secret_in(os.read(handle, _SHORT))
    except UnreadableError:
        return ""


def secret_inside(folder: int) -> str:
    """The same, of a folder that is open."""
    try:
        with opened_inside(folder, SECRET) as handle:
            return secret_in(os.read(handle, _SHORT))
    except UnreadableError:
        return ""


def secret_in(data: bytes) -> str:
    """A file's bytes if they are such a word: digits of base 16 and nothing else."""
    text = data.decode("ascii", "replace").strip()
    return text if _SECRET.fullmatch(text) else ""


def as_text(moment: datetime) -> str:
    """A time in UTC as the text of a `timestamp.txt`."""
    naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return f"{naive.isoformat(sep=' ', timespec='microseconds')} UTC\n"
