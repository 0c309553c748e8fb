"""Whose each file of a source is: by a platform's names, a submitted tree, or its folder."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ..safe.listing import MACS_OWN, Entry, Parts, is_notebook_or_zip
from .downloads import Owned, Owner, assignment_of, by_platform, stem_of
from .folder_names import own_name, safe_name
from .which_file import never_counts

# What a browser, a file manager and Jupyter put behind the name of a file of which they make
# another.
COPY = re.compile(
    r"( ?\(\d{1,6}\)|-Copy\d{0,6}|[ _-]+copy( \d{1,6})?|-checkpoint\d{0,6})+$", re.I
)
# Google Classroom's folder in Drive: `First Last - the assignment's file`.
DRIVE = re.compile(r"(?P<student>[^/]+?) - (Copy of )?(?P<file>[^/]+\.ipynb)")
DOCUMENTS = frozenset(
    (
        ".py",
        ".html",
        ".htm",
        ".pdf",
        ".doc",
        ".docx",
        ".odt",
        ".rar",
        ".7z",
        ".tar",
        ".gz",
        ".tgz",
    )
)
PLATFORMS_METADATA = "submission_metadata.yml"
PLATFORMS_INDEX = "index.html"


def owners_of(
    entries: Sequence[Entry], assignments: Sequence[str], name: str, zipped: bool
) -> Iterator[Owned]:
    """Say of each entry whose it is.

    What a platform has named is its account's; of the rest, what lies as in a submitted tree is
    the folder's student's. Where there is no such tree, folders and files name their students.

    Parameters
    ----------
    entries : sequence of Entry
        Of one source.
    assignments : sequence of str
        The course's exercises.
    name : str
        What the source is called: the student, if all of it is one student's.
    zipped : bool
        Whether it is a zip.

    Returns
    -------
    iterator of Owned
        What is nobody's is left out.
    """
    inside = [entry for entry in entries if entry.parts]
    handed_in = [e for e in inside if not _is_systems_own(e, assignments)]
    named, rest = _named_by_platform(handed_in, assignments)
    yield from named
    tree = _tree_in(rest, assignments)
    if tree:
        yield from tree.owned(rest)
    else:
        source = _PlainSource(rest, assignments, name, zipped and not named)
        yield from source.owned()


def single(path: Path, assignments: Sequence[str]) -> tuple[Owner, str]:
    """Say whose a notebook is that was named by itself, and its exercise: in a tree, the tree's.

    Returns
    -------
    Owner
        Known within its folder only.
    str
        The exercise; "" if neither a folder nor the file's name says it.
    """
    folder = path.parent.resolve()
    exercise = assignment_of(path.stem, assignments)
    if folder.name in assignments:
        place, exercise = folder.parent, folder.name
        student = own_name(place.name)
    elif _is_exercise(path.name, assignments):
        place = folder
        student = safe_name(place.name)
    else:
        place = folder / path.stem
        student = safe_name(path.stem)
    longer = safe_name(f"{place.parent.name}-{student}")
    return Owner(f"file {place}", student, path.name, longer=longer), exercise


def _is_systems_own(entry: Entry, assignments: Sequence[str]) -> bool:
    """Whether an entry is a platform's or a system's own; a student may be called `.ann`."""
    first, *inside = entry.parts
    if entry.name == PLATFORMS_METADATA or first == MACS_OWN:
        return True
    if entry.is_file and not inside:
        return first.lower() == PLATFORMS_INDEX or never_counts(first)
    is_students = bool(inside) and inside[0] in assignments
    return first.startswith(".") and not is_students


# ---- what a platform has named ----


def _named_by_platform(
    entries: Sequence[Entry], assignments: Sequence[str]
) -> tuple[list[Owned], list[Entry]]:
    """The entries that a platform has named, and the rest.

    One folder may lie around all of them.
    """
    if drive := _of_drive(entries, assignments):
        return drive, []
    depth = _depth_of_platforms(entries)
    named: list[Owned] = []
    rest: list[Entry] = []
    for entry in entries:
        owner = _platforms(entry, depth)
        if owner is None:
            rest.append(entry)
        else:
            exercise = owner.title if owner.title in assignments else ""
            named.append(Owned(entry, owner, exercise))
    return named, rest


def _depth_of_platforms(entries: Sequence[Entry]) -> int:
    """How many folders lie around what a platform has named: none, or one around all."""
    if any(_platforms(entry, 0) for entry in entries):
        return 0
    one_around_all = all(_platforms(entry, 1) for entry in entries)
    return 1 if one_around_all else 0


def _of_drive(entries: Sequence[Entry], assignments: Sequence[str]) -> list[Owned]:
    """The files of an assignment's folder of Google Classroom, if all are called as there.

    A single file that is called so says nothing: a student may call one after another student.
    """
    files = [entry for entry in entries if entry.is_file]
    folders = {entry.folder for entry in files}
    if len(folders) != 1 or len(folders.pop()) > 1:
        return []
    owned: list[Owned] = []
    for entry in files:
        match = DRIVE.fullmatch(entry.name)
        if not match or not assignment_of(match["file"], assignments):
            return []
        student = safe_name(match["student"])
        owner = Owner(f"folder {student}", student, match["file"])
        owned.append(Owned(entry, owner))
    return owned


def _platforms(entry: Entry, depth: int) -> Owner | None:
    """Whose an entry is by its path from a depth on, if a platform gives such paths."""
    parts = entry.parts[depth:]
    if not parts:
        return None
    if not entry.is_file:
        parts = (*parts, "")  # a folder: its name is followed by a slash
    return by_platform(parts)


# ---- a submitted tree ----


@dataclass(frozen=True)
class _Tree:
    """A submitted tree in a source, which no folder lies around, or one."""

    depth: int
    assignments: Sequence[str]

    def holds(self, entry: Entry) -> bool:
        """Whether an entry is `student/exercise/…`, or such a folder itself."""
        inside = self.place(entry)[1:]
        if not inside or inside[0] not in self.assignments:
            return False
        return len(inside) > 1 or not entry.is_file

    def place(self, entry: Entry) -> Parts:
        """Give an entry's path within the tree."""
        return entry.parts[self.depth :]

    def owned(self, entries: Sequence[Entry]) -> Iterator[Owned]:
        """Say whose the entries in it are, and then those beside its exercises."""
        there = [entry for entry in entries if self.holds(entry)]
        beside = [entry for entry in entries if not self.holds(entry)]
        for entry in there:
            student, exercise, *file = self.place(entry)
            yield Owned(entry, _of_student(student, file), exercise)
        has_work = {self.place(entry)[0] for entry in there}
        yield from self._owned_beside(beside, has_work)

    def _owned_beside(
        self, entries: Sequence[Entry], has_work: set[str]
    ) -> Iterator[Owned]:
        """Of students who have nothing in the tree, what lies where it was not expected."""
        by_student: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            place = self.place(entry)
            linked = entry.kind == "link" and len(place) == 1
            if place and not linked:
                by_student[place[0]].append(entry)
        for student, unplaced in by_student.items():
            hidden = student.startswith(".")
            if hidden or student in has_work:
                continue
            for entry in unplaced:
                if owned := self._unplaced(entry):
                    yield owned

    def _unplaced(self, entry: Entry) -> Owned | None:
        """Whose an entry is that lies beside the tree's exercises."""
        first, *inside = self.place(entry)
        if len(inside) > 1 and not assignment_of(entry.name, self.assignments):
            return None  # of another course's assignment
        if inside or not entry.is_file:
            return Owned(entry, _of_student(first, inside))
        return Owned(entry, _named_after(first)) if _could_be(first) else None


