"""Grade in a process of its own, that starts clean, for a program that is not ours: nbgrader,
or a cluster's worker.

Such a program runs in whatever environment somebody has given it. What marks depend on is
therefore started anew, as the command line is (`clean_start`), once for a batch. The two speak
in lines of JSON: an order and a submission in, how it ended out. Little is imported here, since
the other program waits for it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from ..clean_start import command, environment
from ..collect.collect import HandIn
from ..grade import result
from ..system.processes import Died
from ..system.scratch import scratch_folder
from ..system.stopping import Stopped, stoppable

TRIES = 2  # for a submission whose process dies: it may have been by chance
SECONDS = 10  # for a process to end in order


class Apart:
    """Grades submissions in another process, one after the other; for one thread at a time.

    Parameters
    ----------
    **order
        The fields of `batch.Order`, the same for all of them.

    Notes
    -----
    The process starts with `start` or the first submission. It ends with `close`, or when this
    process does, however that ends. Sent to another process, this grades in one that starts
    there.
    """

    def __init__(self, **order: Any):
        self._order, self._process = order, None

    def __reduce__(self):
        return _made, (self._order,)

    def __call__(self, found: HandIn) -> dict[str, Any] | Died:
        """Grade one submission; the fields of `batch.Graded`, or `Died` if its process cannot be kept alive."""
        for _ in range(TRIES):
            if answer := self._ask(found):
                return of_plain(json.loads(answer))
            self.close()
        return Died()

    def start(self) -> None:
        """Have the process get ready while there is something else to do."""
        with contextlib.suppress(
            OSError, RuntimeError
        ):  # it is tried again with the first submission
            self._start()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def _start(self) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                command("batch.apart"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True,
                encoding="utf-8", start_new_session=True,
            )  # fmt: skip

    def _ask(self, found: HandIn) -> str:
        """What the process answers; "" if it does not."""
        line = json.dumps([as_plain(self._order), as_plain(found)])
        try:
            self._start()
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except BrokenPipeError:
            return ""
        except (OSError, RuntimeError) as error:
            print(
                f"autograder: the grading process cannot be started: {error}",
                file=sys.stderr,
            )
            return ""


def _made(order: Mapping[str, Any]) -> Apart:
    return Apart(**order)


def as_plain(value: Any) -> Any:
    """A value as JSON can hold it; `of_plain` makes the same of it again.

    Raises
    ------
    TypeError
        If there is no form for a value of its kind.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Path):
        return {"path": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, tuple):
        return {"tuple": [as_plain(one) for one in value]}
    if isinstance(value, HandIn):
        return {"found": as_plain(vars(value))}
    if isinstance(value, result.Result):
        return {"result": value.to_json()}
    if isinstance(value, dict):
        return {"fields": {name: as_plain(one) for name, one in value.items()}}
    raise TypeError(
        f"a {type(value).__name__} has no form in which it is sent to another process"
    )


def of_plain(value: Any) -> Any:
    """The value that `as_plain` was given."""
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    return _MADE[kind](inner)


_MADE = {
    "path": Path,
    "moment": datetime.fromisoformat,
    "tuple": lambda ones: tuple(map(of_plain, ones)),
    "found": lambda fields: HandIn(**of_plain(fields)),
    "result": lambda text: result.from_bytes(text.encode("utf-8", "replace")),
    "fields": lambda fields: {name: of_plain(one) for name, one in fields.items()},
}


def main() -> int:
    """Grade what comes in, line by line, until the other side is gone."""
    lines: SimpleQueue[str] = SimpleQueue()
    with (
        os.fdopen(os.dup(1), "w", encoding="utf-8") as answers,
        contextlib.suppress(Stopped),
    ):
        os.dup2(2, 1)  # whatever else is printed goes where errors go
        with stoppable(), scratch_folder():
            threading.Thread(target=_listen, args=(lines,), daemon=True).start()
            _answer(lines, answers)
    return 0


def _answer(lines: SimpleQueue, answers: Any) -> None:
    from .batch import (
        Order,
        grade_one,
    )  # slow to import, and the other side has no need of it

    while line := lines.get():
        order, found = map(of_plain, json.loads(line))
        done = grade_one(Order(**order), found)
        print(json.dumps(as_plain(vars(done))), file=answers, flush=True)


def _listen(lines: SimpleQueue) -> None:
    """Take what comes in; at its end nobody waits for an answer any more."""
    for line in sys.stdin:
        lines.put(line)
    lines.put("")
    os.kill(os.getpid(), signal.SIGTERM)
