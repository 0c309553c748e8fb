"""What a student's process may use: the `[limits]` table of `course.toml`."""

from __future__ import annotations

import math
import resource
from collections.abc import Mapping
from dataclasses import dataclass, fields

from ..unit.course import CourseError

_MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits of one worker; each is a positive number.

    Parameters
    ----------
    cell_seconds, call_seconds : float
        Seconds that one cell and one call may use: of the clock, less what a busy machine makes
        the process wait.
    loading_seconds : float
        Seconds for all cells of a notebook together. When they are used up the notebook is
        loaded once more, without what nothing that is defined needs; that, and what is loaded
        after a death, may use as many again.
    function_seconds : float
        Seconds for all calls of one function together, however often it is tried.
    memory_mb : int
        Address space, interpreter and numpy (about 120 MB) included.
    output_mb : int
        Largest file, and largest answer that the trusted side should accept.
    scratch_mb : int
        The private working directory, where it can be written at all.
    open_files, stack_mb : int
        Descriptors; stack of the main thread.
    """

    cell_seconds: float = 10
    call_seconds: float = 10
    loading_seconds: float = 120
    function_seconds: float = 60
    memory_mb: int = 1024
    output_mb: int = 64
    scratch_mb: int = 64
    open_files: int = 64
    stack_mb: int = 8

    def __post_init__(self):
        for name, value in vars(self).items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not (number and math.isfinite(value) and value > 0):
                raise CourseError(
                    f"[limits] {name} = {value!r} in course.toml: a positive number is expected"
                )

    @classmethod
    def from_settings(cls, settings: Mapping) -> Limits:
        """Read the `limits` table of `Course.settings`; what it does not name keeps its default.

        Raises
        ------
        CourseError
            If it names something unknown, or a value is not a positive number.
        """
        table = settings.get("limits", {})
        known = [f.name for f in fields(cls)]
        if unknown := sorted(set(table) - set(known)):
            raise CourseError(
                f"[limits] in course.toml has {', '.join(unknown)}; known are: {', '.join(known)}"
            )
        return cls(**table)

    @property
    def process_seconds(self) -> float:
        """Processor time after which the kernel ends a process.

        Should the trusted side be suspended, nobody else would.
        """
        return self.loading_seconds + 8 * self.function_seconds

    def rlimits(self) -> list[tuple[int, int, int]]:
        """Give the kernel's limits as (kind, soft, hard).

        The process sets them on itself before any of the student's code.
        """
        seconds = math.ceil(self.process_seconds) + 1
        same = {
            resource.RLIMIT_AS: int(self.memory_mb * _MB),
            resource.RLIMIT_FSIZE: int(self.output_mb * _MB),
            resource.RLIMIT_NOFILE: int(self.open_files),
            resource.RLIMIT_STACK: int(self.stack_mb * _MB),
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_MEMLOCK: 0,
            resource.RLIMIT_MSGQUEUE: 0,
        }
        # At the soft limit SIGXCPU, whose name tells what happened; at the hard one SIGKILL, if
        # that was ignored.
        return [
            (resource.RLIMIT_CPU, seconds, seconds + 1),
            *((kind, n, n) for kind, n in same.items()),
        ]
