"""Grade what nbgrader is about to ask for, in processes beside nbgrader's own."""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from unrolled.check.outcome import MachineryError

from ..batch.apart import GradingProcess
from ..collect.hand_in import HandIn
from ..grade.result import Result
from ..system.processes import Died


class Ahead:
    """Results that are made while nbgrader reads, sanitises and records other submissions.

    Parameters
    ----------
    root, out : Path
        The course, and where its result files go.
    submissions : sequence of HandIn
        In the order in which they will be asked for.

    Notes
    -----
    Nothing is ever graded in this process, whose environment is nbgrader's: what it takes from
    there, such as other modules or Python's options, must not decide on a mark. The processes
    are started when the first submissions are known, and end with `close` or with this process.

    Only a few submissions are begun ahead of what is asked for: should nbgrader stop, so does
    this, soon.
    """

    def __init__(self, root: Path, out: Path, submissions: Sequence[HandIn]):
        self._futures: dict[HandIn, Future[Result]] = {}
        self._rest = deque(submissions)
        processors = len(os.sched_getaffinity(0))
        self._jobs = max(1, processors - 1)  # one is nbgrader's
        self._graders = _Graders(root, out)
        self._pool = ThreadPoolExecutor(self._jobs, "grading", self._graders.start)
        # nbgrader tells nobody when it is done: the processes end with this object
        self.close = weakref.finalize(self, _close, self._pool, self._graders)
        self._begin()

    def result(self, found: HandIn) -> Result:
        """Give the result of a submission, waited for, whether it was foreseen or not.

        Raises
        ------
        MachineryError
            If it cannot be graded.
        """
        self._begin()
        future = self._futures.pop(found, None)
        if future is None:
            future = self._pool.submit(self._graders.grade, found)
        return future.result()

    def _begin(self) -> None:
        """Hand on as many submissions as keep every process busy, and no more."""
        while self._rest and len(self._futures) < 4 * self._jobs:
            one = self._rest.popleft()
            self._futures[one] = self._pool.submit(self._graders.grade, one)


class _Graders:
    """The processes, one for each thread that asks."""

    def __init__(self, root: Path, out: Path):
        # nbgrader has decided what is due: what has a result is graded again
        self._order = {
            "root": root,
            "solutions": root / "solutions",
            "out": out,
            "again": True,
        }
        self._own = threading.local()
        self._all: list[GradingProcess] = []

    def start(self) -> None:
        """Start the process of this thread."""
        process = GradingProcess(**self._order)
        # before it starts, so that `close` finds it whatever happens
        self._all.append(process)
        self._own.apart = process
        process.start()

    def grade(self, found: HandIn) -> Result:
        """Grade one submission, whether or not it has a result.

        Raises
        ------
        MachineryError
            If it cannot be.
        """
        done = self._own.apart(found)
        if isinstance(done, Died):
            raise MachineryError("the grading process died again and again")
        return done["result"]

    def close(self) -> None:
        """End the processes."""
        for apart in self._all:
            apart.close()


def _close(pool: ThreadPoolExecutor, graders: _Graders) -> None:
    # the pool first: a thread that still waits would take the next submission
    pool.shutdown(cancel_futures=True)
    graders.close()
