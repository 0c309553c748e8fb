"""Find submissions: notebooks, an nbgrader `submitted/` tree, or the zip of downloads that an LMS makes."""

from __future__ import annotations

import lzma
import os
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

LARGEST = 256 * 2**20  # bytes of one file in a zip
LARGEST_ZIP = 4 * 2**30  # bytes of all that is taken out of one zip
MOODLE = re.compile(
    r"(?:^|/)(?P<student>[^/]+?)_\d+_assignsubmission_(file|onlinetext)_?(/(?P<rest>.*)|(?P<file>[^/]*))$"
)
CANVAS = re.compile(r"(?:^|/)(?P<student>[^/_]+)(_LATE)?_\d+_\d+_(?P<file>[^/]+)$")
AGAIN = re.compile(r"[-_ ]?\(?(\d{1,6})\)?$")  # ex1_rnn_cell-2, ex1_rnn_cell (2): handed in again


class CollectError(Exception):
    """A path that holds no submissions; the message says what was expected."""


@dataclass(frozen=True)
class Found:
    """One submission: whose, of which assignment ("" if the file's name does not tell), and where.

    `problem` says why there is no notebook, if there is none.
    """

    student: str
    assignment: str
    path: Path
    problem: str = ""
    turn: int = 0


def collect(path: Path, assignments: Sequence[str], scratch: Path, wanted: str = "") -> list[Found]:
    """Find the submissions in a path.

    Parameters
    ----------
    path : Path
        A notebook, a folder or a zip.
    assignments : sequence of str
        The course's exercises.
    scratch : Path
        An empty folder that outlives the grading; a zip's notebooks are put there.
    wanted : str, optional
        Take what does not say its assignment for this one, and leave out what says another.

    Raises
    ------
    CollectError
        If the path does not exist or holds nothing.
    """
    if not os.path.lexists(path):
        raise CollectError(f"{path} does not exist")
    if path.is_dir():
        found = list(_in_folder(path, assignments))
    elif path.is_file() and zipfile.is_zipfile(path):  # a FIFO would be waited for
        found = list(_in_zip(path, assignments, scratch))
    else:
        found = [Found(_plain_student(path), _assignment_of(path.stem, assignments), path)]
    if not found:
        raise CollectError(f"{path} holds no notebooks; expected .ipynb files, a submitted/ tree or an LMS's zip")
    named = [replace(f, assignment=f.assignment or wanted) for f in found]
    kept = [f for f in named if not wanted or f.assignment == wanted]
    if not kept:
        raise CollectError(f"{path} holds nothing of {wanted}")
    return latest(kept)


def _in_folder(folder: Path, assignments: Sequence[str]) -> Iterator[Found]:
    submitted = list(_submitted_tree(folder, assignments))
    if submitted:
        yield from submitted
        return
    for path in sorted(folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            yield _by_name(path, PurePosixPath(path.relative_to(folder).as_posix()), assignments)


def _submitted_tree(folder: Path, assignments: Sequence[str]) -> Iterator[Found]:
    """`folder/<student>/<assignment>/`, or one student's folder in it."""
    for place in sorted(folder.glob("*/*")):
        links = place.is_symlink() or place.parent.is_symlink()
        if place.name in assignments and place.is_dir() and not links:
            yield _submitted(place.parent.name, place)
    for place in sorted(folder.glob("*")):
        if place.name in assignments and place.is_dir() and not place.is_symlink():
            yield _submitted(folder.resolve().name, place)


def _submitted(student: str, place: Path) -> Found:
    own = place / f"{place.name}.ipynb"
    others = sorted(p for p in place.glob("*.ipynb"))
    if os.path.lexists(own):
        return Found(student, place.name, own)
    if len(others) == 1:
        return Found(student, place.name, others[0])
    what = "no notebook" if not others else f"{len(others)} notebooks, none named {own.name}"
    return Found(student, place.name, own, f"there is {what} in the submission's folder")


def _in_zip(path: Path, assignments: Sequence[str], scratch: Path) -> Iterator[Found]:
    place = Path(tempfile.mkdtemp(dir=scratch))
    left = LARGEST_ZIP
    try:
        with zipfile.ZipFile(path) as archive:
            for number, info in enumerate(archive.infolist()):
                name = PurePosixPath(info.filename.replace("\\", "/"))
                if info.is_dir() or name.suffix != ".ipynb" or "__MACOSX" in name.parts or name.name.startswith("."):
                    continue
                target = place / f"{number}.ipynb"
                found = _by_name(target, name, assignments)
                yield replace(found, problem=_extract(archive, info, target, min(LARGEST, left)))
                left -= target.stat().st_size if target.exists() else 0
    except zipfile.BadZipFile as error:
        raise CollectError(f"{path} is a damaged zip ({error})") from None


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, most: int) -> str:
    """Put one file of a zip where it can do no harm; the problem, if there is one."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a symbolic link; hand in the file itself"
    too_large = f"it has more than the {most >> 20} MB allowed"
    if info.file_size > most:
        return too_large
    try:
        with archive.open(info) as source, open(target, "xb") as sink:
            while part := source.read(2**20):
                if sink.tell() + len(part) > most:
                    return too_large
                sink.write(part)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
        return f"it cannot be taken out of the zip ({error})"
    except (RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:  # encrypted, cut off, odd
        return f"it cannot be taken out of the zip ({error})"
    return ""


def _by_name(path: Path, name: PurePosixPath, assignments: Sequence[str]) -> Found:
    """Student and assignment by what an LMS makes of a file's name, else by folder and stem."""
    for pattern in (MOODLE, CANVAS):
        if match := pattern.search(str(name)):
            parts = match.groupdict()
            file = PurePosixPath(parts.get("rest") or parts["file"] or name.name).stem
            turn = AGAIN.search(file)
            assignment = _assignment_of(file, assignments)
            again = int(turn[1]) if turn and assignment and not assignment.endswith(turn[0]) else 0
            return Found(safe_name(parts["student"]), assignment, path, turn=again)
    folder = name.parent.name
    student = f"{folder}-{name.stem}" if folder else name.stem
    return Found(safe_name(student), _assignment_of(name.stem, assignments), path)


def _plain_student(path: Path) -> str:
    return safe_name(f"{path.resolve().parent.name}-{path.stem}")


def _assignment_of(stem: str, assignments: Sequence[str]) -> str:
    """The assignment whose name stands in a file's name, the longest if several do."""
    inside = [a for a in assignments if a in stem]
    return max(inside, key=len) if inside else ""


def safe_name(name: str) -> str:
    """A name that is one folder of its own, whatever a zip or a file system held."""
    plain = re.sub(r"[^\w.,@ -]+", "_", name).strip(" .")
    return plain.encode()[:180].decode(errors="ignore").strip(" .") or "unnamed"


def latest(found: Sequence[Found]) -> list[Found]:
    """Keep the last hand-in of each student, and tell apart different files that would share a name."""
    best: dict[tuple[str, str], Found] = {}
    for one in dict.fromkeys(found):
        key = (one.student, one.assignment)
        if key not in best or one.turn > best[key].turn:
            best[key] = one
        elif one.turn == best[key].turn:
            number = next(n for n in range(2, 10**6) if (f"{one.student}-{n}", one.assignment) not in best)
            best[f"{one.student}-{number}", one.assignment] = replace(one, student=f"{one.student}-{number}")
    return list(best.values())
