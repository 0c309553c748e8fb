"""Take files out of others' zips: no link, no more than allowed, nothing outside of a folder."""

from __future__ import annotations

import errno
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

LARGEST = 256 * 2**20  # bytes of one file in a zip
LARGEST_ZIP = 4 * 2**30  # bytes of all that is taken out of a zip and of zips in it
MOST_INSIDE = 10_000  # files of one student's zip that are looked at

# What a damaged or odd archive raises while it is read; what the system says (OSError) is not among
# it.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, ValueError, UnicodeError,
)  # fmt: skip


class ArchiveError(Exception):
    """What is wrong with a zip or a file in it; `total` if all of the zip is too much."""

    def __init__(self, why: str, total: bool = False):
        super().__init__(why)
        self.total = total


@dataclass
class Room:
    """Bytes that may still be taken out of a zip and of the zips in it."""

    left: int


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip.

    Raises
    ------
    ArchiveError
        If it is damaged, cut off, or none.
    OSError
        If the system cannot read it.
    """
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        if error.errno is None:  # the library's own, not the system's
            raise ArchiveError(f"{error}") from None
        # a position before the file's beginning, by what the zip says of itself
        if error.errno == errno.EINVAL:
            raise ArchiveError("it says of itself what cannot be") from None
        raise
    except DAMAGED as error:
        raise ArchiveError(f"{error}") from None
    with archive:
        yield archive


def names(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Give each entry and its path, whose parts lead nowhere else: no root, no `..`."""
    for info in archive.infolist():
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        kept = [part for part in parts if part not in ("/", "//", "..", ".")]
        if kept:
            yield info, PurePosixPath(*kept)


def is_link(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is a symbolic link."""
    return stat.S_ISLNK(info.external_attr >> 16)


def take_out(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, room: Room
) -> None:
    """Put one file of a zip where it can do no harm.

    Nothing is left there if that fails.

    Parameters
    ----------
    archive : zipfile.ZipFile
        The zip, open.
    info : zipfile.ZipInfo
        The entry of the file.
    target : Path
        Where it is put.
    room : Room
        The bytes that may still be taken out; the file's are taken off.

    Raises
    ------
    ArchiveError
        If it is too large, damaged, encrypted, or packed in an unknown way.
    OSError
        If the system cannot read or write.
    """
    try:
        _copy(archive, info, target, room)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    room.left -= target.stat().st_size


def _copy(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, room: Room
) -> None:
    most = min(LARGEST, room.left)
    too_much = ArchiveError(
        f"it has more than the {most >> 20} MB allowed", total=room.left < LARGEST
    )
    if info.file_size > LARGEST:
        raise ArchiveError(f"it has more than the {LARGEST >> 20} MB allowed")
    if info.file_size > most:
        raise too_much
    with open(target, "xb") as sink:
        try:
            source = archive.open(info)
        except DAMAGED as error:
            raise ArchiveError(f"it cannot be taken out of the zip ({error})") from None
        with source:
            while part := _read(source):
                if sink.tell() + len(part) > most:
                    raise too_much
                sink.write(part)


def _read(source: IO[bytes]) -> bytes:
    try:
        return source.read(2**20)
    except DAMAGED as error:
        raise ArchiveError(f"it cannot be taken out of the zip ({error})") from None
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # bz2 says so of a damaged stream
            raise ArchiveError(f"it cannot be taken out of the zip ({error})") from None
        raise
