"""Find submissions: notebooks, an nbgrader `submitted/` tree, or the zip of downloads that an LMS makes."""

from __future__ import annotations

import lzma
import os
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

LARGEST = 256 * 2**20  # bytes of one file in a zip
LARGEST_ZIP = 4 * 2**30  # bytes of all that is taken out of one zip
MOODLE = re.compile(
    r"(?P<student>[^/]+?)_(?P<account>\d+)_assignsubmission_(file|onlinetext)_?(/(?P<rest>.*)|(?P<file>[^/]*))$"
)
CANVAS = re.compile(r"(?P<student>[^/_]+)(?P<late>_LATE)?_(?P<account>\d+)_\d+_(?P<file>[^/]+)$")
AGAIN = re.compile(r"[-_ ]?\(?(\d{1,6})\)?$")  # ex1_rnn_cell-2, ex1_rnn_cell (2): handed in again


class CollectError(Exception):
    """A path that holds no submissions; the message says what was expected."""


@dataclass(frozen=True)
class Found:
    """One submission: whose, of which assignment ("" if the file's name does not tell), and where.

    `problem` says why there is no notebook, if there is none; `turn` counts the hand-ins of one file; `account` is the
    number that an LMS has given the student or the hand-in; `late` is what Canvas says in a file's name.
    """

    student: str
    assignment: str
    path: Path
    problem: str = ""
    turn: int = 0
    account: str = ""
    late: bool = False


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
    elif path.suffix.lower() != ".ipynb" and path.is_file() and zipfile.is_zipfile(path):  # not of a FIFO: it waits
        found = list(_in_zip(path, assignments, scratch))
    else:
        found = [Found(_plain_student(path, assignments), _assignment_of(path.stem, assignments), path)]
    if not found:
        raise CollectError(f"{path} holds no notebooks; expected .ipynb files, a submitted/ tree or an LMS's zip")
    named = [replace(f, assignment=f.assignment or wanted) for f in found]
    kept = [f for f in named if not wanted or f.assignment == wanted]
    if not kept:
        raise CollectError(f"{path} holds nothing of {wanted}")
    return latest(kept)


def _in_folder(folder: Path, assignments: Sequence[str]) -> Iterator[Found]:
    tree = list(_submitted_tree(folder, assignments))
    yield from tree
    taken = {one.path.relative_to(folder).parts[0] for one in tree}
    for path in _notebooks(folder):
        name = PurePosixPath(path.relative_to(folder).as_posix())
        # Beside a tree: of students who have nothing in it, what lies where it was not expected.
        if not tree or (name.parts[0] not in taken and (len(name.parts) < 3 or MOODLE.match(str(name)))):
            yield _by_name(path, name, assignments)
    yield from _closed(folder)


