"""A way of confinement with a process prepared in it: a worker costs a fork in place of a start.

What confines is the same; `fork_server` says what stands between one worker and the next.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Protocol

from .fork_server import ForkServer
from .limits import Limits
from .process import Confined, Enclosure, NotConfined

MOST_CHILDREN = 100  # what nobody has thought of may add up: it does not do so for ever
MOST_IDLE = 2  # more are rarely wanted at once, and each holds 30 MB


class Way(Protocol):
    """A way of confinement in which a process can be prepared."""

    name: str

    def available(self) -> str | None:
        """Say why this way is not offered here; None if it is."""

    def start(
        self, files: Sequence[Path], argv: Sequence[str], limits: Limits
    ) -> Confined:
        """Start a worker for itself; parameters as for `Confinement.start`."""

    def enclosure(self, files: Sequence[Path], limits: Limits) -> Enclosure:
        """Give what one process is started in."""


def can_prepare() -> bool:
    """Say whether this Python can wait for a process by a descriptor, as a prepared one does."""
    return hasattr(os, "pidfd_open")


_READY: dict[tuple, Prepared] = {}


def prepared_for(way: Way, files: Sequence[Path], limits: Limits) -> Prepared:
    """Give a way of confinement with prepared processes, the same one each time.

    Parameters as for `Prepared`.

    Raises
    ------
    NotConfined
        If no process can be started at all.
    """
    key = (os.getpid(), way, tuple(files), limits)
    if key not in _READY:
        _READY[key] = Prepared(way, files, limits)
    return _READY[key]


def close_prepared() -> None:
    """End this process's prepared processes that have no child; others are made when needed."""
    while _READY:
        _READY.popitem()[1].close()


class Prepared:
    """A way of confinement with prepared processes; it lasts as long as this process.

    Parameters
    ----------
    way : Way
        What confines.
    files : sequence of Path
        All that any worker may need; the first is the program whose modules are loaded.
    limits : Limits
        What a worker may use.

    Notes
    -----
    The first prepared process starts at once, in the background. Others follow where one is
    spoilt, has had its number of children, or has a child while another is wanted.
    """

    def __init__(self, way: Way, files: Sequence[Path], limits: Limits):
        self.name, self.way = way.name, way
        self._files, self._limits = tuple(Path(file) for file in files), limits
        self._lock, self._process = threading.Lock(), os.getpid()
        self._idle: list[ForkServer] = [self._server()]
        # when nobody has it any more, and at the end of this process, one of `multiprocessing` too
        Finalize(self, _close_all, (self._idle,), exitpriority=1)

    def available(self) -> str | None:
        """Say why this way is not offered here; None if it is."""
        return self.way.available()

    def start(
        self, files: Sequence[Path], argv: Sequence[str], limits: Limits
    ) -> Confined:
        """Fork a worker from a prepared process; start one for itself if it needs another.

        Parameters as for `Confinement.start`.

        Raises
        ------
        NotConfined
            If there is none to be had.
        """
        if not set(files) <= set(self._files) or limits != self._limits:
            return self.way.start(files, argv, limits)
        if self._process != os.getpid():  # two who talk to the same process would mix
            raise NotConfined(
                "a prepared process serves none but the one it was made in"
            )
        with self._lock:
            server = self._idle.pop() if self._idle else self._server()
        try:
            return server.fork(argv, lambda: self._take_back(server))
        except BaseException:
            server.close()
            raise

    def close(self) -> None:
        """End the prepared processes that have no child."""
        with self._lock:
            _close_all(self._idle)

    def _server(self) -> ForkServer:
        enclosure = self.way.enclosure(self._files, self._limits)
        return ForkServer(enclosure, self._files[0].name)

    def _take_back(self, server: ForkServer) -> None:
        """Keep a prepared process whose child has ended, if it may have another."""
        with self._lock:
            fit = not server.spoilt and server.children < MOST_CHILDREN
            if fit and len(self._idle) < MOST_IDLE:
                self._idle.append(server)
                return
        server.close()


def _close_all(servers: list[ForkServer]) -> None:
    while servers:
        servers.pop().close()
