"""What lies in a folder or a zip, listed in one way; nothing is followed, nothing read."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import archives


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

    parts: tuple[str, ...]
    kind: str
    path: Path
    info: zipfile.ZipInfo | None = None
    why: str = ""


def in_folder(top: Path, assignments: Collection[str]) -> Iterator[Entry]:
    """List what lies in a folder and in the folders in it, in the order of names.

    Hidden folders are passed over, unless they are a student's in a submitted tree, by a folder of
    an exercise in it.

    Raises
    ------
    OSError
        If the folder itself cannot be listed.
    """
    waiting: list[tuple[tuple[str, ...], Path]] = [((), top)]
    while waiting:
        parts, folder = waiting.pop()
        try:
            children = sorted(os.scandir(folder), key=lambda child: child.name)
            if len(parts) == 1 and parts[0].startswith("."):
                children = [child for child in children if child.name in assignments]
            entries = [_entry(child, (*parts, child.name)) for child in children]
        except OSError as error:
            if not parts:
                raise
            yield Entry(parts, "closed", folder, why=error.strerror or str(error))
            continue
        inner = [
            entry
            for entry in entries
            if entry.kind == "folder" and not _hidden(entry.parts)
        ]
        shown = [entry for entry in entries if entry.kind != "folder"]
        if (
            parts
            and not (inner or shown)
            and not any(part.startswith(".") for part in parts)
        ):
            yield Entry(parts, "hidden" if entries else "empty", folder)
        yield from shown
        waiting += [(entry.parts, entry.path) for entry in reversed(inner)]


def _entry(child: os.DirEntry, parts: tuple[str, ...]) -> Entry:
    path = Path(child.path)
    if child.is_symlink():
        return Entry(
            parts,
            "link"
            if not _is_notebook(child.name) and _leads_to_folder(path)
            else "file",
            path,
        )
    if child.is_dir(follow_symlinks=False) and not _is_notebook(child.name):
        return Entry(parts, "folder", path)
    return Entry(parts, "file", path)


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _leads_to_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a loop, or too long
        return False


def _hidden(parts: tuple[str, ...]) -> bool:
    name = parts[-1]
    return (
        name == "__MACOSX"
        or name == ".ipynb_checkpoints"
        or (name.startswith(".") and len(parts) > 1)
    )


def in_zip(archive: zipfile.ZipFile, place: Path) -> Iterator[Entry]:
    """List a zip's files and empty folders.

    Each file has the path that it would be taken out to.
    """
    entries = list(archives.names(archive))
    filled = {
        name.parts[:depth] for _, name in entries for depth in range(1, len(name.parts))
    }
    for number, (info, name) in enumerate(entries):
        if not info.is_dir():
            yield Entry(name.parts, "file", place / f"{number}.ipynb", info)
        elif name.parts not in filled and "__MACOSX" not in name.parts:
            yield Entry(name.parts, "empty", place)
