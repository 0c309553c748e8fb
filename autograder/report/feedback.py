"""What a student reads of a function: its status in words."""

from __future__ import annotations

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
