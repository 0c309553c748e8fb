"""Whose a file is, by the name that a learning platform gave it when it was downloaded."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from ..safe.listing import Entry
from .folder_names import safe_name
from .hand_in import LOCAL, kind_of

# Moodle, `mod/assign/locallib.php`, download_submissions: `[group-]full
# name_number_assignsubmission_file_` is a folder, or the beginning of a file's name; underscores in
# names become spaces; the number is the participant's in this one assignment (table
# assign_user_mapping), and the one in the grading worksheet.
MOODLE = re.compile(
    r"(?P<student>[^/]+?)_(?P<account>\d+)_assignsubmission_(file|onlinetext)_?"
    r"(/(?P<rest>.*)|(?P<file>[^/]*))$"
)
TYPED_IN = "onlinetext"
# Canvas, lib/content_zipper.rb: `name[_LATE]_user_file_the file's own name`, where nothing but
# letters, digits and underscores is left of the name; without names `[LATE_]anon_id_file_…`. The
# numbers of files grow with time. A text typed in is `name_user_text.html`, an address
# `name_user_link.html`.
CANVAS = re.compile(
    r"(?P<student>[^/]+?)(?P<late>_LATE)?_(?P<account>\d+)_(?P<number>\d+)_(?P<file>[^/]+)$"
)
CANVAS_TYPED = re.compile(
    r"(?P<student>[^/]+?)(?P<late>_LATE)?_(?P<account>\d+)_(?P<file>(text|link)\.html)$"
)
CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<account>[0-9A-Za-z]{3,12})_"
    r"((?P<number>\d+)_(?P<file>[^/]+)|(?P<typed>(text|link)\.html))$"
)
# Blackboard, Assignment File Download: `title_account_attempt_time_the file's own name`, and for
# each attempt a receipt `title_account_attempt_time.txt`.
BLACKBOARD = re.compile(
    r"(?P<whole>[^/]+?)_attempt_(?P<time>\d{4}(-\d\d){5})(_(?P<file>[^/]+)|\.txt)$"
)
RECEIPT = "receipt.txt"
# Brightspace, Assignments, Download: `number-number - First Last - Jan 15, 2027 1110 PM` is a
# folder, or the beginning of a file's name.
BRIGHTSPACE = re.compile(
    r"(?P<numbers>\d+-\d+) - (?P<student>[^/]+?)"
    r" - (?P<time>\w{3,9}\.? \d{1,2}, \d{4} \d{1,2}:?\d\d ?[AP]M)"
    r"(/(?P<rest>.*)| - (?P<file>[^/]+))$"
)
# nbgrader's exchange, exchange/default/submit.py: `student+assignment+time[+letters]/`.
EXCHANGE = re.compile(
    r"(?P<student>[^/+]+)\+(?P<title>[^/+]+)\+(?P<time>\d{4}-\d\d-\d\d [^/+]+)"
    r"(\+[^/]*)?/(?P<rest>.*)$"
)
# Gradescope, Export Submissions: `assignment_number_export/submission_number/`.
GRADESCOPE = re.compile(r"(?P<student>submission_(?P<account>\d+))/(?P<rest>.*)$")


@dataclass(frozen=True)
class Owner:
    """Whose a file is.

    Attributes
    ----------
    whose : str
        The account, never the displayed name: a word for where it comes from, a space, and what
        that gives.
    student : str
        The displayed name, as a folder's name.
    account : str
        The number that the platform has given, where a table of the platform's knows it.
    file : str
        The file as the student named it, folders included.
    handed : str
        When it was handed in, where the platform says so; later times sort behind earlier ones.
    number : int
        The platform's count of files, where later ones have higher numbers.
    late : bool
        What the platform says of lateness.
    title : str
        What the platform calls the assignment.
    longer : str
        A longer name, for where two have the same.
    beside : str
        The account whose notebook of the exercise's name lies in the same folder.
    """

    whose: str
    student: str
    file: str
    account: str = ""
    handed: str = ""
    number: int = 0
    late: bool = False
    title: str = ""
    longer: str = ""
    beside: str = ""

    @property
    def is_folders(self) -> bool:
        """Whether a folder's name says whose it is, and no platform's number."""
        return kind_of(self.whose) == "folder"

    @property
    def is_local(self) -> bool:
        """Whether a folder's or a file's name says whose it is, and no platform."""
        return kind_of(self.whose) in LOCAL


class Owned(NamedTuple):
    """An entry, whose it is, and its exercise where a folder says so, else ""."""

    entry: Entry
    owner: Owner
    exercise: str = ""


def _moodle(match: re.Match) -> Owner:
    return Owner(
        whose=f"moodle {match['account']}",
        student=safe_name(match["student"]),
        file=match["rest"] or match["file"] or TYPED_IN,
        account=match["account"],
    )


def _canvas(match: re.Match) -> Owner:
    account, student = match["account"], match["student"]
    return Owner(
        # A name may end in an underscore and digits, so that they look like the account: then the
        # names still differ.
        whose=f"canvas {account} {student}",
        student=safe_name(student),
        file=match["file"],
        account=account,
        number=int(match.groupdict().get("number", 0)),
        late=bool(match["late"]),
    )


def _canvas_anonymous(match: re.Match) -> Owner:
    name = f"anon_{match['account']}"
    return Owner(
        whose=f"anonymous {name}",
        student=name,
        file=match["file"] or match["typed"],
        number=int(match["number"] or 0),
        late=bool(match["late"]),
    )


def _blackboard(match: re.Match) -> Owner:
    title, _, account = match["whole"].rpartition("_")
    return Owner(
        # With its title: an account may hold an underscore.
        whose=f"blackboard {match['whole']}",
        student=safe_name(account),
        file=match["file"] or RECEIPT,
        handed=match["time"],
        title=title,
    )


def _brightspace(match: re.Match) -> Owner:
    return Owner(
        whose=f"brightspace {match['numbers']} {match['student']}",
        student=safe_name(match["student"]),
        file=match["rest"] or match["file"] or "",
        handed=_sortable_time(match["time"]),
    )


def _exchange(match: re.Match) -> Owner:
    return Owner(
        whose=f"folder {match['student']}",
        student=safe_name(match["student"]),
        file=match["rest"],
        handed=match["time"],
        title=match["title"],
    )


def _gradescope(match: re.Match) -> Owner:
    return Owner(
        whose=f"gradescope {match['account']}",
        student=match["student"],
        file=match["rest"],
    )


def _sortable_time(text: str) -> str:
    """Brightspace's time as one that sorts; "" if it is none."""
    date, _, rest = re.sub(r"[.:]", "", text).partition(", ")
    year, _, time = rest.partition(" ")
    half = time[-2:]
    hour = time.removesuffix(half).strip()
    told = f"{date} {year} {hour:0>4} {half}"
    for month in ("%b", "%B"):
        with contextlib.suppress(ValueError):
            moment = datetime.strptime(told, f"{month} %d %Y %I%M %p")
            return f"{moment:%Y-%m-%d-%H-%M}"
    return ""


