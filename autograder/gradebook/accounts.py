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


def account(folder: str) -> str:
    """The student that a folder's name stands for, in the composed form (NFC) that rosters have.

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


def chosen(student: str, wanted: str) -> bool:
    """Whether a student is meant by nbgrader's `--student`, a name or a pattern."""
    return student == composed(wanted) or fnmatchcase(student, composed(wanted))


def folders(
    tree: Path, assignment: str, students: str = "*"
) -> tuple[dict[str, str], dict[str, str]]:
    """The folders of a submitted tree in which something lies for an exercise.

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
    refused = {}
    for folder in sorted(_with_something(tree, assignment)):
        try:
            student = account(folder)
        except ValueError as error:
            if chosen(folder, students):
                refused[folder] = str(error)
            continue
        if chosen(student, students):
            found.setdefault(student, []).append(folder)
    for student, names in found.items():
        if len(names) > 1:
            same = "its name and another folder's are the same student's; leave one of them"
            refused.update(dict.fromkeys(names, f"{same} ({student})"))
    return {
        student: names[0] for student, names in found.items() if len(names) == 1
    }, refused


def _with_something(tree: Path, assignment: str) -> Iterable[str]:
    """Names of folders, or links to them, in which the exercise's name is found or may be."""
    try:
        names = os.listdir(tree)
    except FileNotFoundError:
        return
    for name in names:
        try:
            if assignment == "*":
                found = stat.S_ISDIR(os.stat(tree / name).st_mode)
            else:
                os.lstat(tree / name / assignment)
                found = True
        except OSError as error:
            found = error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
        if found:
            yield name