def _tree_in(entries: Sequence[Entry], assignments: Sequence[str]) -> _Tree | None:
    """The submitted tree that some entries lie in; one folder may be around all."""
    on_top = {entry.parts[0] for entry in entries}
    depths = (0, 1) if len(on_top) == 1 else (0,)
    for depth in depths:
        tree = _Tree(depth, assignments)
        if any(tree.holds(entry) for entry in entries):
            return tree
    return None


def _of_student(student: str, file: Sequence[str]) -> Owner:
    """The account of a folder in a tree, and a file in it, by the parts of its path."""
    return Owner(f"folder {student}", own_name(student), "/".join(file))


# ---- in no known form ----


class _PlainSource:
    """Entries in no known form: whose folder they lie in, or whose name they have.

    Parameters
    ----------
    entries : sequence of Entry
        All of them.
    assignments : sequence of str
        The course's exercises.
    name : str
        What the source is called.
    zipped : bool
        Whether a folder in it is an account's though no other folder is.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        assignments: Sequence[str],
        name: str,
        zipped: bool,
    ):
        self.entries = entries
        self.assignments = assignments
        self.zipped = zipped
        self.owner = Owner(f"folder {name}", safe_name(name), "")
        # By folders that hold notebooks, which makes them accounts; () is the source itself.
        self.held: dict[Parts, list[str]] = defaultdict(list)
        for entry in filter(_is_candidate, entries):
            self.held[entry.folder].append(entry.name)
        # All is one student's if a notebook of an exercise's name lies in no folder.
        self.whole = self._has_exercises_name(self.held.get((), ()))

    def owned(self) -> Iterator[Owned]:
        """Say of each entry whose it is; what is nobody's is left out."""
        for entry in self.entries:
            if owned := self._owned(entry):
                yield owned

    def _owned(self, entry: Entry) -> Owned | None:
        """Say whose an entry is, if it is somebody's."""
        if entry.is_file and not entry.folder:
            return self._of_file_on_top(entry)
        if entry.parts[:1] in self.own_exercises:  # of the one student of the source
            return self._of_own_exercise(entry)
        if not entry.is_file and entry.parts in self.held:
            return None  # a folder with notebooks, of which nothing is to be said
        if entry.is_file and self._is_exercises(entry.folder):
            return self._of_file_in_exercise(entry)
        if entry.is_file and entry.folder in self.held:
            return self._of_account(entry)
        return self._of_account_without(entry)

    def _has_exercises_name(self, files: Sequence[str]) -> bool:
        return any(_is_exercise(file, self.assignments) for file in files)

    def _of_file_on_top(self, entry: Entry) -> Owned | None:
        """A file in no folder: of the student that it is named after, or of the source's."""
        file = entry.name
        of_source = _is_exercise(file, self.assignments)
        if of_source and (self.whole or _is_candidate(entry)):
            return Owned(entry, replace(self.owner, file=file))
        if _could_be(file) or self._is_document(file):
            beside = self.owner.whose if self.whole else ""
            return Owned(entry, replace(_named_after(file), beside=beside))
        return None

    def _is_document(self, file: str) -> bool:
        """Whether a file was handed in in place of a notebook, where others are in no folder."""
        flat = () in self.held and not self.whole
        return flat and Path(file).suffix.lower() in DOCUMENTS

    @cached_property
    def own_exercises(self) -> set[Parts]:
        """Exercises' folders that hold one student's files: one, or one of the exercise's name."""
        exercises = filter(self._is_exercises, self.held)
        return {folder for folder in exercises if self._holds_one_students(folder)}

    def _is_exercises(self, folder: Parts) -> bool:
        return len(folder) == 1 and folder[0] in self.assignments

    def _holds_one_students(self, folder: Parts) -> bool:
        files = self.held[folder]
        return len(files) == 1 or self._has_exercises_name(files)

    def _of_own_exercise(self, entry: Entry) -> Owned:
        exercise, *inside = entry.parts
        owner = replace(self.owner, file="/".join(inside))
        return Owned(entry, owner, exercise)

    def _of_file_in_exercise(self, entry: Entry) -> Owned | None:
        """A file `exercise/student.ipynb`."""
        exercise, file = entry.parts
        if not _could_be(file):
            return None
        return Owned(entry, _named_after(file), exercise)

    def _of_account(self, entry: Entry) -> Owned:
        """A file in an account's folder, which may lie in an exercise's."""
        folder: Sequence[str] = entry.folder
        exercise = ""
        if folder[0] in self.assignments:  # `exercise/student/…`
            exercise, *folder = folder
        return Owned(entry, _of_folder(folder, entry.name), exercise)

    def _of_account_without(self, entry: Entry) -> Owned | None:
        """An entry within the folder of an account that has no notebook."""
        folder = entry.folder if entry.is_file else entry.parts
        account = self._account_without(folder)
        if not account:
            return None
        inside = entry.parts[len(account) :]
        return Owned(entry, _of_folder(account, "/".join(inside)))

    def _account_without(self, folder: Parts) -> Parts:
        """The outermost folder around that is an account's without a notebook, if there is one.

        It is one if beside it there are folders of accounts with notebooks, or if it lies in a
        zip, and if it is no part of what another account has handed in.
        """
        if self.whole:
            return ()
        for depth in range(1, len(folder) + 1):
            outer = folder[:depth]
            if self._is_no_account(outer):
                return ()
            if not self._is_around_accounts(outer):
                return outer if self._may_be_account(outer) else ()
        return ()

    def _is_no_account(self, folder: Parts) -> bool:
        *around, name = folder
        in_account = bool(around) and tuple(around) in self.held
        return in_account or name in self.assignments or name.startswith(".")

    def _is_around_accounts(self, folder: Parts) -> bool:
        return any(held[: len(folder)] == folder for held in self.held)

    def _may_be_account(self, folder: Parts) -> bool:
        """Whether a folder without notebooks lies where accounts' folders lie."""
        around = folder[:-1]
        depth = len(around)
        deeper = [held for held in self.held if len(held) > depth]
        siblings = {held[depth] for held in deeper if held[:depth] == around}
        if siblings & set(self.assignments):
            return False
        in_zip = self.zipped and depth == 0
        return bool(siblings) or in_zip