Form = tuple[re.Pattern, Callable[[re.Match], Owner]]
FORMS: tuple[Form, ...] = (
    (MOODLE, _moodle),
    (BRIGHTSPACE, _brightspace),
    (EXCHANGE, _exchange),
    (GRADESCOPE, _gradescope),
)
FLAT: tuple[Form, ...] = (  # no folders in these
    (BLACKBOARD, _blackboard),
    (CANVAS_ANONYMOUS, _canvas_anonymous),
    (CANVAS_TYPED, _canvas),
    (CANVAS, _canvas),
)
ENDINGS = (".ipynb", ".txt", ".json", ".html", ".htm")


def by_platform(parts: Sequence[str]) -> Owner | None:
    """Say whose a file is if its path looks like one of a platform's.

    Parameters
    ----------
    parts : sequence of str
        Of its path, the outermost first: a student names the files and folders within, so these say
        nothing.

    Returns
    -------
    Owner or None
        None if no platform gives such names.
    """
    name = "/".join(parts)
    forms = FORMS + FLAT if len(parts) == 1 else FORMS
    for form, owner_of in forms:
        if match := form.match(name):
            return owner_of(match)
    return None


def assignment_of(name: str, assignments: Sequence[str]) -> str:
    """Find the exercise whose name is in a file's name, the longest if several are; "" if none."""
    folded = name.casefold()
    named = [exercise for exercise in assignments if exercise.casefold() in folded]
    return max(named, key=len, default="")


def stem_of(file: str) -> str:
    """Give a file's name without folders and endings; a browser or a mail program adds some."""
    stem = PurePosixPath(file.rstrip("/")).name
    while (suffix := PurePosixPath(stem).suffix).lower() in ENDINGS:
        stem = stem.removesuffix(suffix)
    return stem
