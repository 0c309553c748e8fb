"""Faults of the system at any call on the way of a submission: no mark, never a zero and never
a part of the points.
"""

import builtins
import errno
import io
import os
import subprocess
from collections import Counter
from dataclasses import replace

import notebooks as nb
import pytest

from autograder.batch import provenance, recognise
from autograder.batch.batch import Batch
from autograder.batch.submissions import grade_one
from autograder.collect.hand_in import HandIn
from autograder.confine.clock import Budget, Stretch
from autograder.grade import result as results
from autograder.grade.grader import Grader
from autograder.safe import plain_files

NAME = nb.UNIT.assignment
NUMBERS = tuple(
    getattr(errno, name)
    for name in (
        "EIO",
        "ESTALE",
        "EMFILE",
        "ENFILE",
        "ENOMEM",
        "ETIMEDOUT",
        "EACCES",
        "ENOSPC",
        "EROFS",
        "EDQUOT",
    )
)
CALLS = {
    "os.open": [(os, "open")],
    "os.read": [(os, "read")],
    "os.write": [(os, "write")],
    "os.fstat": [(os, "fstat")],
    "os.stat": [(os, "stat")],
    "os.fsync": [(os, "fsync")],
    "os.replace": [(os, "replace")],
    "os.mkdir": [(os, "mkdir")],
    "os.pipe": [(os, "pipe")],
    "os.close": [(os, "close")],
    "open": [(builtins, "open"), (io, "open")],
    "Popen": [(subprocess, "Popen")],
}


@pytest.fixture
def order(tmp_path):
    return Batch(nb.COURSE.root, nb.COURSE.solutions, tmp_path / "results", again=True)


@pytest.fixture
def right(tmp_path):
    return HandIn(
        "ann", NAME, nb.write(nb.answered(), tmp_path / "in" / "ann" / f"{NAME}.ipynb")
    )


class Fault:
    """Stands for a system call and fails the n-th time; with n = 0 it counts only."""

    def __init__(self, calls, monkeypatch):
        self.count, self.at, self.number = 0, 0, 0
        own = getattr(*calls[0])

        def call(*arguments, **named):
            self.count += 1
            if self.count == self.at:
                raise OSError(self.number, os.strerror(self.number))
            return own(*arguments, **named)

        for module, name in calls:
            monkeypatch.setattr(module, name, call)


def chosen(count):
    """The first calls, the last, and some between."""
    return sorted({1, 2, count // 2, count} & set(range(1, count + 1)))


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # of files that a fault left open
@pytest.mark.parametrize("call", CALLS)
def test_a_fault_at_any_call_costs_no_right_submission_a_point(
    call, order, right, monkeypatch
):
    assert (
        grade_one(order, right).result.score == 20
    )  # what is read once and kept is there now
    with monkeypatch.context() as patched:
        fault = Fault(CALLS[call], patched)
        grade_one(order, right)
    scores = Counter()
    for turn, at in enumerate(chosen(fault.count)):
        with monkeypatch.context() as patched:
            fault = Fault(CALLS[call], patched)
            fault.at, fault.number = at, NUMBERS[(turn + len(call)) % len(NUMBERS)]
            done = grade_one(order, right)
        assert done.result.score in (None, 20), (
            at,
            os.strerror(fault.number),
            done.result,
        )
        scores[done.result.score] += 1
    if call in ("os.open", "open", "os.replace", "os.pipe"):
        assert scores[None], "none of the faults was felt"
    assert grade_one(order, right).result.score == 20


@pytest.mark.parametrize("call", ["open", "read", "close"])
def test_a_fault_while_the_kernel_is_asked_is_charged_to_nobody(call, monkeypatch):
    """A process that has waited long for processors, of which the kernel once does not tell."""
    monkeypatch.setattr(os, "read", lambda *_: b"1 600000000000 1")
    stretch = Stretch(lambda: 0.0, Budget(10, "used up"))

    def failing(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, call, failing)
    assert stretch.used() < 1
    assert stretch.charge() < 1
    assert stretch.left() > 9


READS = {
    "opening": lambda patch, fail: patch.setattr(plain_files.os, "open", fail),
    "asking": lambda patch, fail: patch.setattr(plain_files.os, "fstat", fail),
    "reading": lambda patch, fail: patch.setattr(
        plain_files, "open", fail, raising=False
    ),
    "naming": lambda patch, fail: patch.setattr(recognise, "exercise_in", fail),
    "comparing": lambda patch, fail: patch.setattr(provenance, "fingerprint", fail),
    "writing": lambda patch, fail: patch.setattr(results, "write_bytes", fail),
}


@pytest.mark.parametrize("number", NUMBERS, ids=errno.errorcode.get)
@pytest.mark.parametrize("what", READS)
def test_what_the_system_cannot_do_is_no_mark(what, number, order, right, monkeypatch):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        READS[what](patch, fail)
        if what == "writing":  # what comes before it is tried elsewhere
            patch.setattr(
                Grader,
                "grade",
                lambda self, *_: self.refused("ann", "for the test"),
            )
        done = grade_one(
            order, replace(right, assignment="") if what == "naming" else right
        )
    assert done.result.score is None
    assert os.strerror(number) in done.result.problem
    assert done.result.problem.startswith("the grading machinery failed")


def test_memory_that_does_not_suffice_is_no_mark(order, right, monkeypatch):
    def fail(*_, **__):
        raise MemoryError

    monkeypatch.setattr("autograder.grade.notebook_file.json.loads", fail)
    assert grade_one(order, right).result.score is None
    assert grade_one(order, replace(right, assignment="")).result.score is None


THEIRS = {
    "absent": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link": lambda path: (
        path.rename(path.with_name("other")),
        path.symlink_to(path.with_name("other")),
    ),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "too large": lambda path: os.truncate(path, 2**40),
    "no text": lambda path: path.write_bytes(b"\xff\xfe"),
    "its folder": lambda path: (
        path.unlink(),
        path.parent.rmdir(),
        path.parent.symlink_to(path.parent.name),
    ),
}


@pytest.mark.parametrize("what", THEIRS)
def test_what_is_the_files_own_is_the_students(what, order, right):
    THEIRS[what](right.path)
    done = grade_one(order, right)
    assert (done.result.score, bool(done.result.problem)) == (0, True)
