"""One hand-in in nbgrader's exchange, read as a stranger's files: whose, from when, and what.

Everybody may write into the inbound folder, in anybody's name. Only notebooks are taken, and only
from a folder and files of the student's own account. Their time is the system's, not what the
student wrote.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from nbgrader.utils import parse_utc

from ..grade.notebook_file import LARGEST
from ..safe.plain_files import UnreadableError, folder_inside, opened_inside
from ..unit.course import Course
from .accounts import account_name
from .handed_in import feedback_secret_inside

MOST_NOTEBOOKS = 20  # of one hand-in
MOST_ENTRIES = 10_000  # of its folder that are looked at
# what `submit` may take, and by how much two clocks may differ
SLACK = timedelta(minutes=1)
MEGABYTE = 2**20
BY_SYSTEM, BY_NAME = "system", "name"


def source_of_times(course: Course) -> str:
    """Say where the time of a hand-in comes from: `[exchange] times` of `course.toml`.

    Raises
    ------
    CourseError
        If `course.toml` says what is not understood.
    """
    return course.settings.exchange.times


@dataclass(frozen=True)
class ExchangedHandIn:
    """A folder in the inbound folder: its name, the student, whose it is, when it was handed in.

    `claimed` is the time in the name, `changed` that of the folder's last change; both are in UTC,
    as nbgrader has them.
    """

    name: str
    student: str
    owner: int
    claimed: datetime
    changed: datetime

    def time(self, by: str, changed: datetime) -> datetime:
        """Say when it counts as handed in.

        The time in the name is the moment at which `submit` began, or whatever the owner likes. It
        counts where the system agrees within a minute.

        Parameters
        ----------
        by : str
            The setting `times`.
        changed : datetime
            When the system saw the last change of folder and notebooks, in UTC.

        Returns
        -------
        datetime
            In UTC.
        """
        system_agrees = changed - SLACK <= self.claimed <= changed
        return self.claimed if by == BY_NAME or system_agrees else changed


@dataclass(frozen=True)
class HandInContents:
    """What is taken from a hand-in: its time, the word for the feedback, the notebooks by name."""

    time: datetime
    secret: str
    notebooks: dict[str, bytes] = field(default_factory=dict)


def name_pattern(assignment: str) -> re.Pattern[str]:
    """Say what the name of an exercise's hand-in looks like: student, exercise, time, a random
    text.
    """
    return re.compile(
        rf"(?P<student>.*)\+{re.escape(assignment)}\+(?P<time>[^+]*)(\+[^+]*)?", re.S
    )


def look_at_hand_in(inbound: int, name: str, match: re.Match[str]) -> ExchangedHandIn:
    """Look at an entry of the inbound folder, without following a link.

    Parameters
    ----------
    inbound : int
        Descriptor of the inbound folder.
    name : str
        The entry's.
    match : re.Match
        The name's parts, by `name_pattern`.

    Returns
    -------
    ExchangedHandIn

    Raises
    ------
    UnreadableError, ValueError
        If it is none of ours.
    OSError
        If the system cannot look at it.
    """
    account_name(name)  # for what it raises: it is going to be printed
    info = os.stat(name, dir_fd=inbound, follow_symlinks=False)
    if stat.S_ISLNK(info.st_mode):
        raise UnreadableError("it is a symbolic link")
    if not stat.S_ISDIR(info.st_mode):
        raise UnreadableError("it is not a folder")
    student = account_name(match["student"])
    try:
        claimed = parse_utc(match["time"])
    except (ValueError, OverflowError, TypeError, ArithmeticError):
        raise UnreadableError("the time in its name is none") from None
    return ExchangedHandIn(name, student, info.st_uid, claimed, _last_change(info))


def is_own(student: str, owner: int, first: int) -> bool:
    """Say whether a folder in a student's name may be the student's.

    Parameters
    ----------
    student : str
        Where there is an account of this name, it has to be the owner.
    owner : int
        The user whose folder it is. Where there is no such account, this may be who collects, or
        root, who may hand in for somebody.
    first : int
        The owner of the first hand-in under this name, who may hand in again unless it is another's
        account.

    Returns
    -------
    bool
    """
    try:
        return pwd.getpwnam(student).pw_uid == owner
    except KeyError:
        pass
    if owner in (0, os.geteuid()):
        return True
    return owner == first and _user_name(owner) is None


def owner_name(owner: int) -> str:
    """Give a user's name, else the number."""
    return _user_name(owner) or f"user {owner}"


