"""Grade what nbgrader is about to ask for, in processes beside nbgrader's own."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from ..collect import Found
from ..results import Result


class Ahead:
    """Results that are made while nbgrader reads, sanitises and records other submissions.

    Parameters
    ----------
    root, out : Path
        The course, and where its result files go.
    submissions : sequence of Found
        In the order in which they will be asked for. With fewer than two there is nothing to gain.

    Notes
    -----
    Only a few are begun ahead of what is asked for: should nbgrader stop, so does this, soon.

    The processes are forked: they need not import all of nbgrader once more, which takes longer than to grade. A
    program with several threads, such as a server, cannot be forked safely; nothing is graded ahead there.
    """

    def __init__(self, root: Path, out: Path, submissions: Sequence[Found]):
        self._places, self._futures = (root, out), {}
        self._rest = deque(submissions)
        if len(submissions) < 2 or threading.active_count() > 1:
            self._rest.clear()
            return
        self._jobs = max(1, len(os.sched_getaffinity(0)) - 1)  # one processor is nbgrader's
        self._pool = ProcessPoolExecutor(self._jobs, multiprocessing.get_context("fork"))
        self._begin()

    def result(self, found: Found) -> Result | None:
        """The result of a submission, waited for; None if it was not foreseen or its process was killed."""
        try:
            self._begin()
            future = self._futures.pop(found, None)
            return future and future.result()
        except BrokenProcessPool:
            self._rest.clear()
            return None

    def _begin(self) -> None:
        while self._rest and len(self._futures) < 4 * self._jobs:
            one = self._rest.popleft()
            self._futures[one] = self._pool.submit(grade, *self._places, one)


def grade(root: Path, out: Path, found: Found) -> Result:
    """Grade one submission, whether or not it has a result."""
    from ..batch import Order, grade_one  # slow to import, and nbgrader's own process seldom needs it

    return grade_one(Order(root, root / "solutions", out, again=True), found).result
