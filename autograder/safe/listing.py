"""What lies in a folder or a zip, listed in one way; nothing is followed, nothing read."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import archives
from .printable import reason

# Of a path within a source, the outermost first.
Parts = tuple[str, ...]
MACS_OWN = "__MACOSX"  # a Mac puts it beside what it packs
NEVER_LISTED = (MACS_OWN, ".ipynb_checkpoints")


def is_notebook(name: str) -> bool:
    """Say whether a file is named like a notebook."""
    return name.lower().endswith(".ipynb")


def is_zip(name: str) -> bool:
    """Say whether a file is named like a zip."""
    return name.lower().endswith(".zip")


def is_notebook_or_zip(name: str) -> bool:
    """Say whether a file is named like what is handed in."""
    return name.lower().endswith((".ipynb", ".zip"))


@dataclass(frozen=True)
class Entry:
    """One file, or a folder that is empty, linked or closed.

    Attributes
    ----------
    parts : tuple of str
        Of its path within the source.
    kind : str
        `file`, `link` (to a folder), or of a folder `empty`, `hidden` (it holds hidden ones only)
        or `closed` (it cannot be listed).
    path : Path
        Where it is; of a zip's entry nothing is there before it is taken out.
    info : ZipInfo or None
        The zip's entry.
    why : str
        What the system said of a closed folder.
    """

    parts: Parts
    kind: str
    path: Path
    info: zipfile.ZipInfo | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.parts[-1]

    @property
    def folder(self) -> Parts:
        """The path of the folder that it lies in."""
        return self.parts[:-1]

    @property
    def inside(self) -> str:
        """Its path within the source, as it is written."""
        return "/".join(self.parts)

    @property
    def is_file(self) -> bool:
        """Whether it is a file, as opposed to a folder of which there is something to say."""
        return self.kind == "file"


def in_folder(top: Path, assignments: Collection[str]) -> Iterator[Entry]:
    """List what lies in a folder and in the folders in it, in the order of names.

    Hidden folders are passed over, unless they are a student's in a submitted tree, by a folder of
    an exercise in it.

    Raises
    ------
    OSError
        If the folder itself cannot be listed.
    """
    waiting = [Entry((), "folder", top)]
    while waiting:
        folder = waiting.pop()
        try:
            entries = _entries_of(folder, assignments)
        except OSError as error:
            if not folder.parts:
                raise
            why = reason(error)
            yield Entry(folder.parts, "closed", folder.path, why=why)
            continue
        folders = [entry for entry in entries if entry.kind == "folder"]
        listed = [entry for entry in folders if not _is_passed_over(entry.parts)]
        shown = [entry for entry in entries if entry.kind != "folder"]
        if not (listed or shown) and _is_told_of(folder):
            kind = "hidden" if entries else "empty"
            yield Entry(folder.parts, kind, folder.path)
        yield from shown
        waiting += reversed(listed)


def _entries_of(folder: Entry, assignments: Collection[str]) -> list[Entry]:
    """What lies in a folder, in the order of names; of a hidden student's, exercises only."""
    children = sorted(os.scandir(folder.path), key=lambda child: child.name)
    if len(folder.parts) == 1 and _is_hidden(folder.name):
        children = [child for child in children if child.name in assignments]
    return [
        Entry((*folder.parts, child.name), _kind(child), Path(child.path))
        for child in children
    ]


def _kind(child: os.DirEntry) -> str:
    """Say what a child of a folder is; what is named like a notebook is to be read as one."""
    if is_notebook(child.name):
        return "file"
    if child.is_symlink():
        return "link" if _leads_to_folder(Path(child.path)) else "file"
    return "folder" if child.is_dir(follow_symlinks=False) else "file"


def _is_told_of(folder: Entry) -> bool:
    """Whether it is said of a folder that it holds nothing."""
    hidden = any(_is_hidden(part) for part in folder.parts)
    return bool(folder.parts) and not hidden


def _leads_to_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a loop, or too long
        return False


def _is_passed_over(parts: Parts) -> bool:
    """Whether a folder is not listed: a hidden one may be a student's on top only."""
    if parts[-1] in NEVER_LISTED:
        return True
    return len(parts) > 1 and _is_hidden(parts[-1])


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def in_zip(archive: zipfile.ZipFile, place: Path) -> Iterator[Entry]:
    """List a zip's files and empty folders.

    Each file has the path that it would be taken out to.
    """
    entries = list(archives.names(archive))
    filled = {folder.parts for _, name in entries for folder in name.parents}
    for number, (info, name) in enumerate(entries):
        if not info.is_dir():
            yield Entry(name.parts, "file", place / f"{number}.ipynb", info)
        elif name.parts not in filled and MACS_OWN not in name.parts:
            yield Entry(name.parts, "empty", place)
