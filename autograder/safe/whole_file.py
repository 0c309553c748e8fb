"""Write a file whole or not at all."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
    Where something fails meanwhile, it is removed and the other one stays. `mode` is as for
    `write_whole`.
    """
    scratch = _new_file_beside(path, closed=mode is not None)
    try:
        yield scratch
        if mode is not None:
            scratch.chmod(mode)
        os.replace(scratch, path)
        _keep_on_disk(path.parent)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def _new_file_beside(path: Path, closed: bool) -> Path:
    """Make an empty file, closed to others or as the umask has it."""
    if closed:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        scratch = Path(name)
    else:
        scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    os.close(handle)
    return scratch


def _keep_on_disk(folder: Path) -> None:
    """Have a folder's new entries survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
