"""Time that a student's code has used, and what it may use.

Used is the time of the clock, less what the machine let the worker wait for a processor, and this
process likewise. So a function that sleeps uses time, one that is not given any does not, and no
mark depends on how busy a machine is.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from unrolled.check.outcome import MachineryError

# so many times as long as code may take is waited; then the machine is too busy
PATIENCE = 60


@dataclass
class Budget:
    """Seconds that may be used, in one stretch or several; `text` is told when they are used up."""

    seconds: float
    text: str
    used: float = 0.0

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.seconds - self.used


def waited(process: int | str) -> float:
    """Seconds that a process (its number, or `thread-self`) was ready and the machine ran others.

    0 where the kernel does not say, or cannot be asked now.
    """
    try:
        # asked often: a Path would take three times as long
        file = os.open(f"/proc/{process}/schedstat", os.O_RDONLY)
    except OSError:
        return 0.0
    try:
        return int(os.read(file, 100).split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
    finally:
        with contextlib.suppress(OSError):
            os.close(file)


class Stretch:
    """A stretch of time that is charged to budgets, of which the one with least left ends it.

    Parameters
    ----------
    starved : callable
        Seconds that the worker has waited for a processor since its start.
    budgets : Budget
        What the stretch is charged to.
    """

    def __init__(self, starved: Callable[[], float], *budgets: Budget):
        self._starved, self.budgets, self._here = starved, budgets, 0.0
        self._from, self._before, self._not_ours = (
            time.monotonic(),
            self._waiting(),
            0.0,
        )

    def _waiting(self) -> float:
        """Seconds for which the worker or this process has waited for a processor.

        It never falls: where the kernel could not be asked once, all the waiting of a life would
        be charged as time that the worker has used.
        """
        self._here = max(self._here, waited("thread-self"))
        return self._starved() + self._here

    def spare(self, seconds: float) -> None:
        """Do not charge what this process did meanwhile, within bounds.

        It may be asked without end.
        """
        self._not_ours = min(self._not_ours + seconds, self.tightest().seconds)

    def used(self) -> float:
        """Give the seconds used so far."""
        passed = time.monotonic() - self._from - self._not_ours
        return max(0.0, passed - (self._waiting() - self._before))

    def tightest(self) -> Budget:
        """Give the budget with the least left."""
        return min(self.budgets, key=lambda budget: budget.left)

    def at_most(self) -> float:
        """Give the seconds of the clock for which nothing can be used up."""
        return self.tightest().left + self._not_ours - (time.monotonic() - self._from)

    def left(self) -> float:
        """Give the seconds left.

        Raises
        ------
        MachineryError
            If the machine has not given the worker its time for far too long.
        """
        budget = self.tightest()
        passed, used = time.monotonic() - self._from, self.used()
        if used < budget.left and passed > PATIENCE * max(budget.left, 1.0):
            raise MachineryError(
                f"the machine is too busy: of {passed:.0f} s the student's process was given "
                f"{used:.1f} s; grade with fewer --jobs, or when less else is running"
            )
        return budget.left - used

    def charge(self) -> float:
        """Charge what was used, and begin anew; give the seconds."""
        now, waiting = time.monotonic(), self._waiting()
        used = max(0.0, now - self._from - self._not_ours - (waiting - self._before))
        for budget in self.budgets:
            budget.used += used
        self._from, self._before, self._not_ours = now, waiting, 0.0
        return used