def _notebooks(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() == ".ipynb" and ".ipynb_checkpoints" not in path.parts:
            yield path


def _closed(folder: Path) -> Iterator[Found]:
    """Students' folders, or folders of exercises in them, that cannot be looked into."""
    for place in (*sorted(folder.glob("*")), *sorted(folder.glob("*/*"))):
        try:
            if not os.path.islink(place) and place.is_dir():
                os.listdir(place)
        except PermissionError as error:
            whose = place if place.parent == folder else place.parent
            why = f"its folder {place.name} cannot be read ({error.strerror})"
            yield Found(safe_name(whose.name), "", place, why)


def _submitted_tree(folder: Path, assignments: Sequence[str]) -> Iterator[Found]:
    """`folder/<student>/<assignment>/`, or one student's folder in it."""
    several = [p for p in sorted(folder.glob("*/*")) if p.name in assignments and _plain_folder(p)]
    several = [p for p in several if _plain_folder(p.parent) and not MOODLE.match(f"{p.parent.name}/")]
    yield from (submitted(place.parent.name, place) for place in several)
    if not several:
        alone = [p for p in sorted(folder.glob("*")) if p.name in assignments and _plain_folder(p)]
        yield from (submitted(folder.resolve().name, place) for place in alone)


def _plain_folder(place: Path) -> bool:
    try:
        return place.is_dir() and not place.is_symlink()
    except PermissionError:
        return False


def submitted(student: str, place: Path) -> Found:
    """The submission in one folder of a tree: the notebook named like it, or the only one."""
    own = place / f"{place.name}.ipynb"
    others = sorted(p for p in place.glob("*") if p.suffix.lower() == ".ipynb")
    if os.path.lexists(own):
        return Found(student, place.name, own)
    if len(others) == 1:
        return Found(student, place.name, others[0])
    what = f"are {len(others)} notebooks, none named {own.name}" if others else "is no notebook"
    return Found(student, place.name, own, f"there {what} in the submission's folder")


def _in_zip(path: Path, assignments: Sequence[str], scratch: Path) -> Iterator[Found]:
    place = Path(tempfile.mkdtemp(dir=scratch))
    left = LARGEST_ZIP
    try:
        with zipfile.ZipFile(path) as archive:
            for number, info in enumerate(archive.infolist()):
                name = PurePosixPath(info.filename.replace("\\", "/"))
                hidden = "__MACOSX" in name.parts or name.name.startswith(".")
                if info.is_dir() or hidden or name.suffix.lower() != ".ipynb":
                    continue
                target = place / f"{number}.ipynb"
                found = _by_name(target, name, assignments, within=2)
                yield replace(found, problem=_extract(archive, info, target, min(LARGEST, left)))
                left -= target.stat().st_size if target.exists() else 0
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
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


def _by_name(path: Path, name: PurePosixPath, assignments: Sequence[str], within: int = 1) -> Found:
    """Student and assignment by what an LMS makes of a file's name, else by the whole path.

    A student names the files, and the folders in a folder that was handed in, so only the outermost `within` parts
    may say whose it is.
    """
    parts = [part for part in name.parts if part not in ("/", "..", ".")]
    matches = [MOODLE.match("/".join(parts[start:])) for start in range(min(within, len(parts)))]
    if len(parts) == 1:
        matches.append(CANVAS.match(parts[0]))
    for match in filter(None, matches):
        named = match.groupdict()
        file = PurePosixPath(named.get("rest") or named["file"] or name.name).stem
        turn = AGAIN.search(file)
        assignment = _assignment_of(file, assignments)
        again = int(turn[1]) if turn and assignment and not assignment.endswith(turn[0]) else 0
        who, late = safe_name(named["student"]), bool(named.get("late"))
        return Found(who, assignment, path, turn=again, account=named["account"], late=late)
    student = "-".join([*parts[:-1], name.stem])
    return Found(safe_name(student), _assignment_of(name.stem, assignments), path)


def _plain_student(path: Path, assignments: Sequence[str]) -> str:
    """The student of one notebook that is named by itself: as in a submitted tree if it lies in one."""
    folder = path.resolve().parent
    if folder.name in assignments:
        return safe_name(folder.parent.name)
    return safe_name(f"{folder.name}-{path.stem}")


def _assignment_of(stem: str, assignments: Sequence[str]) -> str:
    """The assignment whose name stands in a file's name, the longest if several do."""
    inside = [a for a in assignments if a in stem]
    return max(inside, key=len) if inside else ""


def safe_name(name: str) -> str:
    """A name that is one folder of its own, whatever a zip or a file system held."""
    plain = re.sub(r"[^\w.,@ -]+", "_", name).strip(" .")
    return plain.encode()[:180].decode(errors="ignore").strip(" .") or "unnamed"


def latest(found: Sequence[Found]) -> list[Found]:
    """Keep the last hand-in of each student, and tell apart people and different files that would share a name."""
    accounts: dict[str, set[str]] = {}
    for one in found:
        accounts.setdefault(one.student, set()).add(one.account)
    best: dict[tuple[str, str], Found] = {}
    for one in dict.fromkeys(found):
        if one.account and len(accounts[one.student]) > 1:
            one = replace(one, student=f"{one.student}-{one.account}")
        key = (one.student, one.assignment)
        if key not in best or one.turn > best[key].turn:
            best[key] = one
        elif one.turn == best[key].turn:
            number = next(n for n in range(2, 10**6) if (f"{one.student}-{n}", one.assignment) not in best)
            best[f"{one.student}-{number}", one.assignment] = replace(one, student=f"{one.student}-{number}")
    return list(best.values())
