"""Frames to and from one worker, whatever it does with its ends of the pipes."""

from __future__ import annotations

import os
import select
from typing import Any

from unrolled.check import wire
from unrolled.check.outcome import Lost, MachineryError

from ..confine import Confined
from ..confine.clock import Budget, Stretch


class Died(Exception):
    """The worker is gone or breaks the protocol: `lost` says how, `budget` what it used up."""

    def __init__(self, how: str, text: str, budget: Budget | None = None):
        super().__init__(text)
        self.lost, self.budget = Lost(how, text), budget


class Channel:
    """The pipes of one worker.

    Parameters
    ----------
    confined : Confined
        The worker.
    most : int
        Bytes that one frame of its may have.
    """

    def __init__(self, confined: Confined, most: int):
        self.confined, self._most = confined, most
        self._buffer = bytearray()
        # a read or write must never wait for the worker: this side keeps the clock
        for end in (confined.reader, confined.writer):
            os.set_blocking(end.fileno(), False)

    def send(self, frame: bytes, stretch: Stretch) -> None:
        """Write a frame, while the stretch has time left: a worker may never read.

        Parameters
        ----------
        frame : bytes
            As `wire.pack` makes it.
        stretch : Stretch
            The time there is.

        Raises
        ------
        Died
            If the worker is gone, or has not read it in time.
        """
        view = memoryview(frame)
        while view:
            fd = self.confined.writer.fileno()
            self._wait(fd, select.POLLOUT, stretch)
            try:
                # in parts of what a pipe holds, so that the clock is asked between them
                view = view[os.write(fd, view[: 2**16]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:  # any other error is this side's
                raise self._died() from None

    def read(self, stretch: Stretch) -> tuple[dict, Any]:
        """Read a frame: message and value.

        The sizes come first and are refused before anything of them is kept in memory.

        Parameters
        ----------
        stretch : Stretch
            The time there is.

        Raises
        ------
        Died
            If the worker is gone, is late, or answers with something else than a frame.
        """
        try:
            head = self._exactly(wire.HEAD.size, stretch)
            header, body = wire.frame_sizes(head, self._most)
            packed_message = self._exactly(header, stretch)
            return wire.unpack(packed_message, self._exactly(body, stretch))
        except wire.WireError as error:
            raise Died("crashed", f"the process answered with {error}") from None

    def _exactly(self, count: int, stretch: Stretch) -> bytes:
        """Read so many bytes; what came beyond them waits for the next frame."""
        while len(self._buffer) < count:
            fd = self.confined.reader.fileno()
            self._wait(fd, select.POLLIN, stretch)
            try:
                part = os.read(fd, 2**20)
            except BlockingIOError:
                continue
            if not part:  # the worker, and whatever it started, has closed its end
                raise self._died()
            self._buffer += part
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _wait(self, fd: int, event: int, stretch: Stretch) -> None:
        """Wait for one end of the pipes, while the stretch has time left.

        First as long as the stretch lasts for sure, without asking the kernel how long the worker
        starved; then, as that gives it more time, as long as there is some left.
        """
        poll = select.poll()
        poll.register(fd, event)
        surely = stretch.at_most()
        if surely <= 0 and stretch.left() <= 0:
            raise self._late(stretch)
        if poll.poll(max(0.0, surely) * 1000):
            return
        while (left := stretch.left()) > 0:
            if poll.poll(max(left, 0.01) * 1000):
                return
        # what came meanwhile counts: this process may have been stopped
        if not poll.poll(0):
            raise self._late(stretch)

    def _late(self, stretch: Stretch) -> Died:
        budget = stretch.tightest()
        return Died("timeout", budget.text, budget)

    def _died(self) -> Died:
        """Say how the worker ended; that it never came to run is no fault of the student's."""
        ending = self.confined.wait(2)
        if ending is not None and ending.machinery:
            raise MachineryError(ending.text)
        # it may have closed its ends and live on: then it is killed by whoever catches this
        how = ending.text if ending else "closed its ends"
        return Died("crashed", f"the process {how}")