def _of_folder(folder: Sequence[str], file: str) -> Owner:
    return Owner(f"folder {'/'.join(folder)}", safe_name("-".join(folder)), file)


def _named_after(file: str) -> Owner:
    """The student that a file in no folder is named after."""
    stem = _stem(file)
    return Owner(f"folder {stem}", safe_name(stem), file)


def _is_candidate(entry: Entry) -> bool:
    """Whether an entry may be a submission: a notebook or a zip that no system has made."""
    if not entry.is_file or never_counts(entry.inside):
        return False
    return is_notebook_or_zip(entry.name)


def _could_be(file: str) -> bool:
    """Whether a file in no folder was meant as a submission: a notebook, zip, `.ipynb.txt`."""
    disguised = ".ipynb." in file.lower()
    return disguised or is_notebook_or_zip(file)


def _is_exercise(file: str, assignments: Sequence[str]) -> bool:
    """Whether a file has an exercise's name, or that of a copy of it."""
    plain = COPY.sub("", _stem(file)).casefold()
    return any(plain == exercise.casefold() for exercise in assignments)


def _stem(file: str) -> str:
    """A file's name without the endings of notebooks, zips and documents."""
    stem = stem_of(file)
    suffix = Path(stem).suffix
    if suffix.lower() in {".zip", *DOCUMENTS}:
        return stem.removesuffix(suffix)
    return stem
