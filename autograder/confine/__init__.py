"""Run a student's code where it can do no harm and read no secret; the law is in the design,
the proof in `canary`.

The worker's end of the protocol are the descriptors `READ_FD` and `WRITE_FD`; its standard
input, output and error are /dev/null, so that prints cost nothing and block nothing.

    with choose(limits=limits, secrets=[course.solutions]).start(files, ["worker.py", "3", "4"],
    limits) as worker:
        worker.writer.write(…)
        worker.reader.read(…)
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from .bubblewrap import Bubblewrap
from .canary import PROBE, Report, examine
from .limits import Limits
from .prepared import Prepared, Way, can_prepare, prepared_for
from .process import READ_FD, WRITE_FD, Confined, Ending, NotConfined
from .unconfined import UNCONFINED, Unconfined, UnconfinedWarning
from .user import UnprivilegedUser

__all__ = [
    "READ_FD",
    "WAYS",
    "WRITE_FD",
    "Confined",
    "Confinement",
    "Ending",
    "Limits",
    "NotConfined",
    "NotPreparedWarning",
    "UnconfinedWarning",
    "choose",
    "examined",
    "prepared_way",
]


class NotPreparedWarning(UserWarning):
    """Workers are confined as well as ever, and slow: each starts a Python of its own."""


_SLOW = (
    "students' code is confined, but each worker starts a Python of its own, which takes several "
    "times as long: no process could be prepared to fork them from ({}). `--fresh` grades like "
    "this without a word."
)


class Confinement(Protocol):
    """A way to confine a process."""

    name: str

    def available(self) -> str | None:
        """Say why this way is not offered here; None if it is."""

    def start(
        self, files: Sequence[Path], argv: Sequence[str], limits: Limits
    ) -> Confined:
        """Start `argv`, the first of which is the name of one of `files`.

        Parameters
        ----------
        files : sequence of Path
            What the worker can read of the course, all in one folder there.
        argv : sequence of str
            Name of the script among them, and its arguments.
        limits : Limits
            What the process may use.

        Returns
        -------
        Confined
            The running worker.

        Raises
        ------
        NotConfined
            If it cannot be started.
        """


WAYS: tuple[Way, ...] = (Bubblewrap(), UnprivilegedUser())  # the stronger first
NAMES = ("auto", *(way.name for way in WAYS), Unconfined.name)


def choose(
    name: str = "auto",
    limits: Limits | None = None,
    secrets: Iterable[Path] = (),
    prepare: Sequence[Path] = (),
    tell: Callable[[Warning], object] = warnings.warn,
) -> Confinement:
    """Choose the first way of confinement that holds against the canary, or the one named.

    Parameters
    ----------
    name : str
        `auto`, `bubblewrap`, `user`, or `none`, of which it tells.
    limits : Limits, optional
        The limits to examine it with.
    secrets : iterable of Path
        What must not be readable inside: the folder of solutions, other students' submissions,
        the gradebook.
    prepare : sequence of Path
        The files of the workers that are to come: they are forked from a process that has loaded
        them. Where that does not hold, and if there are none, each is started for itself.
    tell : callable
        Called with an `UnconfinedWarning`, or with a `NotPreparedWarning` where files are given
        and no process could be prepared.

    Raises
    ------
    NotConfined
        If none holds, with what each lacks and what to do.
    """
    if name not in NAMES:
        raise NotConfined(
            f"there is no sandbox {name!r}; there are: {', '.join(NAMES)}"
        )
    if name == Unconfined.name:
        tell(UnconfinedWarning(UNCONFINED))
        return Unconfined()
    secrets = tuple(sorted(Path(s).resolve() for s in secrets))
    limits = limits or Limits()
    reports = []
    for way in WAYS:
        if name in ("auto", way.name):
            ready = prepared_way(way, limits, secrets, prepare) if prepare else ""
            if isinstance(ready, Prepared):
                return ready
            reports.append(examined(way, limits, secrets))
            if reports[-1].holds:
                if ready:
                    tell(NotPreparedWarning(_SLOW.format(ready)))
                return way
    raise NotConfined(_refusal(reports))


def prepared_way(
    way: Way,
    limits: Limits,
    secrets: tuple[Path, ...],
    files: Sequence[Path],
) -> Prepared | str:
    """Give a way of confinement with a prepared process, if that holds against the canary, which
    is forked from the same process as the workers; else why it cannot be used.

    Parameters
    ----------
    way : Way
        What confines.
    limits : Limits
        The limits to examine it with.
    secrets : tuple of Path
        What must not be readable inside.
    files : sequence of Path
        The files of the workers that are to come.
    """
    if trouble := way.available():
        return trouble
    if not can_prepare():
        return (
            "this Python has no os.pidfd_open (it came with Python 3.9, on Linux 5.3)"
        )
    try:
        ready = prepared_for(way, tuple(dict.fromkeys((*files, PROBE))), limits)
    except NotConfined as error:
        return str(error)
    report = examined(ready, limits, secrets)
    return ready if report.holds else "; ".join(report.problems())


def examined(
    way: Confinement, limits: Limits, secrets: tuple[Path, ...] = ()
) -> Report:
    """Give the canary's report on `way`; asked once per process.

    Parameters
    ----------
    way : Confinement
        What is examined.
    limits : Limits
        The limits to examine it with.
    secrets : tuple of Path
        What must not be readable inside.
    """
    # a protocol does not say so, but each way is a frozen dataclass
    return _examined(os.getpid(), way, limits, secrets)  # type: ignore[arg-type]


@lru_cache(maxsize=32)
def _examined(
    _pid: int, way: Confinement, limits: Limits, secrets: tuple[Path, ...]
) -> Report:
    return examine(way, limits, secrets)


def _refusal(reports: Sequence[Report]) -> str:
    lines = ["students' code cannot be confined on this machine, so nothing is graded."]
    for report in reports:
        lines += [f"  {report.way}: {problem}" for problem in report.problems()]
    checks = [check for report in reports for check in report.checks]
    if any(check.name == "secrets" and not check.holds for check in checks):
        lines.append(
            "Close the secrets to other users: chmod 700 on each folder named above."
        )
    lines.append(
        "`python -m autograder doctor` says what can be done; "
        "`grade --sandbox none` grades without confinement, and nbgrader has no such option."
    )
    return "\n".join(lines)
