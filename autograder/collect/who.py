"""Whose a file is, as the instructor says it: by a pattern of paths, or by a table of names.

It is for downloads that nobody knows yet, and for platforms that give numbers in place of names.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..safe.csv_cells import read_rows
from ..safe.harmless import composed
from ..safe.listing import Entry
from .downloads import Owned, Owner
from .folder_names import alike, safe_name
from .hand_in import HandIn

# What may stand in a pattern, and what it fits; all but `file` and `any` end at a slash.
PLACES = {
    "student": r"(?P<student>[^/]+?)",
    "exercise": r"(?P<exercise>[^/]+?)",
    "time": r"(?P<time>[^/]+?)",
    "file": r"(?P<file>.+)",
    "any": r".*?",
}
_PLACE = re.compile(r"\{(\w+)\}")
EXPECTED = (
    'a pattern of paths with {student} in it, such as "{any}/{student} - {file}", '
    "or a CSV file with the columns name and student"
)


class WhoError(ValueError):
    """What `--who` says is not understood; the message says what was expected."""


@dataclass(frozen=True)
class Who:
    """What an instructor knows of a download.

    Attributes
    ----------
    pattern : re.Pattern, optional
        Fits a file's path within the download, and finds the student in it.
    names : mapping of str to str
        Students by what the download calls them: a name, or an account's number.
    """

    pattern: re.Pattern[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def owned(
        self, entries: Sequence[Entry], assignments: Sequence[str]
    ) -> list[Owned]:
        """Give the files that the pattern fits, each with its student and exercise."""
        if self.pattern is None:
            return []
        found = []
        for entry in entries:
            match = self.pattern.fullmatch(entry.inside)
            if entry.is_file and match:
                found.append(_owned(entry, match.groupdict(), assignments))
        return found

    def renamed(self, found: Sequence[HandIn]) -> list[HandIn]:
        """Give hand-ins the students that the table names; others keep what they are called."""
        if not self.names:
            return list(found)
        return [self._renamed(hand_in) for hand_in in found]

    def _renamed(self, hand_in: HandIn) -> HandIn:
        student = self._student(hand_in)
        if not student:
            return hand_in
        name = safe_name(student)
        return replace(hand_in, student=name, key=f"folder {name}", account="")

    def unknown(self, found: Sequence[HandIn]) -> list[str]:
        """Name those whom the table does not name."""
        unknown = [hand_in for hand_in in found if not self._student(hand_in)]
        return sorted({hand_in.student for hand_in in unknown})

    def _student(self, hand_in: HandIn) -> str:
        """The student that the table names by any of the names of an account; "" if none."""
        _, _, number = hand_in.whose.partition(" ")
        for name in (hand_in.student, hand_in.account, number):
            student = self.names.get(alike(name), "")
            if name and student:
                return student
        return ""


def _owned(entry: Entry, said: Mapping[str, str], assignments: Sequence[str]) -> Owned:
    """Give a file with its student, and its exercise, as the places in its path say it."""
    student = safe_name(said["student"].strip())
    title = (said.get("exercise") or "").strip()
    owner = Owner(
        whose=f"folder {student}",
        student=student,
        file=said.get("file") or entry.name,
        handed=said.get("time") or "",
        title=title,
    )
    return Owned(entry, owner, title if title in assignments else "")


def read_who(said: str) -> Who:
    """Read what `--who` says.

    Raises
    ------
    WhoError
        If it is neither a pattern nor a table.
    """
    if not said:
        return Who()
    if "{" in said:
        return Who(pattern=_compiled(said))
    return Who(names=_read_names(Path(said)))


def _compiled(said: str) -> re.Pattern[str]:
    wrong = _what_is_wrong(_PLACE.findall(said))
    if wrong:
        raise WhoError(f"--who {said!r} has {wrong}; expected {EXPECTED}")
    texts = _PLACE.split(said)
    texts[0::2] = [re.escape(text) for text in texts[0::2]]
    texts[1::2] = [PLACES[name] for name in texts[1::2]]
    return re.compile("".join(texts), re.S)


def _what_is_wrong(named: Sequence[str]) -> str:
    """Say what is wrong with the places that a pattern names; "" if nothing is."""
    for name in named:
        if name not in PLACES:
            return f"{{{name}}}, which is none of {', '.join(PLACES)}"
    for name in named:
        if name != "any" and named.count(name) > 1:
            return f"{{{name}}} twice"
    return "" if "student" in named else "no {student}"


def _read_names(path: Path) -> dict[str, str]:
    try:
        rows = read_rows(path)
        pairs = [(alike(row["name"].strip()), row["student"].strip()) for row in rows]
    except (OSError, KeyError, AttributeError, UnicodeDecodeError, csv.Error) as error:
        raise WhoError(f"--who {path}: expected {EXPECTED} ({error})") from None
    names: dict[str, str] = {}
    named = [(name, student) for name, student in pairs if name and student]
    for name, student in named:
        if names.setdefault(name, composed(student)) != composed(student):
            raise WhoError(
                f"--who {path}: {name!r} is two students, {names[name]} and {student}; "
                "marks of a group go to its members by `report … --groups`"
            )
    return names
