"""Whose a file is, by the name that a learning platform gave it when it was downloaded."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from .folder_names import safe_name

# Moodle, `mod/assign/locallib.php`, download_submissions: `[group-]full
# name_number_assignsubmission_file_` is a folder, or the beginning of a file's name; underscores in
# names become spaces; the number is the participant's in this one assignment (table
# assign_user_mapping), and the one in the grading worksheet.
MOODLE = re.compile(
    r"(?P<student>[^/]+?)_(?P<account>\d+)_assignsubmission_(file|onlinetext)_?(/(?P<rest>.*)|(?P<file>[^/]*))$"
)
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
    r"(?P<late>LATE_)?anon_(?P<account>[0-9A-Za-z]{3,12})_((?P<number>\d+)_(?P<file>[^/]+)|(?P<typed>(text|link)\.html))$"
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


def _moodle(match: re.Match) -> Owner:
    file = match["rest"] or match["file"] or "onlinetext"
    return Owner(
        f"moodle {match['account']}",
        safe_name(match["student"]),
        file,
        match["account"],
    )


def _canvas(match: re.Match) -> Owner:
    number = int(match["number"]) if "number" in match.re.groupindex else 0
    late = bool(match["late"])
    account = match["account"]
    # A name may end in an underscore and digits, so that they look like the account: then the names
    # still differ.
    whose = f"canvas {account} {match['student']}"
    return Owner(
        whose, safe_name(match["student"]), match["file"], account, "", number, late
    )


def _canvas_anonymous(match: re.Match) -> Owner:
    name, file = f"anon_{match['account']}", match["file"] or match["typed"]
    return Owner(
        f"anonymous {name}",
        name,
        file,
        number=int(match["number"] or 0),
        late=bool(match["late"]),
    )


def _blackboard(match: re.Match) -> Owner:
    title, _, account = match["whole"].rpartition("_")
    whose = f"blackboard {match['whole']}"  # with its title: an account may hold an underscore
    return Owner(
        whose,
        safe_name(account),
        match["file"] or RECEIPT,
        handed=match["time"],
        title=title,
    )


def _brightspace(match: re.Match) -> Owner:
    whose = f"brightspace {match['numbers']} {match['student']}"
    file = match["rest"] or match["file"] or ""
    return Owner(
        whose, safe_name(match["student"]), file, handed=_moment(match["time"])
    )


def _exchange(match: re.Match) -> Owner:
    student = match["student"]
    return Owner(
        f"folder {student}",
        safe_name(student),
        match["rest"],
        handed=match["time"],
        title=match["title"],
    )


def _gradescope(match: re.Match) -> Owner:
    return Owner(f"gradescope {match['account']}", match["student"], match["rest"])


def _moment(text: str) -> str:
    """Brightspace's time as one that sorts; as it is if it is written in another way."""
    date, year, time, half = re.fullmatch(
        r"(.+), (\d{4}) (\d{3,4}) ?([AP]M)", re.sub(r"[.:]", "", text)
    ).groups()
    for month in ("%b", "%B"):
        with contextlib.suppress(ValueError):
            moment = datetime.strptime(
                f"{date} {year} {time:0>4} {half}", f"{month} %d %Y %I%M %p"
            )
            return f"{moment:%Y-%m-%d-%H-%M}"
    return ""


FORMS: tuple[tuple[re.Pattern, Callable[[re.Match], Owner]], ...] = (
    (MOODLE, _moodle),
    (BRIGHTSPACE, _brightspace),
    (EXCHANGE, _exchange),
    (GRADESCOPE, _gradescope),
)
FLAT: tuple[
    tuple[re.Pattern, Callable[[re.Match], Owner]], ...
] = (  # no folders in these
    (BLACKBOARD, _blackboard),
    (CANVAS_ANONYMOUS, _canvas_anonymous),
    (CANVAS_TYPED, _canvas),
    (CANVAS, _canvas),
)


def by_platform(parts: Sequence[str]) -> Owner | None:
    """Whose a file is if its path looks like one of a platform's; None if not.

    Parameters
    ----------
    parts : sequence of str
        Of its path, the outermost first: a student names the files and folders within, so these say
        nothing.
    """
    name = "/".join(parts)
    for form, made in FORMS:
        if match := form.match(name):
            return made(match)
    for form, made in FLAT if len(parts) == 1 else ():
        if match := form.match(name):
            return made(match)
    return None


def assignment_of(name: str, assignments: Sequence[str]) -> str:
    """The exercise whose name is in a file's name, the longest if several are."""
    inside = [a for a in assignments if a.casefold() in name.casefold()]
    return max(inside, key=len) if inside else ""


def stem_of(file: str) -> str:
    """A file's name without folders and endings; a browser or a mail program adds some."""
    stem = PurePosixPath(file.rstrip("/")).name
    while (suffix := PurePosixPath(stem).suffix) and suffix.lower() in (
        ".ipynb",
        ".txt",
        ".json",
        ".html",
        ".htm",
    ):
        stem = stem[: -len(suffix)]
    return stem
