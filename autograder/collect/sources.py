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
from ..safe.listing import Entry, in_folder, in_zip, is_notebook, is_zip
from ..safe.plain_files import UnreadableError, read_plain
from ..safe.printable import first_few, reason
from .accounted import Accounted
from .downloads import Owned, Owner, assignment_of, by_platform, stem_of
from .folder_names import safe_name
from .hand_in import HandIn
from .owners import owners_of, single
from .which_file import never_counts
from .who import Who

# Endings that browsers and mail programs give to notebooks.
IN_DISGUISE = (".txt", ".json", ".html", ".htm", "")
MOST_IN_DISGUISE = 20  # of one account that are looked into
FOUND_NAMED = 6  # files that are named where there is no notebook
BEGINNINGS_OF_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"  # what a notebook may begin with
LINKED = "it is a symbolic link; hand in the file itself"


class CollectError(Exception):
    """A path that holds no submissions; the message says what was expected."""


@dataclass
class _Account:
    """What one account has handed in: of an exercise in a submitted tree, else of all.

    Attributes
    ----------
    notebooks : list of HandIn
        What could count.
    others : list of (Entry, str)
        Files of other kinds, with their names.
    told : list of str
        What else there is, in words.
    never : int
        How many files there are that never count.
    """

    owner: Owner
    exercise: str
    notebooks: list[HandIn] = field(default_factory=list)
    others: list[tuple[Entry, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    never: int = 0

    @property
    def is_in_tree(self) -> bool:
        """Whether a folder says which exercise it is of."""
        return bool(self.exercise) and self.owner.is_local


@dataclass
class Known:
    """What the instructor says of whose files are, and what is seen of them on the way."""

    who: Who = field(default_factory=Who)
    files: Accounted = field(default_factory=Accounted)


def candidates_in(
    path: Path, assignments: Sequence[str], scratch: Path, known: Known | None = None
) -> list[HandIn]:
    """List what could be a submission.

    Parameters
    ----------
    path : Path
        A notebook, a folder or a zip; it exists.
    assignments : sequence of str
        The course's exercises.
    scratch : Path
        An empty folder; notebooks of zips are put there.
    known : Known, optional
        What the instructor says.

    Returns
    -------
    list of HandIn
        With one entry for each account that has nothing of the kind.

    Raises
    ------
    CollectError
        If it is a damaged zip, or a folder that cannot be listed.
    """
    known = known or Known()
    if path.is_dir():
        try:
            entries = list(in_folder(path, assignments))
        except OSError as error:
            raise _unreadable(path, error) from None
        source = _Source(path, assignments, scratch, known)
        return source.found(entries, path.resolve().name)
    if path.suffix.lower() != ".ipynb" and path.is_file() and _says_zip(path):
        return _of_zip(path, assignments, scratch, known)
    alone = Entry((path.name,), "file", path)
    known.files.see(path, [alone])
    owner, exercise = single(path, assignments)
    known.files.own(path, alone, owner.student)
    return [replace(_hand_in(owner, exercise, path), source=str(path))]


def _unreadable(path: Path, error: OSError) -> CollectError:
    return CollectError(f"{path} cannot be read: {reason(error)}")


def _says_zip(path: Path) -> bool:
    """Whether a file is a zip, or one that was cut off."""
    if path.suffix.lower() == ".zip":
        return True
    try:
        with open(path, "rb") as file:
            beginning = file.read(4)
        return beginning in BEGINNINGS_OF_ZIPS or zipfile.is_zipfile(path)
    except OSError:
        return False  # its reader says why


def _of_zip(
    path: Path, assignments: Sequence[str], scratch: Path, known: Known
) -> list[HandIn]:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(archives.opened(path))
            entries = list(in_zip(archive, scratch))
        except ArchiveError as error:
            what = f"{path} is a damaged zip ({error}); nothing of it was graded"
            raise CollectError(f"{what}. Download it again") from None
        except OSError as error:
            raise _unreadable(path, error) from None
        source = _Source(path, assignments, scratch, known, archive)
        return source.found(entries, path.stem)


@dataclass
class _Source:
    """One path that was named."""

    path: Path
    assignments: Sequence[str]
    scratch: Path
    known: Known
    archive: zipfile.ZipFile | None = None
    room: Room = field(default_factory=lambda: Room(archives.LARGEST_ZIP))

    def found(self, entries: list[Entry], name: str) -> list[HandIn]:
        """Find all of the source, `name` being what it is called."""
        accounts: dict[tuple[str, str], _Account] = {}
        files = self.known.files
        files.see(self.path, entries)
        for owned in self._owned(entries, name):
            owner = owned.owner
            files.own(self.path, owned.entry, owner.student)
            exercise = owned.exercise if owner.is_folders else ""
            own = _Account(owner, owned.exercise)
            account = accounts.setdefault((owner.whose, exercise), own)
            self._add(account, owned)
        found: list[HandIn] = []
        for account in accounts.values():
            found += self._settled(account)
        return [replace(hand_in, source=str(self.path)) for hand_in in found]

    def _owned(self, entries: list[Entry], name: str) -> Iterator[Owned]:
        """Say whose the entries are: as the instructor says it, else by what is known."""
        if self.known.who.pattern:
            yield from self.known.who.owned(entries, self.assignments)
        else:
            zipped = self.archive is not None
            yield from owners_of(entries, self.assignments, name, zipped)

    def _add(self, account: _Account, owned: Owned) -> None:
        """Put an entry where it belongs in its account; an empty folder belongs nowhere."""
        entry = owned.entry
        match entry.kind:
            case "closed":
                account.notebooks.append(_closed(owned))
            case "link":
                wanted = "where the files themselves are wanted"
                account.told.append(f"{entry.name}, a symbolic link, {wanted}")
            case "hidden":
                account.never += 1
            case "file":
                self._add_file(account, owned)

    def _add_file(self, account: _Account, owned: Owned) -> None:
        file = owned.owner.file
        if never_counts(file):
            account.never += 1
        elif is_notebook(file):
            account.notebooks.append(self._notebook(owned))
        elif is_zip(file):
            self._look_into(account, owned)
        else:
            account.others.append((owned.entry, file))

    def _notebook(self, owned: Owned) -> HandIn:
        found = self._hand_in(owned)
        if self.archive is None:
            return found
        return self._notebook_out(found, self.archive, owned.entry, own=False)

    def _notebook_out(
        self, found: HandIn, archive: zipfile.ZipFile, entry: Entry, own: bool
    ) -> HandIn:
        """A notebook of a zip, put where it can be read, unless it is a link."""
        if entry.info and archives.is_link(entry.info):
            return replace(found, problem=LINKED)
        return self._taken_out(found, archive, entry, own)

    def _hand_in(self, owned: Owned) -> HandIn:
        """A file as what was handed in; its name says the exercise where no folder does."""
        exercise = owned.exercise or self._exercise(owned.owner)
        return _hand_in(owned.owner, exercise, owned.entry.path)

    def _exercise(self, owner: Owner) -> str:
        for text in (stem_of(owner.file), owner.file, owner.title):
            if exercise := assignment_of(text, self.assignments):
                return exercise
        return ""

    def _taken_out(
        self, found: HandIn, archive: zipfile.ZipFile, entry: Entry, own: bool
    ) -> HandIn:
        """A file of a zip, put where it can be read; `own` if the zip is the student's."""
        if entry.info is None:
            return found
        try:
            archives.take_out(archive, entry.info, entry.path, self.room)
        except ArchiveError as error:
            if error.total:  # the download's size is no student's doing
                whole = f"{self.path.name} as a whole is too large"
                return replace(found, broken=f"{whole}: {error}")
            students_doing = own or entry.info.file_size > archives.LARGEST
            if students_doing:
                return replace(found, problem=str(error))
            return replace(found, broken=str(error))
        except OSError as error:
            why = f"it could not be taken out of the zip: {reason(error)}"
            return replace(found, broken=why)
        return found

    def _look_into(self, account: _Account, owned: Owned) -> None:
        """Take the notebooks out of a student's zip; zips in it are not looked into."""
        place = Path(tempfile.mkdtemp(dir=self.scratch))
        if owned.entry.info:
            taken_out = replace(owned.entry, path=place / "whole.zip")
            owned = owned._replace(entry=taken_out)
        file = owned.owner.file
        whole = self._whole(owned)
        if whole.broken:
            account.notebooks.append(whole)
            return
        if whole.problem:
            account.told.append(f"{file} ({whole.problem})")
            return
        try:
            account.notebooks += self._inside(account, owned, place)
        except ArchiveError as error:
            account.told.append(f"{file} (a damaged zip: {error})")
        except OSError as error:
            broken = f"{file} could not be read: {reason(error)}"
            account.notebooks.append(replace(whole, broken=broken))

    def _whole(self, owned: Owned) -> HandIn:
        """A student's zip itself, taken out of the zip that it lies in."""
        found = self._hand_in(owned)
        if self.archive is None:
            return found
        return self._taken_out(found, self.archive, owned.entry, own=False)

    def _inside(self, account: _Account, owned: Owned, place: Path) -> Iterator[HandIn]:
        """The notebooks in a student's zip; what else is in it is told."""
        zip_file = owned.entry
        if not zip_file.info:
            _try_to_read(zip_file.path)
        with archives.opened(zip_file.path) as archive:
            entries = [entry for entry in in_zip(archive, place) if entry.is_file]
            if why := _why_not_looked_into(entries, owned.owner):
                account.told.append(f"{owned.owner.file} ({why})")
                return
            named = [entry for entry in entries if is_notebook(entry.inside)]
            for entry in named:
                if not never_counts(entry.inside):
                    yield self._notebook_within(owned, archive, entry)
        account.told += _told_of_zip(owned.owner.file, entries)

    def _notebook_within(
        self, owned: Owned, archive: zipfile.ZipFile, entry: Entry
    ) -> HandIn:
        """A notebook of a student's zip."""
        file = f"{owned.owner.file}/{entry.inside}"
        inner = Owned(entry, replace(owned.owner, file=file), owned.exercise)
        return self._notebook_out(self._hand_in(inner), archive, entry, own=True)

    def _settled(self, account: _Account) -> list[HandIn]:
        """The notebooks of an account, or one entry that says what there is instead."""
        if not account.notebooks:
            account.notebooks += self._in_disguise(account)
        if account.notebooks:
            return account.notebooks
        return [self._nothing(account)]

    def _nothing(self, account: _Account) -> HandIn:
        """The entry of an account that has no notebook."""
        names = [name for _, name in account.others]
        exercise = account.exercise or self._only_exercise(names)
        owner = replace(account.owner, file="")
        nothing = _hand_in(owner, exercise, self.path / "no notebook")
        return replace(nothing, problem=_why_nothing(account, names))

    def _only_exercise(self, names: Sequence[str]) -> str:
        """The exercise that is in files' names, if there is one and no other."""
        exercises = {assignment_of(name, self.assignments) for name in names} - {""}
        return exercises.pop() if len(exercises) == 1 else ""

    def _in_disguise(self, account: _Account) -> Iterator[HandIn]:
        """Files with another ending that are notebooks all the same."""
        likely = [
            Owned(entry, replace(account.owner, file=name), account.exercise)
            for entry, name in account.others
            if _ending(name) in IN_DISGUISE
        ]
        for owned in likely[:MOST_IN_DISGUISE]:
            found = self._notebook(owned)
            if not found.problem:
                yield from _if_notebook(found)


def _closed(owned: Owned) -> HandIn:
    """A folder that cannot be read, as what was handed in."""
    name = owned.entry.name
    inside = replace(owned.owner, file=f"{name}/")
    closed = _hand_in(inside, owned.exercise, owned.entry.path)
    why = f"its folder {name} cannot be read ({owned.entry.why})"
    return replace(closed, broken=why)


def _told_of_zip(file: str, entries: Sequence[Entry]) -> list[str]:
    """What a student's zip holds beside notebooks, in words."""
    if not entries:
        return [f"{file}, an empty zip"]
    others = [entry for entry in entries if not is_notebook(entry.inside)]
    names = [entry.name for entry in others if not never_counts(entry.inside)]
    return [f"{file} with {first_few(names, FOUND_NAMED)}"] if names else []


def _if_notebook(found: HandIn) -> Iterator[HandIn]:
    """A file of any name, if it is a notebook or cannot be read."""
    if found.broken:
        yield found
        return
    try:
        if _holds_notebook(found.path):
            yield found
    except OSError as error:
        why = f"{found.file} could not be read: {reason(error)}"
        yield replace(found, broken=why)


def _try_to_read(path: Path) -> None:
    """See that the system can read a file: that it cannot is no damage of the zip's."""
    with open(path, "rb") as file:
        file.read(1)


def _why_not_looked_into(entries: Sequence[Entry], owner: Owner) -> str:
    """What keeps a student's zip from being looked into; "" if nothing does."""
    if len(entries) > archives.MOST_INSIDE:
        return f"a zip of {len(entries)} files, of which nothing was looked at"
    owners = [by_platform(entry.parts) for entry in entries]
    people = {platforms.whose for platforms in owners if platforms}
    if len(people) > 1 and owner.is_folders:
        return f"a download of {len(people)} people; name that zip itself"
    return ""


def _why_nothing(account: _Account, names: Sequence[str]) -> str:
    """Say that an account has no notebook, and what it has: what is told of it, other files,
    or nothing."""
    tree = account.is_in_tree
    where = "in the submission's folder" if tree else "in what was handed in"
    nothing = f"there is no notebook {where}"
    there = list(account.told)
    if names:
        there.append(first_few(names, FOUND_NAMED))
    if there:
        return f"{nothing}, only {'; '.join(there)}"
    if account.never:
        return f"{nothing}, only copies that Jupyter and systems save by themselves"
    return nothing if tree else f"{nothing}: its folder is empty"


def _ending(name: str) -> str:
    _, _, file = name.rpartition("/")
    _, dot, ending = file.rpartition(".")
    return dot + ending.lower() if dot else ""


def _holds_notebook(path: Path) -> bool:
    """Whether a notebook is in a file, whatever its name."""
    try:
        text = read_plain(path, LARGEST).lstrip(BEFORE_JSON)
        if not text.startswith(b"{"):
            return False
        parse(contents(path))
    except UnreadableError:
        return False
    return True


def _hand_in(owner: Owner, exercise: str, path: Path) -> HandIn:
    """A file as what was handed in, by what its owner's platform says."""
    _, _, number = owner.whose.partition(" ")
    longer = owner.longer
    if not longer and not owner.is_local:
        longer = f"{owner.student}-{safe_name(owner.account or number)}"
    return HandIn(
        student=owner.student,
        assignment=exercise,
        path=path,
        account=owner.account,
        late=owner.late,
        key=owner.whose,
        longer=longer,
        file=owner.file,
        handed=owner.handed,
        order=owner.number,
        beside=owner.beside,
    )
