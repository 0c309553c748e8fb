"""What a student reads of a function: its status in words, and the lines of its feedback."""

from __future__ import annotations

import re

from ..safe.harmless import shown

STATUSES = {
    "passed": "right",
    "partial": "right in part",
    "failed": "not right yet",
    "untouched": "not begun",
    "missing": "not there",
    "crashed": "ended its process",
    "timeout": "did not end in time",
    "error": "not graded, by a fault of ours",
}


def labelled_line(message: str, label: str) -> str:
    """Find a line of the feedback by its label; "" if there is none."""
    found = re.search(rf"^  {label}\s+(\S.*)$", message, re.M)
    return shown(found[1]).strip() if found else ""
