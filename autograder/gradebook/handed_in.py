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
SHORT = 200  # bytes of either file; a time and a word are shorter


class SeveralNamesError(OSError):
    """A file that has another name elsewhere: nobody can tell whose it is."""


def copy_submission(
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
    # a refused submission is a notebook without text: nbgrader then asks for its grade as well
    found, data = _read_notebook(tree, folder, student, assignment, weigh)
    copy = target / f"{assignment}.ipynb"
    copy.write_bytes(data)
    # the collector's time and the word for the feedback, if they are what they should be
    place = tree / folder / assignment
    if moment := submission_time(place, tree):
        (target / TIMESTAMP).write_text(timestamp_text(moment))
    if word := _feedback_secret(place, tree):
        (target / SECRET).write_text(word)
    named = _link_by_own_name(copy, found)
    return replace(found, student=student, assignment=assignment, path=named)


def _read_notebook(
    tree: Path, folder: str, student: str, assignment: str, weigh: Weigh | None
) -> tuple[HandIn, bytes]:
    """Give the notebook that counts, and its bytes; none where it is refused."""
    place = tree / folder / assignment
    nothing = HandIn(student, assignment, place / f"{assignment}.ipynb")
    try:
        # no step follows a link: neither to the folders, nor to the notebook in them
        _refuse_links(tree, folder, assignment)
        found = find_in_folder(student, place, weigh)
        if found.broken:  # by the system, which is no fault of the student's
            raise OSError(found.broken)
        if found.problem:
            return found, b""
        with opened_plain(found.path, below=tree) as handle:
            names = os.fstat(handle).st_nlink
        if names > 1:
            raise SeveralNamesError(
                f"{found.path.name} has other names on this disk (hard links), so that "
                "it may be anybody's; put a copy in its place"
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


def _link_by_own_name(copy: Path, found: HandIn) -> Path:
    """Give the copy by the name that the notebook had, for whoever says which file it was."""
    if found.path.name == copy.name or found.problem:
        return copy
    named = copy.parents[2] / "named" / found.student / found.path.name
    named.parent.mkdir(parents=True)
    os.link(copy, named)
    return named


def submission_time(place: Path, tree: Path) -> datetime | None:
    """Read the time of submission that lies in a folder, in UTC; None if there is none."""
    try:
        text = read_plain(place / TIMESTAMP, SHORT, below=tree).decode().strip()
        return parse_utc(text) if text else None
    except (UnreadableError, ValueError, ArithmeticError, TypeError):
        return None


def _feedback_secret(place: Path, tree: Path) -> str:
    """Read the word that `nbgrader submit` made up, by which feedback is found; "" if there is
    none.
    """
    try:
        with opened_plain(place / SECRET, below=tree) as handle:
            return _secret_word(os.read(handle, SHORT))
    except UnreadableError:
        return ""


def feedback_secret_inside(folder: int) -> str:
    """Read the word of a folder that is open, by its descriptor; "" if there is none."""
    try:
        with opened_inside(folder, SECRET) as handle:
            return _secret_word(os.read(handle, SHORT))
    except UnreadableError:
        return ""


def _secret_word(data: bytes) -> str:
    """Give a file's bytes if they are such a word: digits of base 16 and nothing else."""
    text = data.decode("ascii", "replace").strip()
    return text if _SECRET.fullmatch(text) else ""


def timestamp_text(moment: datetime) -> str:
    """Give a time, in UTC where it names no zone, as the text of a `timestamp.txt`."""
    naive = moment
    if moment.tzinfo:
        naive = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(sep=' ', timespec='microseconds')} UTC\n"
