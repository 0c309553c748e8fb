"""Whose each file of a source is: by a platform's names, a submitted tree, or its folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..safe.listing import Entry
from .downloads import Owner, by_platform, stem_of
from .folder_names import own_name, safe_name
from .which_file import never_counts

# What a browser, a file manager and Jupyter put behind the name of a file of which they make
# another.
COPY = re.compile(
    r"( ?\(\d{1,6}\)|-Copy\d{0,6}|[ _-]+copy( \d{1,6})?|-checkpoint\d{0,6})+$", re.I
)
DOCUMENTS = {
    ".py",
    ".pdf",
    ".doc",
    ".docx",
    ".odt",
    ".rar",
    ".7z",
    ".tar",
    ".gz",
    ".tgz",
}

Owned = tuple[
    Entry, Owner, str
]  # an entry, whose it is, and its exercise where a folder says so


def owners_of(
    entries: Sequence[Entry], assignments: Sequence[str], name: str, zipped: bool
) -> Iterator[Owned]:
    """Say of each entry whose it is.

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
    """
    seen = [
        entry
        for entry in entries
        if entry.parts and not _beside_all(entry, assignments)
    ]
    depth = _depth(seen, lambda entry, depth: _platform(entry, depth) is not None)
    owned, rest = [], []
    for entry in seen:
        owner = _platform(entry, depth)
        (
            owned.append((entry, owner, _title(owner, assignments)))
            if owner
            else rest.append(entry)
        )
    yield from owned
    depth = _depth(
        rest, lambda entry, depth: _in_tree(entry, depth, assignments), shared=True
    )
    tree = [entry for entry in rest if _in_tree(entry, depth, assignments)]
    yield from (_of_tree(entry, depth) for entry in tree)
    rest = [entry for entry in rest if not _in_tree(entry, depth, assignments)]
    if tree:
        yield from _beside_a_tree(rest, tree, depth, assignments)
    else:
        yield from _plain(rest, assignments, name, zipped and not owned)


def single(path: Path, assignments: Sequence[str]) -> tuple[Owner, str]:
    """Whose a notebook is that was named by itself, and its exercise: in a tree, the tree's."""
    from .downloads import assignment_of

    folder = path.parent.resolve()
    exercise = assignment_of(path.stem, assignments)
    if folder.name in assignments:
        student, place, exercise = (
            own_name(folder.parent.name),
            folder.parent,
            folder.name,
        )
    elif _is_exercise(path.name, assignments):
        student, place = safe_name(folder.name), folder
    else:
        student, place = safe_name(path.stem), folder / path.stem
    longer = safe_name(f"{place.parent.name}-{student}")
    return Owner(f"file {place}", student, path.name, longer=longer), exercise


def _beside_all(entry: Entry, assignments: Sequence[str]) -> bool:
    """Whether an entry is a platform's or a system's own; a student may be called `.ann`."""
    first = entry.parts[0]
    if entry.parts[-1] == "submission_metadata.yml":
        return True
    if len(entry.parts) == 1 and entry.kind == "file":
        return first.lower() == "index.html" or never_counts(first)
    return first == "__MACOSX" or (
        first.startswith(".") and (entry.parts[1:2] or ("",))[0] not in assignments
    )


def _depth(entries: Sequence[Entry], fits, shared: bool = False) -> int:
    """How many folders lie around all: one, if nothing fits without and all does within."""
    if not entries or any(fits(entry, 0) for entry in entries):
        return 0
    if shared and len({entry.parts[0] for entry in entries}) > 1:
        return 0
    inside = [fits(entry, 1) for entry in entries if len(entry.parts) > 1]
    return (
        1
        if inside
        and (any(inside) if shared else all(inside) and len(inside) == len(entries))
        else 0
    )


def _platform(entry: Entry, depth: int) -> Owner | None:
    parts = entry.parts[depth:]
    if entry.kind != "file":
        parts = (*parts, "")  # a folder: its name is followed by a slash
    return by_platform(parts) if parts and parts[0] else None


def _title(owner: Owner, assignments: Sequence[str]) -> str:
    return owner.title if owner.title in assignments else ""


def _in_tree(entry: Entry, depth: int, assignments: Sequence[str]) -> bool:
    """Whether an entry is `student/exercise/…`, or such a folder itself."""
    parts = entry.parts[depth:]
    deep = len(parts) > 2 or (len(parts) == 2 and entry.kind != "file")
    return deep and parts[1] in assignments


def _of_tree(entry: Entry, depth: int) -> Owned:
    student, exercise, *rest = entry.parts[depth:]
    return (
        entry,
        Owner(f"folder {student}", own_name(student), "/".join(rest)),
        exercise,
    )


def _beside_a_tree(
    rest: Sequence[Entry], tree: Sequence[Entry], depth: int, assignments: Sequence[str]
) -> Iterator[Owned]:
    """Of students who have nothing in a tree, what lies where it was not expected."""
    taken = {entry.parts[depth] for entry in tree}
    known = {}
    for entry in rest:
        parts = entry.parts[depth:]
        if (
            parts
            and parts[0] not in taken
            and not (entry.kind == "link" and len(parts) == 1)
        ):
            known.setdefault(parts[0], []).append((entry, parts))
    for first, several in known.items():
        others = [
            len(parts) > 2 and not _names(parts, assignments) for _, parts in several
        ]
        if first.startswith(".") or all(others):
            continue  # hidden, or of another course's assignment
        for (entry, parts), other in zip(several, others, strict=True):
            if other:
                continue
            if len(parts) == 1 and entry.kind == "file":
                if _could_be(entry.parts[-1]):
                    yield (
                        entry,
                        Owner(f"folder {_stem(first)}", safe_name(_stem(first)), first),
                        "",
                    )
            else:
                yield (
                    entry,
                    Owner(f"folder {first}", own_name(first), "/".join(parts[1:])),
                    "",
                )


