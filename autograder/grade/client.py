"""The trusted side of a worker: start it, ask it, keep the clock, and start it anew when it dies.

Whatever the worker sends is taken as numbers or refused; nothing it does can raise anything but
a `Lost` outcome, except where the machinery itself fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from unrolled.check import wire
from unrolled.check.outcome import Lost, MachineryError, Outcome, Returned

from ..confine import READ_FD, WRITE_FD, Confinement, Limits
from ..confine.clock import Budget, Stretch
from . import input_rules
from .channel import Channel, Died
from .companions import RefusedError
from .reloading import Loaded, Reloading
from .said import list_in, names_in, pairs_in, raised_in, text_in
from .worker_files import FILES

START_SECONDS = 60  # for Python and numpy; a failure of the machinery beyond
# Deaths that one function may cause before its remaining calls are not made.
RESTARTS = 2
NO_RESULT = "the process answered with something else than a result"


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
        self._channel: Channel | None = None
        self._ready = False  # whether the worker there is has the notebook loaded
        # companions that stand in the student's place from the loading on
        self._serve: tuple[str, ...] = ()
        self.asked: set[str] = set()  # companions that were served
        self._called_here: set[str] = set()  # in the worker there is now
        self._mixed: set[str] = set()

    def __enter__(self) -> Client:
        self._launch()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        if self._channel is not None:
            self._channel.confined.kill()
            self._channel, self._ready = None, False
        self._called_here.clear()

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

        Returns
        -------
        Outcome
            What came of it; `Lost` for whatever the worker does against the protocol.

        Raises
        ------
        MachineryError
            If no worker can be had, for a reason that is not the notebook's.
        """
        deaths = self._deaths.setdefault(budget or name, [])
        # a function that always kills its worker must not cost a restart at each of its calls
        if len(deaths) >= RESTARTS:
            return deaths[-1]
        try:
            self._ensure_loaded()
            self._note_call(name)
            return self._called(name, arguments, companions or {})
        except Died as died:
            # what is left in the pipes belongs to a call that is over: only a new worker is sure
            self.close()
            deaths.append(died.lost)
            return died.lost

    def _note_call(self, name: str) -> None:
        """Note which functions were called in the worker there is: one can spoil it for others."""
        self._called_here.add(name)
        if len(self._called_here) > 1:
            self._mixed.add(name)

    def _called(
        self, name: str, arguments: tuple, companions: dict[str, Callable]
    ) -> Outcome:
        message = {
            "op": "call",
            "name": name,
            "driver": self.drivers.get(name, ""),
            "serve": sorted(companions),
        }
        stretch = self._stretch(name)
        try:
            self._worker.send(wire.pack(message, arguments), stretch)
            return self._answer(arguments, companions, name, stretch)
        finally:
            # also of a call that died: the time it took is gone for the function's other calls
            stretch.charge()

    def mixed(self, name: str) -> bool:
        """Say whether a call of this function was made where others had been called.

        A fault may then be theirs.

        Not if it used up its own restarts: the last of them was in a worker without others.
        """
        return name in self._mixed and len(self._deaths[name]) < RESTARTS

    def died(self, name: str) -> bool:
        """Say whether a call of this function ended a worker."""
        return bool(self._deaths.get(name))

    def stray(
        self, name: str, companions: Sequence[str] = ()
    ) -> tuple[list[str], list[str]]:
        """Ask for what `stray_names` says of a function: data that it reads, and unknown names."""
        message = {"op": "names", "name": name, "companions": list(companions)}
        try:
            self._ensure_loaded()
            stretch = self._stretch(name)
            self._worker.send(wire.pack(message), stretch)
            answer, _ = self._worker.read(stretch)
        except Died:
            # nothing is said of names then; what is wrong shows when the function is called
            self.close()
            return [], []
        return names_in(answer.get("data")), names_in(answer.get("unknown"))

    def trace(self, name: str, request: Mapping[str, Any], value: tuple) -> Any:
        """Ask for where a function departs first from the book.

        Parameters
        ----------
        name : str
            The function.
        request : mapping
            What it returns and the landmarks' names, as `first_line` in the worker takes them.
        value : tuple
            A visible case's arguments, what the reference returns, and the landmarks' arrays.

        Returns
        -------
        object
            What the worker says, which may be anything; None where it says nothing.
        """
        driver = self.drivers.get(name, "")
        message = {**request, "op": "trace", "name": name, "driver": driver}
        try:
            self._ensure_loaded()
            stretch = self._stretch(name)
            self._worker.send(wire.pack(message, value), stretch)
            answer, _ = self._worker.read(stretch)
        except Died:
            # nothing is said of lines then
            self.close()
            return None
        return answer.get("where")

    @property
    def _worker(self) -> Channel:
        """The way to the worker there is.

        Raises
        ------
        MachineryError
            If there is none: a mistake of this module's own.
        """
        if self._channel is None:
            raise MachineryError("there is no confined worker to talk to")
        return self._channel

    def _stretch(self, name: str) -> Stretch:
        """The time that one call of a function may take."""
        if name not in self._budgets:
            seconds = self.limits.function_seconds
            self._budgets[name] = Budget(
                seconds, f"all calls of `{name}` together took more than {seconds:g} s"
            )
        seconds = self.limits.call_seconds
        once = Budget(seconds, f"one call of `{name}` took more than {seconds:g} s")
        return Stretch(self._worker.confined.starved, once, self._budgets[name])

    def _answer(
        self,
        arguments: tuple,
        companions: dict[str, Callable],
        name: str,
        stretch: Stretch,
    ) -> Outcome:
        """Read until the call has come to something; meanwhile serve the companions it calls.

        The loop ends with the time of the stretch, however many companions are asked for.
        """
        while True:
            message, value = self._worker.read(stretch)
            op = message.get("op")
            asked = text_in(message.get("name"))
            # only what this call was offered: the worker chooses the name
            if op == "serve" and asked in companions:
                self.asked.add(asked)
                self._serve_call(
                    companions[asked], value, message.get("named"), stretch
                )
            elif op == "returned" and isinstance(value, tuple) and len(value) == 2:
                result, after = value
                # not to be trusted in number: they are compared with the arguments one by one
                whole = isinstance(after, tuple) and len(after) == len(arguments)
                return Returned(result, after if whole else None)
            elif op == "raised":
                return raised_in(message)
            elif op == "missing":
                return Lost("missing", f"there is no function `{name}` in the notebook")
            else:
                raise Died("crashed", NO_RESULT)

    def _serve_call(
        self, companion: Callable, value: Any, named: Any, stretch: Stretch
    ) -> None:
        """Answer a call of a companion with numbers, or with the error that they lead to."""
        begin = time.monotonic()
        given = value if isinstance(value, tuple) else ()
        try:
            # `named` has the names of the last arguments; whatever else it is raises here
            first = len(given) - len(named)
            by_name = dict(zip(named, given[first:], strict=True))
            result = companion(*given[:first], **by_name)
            # the arguments go along: the worker puts its own objects into their places in caches
            frame = wire.pack({"op": "served"}, result, given)
        # arguments that it cannot take are the caller's mistake, and are told as one of its own
        except RefusedError as error:
            frame = wire.pack({"op": "refused", "kind": error.kind, "text": error.text})
        # and so is whatever does not follow the protocol
        except Exception as error:
            text = f"the function was called in a way that it cannot be ({type(error).__name__})"
            frame = wire.pack({"op": "refused", "kind": "TypeError", "text": text})
        # the reference's own time is not the student's
        stretch.spare(time.monotonic() - begin)
        self._worker.send(frame, stretch)

    def _ensure_loaded(self) -> None:
        """Have a worker with the notebook loaded.

        What hangs or kills it is left out the next time, so each turn gets further than the last
        one, or the seconds for loading are used up.
        """
        while not self._ready:
            budget = self._reloading.budget
            if budget.left <= 0:
                raise Died("timeout", budget.text)
            self._await_ready()
            try:
                self._load()
                self._ready = True
            except Died as died:
                self.close()
                if self._reloading.goes_on(died.lost, died.budget):
                    continue
                if died.budget is budget:
                    raise
                # no cell of the student's was running
                why = f"the course's own cells do not run: {died}"
                raise MachineryError(why) from None

    def _launch(self) -> Channel:
        """Start a process; it gets ready while other work is done."""
        argv = ["worker.py", str(READ_FD), str(WRITE_FD)]
        confined = self.confinement.start(FILES, argv, self.limits)
        self._channel = Channel(confined, int(self.limits.output_mb * 2**20))
        return self._channel

    def _await_ready(self) -> None:
        """Wait until the worker has Python and numpy; before that no student's code has run."""
        self._reloading.begin()
        channel = self._channel or self._launch()
        budget = Budget(START_SECONDS, f"no answer after {START_SECONDS} s")
        try:
            message, _ = channel.read(Stretch(channel.confined.starved, budget))
        except Died as died:
            self.close()
            raise MachineryError(f"the confined worker did not start: {died}") from None
        if message.get("op") != "ready":
            raise MachineryError("the confined worker did not say that it is ready")

    def _load(self) -> None:
        """Have the notebook's cells run, and note what the worker announces of them."""
        reloading = self._reloading
        budgets = (reloading.cell_budget(), reloading.budget)
        stretch = Stretch(self._worker.confined.starved, *budgets)
        ours = {"op": "load", "given": self.given, "serve": list(self._serve)}
        try:
            self._worker.send(wire.pack(ours | reloading.request()), stretch)
            message = self._announcements(stretch)
        finally:
            stretch.charge()
        self._take_in(message)

    def _announcements(self, stretch: Stretch) -> dict:
        """Read what is announced, statement by statement, up to the message that all is loaded.

        Each statement is announced before it runs, so that the one that hangs or kills the worker
        is known. There are only so many: a worker that announces for ever is cut off.
        """
        reloading = self._reloading
        for _ in range(reloading.most_announced):
            message, _ = self._worker.read(stretch)
            op, cell = message.get("op"), text_in(message.get("cell"))
            if op == "loaded":
                return message
            # cells are looked up by these names later on
            if op != "running" or not reloading.known(cell):
                raise Died("crashed", NO_RESULT)
            line = message.get("line")
            reloading.announced(cell, line if type(line) is int else 0, stretch)
        raise Died("crashed", "the process announced more cells than there are")

    def _take_in(self, message: dict) -> None:
        """Note what loading showed, as far as it is of the cells and of the kinds there are."""
        known = self._reloading.known
        errors = {}
        for one in list_in(message.get("errors")):
            if isinstance(one, dict):
                error = raised_in(one)
                if known(error.cell):
                    errors[error.cell] = error
        repairs = [
            (cell, what)
            for cell, what in pairs_in(message.get("repairs"))
            if known(cell) and text_in(what) in REPAIRS
        ]
        failed = {
            cell: line
            for cell, line in pairs_in(message.get("failed"))
            if known(cell) and type(line) is int
        }
        self._reloading.done(errors, repairs, failed)


REPAIRS = {
    "magics": "magics, commands, prompts and indentation are read as Jupyter reads them",
    "foreign": "left out, as by Jupyter: its first line hands it to something else than this "
    "notebook's Python",
    "conflict": "merge conflict markers: the first side is kept",
    "joined": "joined with the cell below, from which it had been split",
}
