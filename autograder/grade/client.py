"""The trusted side of a worker: start it, ask it, keep the clock, and start it anew when it dies.

Whatever the worker sends is taken as numbers or refused; nothing it does can raise anything but
a `Lost` outcome, except where the machinery itself fails.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from unrolled.check import wire
from unrolled.check.outcome import Lost, MachineryError, Outcome, Raised, Returned

from ..confine import READ_FD, WRITE_FD, Confined, Confinement, Limits
from ..confine.clock import Budget, Stretch
from . import input_rules
from .reloading import Loaded, Reloading

ROOT = Path(__file__).resolve().parents[2]
INSIDE = (
    *(
        f"autograder/worker/{name}.py"
        for name in ("worker", "loading", "repair", "shell", "statements")
    ),
    *(f"unrolled/check/{name}.py" for name in ("wire", "stray_names")),
)  # they lie in one folder there, and import each other from beside themselves
FILES = tuple(ROOT / file for file in INSIDE)
START_SECONDS = 60  # for Python and numpy; a failure of the machinery beyond
RESTARTS = (
    2  # deaths that one function may cause before its remaining calls are not made
)


class _Died(Exception):
    """The worker is gone or breaks the protocol: `lost` says how, `budget` what it used up."""

    def __init__(self, how: str, text: str, budget: Budget | None = None):
        super().__init__(text)
        self.lost, self.budget = Lost(how, text), budget


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
        self.given, self.drivers = list(given), dict(drivers or {})
        self.loaded = Loaded()
        self._reloading = Reloading(input_rules.read(cells), limits, self.loaded)
        self._deaths: dict[str, list[Lost]] = {}
        self._budgets: dict[str, Budget] = {}
        self._confined: Confined | None = None
        self._ready = False  # whether the worker there is has the notebook loaded
        self._serve: tuple[
            str, ...
        ] = ()  # companions that stand in the student's place from the loading on
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

    def fresh(self, serve: Sequence[str] = ()) -> None:
        """Make the next call start in a new worker, in which these companions are served."""
        self.close()
        self._serve = tuple(serve)

    def call(
        self,
        name: str,
        arguments: tuple,
        companions: dict[str, Callable] | None = None,
        budget: str = "",
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
            Whose restart budget a death counts against; the function's own unless given. Time is
            counted by function.
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
            message = {
                "op": "call",
                "name": name,
                "driver": driver,
                "serve": sorted(companions or {}),
            }
            stretch = self._stretch(name)
            try:
                self._send(wire.pack(message, arguments), stretch)
                return self._answer(arguments, companions or {}, name, stretch)
            finally:
                stretch.charge()
        except _Died as died:
            self.close()
            deaths.append(died.lost)
            return died.lost

    def mixed(self, name: str) -> bool:
        """Whether a call of this function was made where others had been called, so that a
        fault may be theirs.

        Not if it used up its own restarts: the last of them was in a worker without others.
        """
        return name in self._mixed and len(self._deaths[name]) < RESTARTS

    def died(self, name: str) -> bool:
        """Whether a call of this function ended a worker."""
        return bool(self._deaths.get(name))

    def stray(
        self, name: str, companions: Sequence[str] = ()
    ) -> tuple[list[str], list[str]]:
        """What `names.stray` says of a function: notebook data it reads, and unknown names."""
        try:
            self._ensure()
            stretch = self._stretch(name)
            self._send(
                wire.pack(
                    {"op": "names", "name": name, "companions": list(companions)}
                ),
                stretch,
            )
            message, _ = self._read(stretch)
        except _Died:
            self.close()
            return [], []
        return _texts(message.get("data")), _texts(message.get("unknown"))

    def _stretch(self, name: str) -> Stretch:
        """The time that one call of a function may take."""
        if name not in self._budgets:
            seconds = self.limits.function_seconds
            self._budgets[name] = Budget(
                seconds, f"all calls of `{name}` together took more than {seconds:g} s"
            )
        seconds = self.limits.call_seconds
        once = Budget(seconds, f"one call of `{name}` took more than {seconds:g} s")
        return Stretch(self._confined.starved, once, self._budgets[name])

    def _answer(
        self,
        arguments: tuple,
        companions: dict[str, Callable],
        name: str,
        stretch: Stretch,
    ) -> Outcome:
        while True:
            message, value = self._read(stretch)
            op, companion = (
                message.get("op"),
                companions.get(_text(message.get("name"))),
            )
            if op == "serve" and companion:
                self.asked.add(message["name"])
                self._answer_for(companion, value, message.get("named"), stretch)
            elif op == "returned" and isinstance(value, tuple) and len(value) == 2:
                after = (
                    value[1]
                    if isinstance(value[1], tuple) and len(value[1]) == len(arguments)
                    else None
                )
                return Returned(value[0], after)
            elif op == "raised":
                return _raised(message)
            elif op == "missing":
                return Lost("missing", f"there is no function `{name}` in the notebook")
            else:
                raise _Died(
                    "crashed", "the process answered with something else than a result"
                )

    def _answer_for(
        self, companion: Callable, value: Any, named: Any, stretch: Stretch
    ) -> None:
        """Answer a call of a companion with numbers; arguments it cannot take are the caller's mistake."""
        begin = time.monotonic()
        given = value if isinstance(value, tuple) else ()
        try:
            first = len(given) - len(named)
            result = companion(
                *given[:first], **dict(zip(named, given[first:], strict=True))
            )
            frame = wire.pack({"op": "served"}, result, given)
        except Exception as error:
            text = f"the function was called with arguments it cannot take ({type(error).__name__})"
            frame = wire.pack({"op": "refused", "text": text})
        stretch.spare(time.monotonic() - begin)
        self._send(frame, stretch)

    def _ensure(self) -> None:
        """Have a worker with the notebook loaded; what hangs or kills it is left out the next time."""
        while not self._ready:
            budget = self._reloading.budget
            if budget.left <= 0:
                raise _Died("timeout", budget.text)
            self._start()
            try:
                self._load()
                self._ready = True
            except _Died as died:
                self.close()
                if not self._reloading.goes_on(died.lost, died.budget):
                    if died.budget is budget:
                        raise
                    raise MachineryError(
                        f"the course's own cells do not run: {died}"
                    ) from None

    def _launch(self) -> None:
        """Start a process; it gets ready while other work is done."""
        self._confined = self.confinement.start(
            FILES, ["worker.py", str(READ_FD), str(WRITE_FD)], self.limits
        )
        os.set_blocking(self._confined.reader.fileno(), False)
        os.set_blocking(self._confined.writer.fileno(), False)

    def _start(self) -> None:
        self._reloading.begin()
        if self._confined is None:
            self._launch()
        budget = Budget(START_SECONDS, f"no answer after {START_SECONDS} s")
        try:
            message, _ = self._read(Stretch(self._confined.starved, budget))
        except _Died as died:
            self.close()
            raise MachineryError(f"the confined worker did not start: {died}") from None
        if message.get("op") != "ready":
            raise MachineryError("the confined worker did not say that it is ready")

    def _load(self) -> None:
        reloading = self._reloading
        stretch = Stretch(
            self._confined.starved, reloading.cell_budget(), reloading.budget
        )
        try:
            message = {
                "op": "load",
                "given": self.given,
                "serve": list(self._serve),
            } | reloading.request()
            self._send(wire.pack(message), stretch)
            for _ in range(reloading.most_announced):
                message, _ = self._read(stretch)
                cell, line = _text(message.get("cell")), message.get("line")
                if message.get("op") == "loaded":
                    break
                if message.get("op") != "running" or not reloading.known(cell):
                    raise _Died(
                        "crashed",
                        "the process answered with something else than a result",
                    )
                reloading.announced(cell, line if type(line) is int else 0, stretch)
            else:
                raise _Died(
                    "crashed", "the process announced more cells than there are"
                )
        finally:
            stretch.charge()
        self._take_in(message)

    def _take_in(self, message: dict) -> None:
        """Note what loading showed: the first time that all of the notebook was loaded."""
        errors = [
            _raised(e) for e in _list(message.get("errors")) if isinstance(e, dict)
        ]
        failed = [
            p
            for p in _list(message.get("failed"))
            if isinstance(p, list) and len(p) == 2
        ]
        pairs = [
            p
            for p in _list(message.get("repairs"))
            if isinstance(p, list) and len(p) == 2
        ]
        known = self._reloading.known
        self._reloading.done(
            {e.cell: e for e in errors if known(e.cell)},
            [
                (cell, what)
                for cell, what in pairs
                if known(_text(cell)) and _text(what) in REPAIRS
            ],
            {
                cell: line
                for cell, line in failed
                if known(_text(cell)) and type(line) is int
            },
        )

    def _send(self, frame: bytes, stretch: Stretch) -> None:
        view = memoryview(frame)
        while view:
            self._wait(self._confined.writer.fileno(), select.POLLOUT, stretch)
            try:
                view = view[os.write(self._confined.writer.fileno(), view[: 2**16]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:  # any other error is this side's
                raise self._died() from None

    def _read(self, stretch: Stretch) -> tuple[dict, Any]:
        try:
            head = self._exactly(wire.HEAD.size, stretch)
            header, body = wire.frame_sizes(head, int(self.limits.output_mb * 2**20))
            return wire.unpack(
                self._exactly(header, stretch), self._exactly(body, stretch)
            )
        except wire.WireError as error:
            raise _Died("crashed", f"the process answered with {error}") from None

    def _exactly(self, count: int, stretch: Stretch) -> bytes:
        while len(self._buffer) < count:
            self._wait(self._confined.reader.fileno(), select.POLLIN, stretch)
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

    def _wait(self, fd: int, event: int, stretch: Stretch) -> None:
        """Wait for one end of the pipes, while the stretch has time left."""
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
        if not poll.poll(
            0
        ):  # what came meanwhile counts: this process may have been stopped
            raise self._late(stretch)

    def _late(self, stretch: Stretch) -> _Died:
        budget = stretch.tightest()
        return _Died("timeout", budget.text, budget)

    def _died(self) -> _Died:
        ending = self._confined.wait(2)
        if ending is not None and ending.machinery:
            raise MachineryError(ending.text)
        return _Died(
            "crashed", f"the process {ending.text if ending else 'closed its ends'}"
        )


REPAIRS = {
    "magics": "magics, commands, prompts and indentation are read as Jupyter reads them",
    "foreign": "left out, as by Jupyter: its first line hands it to something else than this "
    "notebook's Python",
    "conflict": "merge conflict markers: the first side is kept",
    "joined": "joined with the cell below, from which it had been split",
}


def _raised(message: dict) -> Raised:
    kind, text, cell = (_text(message.get(k)) for k in ("kind", "text", "cell"))
    line = message.get("line")
    return Raised(
        kind[:80],
        text[:500],
        cell,
        line if type(line) is int and 0 <= line < 10**6 else 0,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [
        v
        for v in _list(value)[:20]
        if isinstance(v, str) and v.isidentifier() and len(v) <= 80
    ]
