"""When work is due, how late it is, and what that costs: from `course.toml`, the same for every front."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from ..safe.harmless import composed
from .course import Course, CourseError

DAY, HOUR = (
    86400,
    3600,
)  # seconds; a day late is 24 hours, also where clocks are changed


@dataclass(frozen=True)
class Rules:
    """What lateness costs.

    Parameters
    ----------
    penalty_per_day : float in [0, 1]
        Share of the points earned that is lost for each day begun.
    most : float in [0, 1]
        The largest share that can be lost.
    grace_hours : float, at least 0
        Hours after the due date that cost nothing; the first day begins after them.
    """

    penalty_per_day: float = 0.0
    most: float = 1.0
    grace_hours: float = 0.0

    def __post_init__(self):
        for name, highest in (
            ("penalty_per_day", 1),
            ("most", 1),
            ("grace_hours", math.inf),
        ):
            value = getattr(self, name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not (number and math.isfinite(value) and 0 <= value <= highest):
                bounds = "at least 0" if highest == math.inf else "from 0 to 1"
                raise CourseError(
                    f"course.toml: [late] {name} must be a number {bounds}, not {value!r}"
                )

    @classmethod
    def of(cls, course: Course) -> Rules:
        """What the table `[late]` says.

        Raises
        ------
        CourseError
            If a setting is unknown or out of its bounds.
        """
        table = course.settings.get("late", {})
        if unknown := sorted(set(table) - set(cls.__dataclass_fields__)):
            known = ", ".join(cls.__dataclass_fields__)
            raise CourseError(
                f"course.toml: [late] has no setting {unknown[0]!r}; there are: {known}"
            )
        return cls(**table)

    def share(self, seconds: float) -> float:
        """The share of the points that is lost by being so many seconds late."""
        over = seconds - self.grace_hours * HOUR
        days = math.ceil(over / DAY) if over > 0 else 0
        return min(self.most, days * self.penalty_per_day)

    def penalty(self, points: float, seconds: float) -> float:
        """The points lost, of those earned; never less than none, never more than there are."""
        earned = max(points, 0.0)
        return min(earned, round(earned * self.share(seconds), 2))


def due_dates(course: Course) -> dict[str, datetime]:
    """The moments of the table `[due]`, in UTC.

    Raises
    ------
    CourseError
        If an exercise or the time zone is unknown, or a date is none.
    """
    zone = timezone(course)
    return {
        name: _moment(value, zone, f"[due] {name}")
        for name, value in _table(course, "due", course.assignments)
    }


def extensions(course: Course) -> dict[tuple[str, str], datetime]:
    """The moments of the tables `[extensions]`, in UTC, by student (as NFC composes the name)
    and exercise.

    Raises
    ------
    CourseError
        As for `due_dates`, and if an extension is of an exercise without a due date, or ends
        before that.
    """
    zone, regular, found = timezone(course), due_dates(course), {}
    for student, table in _table(course, "extensions"):
        if not isinstance(table, Mapping):
            raise CourseError(
                f"course.toml: write [extensions] {student!r} as a table: {{ex1_… = 2027-01-20}}"
            )
        for name, value in table.items():
            where = f"[extensions] {student!r} {name}"
            end = _moment(value, zone, where)
            if name not in regular:
                raise CourseError(
                    f"course.toml: {where} extends no date: [due] has none for it"
                )
            if end < regular[name]:
                raise CourseError(
                    f"course.toml: {where} ends before the due date itself"
                )
            found[composed(student), name] = end
    return found


def timezone(course: Course) -> ZoneInfo:
    """The zone of dates without an offset.

    Raises
    ------
    CourseError
        If there is no such zone.
    """
    name = course.settings.get("course", {}).get("timezone", "UTC")
    try:
        return ZoneInfo(name)
    except (
        KeyError,
        ValueError,
        TypeError,
        OSError,
    ):  # ZoneInfoNotFoundError is a KeyError
        raise CourseError(
            f"course.toml: [course] timezone = {name!r} is none that this machine knows; write one such as "
            '"Europe/Berlin" (on a system without time zones: pip install tzdata)'
        ) from None


def _table(course: Course, name: str, known: tuple[str, ...] = ()) -> list[tuple]:
    table = course.settings.get(name, {})
    if known and (unknown := sorted(set(table) - set(known))):
        raise CourseError(
            f"course.toml: [{name}] {unknown[0]!r} is no exercise; there are: {', '.join(known)}"
        )
    return list(table.items())


def _moment(value: object, zone: ZoneInfo, where: str) -> datetime:
    """A date of TOML as a moment in UTC; a day without a time ends with its last second."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    if not isinstance(value, datetime):
        raise CourseError(
            f"course.toml: {where} = {value!r} is no date; write 2027-01-15T23:59:00, without quotes"
        )
    if value.tzinfo:
        return value.astimezone(UTC)
    # an hour that the clocks show twice, or leave out, ends when it ends for whoever reads it
    # the later way
    return max(value.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
