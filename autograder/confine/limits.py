"""What a student's process may use: the `[limits]` table of `course.toml`."""

from __future__ import annotations

import math
import resource
from dataclasses import asdict, dataclass

from ..unit.settings import LimitsTable, Settings

_MB = 1024 * 1024


@dataclass(frozen=True)
class Limits(LimitsTable):
    """Limits of one worker; each is a positive number, described in `LimitsTable`."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Limits:
        """Give the limits that a course's settings have."""
        return cls(**asdict(settings.limits))

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
