"""Which exercises students have by now: those of the class's units whose date has come."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .course import Course, CourseError

EPOCH = "SOURCE_DATE_EPOCH"  # what those who package software set for all dates


def given_date() -> int | None:
    """Give the date that SOURCE_DATE_EPOCH sets for all that is made; None where it is not set.

    Raises
    ------
    CourseError
        If it is no number of seconds.
    """
    text = os.environ.get(EPOCH, "").strip()
    if not text:
        return None
    if not text.isdecimal():
        raise CourseError(f"{EPOCH} is {text!r}, not a number of seconds since 1970")
    return int(text)


def now() -> datetime:
    """Give the moment that is built for: `SOURCE_DATE_EPOCH`, else the time it is."""
    given = given_date()
    return datetime.now(UTC) if given is None else datetime.fromtimestamp(given, UTC)


def handed_out(course: Course, when: datetime | None = None) -> tuple[str, ...]:
    """Give the exercises that students have.

    Parameters
    ----------
    course : Course
        The course.
    when : datetime, optional
        The moment that is asked about; the one that is built for unless given.

    Raises
    ------
    CourseError
        If `course.toml` names what is no exercise.
    """
    opens = course.settings.opens
    for name in opens:
        course.refuse_unknown(name, "[opens]", "opens", name)
    moment = when or now()
    return tuple(n for n in course.units if n not in opens or opens[n] <= moment)


def due_text(course: Course, assignment: str) -> str:
    """Say until when an exercise is on time, in the course's zone; "" if it is never late.

    It is what students read: `15 January 2027, 23:59 (Europe/Berlin)`.
    """
    moment = course.settings.due.get(assignment)
    if moment is None:
        return ""
    zone = course.settings.course.timezone
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M} ({zone})"
