"""Whose each file of a source is: by a platform's names, a submitted tree, or its folder."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from ..safe.listing import Entry
from .downloads import Owner, assignment_of, by_platform, stem_of
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

# An entry, whose it is, and its exercise where a folder says so.
Owned = tuple[Entry, Owner, str]
Folder = tuple[str, ...]


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
    iterator of (Entry, Owner, str)
        With the exercise where a folder says so, else ""; what is nobody's is left out.
    """
    seen = [
        entry
        for entry in entries
        if entry.parts and not _is_systems_own(entry, assignments)
    ]
    named, rest = _named_by_platform(seen, assignments)
    yield from named
    tree, depth = _tree_in(rest, assignments)
    yield from (_of_tree(entry, depth) for entry in tree)
    if tree:
        beside = [e for e in rest if not _in_tree(e, depth, assignments)]
        yield from _beside_a_tree(beside, tree, depth, assignments)
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
    if entry.parts[-1] == "submission_metadata.yml" or first == "__MACOSX":
        return True
    if entry.kind == "file" and not inside:
        return first.lower() == "index.html" or never_counts(first)
    return first.startswith(".") and not (inside and inside[0] in assignments)


# ---- what a platform has named ----


def _named_by_platform(
    entries: Sequence[Entry], assignments: Sequence[str]
) -> tuple[list[Owned], list[Entry]]:
    """The entries that a platform has named, and the rest.

    One folder may lie around all of them.
    """
    if drive := _of_drive(entries, assignments):
        return drive, []
    depth = 0
    if not any(_platforms(entry, 0) for entry in entries):
        depth = int(all(_platforms(entry, 1) for entry in entries))
    owned: list[Owned] = []
    rest: list[Entry] = []
    for entry in entries:
        owner = _platforms(entry, depth)
        if owner is None:
            rest.append(entry)
        else:
            exercise = owner.title if owner.title in assignments else ""
            owned.append((entry, owner, exercise))
    return owned, rest


def _of_drive(entries: Sequence[Entry], assignments: Sequence[str]) -> list[Owned]:
    """The files of an assignment's folder of Google Classroom, if all are called as there.

    A single file that is called so says nothing: a student may call one after another student.
    """
    files = [entry for entry in entries if entry.kind == "file"]
    if len({entry.parts[:-1] for entry in files}) != 1 or len(files[0].parts) > 2:
        return []
    owned: list[Owned] = []
    for entry in files:
        match = DRIVE.fullmatch(entry.parts[-1])
        if not match or not assignment_of(match["file"], assignments):
            return []
        name = safe_name(match["student"])
        owned.append((entry, Owner(f"folder {name}", name, match["file"]), ""))
    return owned


def _platforms(entry: Entry, depth: int) -> Owner | None:
    parts = entry.parts[depth:]
    if entry.kind != "file":
        parts = (*parts, "")  # a folder: its name is followed by a slash
    return by_platform(parts) if parts and parts[0] else None


# ---- a submitted tree ----


def _tree_in(
    entries: Sequence[Entry], assignments: Sequence[str]
) -> tuple[list[Entry], int]:
    """The entries that lie as in a submitted tree, and how deep that lies: none, or one folder
    that is around all."""
    shared = len({entry.parts[0] for entry in entries}) == 1
    for depth in (0, 1) if shared else (0,):
        tree = [entry for entry in entries if _in_tree(entry, depth, assignments)]
        if tree:
            return tree, depth
    return [], 0


def _in_tree(entry: Entry, depth: int, assignments: Sequence[str]) -> bool:
    """Whether an entry is `student/exercise/…`, or such a folder itself."""
    parts = entry.parts[depth:]
    deep = len(parts) > 2 or (len(parts) == 2 and entry.kind != "file")
    return deep and parts[1] in assignments


def _of_tree(entry: Entry, depth: int) -> Owned:
    student, exercise, *rest = entry.parts[depth:]
    return entry, _of_student(student, "/".join(rest)), exercise


def _of_student(student: str, file: str) -> Owner:
    """The account of a folder in a tree."""
    return Owner(f"folder {student}", own_name(student), file)


