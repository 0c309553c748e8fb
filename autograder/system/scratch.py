"""One folder for all temporary files of a command.

So one that was killed leaves nothing for good.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "unrolled-grading-"


@contextlib.contextmanager
def scratch_folder(base: Path | None = None) -> Iterator[Path]:
    """Give a folder in which this process and those it starts put their temporary files, and
    remove it at the end.

    What commands that were killed have left is removed first: a folder that no living command
    holds.

    Parameters
    ----------
    base : Path, optional
        Where to make it; the system's place for temporary files unless given.

    Notes
    -----
    The folder can be passed through by other users, as a worker that runs as one must find its
    own files in it; what lies in it is closed to them as each part sees fit.
    """
    environment, own = os.environ.get("TMPDIR"), tempfile.tempdir
    with held_folder(Path(base or tempfile.gettempdir())) as folder:
        try:
            os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
            yield folder
        finally:
            tempfile.tempdir = own
            if environment is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = environment


@contextlib.contextmanager
def held_folder(base: Path) -> Iterator[Path]:
    """Give a new folder that is removed at the end.

    The next command there removes it if this one is killed.
    """
    sweep(base)
    folder, lock = _locked(base)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextlib.contextmanager
def writing_to(out: Path) -> Iterator[None]:
    """Hold a folder of results while files are written to it, and remove first what killed
    commands left half written.

    Several commands may write to one folder; while one does, nothing is removed.
    """
    descriptor = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(
            OSError
        ):  # another command is at work there, or the file system knows no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for half in out.glob("*/.*.json.*"):
                half.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def sweep(base: Path) -> list[Path]:
    """Remove the folders of commands that are no more.

    Returns
    -------
    list of Path
        The folders removed.
    """
    gone = []
    for folder in base.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another's, held, or gone in the meantime
            lock = _lock(folder)
            try:
                if os.fstat(lock).st_uid == os.geteuid():
                    shutil.rmtree(folder, ignore_errors=True)
                    gone.append(folder)
            finally:
                os.close(lock)
    return gone


def _locked(base: Path) -> tuple[Path, int]:
    """Give a new folder and its lock.

    It takes its name when it is locked, lest another command sweep it away before.
    """
    made = Path(tempfile.mkdtemp(dir=base, prefix=".unrolled-"))
    made.chmod(0o711)
    lock = _lock(made)
    folder = base / f"{PREFIX}{made.name.removeprefix('.unrolled-')}"
    made.rename(folder)
    return folder, lock


def _lock(folder: Path) -> int:
    """Lock a folder for as long as the descriptor is open, or this process lives.

    Raises
    ------
    OSError
        If another process holds it, or it is no folder.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
