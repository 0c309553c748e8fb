"""Write a file whole or not at all."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RANDOM_DIGITS = 16  # at the end of the name of a file that is not complete yet


def write_whole(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file whole or not at all: the new one takes the old one's place on the disk.

    Parameters
    ----------
    path : Path
        The file. Its folder is made if there is none; where a link stands, the link is replaced.
    data : bytes
        What it is to hold.
    mode : int, optional
        Who may read it once it is complete, whatever the umask: before that its owner alone. As
        the umask has it unless given.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is there still.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with taking_the_place_of(path, mode) as scratch, open(scratch, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def taking_the_place_of(path: Path, mode: int | None = None) -> Iterator[Path]:
    """Give an empty file beside another, which takes its place when it is complete.

    Its name is hidden and nobody else's, so that two who write the same file at once do not mix.
    Where something fails meanwhile, it is removed and the other one stays. One whose writer was
    killed is removed by the next who writes the same file. `mode` is as for `write_whole`.
    """
    _remove_unfinished(path)
    handle, scratch = _new_file_beside(path, closed=mode is not None)
    try:
        yield scratch
        if mode is not None:
            scratch.chmod(mode)
        os.replace(scratch, path)
        _keep_on_disk(path.parent)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


def _new_file_beside(path: Path, closed: bool) -> tuple[int, Path]:
    """Make an empty file, closed to others or as the umask has it, and lock it.

    The lock tells others that it is being written, for as long as the descriptor is open: until
    its writer is done, or dead.
    """
    while True:
        scratch = path.with_name(
            f".{path.name}.{secrets.token_hex(RANDOM_DIGITS // 2)}"
        )
        mode = 0o600 if closed else 0o666
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with suppress(
            OSError
        ):  # some network folders have no locks: there nothing is removed
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle, scratch
        os.close(handle)  # another took it for unfinished before it was locked


def _remove_unfinished(path: Path) -> None:
    """Remove what was begun in place of a file by a writer that is dead."""
    unfinished = re.compile(
        re.escape(f".{path.name}.") + f"[0-9a-f]{{{RANDOM_DIGITS}}}"
    )
    for name in os.listdir(path.parent):
        if unfinished.fullmatch(name):
            with suppress(OSError):  # it is being written, or is gone, or is another's
                _remove_unlocked(path.with_name(name))


def _remove_unlocked(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    finally:
        os.close(handle)


def _keep_on_disk(folder: Path) -> None:
    """Have a folder's new entries survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
