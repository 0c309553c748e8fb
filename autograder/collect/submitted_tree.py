"""Lay out what an LMS let download as nbgrader's `submitted/` tree."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..grade.notebook_file import LARGEST
from ..grade.result import write_text
from ..safe.csv_cells import read_rows
from ..safe.harmless import composed
from ..safe.plain_files import UnreadableError, read_plain
from ..safe.printable import reason
from ..safe.whole_file import write_whole
from .hand_in import HandIn
from .sources import CollectError

TIMESTAMP = "timestamp.txt"
NEW, SAME, REPLACED, NOTHING = "new", "as before", "replaced", "without a notebook"
FAILED = "not laid out"  # by no doing of the student's


@dataclass(frozen=True)
class Placement:
    """One submission's place, what became of it, and why there is nothing or it failed."""

    hand_in: HandIn
    place: Path
    what: str
    why: str = ""


def lay_out(
    hand_ins: Sequence[HandIn],
    into: Path,
    times: Mapping[str, datetime] | None = None,
) -> Iterator[Placement]:
    """Copy each notebook to `into/<student>/<assignment>/<assignment>.ipynb`.

    Neither a zip of Canvas nor one of Moodle tells when a file was handed in (their files bear
    the time of the download), so `timestamp.txt`, from which nbgrader reckons lateness, is
    written for the students in `times` only. One that is there already stays with the work that
    it is of: beside other work, or work that nobody laid out before, it says nothing, and is
    removed.

    Parameters
    ----------
    hand_ins : sequence of HandIn
        With their assignments; those without one are left out by the caller.
    into : Path
        The tree; made if it is not there.
    times : mapping of str to datetime, optional
        When each student handed in, with an offset.

    Returns
    -------
    iterator of Placement
        One for each, in the same order.
    """
    into.mkdir(parents=True, exist_ok=True)
    for hand_in in hand_ins:
        folder = into / hand_in.student / hand_in.assignment
        target = folder / f"{hand_in.assignment}.ipynb"
        moment = (times or {}).get(composed(hand_in.student))
        try:
            _make_folder(folder.parent)
            _make_folder(folder)
            placement = _placed(hand_in, target)
            _write_time(folder / TIMESTAMP, moment, placement.what)
        # or it is a name that this system's letters cannot write
        except (OSError, UnicodeError) as error:
            why = reason(error)
            placement = Placement(hand_in, target, FAILED, why)
        yield placement


def _make_folder(place: Path) -> None:
    """Make a folder of the tree if it is not there; a link would lead out of the tree."""
    if place.is_symlink():
        raise OSError(f"{place} is a symbolic link; remove it")
    place.mkdir(exist_ok=True)


def _write_time(path: Path, moment: datetime | None, what: str) -> None:
    """Write when a work was handed in, or see that no other time stands beside it."""
    if moment:
        write_text(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC\n", path)
    elif what in (NEW, REPLACED) and os.path.lexists(path):
        path.unlink()


def _placed(hand_in: HandIn, target: Path) -> Placement:
    """Copy a file, whatever is in it: the grader will say.

    A link, on either side, is not followed.
    """
    if hand_in.broken:
        return Placement(hand_in, target, FAILED, hand_in.broken)
    if hand_in.problem:
        return Placement(hand_in, target, NOTHING, hand_in.problem)
    try:
        new = read_plain(hand_in.path, LARGEST)
    except UnreadableError as error:
        return Placement(hand_in, target, NOTHING, str(error))
    old = target.read_bytes() if _is_file(target) else None
    if old == new:
        return Placement(hand_in, target, SAME)
    write_whole(target, new)
    return Placement(hand_in, target, NEW if old is None else REPLACED)


def _is_file(path: Path) -> bool:
    """Whether there is a file, and no link to one."""
    return os.path.lexists(path) and stat.S_ISREG(path.lstat().st_mode)


def read_times(path: Path) -> dict[str, datetime]:
    """Read when students handed in, from a CSV file with the columns `student` and `time`.

    Raises
    ------
    CollectError
        If a column is missing, or a time is none or without an offset.
    """
    try:
        times = {
            composed(row["student"]): datetime.fromisoformat(row["time"])
            for row in read_rows(path)
        }
    except (OSError, KeyError, ValueError, TypeError, csv.Error) as error:
        expected = "expected the columns student and time"
        raise CollectError(f"{path}: {expected} ({error})") from None
    naive = [student for student, moment in times.items() if moment.tzinfo is None]
    if naive:
        example = "as in 2027-01-15T23:59:00+01:00"
        raise CollectError(f"{path}: the time of {naive[0]} needs an offset, {example}")
    return times
