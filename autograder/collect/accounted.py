"""What became of every file that was named: none gets lost between a download and the marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..safe.csv_cells import lines
from ..safe.listing import Entry, is_notebook, is_zip
from ..safe.printable import first_few
from .hand_in import HandIn
from .which_file import never_counts

COUNTS = "counts"
PASSED_OVER = "passed over"
IN_ZIP = "a zip, looked into"
NO_NOTEBOOK = "no notebook"
OWN_COPY = "a copy that Jupyter or a system made"
NOBODYS = "nobody's"
LINK = "a link, not followed"
HEADS = ("source", "file", "student", "exercise", "what became of it")


@dataclass
class Seen:
    """One file: where it was found, by which path it is read, and whose it is."""

    source: str
    file: str
    path: Path
    is_link: bool = False
    student: str = ""
    owned: bool = False


@dataclass(frozen=True)
class Fate:
    """What became of a file."""

    seen: Seen
    student: str
    exercise: str
    what: str


@dataclass
class Accounted:
    """The files of all sources of a command."""

    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)

    def see(self, source: Path, entries: Iterable[Entry]) -> None:
        """Note all files of a source."""
        for entry in entries:
            if entry.kind in ("file", "link"):
                is_link = entry.kind == "link"
                seen = Seen(str(source), entry.inside, entry.path, is_link)
                self.seen.setdefault((str(source), entry.inside), seen)

    def own(self, source: Path, entry: Entry, student: str) -> None:
        """Note whose a file is.

        Parameters
        ----------
        source : Path
            What was collected from.
        entry : Entry
            The file in it.
        student : str
            The name of the student's folder.
        """
        seen = self.seen.get((str(source), entry.inside))
        if seen is not None:
            seen.student = student
            seen.owned = True

    def fates(self, counted: Sequence[HandIn]) -> list[Fate]:
        """Say what became of each file, those that count being known.

        Parameters
        ----------
        counted : sequence of HandIn
            What was kept, one for each account and exercise.
        """
        files = [hand_in for hand_in in counted if hand_in.is_file]
        by_path = {str(file.path): file for file in files}
        return [_fate(seen, by_path) for seen in self.seen.values()]


def _fate(seen: Seen, by_path: dict[str, HandIn]) -> Fate:
    if kept := by_path.get(str(seen.path)):
        return Fate(seen, kept.student, kept.assignment, COUNTS)
    return Fate(seen, seen.student, "", _without_mark(seen))


def _without_mark(seen: Seen) -> str:
    """Say what a file is that does not count."""
    if never_counts(seen.file):
        return OWN_COPY
    if not seen.owned:
        return NOBODYS
    if seen.is_link:
        return LINK
    if is_zip(seen.file):
        return IN_ZIP
    return PASSED_OVER if is_notebook(seen.file) else NO_NOTEBOOK


def summary(fates: Sequence[Fate], named: int = 8) -> list[str]:
    """Give the table in short: how many files have which fate, and which are nobody's.

    Of a single file there is nothing to be said: it has its line.
    """
    if len(fates) < 2:
        return []
    counts = Counter(fate.what for fate in fates)
    # first among equals; a sum of counters leaves out what there is none of
    counts = Counter({"that count": counts.pop(COUNTS, 0)}) + counts
    parts = [f"{count} {what}" for what, count in counts.most_common()]
    said = [f"{len(fates)} files: {', '.join(parts)}"]
    lost = [fate.seen.file for fate in fates if fate.what == NOBODYS]
    if lost:
        said.append(f"nobody's: {first_few(lost, named)}")
    return said


def as_csv(fates: Sequence[Fate]) -> str:
    """Give the whole table."""
    return lines([list(HEADS), *map(_row, fates)])


def _row(fate: Fate) -> list[str]:
    return [fate.seen.source, fate.seen.file, fate.student, fate.exercise, fate.what]
