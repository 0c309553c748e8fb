"""The error that is the course's own."""

from __future__ import annotations


class CourseError(Exception):
    """Something of the course itself is missing or malformed; never a student's fault."""
