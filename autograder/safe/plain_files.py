"""Read files that somebody else has put there: ordinary ones only, no link followed, never more
than allowed.

Every front reads what students hand in through here. What is wrong with the file itself is the
student's (`UnreadableError`); whatever else the system says, such as a failing disk or no
descriptor left, is passed on as `OSError`: it is the machinery's failure, and no mark may
follow from it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

# What a path itself can be guilty of: absent, a folder, a link, a socket or pipe, a name that
# no file can have.
_OF_THE_PATH = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file: a file stands where a folder is expected",
    errno.EISDIR: "it is not a file",
    errno.ENXIO: "it is not a file",
    errno.ELOOP: "it is a symbolic link; hand in the file itself",
    errno.ENAMETOOLONG: "its name is too long",
}


class UnreadableError(Exception):
    """A submission that cannot be graded for what it is; the message is for the student."""


def read_plain(path: Path, most: int, below: Path | None = None) -> bytes:
    """Read an ordinary file whole.

    Parameters
    ----------
    path : Path
        The file.
    most : int
        Bytes that it may have.
    below : Path, optional
        A folder of the instructor's that `path` lies in: no link is followed from there on.
        Unless given, only the last part of the path must not be one.

    Raises
    ------
    UnreadableError
        If it is absent, a link (or reached through one), no ordinary file, or too large.
    OSError
        If the system cannot read it for any other reason.
    """
    with opened_plain(path, below) as handle:
        size = os.fstat(handle).st_size
        if size > most:
            raise UnreadableError(
                f"it has {size / 2**20:.0f} MB, more than the {most >> 20} allowed; "
                "clear its outputs"
            )
        with open(handle, "rb", closefd=False) as file:
            data = file.read(most + 1)  # it may have grown since
        if len(data) > most:
            raise UnreadableError(
                f"it has more than the {most >> 20} MB allowed; clear its outputs"
            )
        return data


@contextlib.contextmanager
def opened_plain(path: Path, below: Path | None = None) -> Iterator[int]:
    """Give a descriptor of an ordinary file, opened for reading.

    Parameters and errors as for `read_plain`.
    """
    folders = path.parent.relative_to(below).parts if below else ()
    if ".." in folders:
        raise ValueError(f"{path} leads out of {below} by '..'")
    try:
        place = os.open(below or path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        if error.errno not in _OF_THE_PATH:
            raise
        raise UnreadableError(_OF_THE_PATH[error.errno]) from None
    try:
        for name in folders:
            inner = _open(name, os.O_RDONLY | os.O_DIRECTORY, place)
            os.close(place)
            place = inner
        with opened_inside(place, path.name) as handle:
            yield handle
    finally:
        os.close(place)


@contextlib.contextmanager
def opened_inside(folder: int, name: str) -> Iterator[int]:
    """Give a descriptor of an ordinary file in a folder that is open.

    Errors as for `read_plain`.
    """
    handle = _open(name, os.O_RDONLY | os.O_NONBLOCK, folder)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UnreadableError("it is not a file")
        yield handle
    finally:
        os.close(handle)


@contextlib.contextmanager
def folder_inside(folder: int, name: str) -> Iterator[int]:
    """Give a descriptor of a folder in a folder that is open; errors as for `read_plain`."""
    inner = _open(name, os.O_RDONLY | os.O_DIRECTORY, folder)
    try:
        yield inner
    finally:
        os.close(inner)


def _open(name: str, flags: int, folder: int) -> int:
    try:
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        what = _OF_THE_PATH.get(error.errno or 0)
        # O_DIRECTORY says of a link that it is no folder
        if error.errno == errno.ENOTDIR and _is_link(name, folder):
            what = _OF_THE_PATH[errno.ELOOP]
        if what is None:
            raise
        raise UnreadableError(what) from None


def _is_link(name: str, folder: int) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:  # taken away in the meantime
        return False
