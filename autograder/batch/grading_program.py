"""The process that `apart` starts: it grades what comes in, one submission a line of JSON."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from queue import SimpleQueue
from typing import IO

from ..exits import OK
from ..system.scratch import scratch_folder
from ..system.stopping import Stopped, stoppable
from .apart import as_json_value, from_json_value
from .batch import Batch
from .graders import refuse_unless_confined
from .submissions import grade_one


def main() -> int:
    """Grade what comes in, line by line, until the other side is gone."""
    questions: SimpleQueue[str] = SimpleQueue()
    with (
        os.fdopen(os.dup(1), "w", encoding="utf-8") as answers,
        contextlib.suppress(Stopped),
    ):
        os.dup2(2, 1)  # whatever else is printed goes where errors go
        with stoppable(), scratch_folder():
            listener = threading.Thread(target=_listen, args=(questions,), daemon=True)
            listener.start()
            _answer(questions, answers)
    return OK


def _answer(questions: SimpleQueue[str], answers: IO[str]) -> None:
    """Answer one question after the other; an empty one is the end."""
    ready: set[Batch] = set()
    while question := questions.get():
        fields, hand_in = map(from_json_value, json.loads(question))
        batch = Batch(**fields)
        if batch not in ready:
            ready.add(batch)
            with contextlib.suppress(Exception):  # each submission's result says it
                refuse_unless_confined(batch)
        graded = grade_one(batch, hand_in)
        answer = json.dumps(as_json_value(vars(graded)))
        print(answer, file=answers, flush=True)  # the other side waits for it


def _listen(questions: SimpleQueue[str]) -> None:
    """Take what comes in; at its end nobody waits for an answer any more.

    It is read in a thread of its own, so that the end is seen while a submission is graded.
    """
    for line in sys.stdin:
        questions.put(line)
    questions.put("")
    os.kill(os.getpid(), signal.SIGTERM)  # what is under way ends in order