def _names(parts: Sequence[str], assignments: Sequence[str]) -> bool:
    return any(a.casefold() in parts[-1].casefold() for a in assignments)


def _plain(
    entries: Sequence[Entry], assignments: Sequence[str], name: str, zipped: bool
) -> Iterator[Owned]:
    """Of entries in no known form: whose folder they lie in, or whose name they have."""
    notebooks = [entry for entry in entries if _is_candidate(entry)]
    held = {
        entry.parts[:-1] for entry in notebooks
    }  # folders that hold notebooks: accounts
    whole = () in held and any(
        len(e.parts) == 1 and _is_exercise(e.parts[0], assignments) for e in notebooks
    )
    source = Owner(f"folder {name}", safe_name(name), "")
    own = {
        e
        for e in held
        if len(e) == 1
        and e[0] in assignments
        and _is_one_students(e, notebooks, assignments)
    }
    for entry in entries:
        parts = entry.parts
        folder = parts[:-1]
        if entry.kind == "file" and len(parts) == 1:
            yield from _on_top(entry, assignments, source, whole, () in held)
        elif parts[:1] in own:
            yield (
                entry,
                _with_file(source, parts[1:]),
                parts[0],
            )  # `exercise/…` of the one student of the source
        elif len(parts) == 2 and parts[0] in assignments and entry.kind == "file":
            if _could_be(parts[1]):  # `exercise/student.ipynb`
                yield (
                    entry,
                    Owner(
                        f"folder {_stem(parts[1])}",
                        safe_name(_stem(parts[1])),
                        parts[1],
                    ),
                    parts[0],
                )
        elif entry.kind == "file" and folder in held:
            of = folder[0] in assignments  # `exercise/student/…`
            yield (
                entry,
                _of_folder(folder[1:] if of else folder, parts[-1]),
                folder[0] if of else "",
            )
        elif entry.kind != "file" and parts in held:
            continue
        elif account := _account_without(
            parts if entry.kind != "file" else folder, held, assignments, whole, zipped
        ):
            yield entry, _of_folder(account, "/".join(parts[len(account) :])), ""


def _is_one_students(
    folder: tuple[str, ...], notebooks: Sequence[Entry], assignments: Sequence[str]
) -> bool:
    """Whether an exercise's folder holds one student's files: one, or one of its name."""
    names = [entry.parts[-1] for entry in notebooks if entry.parts[:-1] == folder]
    return len(names) == 1 or any(_is_exercise(name, assignments) for name in names)


def _with_file(owner: Owner, parts: Sequence[str]) -> Owner:
    return Owner(owner.whose, owner.student, "/".join(parts))


def _of_folder(folder: Sequence[str], file: str) -> Owner:
    return Owner(f"folder {'/'.join(folder)}", safe_name("-".join(folder)), file)


def _on_top(
    entry: Entry, assignments: Sequence[str], source: Owner, whole: bool, flat: bool
) -> Iterator[Owned]:
    """A file in no folder: of the student that it is named after, or of the source's."""
    file = entry.parts[0]
    if _is_exercise(file, assignments) and (_is_candidate(entry) or whole):
        yield entry, _with_file(source, entry.parts), ""
    elif _could_be(file) or (
        flat and not whole and Path(file).suffix.lower() in DOCUMENTS
    ):
        beside = source.whose if whole else ""
        yield (
            entry,
            Owner(f"folder {_stem(file)}", safe_name(_stem(file)), file, beside=beside),
            "",
        )


def _account_without(
    folder: Sequence[str],
    held: set[tuple[str, ...]],
    assignments: Sequence[str],
    whole: bool,
    zipped: bool,
) -> tuple[str, ...]:
    """The outermost folder around that is an account's without a notebook, if there is one.

    It is one if beside it there are folders of accounts with notebooks, or if it lies in a zip, and
    if it is no part of what another account has handed in.
    """
    if whole:
        return ()
    for depth in range(1, len(folder) + 1):
        one, around = tuple(folder[:depth]), tuple(folder[: depth - 1])
        if (
            (around in held and around)
            or one[-1] in assignments
            or one[-1].startswith(".")
        ):
            return ()
        if any(place[:depth] == one for place in held):
            continue
        siblings = {
            place[depth - 1]
            for place in held
            if len(place) >= depth and place[: depth - 1] == around
        }
        if siblings & set(assignments):
            return ()
        return one if siblings or (zipped and depth == 1) else ()
    return ()


def _is_candidate(entry: Entry) -> bool:
    file = entry.parts[-1].lower()
    return (
        entry.kind == "file"
        and file.endswith((".ipynb", ".zip"))
        and not never_counts("/".join(entry.parts))
    )


def _could_be(file: str) -> bool:
    """Whether a file in no folder was meant as a submission: a notebook, zip, `.ipynb.txt`."""
    return file.lower().endswith((".ipynb", ".zip")) or ".ipynb." in file.lower()


def _is_exercise(file: str, assignments: Sequence[str]) -> bool:
    """Whether a file has an exercise's name, or that of a copy of it."""
    plain = COPY.sub("", _stem(file)).casefold()
    return any(plain == a.casefold() for a in assignments)


def _stem(file: str) -> str:
    stem = stem_of(file)
    suffix = Path(stem).suffix
    return stem[: -len(suffix)] if suffix.lower() in {".zip", *DOCUMENTS} else stem