def _user_name(owner: int) -> str | None:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return None


def read_hand_in(
    inbound: int,
    one: ExchangedHandIn,
    assignment: str,
    by: str,
    check_owner: bool = True,
) -> HandInContents:
    """Read a hand-in.

    Parameters
    ----------
    inbound : int
        Descriptor of the inbound folder.
    one : ExchangedHandIn
        Its folder there.
    assignment : str
        The exercise.
    by : str
        The setting `times`.
    check_owner : bool
        Whether the notebooks have to belong to the folder's owner.

    Returns
    -------
    HandInContents

    Raises
    ------
    UnreadableError
        If something in it is not as it should be.
    OSError
        If the system cannot read it.
    """
    notebooks: dict[str, bytes] = {}
    left = LARGEST
    owner = one.owner if check_owner else None
    # everything below goes through this descriptor: the name may lead elsewhere by now
    with folder_inside(inbound, one.name) as folder:
        info = os.fstat(folder)
        if info.st_uid != one.owner:
            raise UnreadableError("it changed hands while it was read")
        changed = _last_change(info)
        for name in _notebook_names(folder, assignment):
            try:
                data, when = _read_notebook(folder, name, owner, left)
            except UnreadableError as error:
                raise UnreadableError(f"{name}: {error}") from None
            notebooks[_storable_name(name, assignment, len(notebooks))] = data
            # whoever changes a notebook later has handed it in later
            changed = max(changed, when)
            left -= len(data)
        secret = feedback_secret_inside(folder) or secrets.token_hex(64)
    return HandInContents(one.time(by, changed), secret, notebooks)


def _notebook_names(folder: int, assignment: str) -> list[str]:
    """Give names of the notebooks that may count: the one called as it should be, else all."""
    own = f"{assignment}.ipynb"
    try:
        os.stat(own, dir_fd=folder, follow_symlinks=False)
        return [own]
    except FileNotFoundError:
        pass
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, MOST_ENTRIES + 1)]
    if len(names) > MOST_ENTRIES:
        raise UnreadableError(f"it holds more than {MOST_ENTRIES} things")
    plain = [name for name in names if not name.startswith(".")]
    notebooks = [name for name in plain if name.lower().endswith(".ipynb")]
    if len(notebooks) > MOST_NOTEBOOKS:
        raise UnreadableError(
            f"it holds more than {MOST_NOTEBOOKS} notebooks, none called {own}"
        )
    return sorted(notebooks)


def _read_notebook(
    folder: int, name: str, owner: int | None, most: int
) -> tuple[bytes, datetime]:
    """Give a notebook's bytes, at most so many, and when it was last changed."""
    allowed = LARGEST // MEGABYTE
    too_large = f"there are more than the {allowed} MB allowed; clear the outputs"
    with opened_inside(folder, name) as handle:
        info = os.fstat(handle)
        if info.st_nlink > 1:
            raise UnreadableError(
                "it has other names on this disk (hard links); hand in a copy"
            )
        if owner is not None and info.st_uid != owner:
            whose = f"{owner_name(info.st_uid)}, its folder to {owner_name(owner)}"
            raise UnreadableError(f"it belongs to {whose}")
        if info.st_size > most:
            raise UnreadableError(too_large)
        with open(handle, "rb", closefd=False) as file:
            data = file.read(most + 1)
        if len(data) > most:  # it has grown since
            raise UnreadableError(too_large)
        # holes in a file take no room until they are copied
        if len(data) > MEGABYTE and b"\0" in data:
            raise UnreadableError("it is no text, so no notebook")
        return data, _last_change(os.fstat(handle))


def _storable_name(name: str, assignment: str, number: int) -> str:
    """Give a notebook's name; a plain one for what cannot be printed."""
    try:
        return account_name(name)
    except ValueError:
        return f"{assignment}-{number + 1}.ipynb"


def _last_change(info: os.stat_result) -> datetime:
    """Say when the system last saw a change; a file's other times can be set by its owner."""
    return datetime.fromtimestamp(info.st_ctime, UTC).replace(tzinfo=None)
