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
from .accounts import chosen
from .handed_in import SECRET, TIMESTAMP, as_text, time_of
from .inbound import (
    ExchangedHandIn,
    Taken,
    hand_in,
    is_own,
    owner_name,
    pattern,
    take,
    times,
)
from .lateness import keep_dates

MOST_TRIES = (
    10  # hand-ins of one student, from the last backwards, until one can be taken
)
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
        directory = self.coursedir
        if not directory.course_id:
            self.fail("No course id specified. Re-run with --course flag.")
        self.course_path = os.path.join(self.root, directory.course_id)
        self.inbound_path = os.path.join(self.course_path, "inbound")
        if not os.path.isdir(self.inbound_path):
            self.fail(f"Course not found: {self.inbound_path}")
        if not check_mode(self.inbound_path, read=True, execute=True):
            self.fail(
                f"You don't have read permissions for the directory: {self.inbound_path}"
            )
        course = Course.find(directory.root)
        self.by, self.duedate, self.left, self.lines = times(course), None, 0, {}
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            keep_dates(course, gradebook)
            with suppress(MissingEntry):
                self.duedate = gradebook.find_assignment(
                    directory.assignment_id
                ).duedate
        with self._inbound() as inbound:
            self.src_records = self._hand_ins(inbound)

    def copy_files(self) -> None:
        """Collect each student's last hand-in, then fail if something was left."""
        if not self.src_records:
            self.log.warning(
                "No submissions of %s to collect", self.coursedir.assignment_id
            )
        with self._inbound() as inbound:
            for student, hand_ins in sorted(self.src_records.items()):
                try:
                    self._collect(inbound, student, hand_ins)
                except Exception as error:  # it is this student's only
                    said = getattr(error, "strerror", None) or str(error)
                    self._leave(student, student, f"{said} ({type(error).__name__})")
        for student, number in self.lines.items():
            if number > MOST_LINES:
                more = number - MOST_LINES
                self.log.error(
                    "%s: %d hand-ins more are left", tame_line(student), more
                )
        if self.left:
            self.fail(
                f"{self.left} of the exchange were left there; which, and why, is said above"
            )

    @contextmanager
    def _inbound(self) -> Iterator[int]:
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
        """The hand-ins by student, the last one first."""
        looks = pattern(self.coursedir.assignment_id)
        found: dict[str, list[ExchangedHandIn]] = {}
        for name in sorted(os.listdir(inbound)):
            match = looks.fullmatch(name)
            if match and chosen(match["student"], self.coursedir.student_id or "*"):
                one = self._looked_at(inbound, name, match)
                if one is not None:
                    found.setdefault(one.student, []).append(one)
        for hand_ins in found.values():
            hand_ins.sort(key=self._when, reverse=True)
        return {
            student: self._own(student, hand_ins) for student, hand_ins in found.items()
        }

    def _when(self, one: ExchangedHandIn) -> tuple[datetime, datetime]:
        return one.time(self.by, one.changed), one.claimed

    def _looked_at(
        self, inbound: int, name: str, match: re.Match
    ) -> ExchangedHandIn | None:
        try:
            return hand_in(inbound, name, match)
        except (UnreadableError, ValueError) as error:
            said = str(error)
        except OSError as error:
            said = error.strerror
        self._leave(match["student"], name, said)
        return None

    def _own(
        self, student: str, hand_ins: list[ExchangedHandIn]
    ) -> list[ExchangedHandIn]:
        """Those that are the student's own, as far as the system can tell."""
        if not self.check_owner:
            return hand_ins
        first = min(hand_ins, key=lambda one: one.changed).owner
        own = [one for one in hand_ins if is_own(student, one.owner, first)]
        for one in hand_ins:
            if one not in own:
                why = f"it belongs to {owner_name(one.owner)}, not to {student}"
                self._leave(student, one.name, f"{why} ({_OTHER_NAMES})")
        return own

    def _collect(
        self, inbound: int, student: str, hand_ins: Sequence[ExchangedHandIn]
    ) -> None:
        name = self.coursedir.assignment_id
        tree = Path(self.coursedir.root, self.coursedir.submitted_directory)
        place = tree / student / name
        if place.parent.is_symlink():
            raise UnreadableError(
                f"{place.parent} is a symbolic link; nothing is put there"
            )
        there = place.is_dir() and not place.is_symlink()
        if there and not (self.update or self.before_duedate):
            self.log.info(
                "Submission already exists, use --update to update: %s %s",
                student,
                name,
            )
            return
        taken = self._last(inbound, hand_ins)
        if taken is None:
            return
        if there and not self._replaces(taken, place, tree):
            self.log.info("No newer submission to collect: %s %s", student, name)
            return
        self.log.info(
            "%s submission: %s %s", "Updating" if there else "Collecting", student, name
        )
        self._write(taken, place)

    def _last(self, inbound: int, hand_ins: Sequence[ExchangedHandIn]) -> Taken | None:
        """The last hand-in that can be taken and holds a notebook, else one without.

        With `--before-duedate` the last before that, if there is one.
        """
        late = empty = None
        for one in hand_ins[:MOST_TRIES]:
            try:
                taken = take(
                    inbound,
                    one,
                    self.coursedir.assignment_id,
                    self.by,
                    self.check_owner,
                )
            except UnreadableError as error:
                self._leave(one.student, one.name, str(error))
                continue
            if not taken.notebooks:
                self._leave(one.student, one.name, "it holds no notebook")
                empty = empty or taken
            elif (
                not self.before_duedate
                or self.duedate is None
                or taken.time <= self.duedate
            ):
                return taken
            else:
                late = late or taken
        return late or empty

    def _replaces(self, taken: Taken, place: Path, tree: Path) -> bool:
        """Whether a hand-in replaces what was collected before; the same work does not."""
        before = time_of(place, tree)
        if before is not None and _there(place, tree) == taken.notebooks:
            return False
        if self.before_duedate:
            return before != taken.time
        return before is None or taken.time > before

    def _write(self, taken: Taken, place: Path) -> None:
        """Put a submission in its place, whole."""
        place.parent.mkdir(parents=True, exist_ok=True)
        new, old = (
            place.with_name(f".{place.name}.{secrets.token_hex(8)}") for _ in range(2)
        )
        new.mkdir()
        try:
            for name, data in taken.notebooks.items():
                (new / name).write_bytes(data)
            (new / TIMESTAMP).write_text(as_text(taken.time))
            (new / SECRET).write_text(taken.secret)
            if self.coursedir.groupshared:
                _share(new, place.parent)
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
                (place / SECRET).write_text(secrets.token_hex(64))
                self.log.warning(
                    "%s did not hand in through the exchange, so cannot fetch feedback there",
                    tame_line(place.parent.name),
                )
        super().copy_files()


def _there(place: Path, tree: Path) -> dict[str, bytes]:
    """The notebooks of what was collected before."""
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
