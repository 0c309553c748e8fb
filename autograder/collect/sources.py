"""Everything in a path that could be a submission, each with whose it is."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..grade.notebook_file import LARGEST, contents, parse
from ..safe import archives
from ..safe.archives import ArchiveError, Room
from ..safe.listing import Entry, in_folder, in_zip
from ..safe.plain_files import UnreadableError, read_plain
from .downloads import Owner, assignment_of, by_platform, stem_of
from .folder_names import safe_name
from .hand_in import HandIn
from .owners import owners_of, single
from .which_file import never_counts

IN_DISGUISE = (
    ".txt",
    ".json",
    ".html",
    ".htm",
    "",
)  # endings that browsers and mail programs give to notebooks
MOST_IN_DISGUISE = 20  # of one account that are looked into
FOUND_NAMED = 6  # files that are named where there is no notebook


class CollectError(Exception):
    """A path that holds no submissions; the message says what was expected."""


@dataclass
class _Account:
    """What one account has handed in: of an exercise in a submitted tree, else of all."""

    owner: Owner
    exercise: str
    notebooks: list[HandIn] = field(default_factory=list)
    others: list[tuple[Entry, str]] = field(
        default_factory=list
    )  # with the file's name
    told: list[str] = field(
        default_factory=list
    )  # of those without a notebook, in words
    never: int = 0


def candidates_in(
    path: Path, assignments: Sequence[str], scratch: Path
) -> list[HandIn]:
    """List what could be a submission, and one entry for each account that has nothing of the kind.

    Parameters
    ----------
    path : Path
        A notebook, a folder or a zip; it exists.
    assignments : sequence of str
        The course's exercises.
    scratch : Path
        An empty folder; notebooks of zips are put there.

    Raises
    ------
    CollectError
        If it is a damaged zip, or a folder that cannot be listed.
    """
    if path.is_dir():
        try:
            entries = list(in_folder(path, assignments))
        except OSError as error:
            raise CollectError(
                f"{path} cannot be read: {error.strerror or error}"
            ) from None
        return _Source(path, assignments, scratch).found(entries, path.resolve().name)
    if path.suffix.lower() != ".ipynb" and path.is_file() and _says_zip(path):
        return _of_zip(path, assignments, scratch)
    owner, exercise = single(path, assignments)
    return [_found(owner, exercise, path, path)]


def _says_zip(path: Path) -> bool:
    """Whether a file is a zip, or one that was cut off."""
    if path.suffix.lower() == ".zip":
        return True
    try:
        with open(path, "rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06") or zipfile.is_zipfile(
                path
            )
    except OSError:
        return False  # its reader says why


def _of_zip(path: Path, assignments: Sequence[str], scratch: Path) -> list[HandIn]:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(archives.opened(path))
            entries = list(in_zip(archive, scratch))
        except ArchiveError as error:
            why = f"{path} is a damaged zip ({error}); nothing of it was graded. Download it again"
            raise CollectError(why) from None
        except OSError as error:
            raise CollectError(
                f"{path} cannot be read: {error.strerror or error}"
            ) from None
        return _Source(path, assignments, scratch, archive).found(entries, path.stem)


@dataclass
class _Source:
    """One path that was named."""

    path: Path
    assignments: Sequence[str]
    scratch: Path
    archive: zipfile.ZipFile | None = None
    room: Room = field(default_factory=lambda: Room(archives.LARGEST_ZIP))

    def found(self, entries: list[Entry], name: str) -> list[HandIn]:
        """All of the source, `name` being what it is called."""
        accounts: dict[tuple[str, str], _Account] = {}
        for entry, owner, exercise in owners_of(
            entries, self.assignments, name, self.archive is not None
        ):
            key = (owner.whose, exercise if owner.whose.startswith("folder ") else "")
            account = accounts.setdefault(key, _Account(owner, exercise))
            self._add(account, entry, owner, exercise)
        found = [one for account in accounts.values() for one in self._settled(account)]
        return [replace(one, source=str(self.path)) for one in found]

    def _add(
        self, account: _Account, entry: Entry, owner: Owner, exercise: str
    ) -> None:
        if entry.kind == "closed":
            name = entry.parts[-1]
            why = f"its folder {name} cannot be read ({entry.why})"
            inside = replace(owner, file=f"{name}/")
            account.notebooks.append(
                _found(inside, exercise, entry.path, self.path, broken=why)
            )
        elif entry.kind == "link":
            account.told.append(
                f"{entry.parts[-1]}, a symbolic link, where the files themselves are wanted"
            )
        elif entry.kind == "hidden" or (
            entry.kind == "file" and never_counts(owner.file)
        ):
            account.never += 1
        elif entry.kind == "file" and owner.file.lower().endswith(".ipynb"):
            account.notebooks.append(self._notebook(entry, owner, exercise))
        elif entry.kind == "file" and owner.file.lower().endswith(".zip"):
            self._look_into(account, entry, owner, exercise)
        elif entry.kind == "file":
            account.others.append((entry, owner.file))

    def _notebook(self, entry: Entry, owner: Owner, exercise: str) -> HandIn:
        exercise = exercise or self._exercise(owner)
        found = _found(owner, exercise, entry.path, self.path)
        if entry.info is None:
            return found
        if archives.is_link(entry.info):
            return replace(
                found, problem="it is a symbolic link; hand in the file itself"
            )
        return self._taken_out(found, self.archive, entry, own=False)

    def _taken_out(
        self, found: HandIn, archive: zipfile.ZipFile, entry: Entry, own: bool
    ) -> HandIn:
        """A file of a zip, put where it can be read; `own` if the zip is the student's."""
        try:
            archives.take_out(archive, entry.info, entry.path, self.room)
        except ArchiveError as error:
            if own and not error.total:
                return replace(found, problem=f"{error}")
            if not own and not error.total and entry.info.file_size > archives.LARGEST:
                return replace(found, problem=f"{error}")
            why = (
                f"{self.path.name} as a whole is too large: {error}"
                if error.total
                else f"{error}"
            )
            return replace(found, broken=why)
        except OSError as error:
            return replace(
                found,
                broken=f"it could not be taken out of the zip: {error.strerror or error}",
            )
        return found

    def _exercise(self, owner: Owner) -> str:
        for text in (stem_of(owner.file), owner.file, owner.title):
            if exercise := assignment_of(text, self.assignments):
                return exercise
        return ""

    def _look_into(
        self, account: _Account, entry: Entry, owner: Owner, exercise: str
    ) -> None:
        """Take the notebooks out of a student's zip; zips in it are not looked into."""
        place = Path(tempfile.mkdtemp(dir=self.scratch))
        whole = replace(entry, path=place / "whole.zip") if entry.info else entry
        found = _found(owner, exercise or self._exercise(owner), whole.path, self.path)
        if entry.info:
            found = self._taken_out(found, self.archive, whole, own=False)
        if found.broken:
            account.notebooks.append(found)
            return
        if found.problem:
            account.told.append(f"{owner.file} ({found.problem})")
            return
        try:
            if not entry.info:
                with open(whole.path, "rb") as file:
                    file.read(1)
            with archives.opened(whole.path) as archive:
                account.notebooks += self._inside(
                    archive, place, account, owner, exercise
                )
        except ArchiveError as error:
            account.told.append(f"{owner.file} (a damaged zip: {error})")
        except OSError as error:
            broken = f"{owner.file} could not be read: {error.strerror or error}"
            account.notebooks.append(replace(found, broken=broken))

    def _inside(
        self, archive, place: Path, account: _Account, owner: Owner, exercise: str
    ) -> Iterator[HandIn]:
        entries = [entry for entry in in_zip(archive, place) if entry.kind == "file"]
        if len(entries) > archives.MOST_INSIDE:
            account.told.append(
                f"{owner.file} (a zip of {len(entries)} files, of which nothing was looked at)"
            )
            return
        people = {
            inside.whose for entry in entries if (inside := by_platform(entry.parts))
        }
        if len(people) > 1 and owner.whose.startswith("folder "):
            account.told.append(
                f"{owner.file} (a download of {len(people)} people; name that zip itself)"
            )
            return
        names = []
        for entry in entries:
            file = f"{owner.file}/{'/'.join(entry.parts)}"
            if never_counts("/".join(entry.parts)):
                continue
            if not file.lower().endswith(".ipynb"):
                names.append(entry.parts[-1])
                continue
            inner = replace(owner, file=file)
            found = _found(
                inner, exercise or self._exercise(inner), entry.path, self.path
            )
            if archives.is_link(entry.info):
                yield replace(
                    found, problem="it is a symbolic link; hand in the file itself"
                )
            else:
                yield self._taken_out(found, archive, entry, own=True)
        if names:
            account.told.append(f"{owner.file} with {_some(names)}")
        elif not entries:
            account.told.append(f"{owner.file}, an empty zip")

    def _settled(self, account: _Account) -> list[HandIn]:
        """The notebooks of an account, or one entry that says what there is instead."""
        if not account.notebooks:
            account.notebooks += self._in_disguise(account)
        if account.notebooks:
            return account.notebooks
        others = [name for _, name in account.others]
        there = [*account.told, *([_some(others)] if others else [])]
        tree = account.exercise and account.owner.whose.startswith(("folder ", "file "))
        where = "in the submission's folder" if tree else "in what was handed in"
        if there:
            why = f"there is no notebook {where}, only {'; '.join(there)}"
        elif account.never:
            copies = "copies that Jupyter and systems save by themselves"
            why = f"there is no notebook {where}, only {copies}"
        else:
            why = f"there is no notebook {where}" + (
                "" if tree else ": its folder is empty"
            )
        exercises = {assignment_of(name, self.assignments) for name in others} - {""}
        exercise = account.exercise or (exercises.pop() if len(exercises) == 1 else "")
        owner = replace(account.owner, file="")
        return [
            _found(owner, exercise, self.path / "no notebook", self.path, problem=why)
        ]

    def _in_disguise(self, account: _Account) -> Iterator[HandIn]:
        """Files with another ending that are notebooks all the same."""
        looked = 0
        for entry, name in account.others:
            ending = (
                "." + name.rsplit(".", 1)[1].lower()
                if "." in name.rsplit("/", 1)[-1]
                else ""
            )
            if ending not in IN_DISGUISE or looked == MOST_IN_DISGUISE:
                continue
            looked += 1
            owner = replace(account.owner, file=name)
            found = self._notebook(entry, owner, account.exercise)
            if found.broken:
                yield found
            elif not found.problem:
                try:
                    if _is_notebook(found.path):
                        yield found
                except OSError as error:
                    yield replace(
                        found,
                        broken=f"{name} could not be read: {error.strerror or error}",
                    )


def _is_notebook(path: Path) -> bool:
    try:
        if (
            not read_plain(path, LARGEST)
            .lstrip(b"\xef\xbb\xbf \t\r\n")
            .startswith(b"{")
        ):
            return False
        parse(contents(path))
    except UnreadableError:
        return False
    return True


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - FOUND_NAMED} more" if len(names) > FOUND_NAMED else ""
    return ", ".join(names[:FOUND_NAMED]) + more


def _found(
    owner: Owner,
    exercise: str,
    path: Path,
    source: Path,
    problem: str = "",
    broken: str = "",
) -> HandIn:
    platform = owner.whose.partition(" ")[0] not in ("folder", "file")
    number = owner.account or owner.whose.partition(" ")[2]
    longer = owner.longer or (
        f"{owner.student}-{safe_name(number)}" if platform else ""
    )
    return HandIn(
        owner.student, exercise, path, problem, account=owner.account, late=owner.late,
        broken=broken, key=owner.whose, longer=longer, file=owner.file, handed=owner.handed,
        order=owner.number, beside=owner.beside, source=str(source),
    )  # fmt: skip
