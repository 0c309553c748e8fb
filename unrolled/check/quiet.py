"""Failures that are told in a line or two, without a traceback through the checker.

IPython asks an exception itself how it is to be shown; plain Python asks `sys.excepthook`.
"""

from __future__ import annotations

import sys
from types import TracebackType


class QuietError(Exception):
    """What is told in a line or two wherever the notebook runs; the message says what to do."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    def _render_traceback_(self) -> list[str]:
        """Give what IPython shows in place of a traceback."""
        return str(self).splitlines()


class StoppedError(QuietError, KeyboardInterrupt):
    """An interrupt while a student's function ran; the cells below do not run either."""


def hide_tracebacks() -> None:
    """Have plain Python, too, show of a `QuietError` its message only."""
    if sys.excepthook is not _show:
        _before.append(sys.excepthook)
        sys.excepthook = _show


_before: list = []  # the hook that shows everything else


def _show(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Show an exception that nothing has caught."""
    if isinstance(error, QuietError):
        print(error, file=sys.stderr)
    else:
        _before[-1](kind, error, trace)
