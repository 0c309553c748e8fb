"""A prepared process inside a confinement, from which workers are forked in milliseconds.

It has Python, numpy and the worker's modules loaded, holds no secret, and never runs a student's
code: it forks, and the child takes on the limits and the filter before anything else, as a worker
that is started for itself does. The filter keeps a child from reaching any other process, this one
included. There is one child at a time, and after one that was killed or left anything behind there
is no other (`spoilt`); `prepared` then takes another confinement.

The two speak over a pair of sockets, message by message: `bootstrap.serve` is the other side.
"""

from __future__ import annotations

import array
import contextlib
import os
import select
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Sequence

from .process import (
    Confined,
    Enclosure,
    NotConfined,
    pipes,
    read_available,
    start_inside,
)

ORDERLY_SECONDS = 0.2  # for a worker to end by itself when nobody asks it any more
CREDENTIALS = struct.Struct("3i")  # process, user, group


class ForkServer:
    """One prepared process, in a confinement of its own.

    Parameters
    ----------
    enclosure : Enclosure
        Its confinement, used for nothing else.
    script : str
        The worker's program, whose modules it loads.
    """

    def __init__(self, enclosure: Enclosure, script: str):
        self._enclosure = enclosure
        self.children = 0
        self.ready = False
        self.gone = False
        self.spoilt = ""  # why it is not to be used again
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._trouble, trouble = os.pipe()
        settings = enclosure.settings([script]) | {"control": theirs.fileno()}
        call = f"serve({settings!r})"
        try:
            self._process: subprocess.Popen = start_inside(
                enclosure, call, (theirs.fileno(),), trouble
            )
        except BaseException:
            self._control.close()
            os.close(self._trouble)
            enclosure.cleanup()
            raise
        finally:
            theirs.close()
            for end in (trouble, *enclosure.inherit):
                os.close(end)

    def fork(
        self, argv: Sequence[str], cleanup: Callable[[], object] = lambda: None
    ) -> Confined:
        """Fork a worker.

        Parameters
        ----------
        argv : sequence of str
            Name of the script among the files, and its arguments.
        cleanup : callable
            Called when the worker has ended and its ends are closed.

        Raises
        ------
        NotConfined
            If the prepared process is gone.
        """
        self.children += 1
        with pipes() as (down, up, trouble):
            ends = array.array("i", [down[0], up[1], trouble[1]])
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, ends)
            try:
                self._control.sendmsg(["\0".join(argv).encode()], [rights])
            except OSError as error:
                why = f"the prepared process is gone: {self.trouble() or error}"
                raise NotConfined(why) from error
        child = _Child(self)
        confined = Confined(
            child,  # type: ignore[arg-type]  # it is asked for what a Popen is asked for
            up[0],
            down[1],
            trouble[0],
            slay=lambda _: child.end(confined),
            cleanup=lambda: child.expect_end(cleanup),
            inside=lambda _: child.pid,
            why_not_begun=child.why_not_begun,
        )
        return confined

    def message(self, seconds: float) -> tuple[bytes, int] | None:
        """Give the next message and the process that it is from, as seen from here.

        None if none comes within so many seconds. An empty one says that the process is gone.
        """
        if self.gone:
            return b"", 0
        if not select.select([self._control], [], [], max(0.0, seconds))[0]:
            return None
        text, sender = b"", 0
        notes: Sequence[tuple[int, int, bytes]] = ()
        room = socket.CMSG_SPACE(CREDENTIALS.size)
        with contextlib.suppress(ConnectionResetError):  # it died with a request unread
            text, notes, *_ = self._control.recvmsg(65536, room)
        for _, kind, data in notes:
            if kind == socket.SCM_CREDENTIALS:
                sender = CREDENTIALS.unpack(data[: CREDENTIALS.size])[0]
        if not text:
            self.gone, self.spoilt = True, "it is gone"
        return text, sender

    def kill_child(self) -> None:
        """Have the child killed, if it is there still; there is no other after it."""
        self.spoilt = self.spoilt or "a child had to be killed"
        with contextlib.suppress(OSError):
            self._control.send(b"kill")

    def trouble(self) -> str:
        """Give what the process has said on its standard error."""
        return read_available(self._trouble)

    def close(self) -> None:
        """End the process, and everything in its confinement."""
        self.spoilt = self.spoilt or "it is closed"
        with contextlib.ExitStack() as stack:  # each of these, whatever else fails
            stack.callback(self._enclosure.cleanup)
            stack.callback(os.close, self._trouble)
            stack.callback(self._control.close)
            self._end()

    def _end(self) -> None:
        if self._process.poll() is None:
            self._enclosure.slay(self._process)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(2)


class _Child:
    """A forked worker, asked for what `Confined` asks a `subprocess.Popen` for."""

    def __init__(self, server: ForkServer):
        self._server = server
        self._pid: int | None = None
        self.returncode: int | None = None

    @property
    def pid(self) -> int | None:
        """Its process id as seen from here; None while it is not known."""
        self.poll()
        return self._pid

    def poll(self) -> int | None:
        """Say how it ended, as `Popen.returncode` does; None while it runs."""
        while self.returncode is None and self._take(0):
            pass
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for its end.

        Raises
        ------
        subprocess.TimeoutExpired
            If it has not ended after so many seconds.
        """
        until = time.monotonic() + timeout
        while self.returncode is None:
            left = until - time.monotonic()
            if not self._take(left) and left <= 0:
                raise subprocess.TimeoutExpired("worker", timeout)
        return self.returncode

    def kill(self) -> None:
        """Kill it."""
        self._server.kill_child()

    def end(self, confined: Confined) -> None:
        """End it in order, as a worker does that nobody asks any more; else kill it."""
        for end in (confined.writer, confined.reader):
            end.close()
        try:
            self.wait(ORDERLY_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def expect_end(self, then: Callable[[], object]) -> None:
        """See that its end was told: what is told later would be taken for the next one's."""
        if self.poll() is None:
            self._server.spoilt = "a child did not end"
        then()

    def why_not_begun(self) -> str:
        """Say why it never came to be; "" if it did."""
        if self._pid is not None or not self._server.gone:
            return ""
        return self._server.trouble() or "the prepared process ended"

    def _take(self, seconds: float) -> bool:
        """Take in one message about it; say whether there was one."""
        server = self._server
        found = server.message(seconds)
        if found is None:
            return False
        text, sender = found
        if not text:
            self.returncode = -signal.SIGKILL
        elif text == b"ready":
            server.ready = True
        elif text == b"child":
            self._pid = sender
        else:
            _, status, *left = text.decode().split()
            self.returncode = int(status)
            if self.returncode < 0:
                server.spoilt = "a child was killed"
            elif left:
                server.spoilt = f"a child left {', '.join(left)}"
        return True
