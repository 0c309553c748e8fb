"""The trusted side of a worker: start it, ask it, keep the clock, and start it anew when it dies.

Whatever the worker sends is taken as numbers or refused; nothing it does can raise anything but a `Lost` outcome,
except where the machinery itself fails.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import wire
from .confine import READ_FD, WRITE_FD, Confined, Confinement, Limits
from .outcome import Lost, MachineryError, Outcome, Raised, Returned

HERE = Path(__file__).parent
FILES = tuple(HERE / name for name in ("worker.py", "wire.py", "names.py"))
START_SECONDS = 60  # for Python and numpy on a busy machine; a failure of the machinery beyond
RESTARTS = 2  # deaths that one function may cause before its remaining calls are not made


class _Died(Exception):
    """The worker is gone or does not keep to the protocol; `lost` says how."""

    def __init__(self, how: str, text: str):
        super().__init__(text)
        self.lost = Lost(how, text)


@dataclass(frozen=True)
class _Deadline:
    """A moment of the monotonic clock, and what is said once it is past."""

    at: float
    text: str


@dataclass
class Loaded:
    """What loading the notebook's cells showed: errors by cell, repairs made, cells that never ended."""

    errors: dict[str, Raised] = field(default_factory=dict)
    repairs: list[tuple[str, str]] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)