def _beside_a_tree(
    rest: Sequence[Entry], tree: Sequence[Entry], depth: int, assignments: Sequence[str]
) -> Iterator[Owned]:
    """Of students who have nothing in a tree, what lies where it was not expected."""
    taken = {entry.parts[depth] for entry in tree}
    known: dict[str, list[Entry]] = defaultdict(list)
    for entry in rest:
        parts = entry.parts[depth:]
        linked = entry.kind == "link" and len(parts) == 1
        if parts and parts[0] not in taken and not linked:
            known[parts[0]].append(entry)
    for first, several in known.items():
        if first.startswith("."):
            continue  # hidden
        for entry in several:
            yield from _of_unplaced(entry, entry.parts[depth:], assignments)


def _of_unplaced(
    entry: Entry, parts: Folder, assignments: Sequence[str]
) -> Iterator[Owned]:
    """Whose an entry is that lies at `parts` beside a tree's exercises."""
    first, *inside = parts
    if len(inside) > 1 and not _names_exercise(parts[-1], assignments):
        return  # of another course's assignment
    if inside or entry.kind != "file":
        yield entry, _of_student(first, "/".join(inside)), ""
    elif _could_be(first):
        yield entry, _named_after(first), ""


def _names_exercise(file: str, assignments: Sequence[str]) -> bool:
    return any(a.casefold() in file.casefold() for a in assignments)


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
        self.notebooks = [entry for entry in entries if _is_candidate(entry)]
        # Folders that hold notebooks, which makes them accounts; () is the source itself.
        self.held: set[Folder] = {entry.parts[:-1] for entry in self.notebooks}
        self.whole = self._is_one_students()

    def owned(self) -> Iterator[Owned]:
        """Say of each entry whose it is."""
        rules = (
            (self._is_on_top, self._of_file_on_top),
            (self._is_in_own_exercise, self._of_own_exercise),
            (self._is_in_exercise, self._of_file_in_exercise),
            (self._is_in_account, self._of_account),
            (self._is_account, self._of_nobody),
            (lambda entry: True, self._of_account_without),
        )
        for entry in self.entries:
            owned = next(owned for applies, owned in rules if applies(entry))
            yield from owned(entry)

    def _is_one_students(self) -> bool:
        """Whether all is one student's: a notebook of an exercise's name lies in no folder."""
        return any(
            len(entry.parts) == 1 and _is_exercise(entry.parts[0], self.assignments)
            for entry in self.notebooks
        )

    def _is_on_top(self, entry: Entry) -> bool:
        return entry.kind == "file" and len(entry.parts) == 1

    def _of_file_on_top(self, entry: Entry) -> Iterator[Owned]:
        """A file in no folder: of the student that it is named after, or of the source's."""
        file = entry.parts[0]
        of_source = _is_exercise(file, self.assignments)
        if of_source and (self.whole or _is_candidate(entry)):
            yield entry, replace(self.owner, file=file), ""
        elif _could_be(file) or self._is_document(file):
            beside = self.owner.whose if self.whole else ""
            yield entry, replace(_named_after(file), beside=beside), ""

    def _is_document(self, file: str) -> bool:
        """Whether a file was handed in in place of a notebook, where others are in no folder."""
        flat = () in self.held and not self.whole
        return flat and Path(file).suffix.lower() in DOCUMENTS

    def _is_in_own_exercise(self, entry: Entry) -> bool:
        """Whether it is `exercise/…` of the one student of the source."""
        return entry.parts[:1] in self.own_exercises

    @cached_property
    def own_exercises(self) -> set[Folder]:
        """Exercises' folders that hold one student's files: one, or one of the exercise's name."""
        return {
            folder
            for folder in self.held
            if self._is_exercises(folder) and self._holds_one_students(folder)
        }

    def _is_exercises(self, folder: Folder) -> bool:
        return len(folder) == 1 and folder[0] in self.assignments

    def _holds_one_students(self, folder: Folder) -> bool:
        files = [e.parts[-1] for e in self.notebooks if e.parts[:-1] == folder]
        return len(files) == 1 or any(_is_exercise(f, self.assignments) for f in files)

    def _of_own_exercise(self, entry: Entry) -> Iterator[Owned]:
        exercise, *rest = entry.parts
        yield entry, replace(self.owner, file="/".join(rest)), exercise

    def _is_in_exercise(self, entry: Entry) -> bool:
        """Whether it is `exercise/student.ipynb`."""
        return entry.kind == "file" and self._is_exercises(entry.parts[:-1])

    def _of_file_in_exercise(self, entry: Entry) -> Iterator[Owned]:
        exercise, file = entry.parts
        if _could_be(file):
            yield entry, _named_after(file), exercise

    def _is_in_account(self, entry: Entry) -> bool:
        return entry.kind == "file" and entry.parts[:-1] in self.held

    def _of_account(self, entry: Entry) -> Iterator[Owned]:
        *folder, file = entry.parts
        exercise = ""
        if folder[0] in self.assignments:  # `exercise/student/…`
            exercise, *folder = folder
        yield entry, _of_folder(folder, file), exercise

    def _is_account(self, entry: Entry) -> bool:
        """Whether it is a folder that holds notebooks, of which nothing is to be said."""
        return entry.kind != "file" and entry.parts in self.held

    def _of_nobody(self, entry: Entry) -> Iterator[Owned]:
        yield from ()

    def _of_account_without(self, entry: Entry) -> Iterator[Owned]:
        folder = entry.parts[:-1] if entry.kind == "file" else entry.parts
        if account := self._account_without(folder):
            file = "/".join(entry.parts[len(account) :])
            yield entry, _of_folder(account, file), ""

    def _account_without(self, folder: Folder) -> Folder:
        """The outermost folder around that is an account's without a notebook, if there is one.

        It is one if beside it there are folders of accounts with notebooks, or if it lies in a
        zip, and if it is no part of what another account has handed in.
        """
        for depth in range(1, len(folder) + 1):
            one = folder[:depth]
            if self.whole or self._is_no_account(one):
                return ()
            if not self._is_around_accounts(one):
                return one if self._may_be_account(one) else ()
        return ()

    def _is_no_account(self, folder: Folder) -> bool:
        *around, name = folder
        in_account = bool(around) and tuple(around) in self.held
        return in_account or name in self.assignments or name.startswith(".")

    def _is_around_accounts(self, folder: Folder) -> bool:
        return any(place[: len(folder)] == folder for place in self.held)

    def _may_be_account(self, folder: Folder) -> bool:
        """Whether a folder without notebooks lies where accounts' folders lie."""
        *around, _ = folder
        depth = len(around)
        siblings = {
            place[depth]
            for place in self.held
            if len(place) > depth and list(place[:depth]) == around
        }
        if siblings & set(self.assignments):
            return False
        return bool(siblings) or (self.zipped and depth == 0)


