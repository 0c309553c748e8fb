"""What a test may leave behind in its own process: open descriptors, and children."""

import contextlib
import os
import time
from pathlib import Path

from autograder.confine.prepared import close_prepared


def left():
    """Descriptors of this process, and its children, when no prepared process waits for work."""
    close_prepared()
    children = set()
    for task in Path("/proc/self/task").iterdir():
        # a thread may end meanwhile
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            children.update(task.joinpath("children").read_text().split())
    return len(os.listdir("/proc/self/fd")), children


def nothing_new(before, seconds=2.0):
    """Whether soon there are no more descriptors than before, and no other children.

    Those of other tests may end at any time, and a child that was killed is gone a moment later.
    """
    end = time.monotonic() + seconds
    while True:
        descriptors, children = left()
        if descriptors <= before[0] and children <= before[1]:
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
