"""What became of every file that was named: none gets lost between a download and the marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..safe.csv_cells import lines
from ..safe.listing import Entry
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
                name = "/".join(entry.parts)
                one = Seen(str(source), name, entry.path, entry.kind == "link")
                self.seen.setdefault((str(source), name), one)

    def own(self, source: Path, entry: Entry, student: str) -> None:
        """Note whose a file is."""
        one = self.seen.get((str(source), "/".join(entry.parts)))
        if one is not None:
            one.student, one.owned = student, True

    def fates(self, counted: Sequence[HandIn]) -> list[Fate]:
        """Say what became of each file, those that count being known.

        Parameters
        ----------
        counted : sequence of HandIn
            What was kept, one for each account and exercise.
        """
        by_path = {str(one.path): one for one in counted if one.is_file}
        return [_fate(one, by_path) for one in self.seen.values()]


def _fate(seen: Seen, by_path: dict[str, HandIn]) -> Fate:
    if kept := by_path.get(str(seen.path)):
        return Fate(seen, kept.student, kept.assignment, COUNTS)
    return Fate(seen, seen.student, "", _without_mark(seen))


def _without_mark(seen: Seen) -> str:
    """Say what a file is that does not count."""
    name = seen.file.lower()
    if never_counts(seen.file):
        return OWN_COPY
    if not seen.owned:
        return NOBODYS
    if seen.is_link:
        return LINK
    if name.endswith(".zip"):
        return IN_ZIP
    return PASSED_OVER if name.endswith(".ipynb") else NO_NOTEBOOK


def summary(fates: Sequence[Fate], named: int = 8) -> list[str]:
    """Give the table in short: how many files have which fate, and which are nobody's.

    Of a single file there is nothing to be said: it has its line.
    """
    if len(fates) < 2:
        return []
    counts = Counter(one.what for one in fates)
    counts = Counter({"that count": counts.pop(COUNTS, 0)}) + counts
    parts = [f"{count} {what}" for what, count in counts.most_common() if count]
    found = [f"{len(fates)} files: {', '.join(parts)}"]
    lost = [one.seen.file for one in fates if one.what == NOBODYS]
    if lost:
        more = f" and {len(lost) - named} more" if len(lost) > named else ""
        found.append(f"nobody's: {', '.join(lost[:named])}{more}")
    return found


def as_csv(fates: Sequence[Fate]) -> str:
    """Give the whole table."""
    rows = [
        [one.seen.source, one.seen.file, one.student, one.exercise, one.what]
        for one in fates
    ]
    return lines([list(HEADS), *rows])