def _of_folder(folder: Sequence[str], file: str) -> Owner:
    return Owner(f"folder {'/'.join(folder)}", safe_name("-".join(folder)), file)


def _named_after(file: str) -> Owner:
    """The student that a file in no folder is named after."""
    stem = _stem(file)
    return Owner(f"folder {stem}", safe_name(stem), file)


def _is_candidate(entry: Entry) -> bool:
    """Whether an entry may be a submission: a notebook or a zip that no system has made."""
    if entry.kind != "file" or never_counts("/".join(entry.parts)):
        return False
    return entry.parts[-1].lower().endswith((".ipynb", ".zip"))


def _could_be(file: str) -> bool:
    """Whether a file in no folder was meant as a submission: a notebook, zip, `.ipynb.txt`."""
    name = file.lower()
    return name.endswith((".ipynb", ".zip")) or ".ipynb." in name


def _is_exercise(file: str, assignments: Sequence[str]) -> bool:
    """Whether a file has an exercise's name, or that of a copy of it."""
    plain = COPY.sub("", _stem(file)).casefold()
    return any(plain == a.casefold() for a in assignments)


def _stem(file: str) -> str:
    """A file's name without the endings of notebooks, zips and documents."""
    stem = stem_of(file)
    suffix = Path(stem).suffix
    if suffix.lower() == ".zip" or suffix.lower() in DOCUMENTS:
        return stem.removesuffix(suffix)
    return stem