class Client:
    """Calls functions of one notebook in a confined worker.

    Parameters
    ----------
    confinement : Confinement
        How to confine.
    limits : Limits
        Clock and memory.
    given, cells : sequence of (id, text)
        The course's own cells and the student's, in order.
    drivers : mapping, optional
        For classes: the function that is called in their place, as in `contract.Function`.
    """

    def __init__(
        self,
        confinement: Confinement,
        limits: Limits,
        given: Sequence[tuple[str, str]],
        cells: Sequence[tuple[str, str]],
        drivers: Mapping[str, str] | None = None,
    ):
        self.confinement, self.limits = confinement, limits
        self.given, self.cells, self.drivers = list(given), list(cells), dict(drivers or {})
        self.loaded = Loaded()
        self._deaths: dict[str, list[Lost]] = {}
        self._confined: Confined | None = None
        self._ready = False  # whether the worker there is has the notebook loaded
        self._end = time.monotonic() + limits.submission_seconds
        self._running: str | None = None
        self._buffer = bytearray()
        self.asked: set[str] = set()  # companions that were served
        self._called: set[str] = set()  # in the worker there is now
        self._mixed: set[str] = set()

    def __enter__(self) -> Client:
        self._launch()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        if self._confined is not None:
            self._confined.kill()
            self._confined, self._ready = None, False
        self._buffer.clear()
        self._called.clear()

    def fresh(self) -> None:
        """Make the next call start in a new worker."""
        self.close()

    def call(
        self, name: str, arguments: tuple, companions: dict[str, Callable] | None = None, budget: str = ""
    ) -> Outcome:
        """Call a student's function.

        Parameters
        ----------
        name : str
            The function.
        arguments : tuple
            Passed by value.
        companions : dict, optional
            Reference functions to serve in place of the student's own.
        budget : str, optional
            Whose restart budget a death counts against; the function's own unless given.
        """
        deaths = self._deaths.setdefault(budget or name, [])
        if len(deaths) >= RESTARTS:
            return deaths[-1]
        try:
            self._ensure()
            self._called.add(name)
            if len(self._called) > 1:
                self._mixed.add(name)
            driver = self.drivers.get(name, "")
            message = {"op": "call", "name": name, "driver": driver, "serve": sorted(companions or {})}
            deadline = self._deadline(self.limits.call_seconds)
            self._send(wire.pack(message, arguments), deadline)
            return self._answer(arguments, companions or {}, name, deadline)
        except _Died as died:
            self.close()
            deaths.append(died.lost)
            return died.lost

    def mixed(self, name: str) -> bool:
        """Whether a call of this function was made where others had been called, so that a fault may be theirs.

        Not if it used up its own restarts: the last of them was in a worker without others.
        """
        return name in self._mixed and len(self._deaths[name]) < RESTARTS

    def died(self, name: str) -> bool:
        """Whether a call of this function ended a worker."""
        return bool(self._deaths.get(name))

    def stray(self, name: str, companions: Sequence[str] = ()) -> tuple[list[str], list[str]]:
        """What `names.stray` says of a function: notebook data it reads, and unknown names."""
        try:
            self._ensure()
            deadline = self._deadline(self.limits.call_seconds)
            self._send(wire.pack({"op": "names", "name": name, "companions": list(companions)}), deadline)
            message, _ = self._read(deadline)
        except _Died:
            self.close()
            return [], []
        return _texts(message.get("data")), _texts(message.get("unknown"))

    def _answer(self, arguments: tuple, companions: dict[str, Callable], name: str, deadline: _Deadline) -> Outcome:
        while True:
            message, value = self._read(deadline)
            op, companion = message.get("op"), companions.get(_text(message.get("name")))
            if op == "serve" and companion:
                self.asked.add(message["name"])
                self._serve(companion, value, message.get("named"), deadline)
            elif op == "returned" and isinstance(value, tuple) and len(value) == 2:
                after = value[1] if isinstance(value[1], tuple) and len(value[1]) == len(arguments) else None
                return Returned(value[0], after)
            elif op == "raised":
                return _raised(message)
            elif op == "missing":
                return Lost("missing", f"there is no function `{name}` in the notebook")
            else:
                raise _Died("crashed", "the process answered with something else than a result")

    def _serve(self, companion: Callable, value: Any, named: Any, deadline: _Deadline) -> None:
        """Answer a call of a companion with numbers; arguments it cannot take are the caller's mistake."""
        given = value if isinstance(value, tuple) else ()
        try:
            first = len(given) - len(named)
            result = companion(*given[:first], **dict(zip(named, given[first:], strict=True)))
            frame = wire.pack({"op": "served"}, result, given)
        except Exception as error:
            text = f"the function was called with arguments it cannot take ({type(error).__name__})"
            frame = wire.pack({"op": "refused", "text": text})
        self._send(frame, deadline)

    def _ensure(self) -> None:
        """Have a worker with the notebook loaded; cells that hang or kill it are left out the next time."""
        while not self._ready:
            if time.monotonic() > self._end:
                raise _Died("timeout", self._deadline(0).text)
            self._start()
            try:
                self._load()
                self._ready = True
            except _Died as died:
                self.close()
                if self._running is not None:
                    self.loaded.skipped[self._running] = died.lost.text
                elif time.monotonic() < self._end:
                    raise MachineryError(f"the course's own cells do not run: {died}") from None

    def _launch(self) -> None:
        """Start a process; it gets ready while other work is done."""
        self._confined = self.confinement.start(FILES, ["worker.py", str(READ_FD), str(WRITE_FD)], self.limits)
        os.set_blocking(self._confined.reader.fileno(), False)
        os.set_blocking(self._confined.writer.fileno(), False)

    def _start(self) -> None:
        self._running = None
        if self._confined is None:
            self._launch()
        try:
            message, _ = self._read(_Deadline(time.monotonic() + START_SECONDS, f"no answer after {START_SECONDS} s"))
        except _Died as died:
            self.close()
            raise MachineryError(f"the confined worker did not start: {died}") from None
        if message.get("op") != "ready":
            raise MachineryError("the confined worker did not say that it is ready")

    def _load(self) -> None:
        cells = [(cell, text) for cell, text in self.cells if cell not in self.loaded.skipped]
        deadline = self._deadline(self.limits.cell_seconds)
        self._send(wire.pack({"op": "load", "given": self.given, "cells": cells}), deadline)
        known = {cell for cell, _ in cells}
        for _ in range(2 * len(cells) + 1):  # each cell is announced when it is compiled and when it runs
            message, _ = self._read(self._deadline(self.limits.cell_seconds))
            if message.get("op") == "running" and _text(message.get("cell")) in known:
                self._running = message["cell"]
            elif message.get("op") == "loaded":
                break
            else:
                raise _Died("crashed", "the process answered with something else than a result")
        else:
            raise _Died("crashed", "the process announced more cells than there are")
        errors = [_raised(e) for e in _list(message.get("errors")) if isinstance(e, dict)]
        self.loaded.errors = {e.cell: e for e in errors if e.cell in known}
        pairs = [p for p in _list(message.get("repairs")) if isinstance(p, list) and len(p) == 2]
        made = [(cell, what) for cell, what in pairs if _text(cell) in known and _text(what) in REPAIRS]
        self.loaded.repairs = list(dict.fromkeys(made))

    def _deadline(self, seconds: float) -> _Deadline:
        end = time.monotonic() + seconds
        if end < self._end:
            return _Deadline(end, f"no answer after {seconds:g} s")
        return _Deadline(self._end, f"the submission took more than {self.limits.submission_seconds:g} s in all")

    def _send(self, frame: bytes, deadline: _Deadline) -> None:
        view = memoryview(frame)
        while view:
            self._wait(self._confined.writer.fileno(), select.POLLOUT, deadline)
            try:
                view = view[os.write(self._confined.writer.fileno(), view[: 2**16]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:  # any other error is this side's
                raise self._died() from None

    def _read(self, deadline: _Deadline) -> tuple[dict, Any]:
        try:
            head = self._exactly(wire.HEAD.size, deadline)
            header, body = wire.sizes(head, int(self.limits.output_mb * 2**20))
            return wire.unpack(self._exactly(header, deadline), self._exactly(body, deadline))
        except wire.WireError as error:
            raise _Died("crashed", f"the process answered with {error}") from None

    def _exactly(self, count: int, deadline: _Deadline) -> bytes:
        while len(self._buffer) < count:
            self._wait(self._confined.reader.fileno(), select.POLLIN, deadline)
            try:
                part = os.read(self._confined.reader.fileno(), 2**20)
            except BlockingIOError:
                continue
            if not part:
                raise self._died()
            self._buffer += part
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _wait(self, fd: int, event: int, deadline: _Deadline) -> None:
        poll = select.poll()
        poll.register(fd, event)
        left = deadline.at - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _Died("timeout", deadline.text)

    def _died(self) -> _Died:
        ending = self._confined.wait(2)
        if ending is not None and ending.machinery:
            raise MachineryError(ending.text)
        return _Died("crashed", f"the process {ending.text if ending else 'closed its ends'}")


REPAIRS = {
    "magics": "magic and shell lines left out",
    "conflict": "merge conflict markers: the first side is kept",
    "joined": "joined with the cell below, from which it had been split",
}


def _raised(message: dict) -> Raised:
    kind, text, cell = (_text(message.get(k)) for k in ("kind", "text", "cell"))
    line = message.get("line")
    return Raised(kind[:80], text[:500], cell, line if type(line) is int and 0 <= line < 10**6 else 0)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [v for v in _list(value)[:20] if isinstance(v, str) and v.isidentifier() and len(v) <= 80]
