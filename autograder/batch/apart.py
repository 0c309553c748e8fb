"""Grade in a process of its own, that starts clean, for a program that is not ours: nbgrader,
or a cluster's worker.

Such a program runs in whatever environment somebody has given it. What marks depend on is
therefore started anew, as the command line is (`clean_start`), once for a batch.

The two speak in lines of JSON. This side writes one for each submission: the batch and the
submission. The other, `grading_program`, answers with one: how it ended. Either side ends when it
sees that the other is gone. Little is imported here, since the other program waits for it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from ..clean_start import command, environment
from ..collect.hand_in import HandIn
from ..grade import result
from ..system.processes import Died

TRIES = 2  # for a submission whose process dies: it may have been by chance
SECONDS = 10  # for a process to end in order


class GradingProcess:
    """Another process that grades submissions, one after the other; for one thread at a time.

    Parameters
    ----------
    **batch
        The fields of `batch.Batch`, the same for all of them.

    Notes
    -----
    The process starts with `start` or the first submission. It ends with `close`, or when this
    process does, however that ends. Sent to another process, this grades in one that starts
    there.
    """

    def __init__(self, **batch: Any):
        self._batch = batch
        self._process: subprocess.Popen[str] | None = None

    def __reduce__(self):
        return _grading_process, (self._batch,)  # without the process, which stays here

    def __call__(self, hand_in: HandIn) -> dict[str, Any] | Died:
        """Grade one submission.

        Returns
        -------
        dict or Died
            The fields of `submissions.Graded`, or `Died` if its process cannot be kept alive.
        """
        for _ in range(TRIES):
            if answer := self._ask(hand_in):
                return from_json_value(json.loads(answer))
            self.close()  # it died, or is in no state to go on: the next try starts another
        return Died()

    def start(self) -> None:
        """Have the process get ready while there is something else to do."""
        with contextlib.suppress(OSError, RuntimeError):
            self._started()  # what fails is tried again with the first submission

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(BrokenPipeError):
            _end_of(
                process.stdin
            ).close()  # by which it knows that nobody asks any more
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _end_of(process.stdout).close()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                command("batch.grading_program"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment(),
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for this process, which ends the other in order
            )
        return self._process

    def _ask(self, hand_in: HandIn) -> str:
        """What the process answers; "" if it does not."""
        question = json.dumps([as_json_value(self._batch), as_json_value(hand_in)])
        try:
            process = self._started()
            questions = _end_of(process.stdin)
            questions.write(question + "\n")
            questions.flush()  # it waits for the whole line
            return _end_of(process.stdout).readline()  # "" at the end: it died
        except BrokenPipeError:
            return ""
        except (OSError, RuntimeError) as error:
            why = f"the grading process cannot be started: {error}"
            print(f"autograder: {why}", file=sys.stderr)
            return ""


def _end_of(pipe: IO[str] | None) -> IO[str]:
    """This end of a pipe to the process, which is always there: it was asked for."""
    if pipe is None:
        raise RuntimeError("the grading process was started without pipes")
    return pipe


def _grading_process(batch: Mapping[str, Any]) -> GradingProcess:
    return GradingProcess(**batch)


def as_json_value(value: Any) -> Any:
    """Give a value a form that JSON can hold; `from_json_value` makes the same of it again.

    Raises
    ------
    TypeError
        If there is no form for a value of its kind.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    for word, form in _FORMS.items():
        if isinstance(value, form.kind):
            return {word: form.sent(value)}
    kind = type(value).__name__
    raise TypeError(f"a {kind} has no form in which it is sent to another process")


def from_json_value(value: Any) -> Any:
    """Give the value that `as_json_value` was given."""
    if not isinstance(value, dict):
        return value
    ((word, sent),) = value.items()
    return _FORMS[word].made(sent)


def _fields_out(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: as_json_value(value) for name, value in fields.items()}


def _fields_in(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: from_json_value(value) for name, value in fields.items()}


class _Form(NamedTuple):
    """A kind of value, what is sent of one, and what is made of that."""

    kind: type
    sent: Callable[[Any], Any]
    made: Callable[[Any], Any]


# By the word that stands for it.
_FORMS = {
    "path": _Form(Path, sent=str, made=Path),
    "moment": _Form(datetime, sent=datetime.isoformat, made=datetime.fromisoformat),
    "tuple": _Form(
        tuple,
        sent=lambda values: list(map(as_json_value, values)),
        made=lambda values: tuple(map(from_json_value, values)),
    ),
    "hand-in": _Form(
        HandIn,
        sent=lambda hand_in: _fields_out(vars(hand_in)),
        made=lambda fields: HandIn(**_fields_in(fields)),
    ),
    "result": _Form(
        result.Result,
        sent=result.Result.to_json,
        made=lambda text: result.from_bytes(text.encode("utf-8", "replace")),
    ),
    "fields": _Form(dict, sent=_fields_out, made=_fields_in),
}
