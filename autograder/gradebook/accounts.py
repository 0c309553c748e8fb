"""Whose folder it is: the name of a folder as the student's name in the gradebook."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from ..safe.harmless import composed
from ..safe.printable import tame_line

NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


def account_name(folder: str) -> str:
    """Give the student that a folder's name stands for, composed (NFC) as rosters have names.

    Raises
    ------
    ValueError
        If nbgrader cannot work with such a name; the message says why.
    """
    if not folder or folder.startswith("."):
        raise ValueError(
            "nbgrader passes over a name that begins with a dot; rename the folder"
        )
    if tame_line(folder) != folder:
        raise ValueError(
            "its name has characters that cannot be printed; rename the folder"
        )
    return composed(folder)


def is_wanted(student: str, wanted: str) -> bool:
    """Say whether a student is meant by nbgrader's `--student`, a name or a pattern."""
    return student == composed(wanted) or fnmatchcase(student, composed(wanted))


def student_folders(
    tree: Path, assignment: str, students: str = "*"
) -> tuple[dict[str, str], dict[str, str]]:
    """Find the folders of a submitted tree in which something lies for an exercise.

    Parameters
    ----------
    tree : Path
        With `<student>/<assignment>` in it.
    assignment : str
        The exercise; "*" for any.
    students : str
        A name, or a pattern as nbgrader's `--student` takes it.

    Returns
    -------
    dict of str to str
        The folder's name by the student's.
    dict of str to str
        Why a folder cannot be any student's, by its name.
    """
    found: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    for folder in sorted(_folders_with(tree, assignment)):
        try:
            student = account_name(folder)
        except ValueError as error:
            if is_wanted(folder, students):
                refused[folder] = str(error)
            continue
        if is_wanted(student, students):
            found.setdefault(student, []).append(folder)
    single: dict[str, str] = {}
    for student, folders in found.items():
        if len(folders) == 1:
            single[student] = folders[0]
            continue
        # which of them counts nobody can tell
        same = "its name and another folder's are the same student's; leave one of them"
        refused.update(dict.fromkeys(folders, f"{same} ({student})"))
    return single, refused


def _folders_with(tree: Path, assignment: str) -> Iterable[str]:
    """Give names of folders, or links to them, in which the exercise's name is found or may be."""
    try:
        names = os.listdir(tree)
    except FileNotFoundError:
        return
    for name in names:
        if _may_hold(tree / name, assignment):
            yield name


def _may_hold(folder: Path, assignment: str) -> bool:
    """Say whether an exercise's name is in a folder; what cannot be looked into may hold it."""
    try:
        if assignment == "*":
            return stat.S_ISDIR(folder.stat().st_mode)
        os.lstat(folder / assignment)
        return True
    except OSError as error:
        return error.errno not in NOT_THERE
