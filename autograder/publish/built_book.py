"""The built book as it is published: the files that the build has made, and no others.

The build leaves a note beside its folder. A page that left the contents, a report of a build
that failed, or a file that somebody put there is in no such note, and is never published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from ..safe.whole_file import write_whole
from ..unit.course import CourseError

NOTE = "made.json"
REPORTS = "reports"  # of cells that failed: they hold code and paths
PRIVATE = (".buildinfo", ".doctrees")  # what Sphinx keeps for itself
_AGAIN = "run `make publish`, which builds it into an empty folder"


def note_path(folder: Path | str) -> Path:
    """Say where the note about a built book lies."""
    return Path(folder).with_name(NOTE)


def write_note(folder: Path, files: Iterable[Path], began_empty: bool) -> None:
    """Write down what a build has made.

    Parameters
    ----------
    folder : Path
        The book's.
    files : iterable of Path
        All that is in it and belongs to it.
    began_empty : bool
        Whether nothing was in it before.
    """
    made = {
        path.relative_to(folder).as_posix(): _hash(path.read_bytes())
        for path in sorted(files)
    }
    note = {"began_empty": began_empty, "files": made}
    write_whole(note_path(folder), json.dumps(note, indent=1).encode())


def files_of_book(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """Give the files of a built book by their paths, and what else lies in its folder.

    Parameters
    ----------
    folder : Path
        Where it was built.

    Returns
    -------
    files : dict of str to bytes
        What the build has made.
    strange : list of str
        Files that it has not made.

    Raises
    ------
    CourseError
        If there is no book, it was not built into an empty folder, or something of it has
        changed since.
    """
    if not (folder / "index.html").is_file():
        raise CourseError(f"there is no book in {folder}; {_AGAIN}")
    made = _read_note(folder)
    files, strange = {}, []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise CourseError(
                f"{path} is a link, and would publish what it leads to; {_AGAIN}"
            )
        if not path.is_file() or name.startswith(PRIVATE):
            continue
        if name in made:
            files[name] = path.read_bytes()
        else:
            strange.append(name)
    published = [name for name in made if not name.startswith(PRIVATE)]
    changed = [name for name in published if not _same(name, files, made)]
    if changed:
        raise CourseError(
            f"{folder / changed[0]} is not as the build has made it, and "
            f"{len(changed) - 1} more are not; {_AGAIN}"
        )
    return files, strange


def _same(name: str, files: dict[str, bytes], made: dict[str, str]) -> bool:
    return name in files and _hash(files[name]) == made[name]


def _read_note(folder: Path) -> dict[str, str]:
    """Give the hashes of what the build has made, by path."""
    try:
        note = json.loads(note_path(folder).read_text(encoding="utf-8"))
        began_empty = note["began_empty"]
        made = dict(note["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise CourseError(
            f"nothing says what the build of {folder} has made; {_AGAIN}"
        ) from None
    if not began_empty:
        raise CourseError(
            f"the book in {folder} was built over an earlier one, of which pages may be "
            f"left; {_AGAIN}"
        )
    return made


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
