"""The verb `doctor`."""

from __future__ import annotations

from ..exits import NOT_GRADED, OK
from . import doctor


def run() -> int:
    """Say what this machine can confine with, and end with whether it can."""
    text, confines = doctor.report()
    print(text)
    return OK if confines else NOT_GRADED
