"""nbgrader's exchange by our rules: each hand-in for itself, feedback also for who is not in it."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import check_mode, rmtree

from ..grade.notebook_file import LARGEST
from ..safe.plain_files import UnreadableError, read_plain
from ..safe.printable import tame_line
from ..unit.course import Course
from .accounts import is_wanted
from .handed_in import SECRET, TIMESTAMP, submission_time, timestamp_text
from .inbound import (
    ExchangedHandIn,
    HandInContents,
    is_own,
    look_at_hand_in,
    name_pattern,
    owner_name,
    read_hand_in,
    source_of_times,
)
from .lateness import enter_dates

# hand-ins of one student, from the last backwards, until one can be taken
MOST_TRIES = 10
MOST_LINES = 10  # lines about one student
_OTHER_NAMES = (
    "where accounts are not called like students, set c.ExchangeCollect.check_owner = False in "
    "nbgrader_config.py"
)


class Collect(ExchangeCollect):
    """`nbgrader collect`; with `--before-duedate`, by the dates of today.

    What cannot be collected is said in a line each, stops nobody else, and makes the command fail
    at its end.
    """

    def init_src(self) -> None:
        """Enter the dates, then find the hand-ins."""
        self._find_inbound()
        directory = self.coursedir
        course = Course.find(directory.root)
        self.by = source_of_times(course)
        self.left = 0  # hand-ins that stay where they are
        self.lines: dict[str, int] = {}  # said about each student
        # dates first, since a hand-in may have to be from before its date
        self.duedate: datetime | None = None
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            enter_dates(course, gradebook)
            with suppress(MissingEntry):
                assignment = gradebook.find_assignment(directory.assignment_id)
                self.duedate = assignment.duedate
        with self._opened_inbound() as inbound:
            self.src_records = self._hand_ins(inbound)

    def _find_inbound(self) -> None:
        """Find the folder that hand-ins come into, as nbgrader does and in its words."""
        course_id = self.coursedir.course_id
        if not course_id:
            self.fail("No course id specified. Re-run with --course flag.")
        self.course_path = os.path.join(self.root, course_id)
        self.inbound_path = os.path.join(self.course_path, "inbound")
        if not os.path.isdir(self.inbound_path):
            self.fail(f"Course not found: {self.inbound_path}")
        if not check_mode(self.inbound_path, read=True, execute=True):
            self.fail(
                "You don't have read permissions for the directory: "
                f"{self.inbound_path}"
            )

    def copy_files(self) -> None:
        """Collect each student's last hand-in, then fail if something was left."""
        if not self.src_records:
            self.log.warning(
                "No submissions of %s to collect", self.coursedir.assignment_id
            )
        with self._opened_inbound() as inbound:
            for student, hand_ins in sorted(self.src_records.items()):
                try:
                    self._collect(inbound, student, hand_ins)
                except Exception as error:
                    # whatever it is, it is this student's only
                    said = getattr(error, "strerror", None) or str(error)
                    self._leave(student, student, f"{said} ({type(error).__name__})")
        self._say_how_many_more()
        if self.left:
            self.fail(
                f"{self.left} of the exchange were left there; "
                "which, and why, is said above"
            )

    def _say_how_many_more(self) -> None:
        for student, number in self.lines.items():
            more = number - MOST_LINES
            if more > 0:
                name = tame_line(student)
                self.log.error("%s: %d hand-ins more are left", name, more)

    @contextmanager
    def _opened_inbound(self) -> Iterator[int]:
        """Hold the inbound folder open, so that all names in it are looked up in the same one."""
        descriptor = os.open(self.inbound_path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _leave(self, student: str, what: str, why: str) -> None:
        """Say what is left and why, unless much has been said of this student already."""
        self.left += 1
        self.lines[student] = self.lines.get(student, 0) + 1
        if self.lines[student] <= MOST_LINES:
            self.log.error("%s is left: %s", tame_line(what), tame_line(why))

    def _hand_ins(self, inbound: int) -> dict[str, list[ExchangedHandIn]]:
        """Find the hand-ins by student, the last one first."""
        pattern = name_pattern(self.coursedir.assignment_id)
        wanted = self.coursedir.student_id or "*"
        found: dict[str, list[ExchangedHandIn]] = {}
        for name in sorted(os.listdir(inbound)):
            match = pattern.fullmatch(name)
            if match is None or not is_wanted(match["student"], wanted):
                continue
            one = self._look_at(inbound, name, match)
            if one is not None:
                found.setdefault(one.student, []).append(one)
        own = {}
        for student, hand_ins in found.items():
            hand_ins.sort(key=self._when, reverse=True)
            own[student] = self._own(student, hand_ins)
        return own

    def _when(self, one: ExchangedHandIn) -> tuple[datetime, datetime]:
        """Say when a hand-in counts; of two at one time the one whose name says later."""
        return one.time(self.by, one.changed), one.claimed

    def _look_at(
        self, inbound: int, name: str, match: re.Match[str]
    ) -> ExchangedHandIn | None:
        """Look at one entry; say so where it has to be left."""
        try:
            return look_at_hand_in(inbound, name, match)
        except (UnreadableError, ValueError) as error:
            said = str(error)
        except OSError as error:
            said = error.strerror or str(error)
        self._leave(match["student"], name, said)
        return None

    def _own(
        self, student: str, hand_ins: list[ExchangedHandIn]
    ) -> list[ExchangedHandIn]:
        """Give those that are the student's own, as far as the system can tell."""
        if not self.check_owner:
            return hand_ins
        first = min(hand_ins, key=lambda one: one.changed).owner
        own = []
        for one in hand_ins:
            if is_own(student, one.owner, first):
                own.append(one)
            else:
                why = f"it belongs to {owner_name(one.owner)}, not to {student}"
                self._leave(student, one.name, f"{why} ({_OTHER_NAMES})")
        return own

    def _collect(
        self, inbound: int, student: str, hand_ins: Sequence[ExchangedHandIn]
    ) -> None:
        """Collect one student's last hand-in, unless what is there stays."""
        name = self.coursedir.assignment_id
        tree = Path(self.coursedir.root, self.coursedir.submitted_directory)
        place = tree / student / name
        if place.parent.is_symlink():
            raise UnreadableError(
                f"{place.parent} is a symbolic link; nothing is put there"
            )
        is_there = place.is_dir() and not place.is_symlink()
        if is_there and not (self.update or self.before_duedate):
            said = "Submission already exists, use --update to update: %s %s"
            self.log.info(said, student, name)
            return
        last = self._last(inbound, hand_ins)
        if last is None:
            return
        if is_there and not self._replaces(last, place, tree):
            self.log.info("No newer submission to collect: %s %s", student, name)
            return
        what = "Updating" if is_there else "Collecting"
        self.log.info("%s submission: %s %s", what, student, name)
        self._put_in_place(last, place)

    def _last(
        self, inbound: int, hand_ins: Sequence[ExchangedHandIn]
    ) -> HandInContents | None:
        """Read the last hand-in that can be taken and holds a notebook, else one without.

        With `--before-duedate` the last before that, if there is one.
        """
        name = self.coursedir.assignment_id
        late = empty = None
        for one in hand_ins[:MOST_TRIES]:
            try:
                read = read_hand_in(inbound, one, name, self.by, self.check_owner)
            except UnreadableError as error:
                self._leave(one.student, one.name, str(error))
                continue
            if not read.notebooks:
                self._leave(one.student, one.name, "it holds no notebook")
                empty = empty or read
            elif self._is_in_time(read):
                return read
            else:
                late = late or read
        return late or empty

    def _is_in_time(self, read: HandInContents) -> bool:
        """Say whether a hand-in is from before the due date, where that is asked for."""
        if not self.before_duedate or self.duedate is None:
            return True
        return read.time <= self.duedate

    def _replaces(self, read: HandInContents, place: Path, tree: Path) -> bool:
        """Say whether a hand-in replaces what was collected before; the same work does not."""
        before = submission_time(place, tree)
        if before is None:
            return True
        if _collected_notebooks(place, tree) == read.notebooks:
            return False
        return before != read.time if self.before_duedate else read.time > before

    def _put_in_place(self, read: HandInContents, place: Path) -> None:
        """Put a submission in its place, whole: what was there goes when the new one is."""
        place.parent.mkdir(parents=True, exist_ok=True)
        new, old = _hidden_beside(place), _hidden_beside(place)
        new.mkdir()
        try:
            for name, data in read.notebooks.items():
                (new / name).write_bytes(data)
            (new / TIMESTAMP).write_text(timestamp_text(read.time))
            (new / SECRET).write_text(read.secret)
            if self.coursedir.groupshared:
                _share(new, place.parent)
            # two renames, between which nothing can fail but the disk
            if os.path.lexists(place):
                place.rename(old)
            new.rename(place)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        if old.is_symlink() or old.is_file():
            old.unlink()
        elif old.exists():
            rmtree(old)


class ReleaseFeedback(ExchangeReleaseFeedback):
    """`nbgrader release_feedback`, also where some submissions came in another way."""

    def copy_files(self) -> None:
        """See that each page has what nbgrader names it by, then release."""
        directory = self.coursedir
        tree = Path(directory.root, directory.feedback_directory)
        for place in sorted(tree.glob(f"*/{directory.assignment_id}")):
            if not (place / TIMESTAMP).exists():
                (place / TIMESTAMP).write_text("")
            if not (place / SECRET).exists():
                # a word that nobody knows: nbgrader wants one, and no student has asked
                (place / SECRET).write_text(secrets.token_hex(64))
                self.log.warning(
                    "%s did not hand in through the exchange, "
                    "so cannot fetch feedback there",
                    tame_line(place.parent.name),
                )
        super().copy_files()


def _hidden_beside(place: Path) -> Path:
    """Give a name beside a folder that nothing has, and that nbgrader passes over."""
    return place.with_name(f".{place.name}.{secrets.token_hex(8)}")


def _collected_notebooks(place: Path, tree: Path) -> dict[str, bytes]:
    """Read the notebooks of what was collected before; none if one cannot be read."""
    notebooks = [path for path in place.iterdir() if path.suffix.lower() == ".ipynb"]
    try:
        return {path.name: read_plain(path, LARGEST, below=tree) for path in notebooks}
    except UnreadableError:
        return {}


def _share(folder: Path, like: Path) -> None:
    """Let the group of the graders write, as nbgrader's `groupshared` has it."""
    for path in folder.iterdir():
        path.chmod(0o664)
    for place in (folder, like):
        place.chmod(0o2775)
