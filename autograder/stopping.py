"""Let a command be stopped by SIGTERM or a closed terminal as by Ctrl-C: it ends in order, and can be gone on with."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_ASKED: list[int] = []


class Stopped(KeyboardInterrupt):
    """The command is asked to end; `code` is what it exits with, as a shell has it for the signal."""

    def __init__(self, number: int):
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Raise `Stopped` where one of these signals comes in meanwhile.

    One that is ignored stays so, as SIGHUP under `nohup`; so does SIGINT where a command was started in the background,
    which SIGTERM then ends. In another thread than the first nothing is changed: Python hands signals to that one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    changed = {number: handler for number, handler in before.items() if handler is signal.SIG_DFL}
    try:
        _ASKED.clear()
        for number in changed:
            signal.signal(number, _stop)
        yield
    finally:
        for number, handler in changed.items():
            signal.signal(number, handler)


def refuse_if_asked() -> None:
    """Raise `Stopped` if the command was asked to end and has not.

    What a signal raises can get lost, as Python passes over exceptions while it tidies up objects.
    """
    if _ASKED:
        raise Stopped(_ASKED[-1])


def _stop(number: int, _frame: object) -> None:
    _ASKED.append(number)
    raise Stopped(number)
