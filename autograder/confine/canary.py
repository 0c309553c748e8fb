"""Decide by behaviour whether a way of confinement holds.

A canary is sent in, to see what it can do.
"""

from __future__ import annotations

import json
import os
import select
import tempfile
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import interpreter
from .limits import Limits
from .process import READ_FD, WRITE_FD, Confined, NotConfined

PROBE = Path(__file__).with_name("probe.py")

CHECKS = {
    "secrets": "reads nothing of the solutions",
    "network": "opens no socket",
    "fork": "starts no process",
    "threads": "starts no thread",
    "execute": "executes no program",
    "signals": "sends no signal",
    "parent": "sees nothing of the grader's process",
    "descriptors": "inherits no open file",
    "writing": "writes nowhere but into its own folder",
    "shared_memory": "creates no shared memory",
    "privileges": "has no privileges",
    "memory": "is bounded in memory",
    "numpy": "runs numpy",
}
_PLACES = (
    "/",
    "/tmp",
    "/var/tmp",
    "/dev",
    "/dev/shm",
    "/run",
    "/run/lock",
    "/etc",
    "/usr/lib",
    "/home",
    "/root",
    "/mnt",
)


@dataclass(frozen=True)
class Check:
    """One question to the canary: its name, what it stands for, and what went wrong."""

    name: str
    meaning: str
    problem: str

    @property
    def holds(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class Report:
    """What the canary could do in one way of confinement.

    `trouble` says why it could not run at all.
    """

    way: str
    checks: tuple[Check, ...] = ()
    trouble: str = ""

    @property
    def holds(self) -> bool:
        """Whether every check does."""
        return (
            not self.trouble
            and bool(self.checks)
            and all(check.holds for check in self.checks)
        )

    def __getitem__(self, name: str) -> Check:
        return next(check for check in self.checks if check.name == name)

    def problems(self) -> list[str]:
        """Everything that keeps this way from being used."""
        if self.trouble:
            return [self.trouble]
        return [check.problem for check in self.checks if not check.holds]


def examine(
    way, limits: Limits, secrets: Iterable[Path] = (), seconds: float = 20
) -> Report:
    """Start the canary in `way` and ask it everything.

    Parameters
    ----------
    way : Confinement
    limits : Limits
    secrets : iterable of Path
        Files and folders, with all that is in them, that must not be readable inside.
    seconds : float
        How long the canary may take.
    """
    if reason := way.available():
        return Report(way.name, trouble=reason)
    secrets = [Path(s).resolve() for s in secrets]
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        planted = Path(folder) / "secret"
        planted.touch(0o600)
        question = {
            "secrets": [str(p) for s in (*secrets, planted) for p in _everything(s)],
            "folders": _folders((*secrets, planted)),
            "parent": os.getpid(),
            "token": f"canary-{uuid.uuid4().hex}",
            "memory": int(limits.memory_mb * 1024 * 1024),
        }
        try:
            with way.start(
                [PROBE], [PROBE.name, str(READ_FD), str(WRITE_FD)], limits
            ) as canary:
                answer, trouble = _ask(canary, question, seconds)
        except NotConfined as error:
            answer, trouble = None, str(error)
    if answer is None:
        return Report(way.name, trouble=trouble)
    silent = "the canary did not answer this"
    return Report(
        way.name, tuple(Check(n, m, answer.get(n, silent)) for n, m in CHECKS.items())
    )


def _ask(canary: Confined, question: dict, seconds: float) -> tuple[dict | None, str]:
    """Send the question and read the answer; without one, the reason."""
    until = time.monotonic() + seconds
    try:
        _write_all(canary, json.dumps(question).encode() + b"\n", until)
        answer = b"".join(_chunks(canary, until))
    except (TimeoutError, BrokenPipeError):
        answer = b""
    try:
        return {str(k): str(v) for k, v in json.loads(answer).items()}, ""
    except (ValueError, AttributeError):
        if ending := canary.wait(1):
            return None, ending.text
        return None, f"the canary did not answer within {seconds:g} seconds"


def _write_all(canary: Confined, data: bytes, until: float) -> None:
    os.set_blocking(canary.writer.fileno(), False)
    while data:
        if not select.select([], [canary.writer], [], max(0, until - time.monotonic()))[
            1
        ]:
            raise TimeoutError
        data = data[canary.writer.write(data) or 0 :]


def _chunks(canary: Confined, until: float) -> Iterable[bytes]:
    while True:
        if not select.select([canary.reader], [], [], max(0, until - time.monotonic()))[
            0
        ]:
            raise TimeoutError
        if not (chunk := canary.reader.read(65536)):
            return
        yield chunk


def _everything(path: Path) -> list[Path]:
    """Give a file, or a folder with all that is in it.

    One that cannot be listed may still hold a file that can be read.
    """
    if not path.is_dir():
        return [path]
    return [path, *sorted(p for p in path.rglob("*") if not p.is_symlink())]


def _folders(secrets: Sequence[Path]) -> list[str]:
    """Where the canary tries to write."""
    near = {
        str(folder)
        for secret in secrets
        for folder in (secret, *secret.parents)
        if folder.is_dir()
    }
    python = interpreter.current()
    reads = (
        *python.reads,
        *python.packages,
        python.standard,
        python.standard / "site-packages",
        python.standard / "dist-packages",
    )
    read = {str(p if p.is_dir() else p.parent) for p in reads}
    return sorted(
        {
            *near,
            *read,
            "/worker",
            "/worker/files",
            str(Path.home()),
            os.getcwd(),
            *_PLACES,
        }
    )
