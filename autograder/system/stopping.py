"""Let a command be stopped by SIGTERM as by Ctrl-C: it ends in order, and can be gone on with."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

_ASKED: list[int] = []


class Stopped(KeyboardInterrupt):
    """The command is asked to end."""


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Raise `Stopped` where SIGTERM comes in meanwhile.

    It also ends a command that was started in the background, where Ctrl-C is ignored. Where it
    is ignored itself it stays so, and in another thread than the first nothing is changed:
    Python hands signals to that one.
    """
    first = threading.current_thread() is threading.main_thread()
    if not first or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _ASKED.clear()


def refuse_if_asked() -> None:
    """Raise `Stopped` if the command was asked to end and has not.

    What a signal raises can get lost, as Python passes over exceptions while it tidies up objects.
    """
    if _ASKED:
        raise Stopped


def _stop(number: int, _frame: object) -> None:
    _ASKED.append(number)
    raise Stopped
