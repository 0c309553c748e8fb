"""Whose a file is, as the instructor says it: by a pattern of paths, or by a table of names.

It is for downloads that nobody knows yet, and for platforms that give numbers in place of names.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..safe.harmless import composed
from ..safe.listing import Entry
from .downloads import Owner
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
Owned = tuple[Entry, Owner, str]


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
        found = []
        for entry in entries:
            match = self.pattern and self.pattern.fullmatch("/".join(entry.parts))
            if entry.kind == "file" and match:
                found.append((entry, *_owner(match.groupdict(), entry, assignments)))
        return found

    def renamed(self, found: Sequence[HandIn]) -> list[HandIn]:
        """Give hand-ins the students that the table names; others keep what they are called."""
        if not self.names:
            return list(found)
        renamed = []
        for one in found:
            if student := self._student(one):
                name = safe_name(student)
                one = replace(one, student=name, key=f"folder {name}", account="")
            renamed.append(one)
        return renamed

    def unknown(self, found: Sequence[HandIn]) -> list[str]:
        """Name those whom the table does not name."""
        return sorted({one.student for one in found if not self._student(one)})

    def _student(self, one: HandIn) -> str:
        names = [one.student, one.account, one.whose.partition(" ")[2]]
        known = [self.names.get(alike(name), "") for name in names if name]
        return next(filter(None, known), "")


def _owner(
    parts: Mapping[str, str], entry: Entry, assignments: Sequence[str]
) -> tuple[Owner, str]:
    """Give the owner of a file by the parts of its path, and the exercise if it says it."""
    name = safe_name(parts["student"].strip())
    file = parts.get("file") or entry.parts[-1]
    said = (parts.get("exercise") or "").strip()
    exercise = said if said in assignments else ""
    owner = Owner(
        f"folder {name}", name, file, handed=parts.get("time") or "", title=said
    )
    return owner, exercise


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
    named = _PLACE.findall(said)
    strange = [name for name in named if name not in PLACES]
    twice = [name for name in named if name != "any" and named.count(name) > 1]
    if strange or twice or "student" not in named:
        what = "no {student}"
        if strange:
            what = f"{{{strange[0]}}}, which is none of {', '.join(PLACES)}"
        elif twice:
            what = f"{{{twice[0]}}} twice"
        raise WhoError(f"--who {said!r} has {what}; expected {EXPECTED}")
    texts = _PLACE.split(said)
    fits = [
        PLACES[text] if number % 2 else re.escape(text)
        for number, text in enumerate(texts)
    ]
    return re.compile("".join(fits), re.S)


def _read_names(path: Path) -> dict[str, str]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        pairs = [(alike(row["name"].strip()), row["student"].strip()) for row in rows]
    except (OSError, KeyError, AttributeError, UnicodeDecodeError, csv.Error) as error:
        raise WhoError(f"--who {path}: expected {EXPECTED} ({error})") from None
    names: dict[str, str] = {}
    for name, student in pairs:
        if not (name and student):
            continue
        if names.setdefault(name, composed(student)) != composed(student):
            raise WhoError(
                f"--who {path}: {name!r} is two students, {names[name]} and {student}; "
                "marks of a group go to its members by `report … --groups`"
            )
    return names
