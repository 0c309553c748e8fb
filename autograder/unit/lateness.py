"""When work is due, how late it is, and what that costs.

It is read from `course.toml`, for every front alike.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from .course import Course
from .settings import LateTable

DAY = 86400  # seconds; a day late is 24 hours, also where clocks are changed
HOUR = 3600


@dataclass(frozen=True)
class Rules(LateTable):
    """What lateness costs, reckoned by the settings of `[late]`."""

    @classmethod
    def of(cls, course: Course) -> Rules:
        """Give what a course's table `[late]` says.

        Raises
        ------
        CourseError
            If `course.toml` says what is not understood.
        """
        return cls(**asdict(course.settings.late))

    def share(self, seconds: float) -> float:
        """Give the share of the points that is lost by being so many seconds late."""
        over = seconds - self.grace_hours * HOUR
        days = math.ceil(over / DAY) if over > 0 else 0
        return min(self.most, days * self.penalty_per_day)

    def penalty(self, points: float, seconds: float) -> float:
        """Give the points lost, of those earned.

        They are never less than none, never more than there are.
        """
        earned = max(points, 0.0)
        return min(earned, round(earned * self.share(seconds), 2))


def due_dates(course: Course) -> dict[str, datetime]:
    """Give the moments of the table `[due]`, in UTC.

    Raises
    ------
    CourseError
        If an exercise is unknown, or `course.toml` says what is not understood.
    """
    due = course.settings.due
    # a course without solutions, as the book may be built in one, has no names to compare with
    if course.assignments:
        for name in due:
            course.refuse_unknown(name, "[due]", "due", name)
    return dict(due)


def extensions(course: Course) -> dict[tuple[str, str], datetime]:
    """Give the moments of the tables `[extensions]`, in UTC, by student (as NFC composes the
    name) and exercise.

    Raises
    ------
    CourseError
        As for `due_dates`, and if an extension is of an exercise without a due date, or ends
        before that.
    """
    due_dates(course)  # each extension is of one of these
    return dict(course.settings.extensions)


def timezone(course: Course) -> ZoneInfo:
    """Give the zone of dates without an offset.

    Raises
    ------
    CourseError
        If `course.toml` says what is not understood.
    """
    return ZoneInfo(course.settings.course.timezone)
