"""One thing that was handed in, as it travels from where it was found to its mark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Kinds of accounts that no platform knows: a name says whose a file is, within its source.
LOCAL = ("folder", "file")


def kind_of(whose: str) -> str:
    """Give the word for where an account comes from: a platform's, `folder` or `file`."""
    kind, _, _ = whose.partition(" ")
    return kind


@dataclass(frozen=True)
class HandIn:
    """One submission: whose, of which exercise ("" if the file's name does not tell), and where.

    Attributes
    ----------
    student : str
        The name shown; `folder_names.told_apart` makes a folder's name of it that nobody else has.
    problem : str
        Why there is nothing to grade, if so, and by the student's doing.
    broken : str
        Why it could not be read, if that was the machine's or the instructor's file's fault: no
        mark follows.
    turn : int
        The number that the platform gave the file because one of its name was there already.
    account : str
        The number that a platform's table knows the student or the hand-in by.
    late : bool
        What Canvas says in a file's name.
    key : str
        Whose it is, never by the displayed name; see `whose`.
    longer : str
        A longer name, for where two accounts have the same one.
    file : str
        The file as the student named it, folders included.
    handed : str
        When it was handed in, as the platform says it; later times sort behind earlier ones.
    order : int
        The platform's own count of files.
    beside : str
        The account whose notebook of the exercise's name lies in the same folder.
    source : str
        The path that it was found in, as it was named.
    note : str
        Which file this is and which others were passed over, where there were several or its name
        is odd.
    """

    student: str
    assignment: str
    path: Path
    problem: str = ""
    turn: int = 0
    account: str = ""
    late: bool = False
    broken: str = ""
    key: str = ""
    longer: str = ""
    file: str = ""
    handed: str = ""
    order: int = 0
    beside: str = ""
    source: str = ""
    note: str = ""

    @property
    def whose(self) -> str:
        """The account that it is of."""
        return self.key or f"folder {self.student}"

    @property
    def kind(self) -> str:
        """Where the account comes from."""
        return kind_of(self.whose)

    @property
    def is_local(self) -> bool:
        """Whether a name says whose it is, within its source only."""
        return self.kind in LOCAL

    @property
    def is_sound(self) -> bool:
        """Whether nothing is known to be wrong with it."""
        return not self.problem and not self.broken

    @property
    def is_file(self) -> bool:
        """Whether there is a file to be looked at, as opposed to an account that has none."""
        return bool(self.file) or self.is_sound
