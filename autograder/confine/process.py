"""Start a worker's process and hold its ends; the ways of confinement differ only in what stands around it."""

from __future__ import annotations

import contextlib
import fcntl
import inspect
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from . import bootstrap, interpreter
from .clock import waited
from .limits import Limits

READ_FD, WRITE_FD = 3, 4  # the worker's own ends of the protocol, always

_STARTERS: dict[
    int, ThreadPoolExecutor
] = {}  # by process id: a fork has none of its parent's threads

_MEANING = {
    "SIGKILL": "killed by the system, most likely because the machine's memory ran out",
    "SIGSEGV": "crashed with a segmentation fault, as endless recursion in compiled code and abort() do",
    "SIGXCPU": "used up its processor time",
    "SIGSYS": "made a system call of another processor type, which nothing allows",
}


class NotConfined(Exception):
    """A student's code cannot be confined here, or a confined process could not be started; says what to do."""


@dataclass(frozen=True)
class Ending:
    """How a worker's process ended: by its own exit `code`, or by a `signal` (its name); `text`
    says it in words.

    `machinery` is true if it never came to run the worker: then it is not the student's doing.
    """

    code: int | None
    signal: str | None
    text: str
    machinery: bool = False


class Confined:
    """A running worker.

    Attributes
    ----------
    process : subprocess.Popen
        The process started; for bubblewrap this is its monitor.
    reader, writer : FileIO
        The trusted ends of the protocol, unbuffered: bytes from the worker, bytes to it.

    Notes
    -----
    To be used by one thread at a time: `kill` closes the ends.
    """

    def __init__(
        self,
        process,
        reader: int,
        writer: int,
        trouble: int,
        slay: Callable,
        cleanup: Callable,
        inside: Callable,
    ):
        self.process = process
        self.reader, self.writer = FileIO(reader, "r"), FileIO(writer, "w")
        self._trouble, self._slay, self._cleanup = trouble, slay, cleanup
        self._ending: Ending | None = None
        self._open = True
        self._inside = inside
        self._pid: int | None = None
        self._starved = 0.0

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, *_) -> None:
        self.kill()

    def poll(self) -> Ending | None:
        """How it ended; None while it runs."""
        if self._ending is None and self.process.poll() is not None:
            self._ending = self._describe(self.process.returncode)
        return self._ending

    def wait(self, timeout: float) -> Ending | None:
        """Like `poll`, after at most `timeout` seconds: an end of file can come before the end of the process."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout)
        return self.poll()

    def starved(self) -> float:
        """Seconds since its start in which the worker was ready to run and the machine ran others.

        From the kernel's statistics of the scheduler; 0 where it keeps none (no
        `/proc/PID/schedstat`).
        """
        if self._pid is None and self._open:
            self._pid = self._inside(self.process)
        if self._pid is not None and self._open:
            self._starved = max(self._starved, waited(self._pid))
        return self._starved

    def kill(self) -> None:
        """End everything in the confinement at once, reap it, close the ends and remove what it left behind."""
        if not self._open:
            return
        self._open = False
        if self.poll() is None:
            self._slay(self.process)
            if self.wait(2) is None:
                self.process.kill()
                self.wait(2)
            broken = self._ending is not None and self._ending.machinery
            self._ending = (
                self._ending
                if broken
                else Ending(None, "SIGKILL", "stopped by the grader")
            )
        for end in (self.reader, self.writer):
            end.close()
        os.close(self._trouble)
        self._cleanup()

    def _describe(self, status: int) -> Ending:
        if text := read_available(self._trouble):
            return Ending(
                None,
                None,
                f"the worker did not start: {_shortened(text)}",
                machinery=True,
            )
        number = (
            -status if status < 0 else status - 128
        )  # bubblewrap hands a signal on as 128 + its number
        try:
            name = signal.Signals(number).name
        except ValueError:
            return Ending(status, None, f"ended itself with exit code {status}")
        return Ending(None, name, _MEANING.get(name, f"was ended by the signal {name}"))


def launch(
    files: str,
    argv: Sequence[str],
    limits: Limits,
    *,
    home: str,
    filter_program: bytes = b"",
    prefix: Sequence[str] = (),
    die_with_us: bool = False,
    inherit: Sequence[int] = (),
    options: Mapping | None = None,
    slay: Callable = subprocess.Popen.kill,
    cleanup: Callable = lambda: None,
    inside: Callable = lambda process: process.pid,
) -> Confined:
    """Start `argv` on this interpreter, through `bootstrap.start`.

    Parameters
    ----------
    files : str
        The folder of the worker's files, as the worker sees it; `home` is its working
        directory, likewise.
    argv : sequence of str
        Name of the script among them, and its arguments.
    filter_program : bytes
        What `seccomp.program` made, or nothing.
    prefix : sequence of str
        A command that confines what follows it.
    die_with_us : bool
        Whether the process has to see to it itself that it ends with this one.
    inherit, options
        Further descriptors to hand down, and further arguments of `subprocess.Popen`.
    slay, cleanup : callable
        Kills all that the process may have started, given the process; removes what it leaves,
        at the end.
    inside : callable
        The worker's process id as seen from here, given the process; None while it is not known.

    Raises
    ------
    NotConfined
        If the program cannot be started at all.
    """
    python = interpreter.current()
    down, up, trouble = os.pipe(), os.pipe(), os.pipe()
    settings = {
        "pipes": (down[0], up[1]),
        "rlimits": limits.rlimits(),
        "filter": filter_program,
        "parent": os.getpid() if die_with_us else 0,
        "folder": files,
        "packages": [str(p) for p in python.packages],
        "argv": list(argv),
    }
    code = f"{inspect.getsource(bootstrap)}\nstart({settings!r})\n"
    command = [*prefix, str(python.program), *interpreter.FLAGS, "-c", code]
    keep: tuple[int, ...] = ()
    try:
        process = _start(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=trouble[1],
            env=interpreter.environment(home),
            pass_fds=(down[0], up[1], *inherit),
            **(options or {}),
        )
        keep = (down[1], up[0], trouble[0])
    except OSError as error:
        raise NotConfined(f"{command[0]} cannot be started: {error}") from error
    finally:
        for end in {*down, *up, *trouble} - set(keep):
            os.close(end)
        if not keep:
            cleanup()
    return Confined(process, up[0], down[1], trouble[0], slay, cleanup, inside)


def kill_group(process: subprocess.Popen) -> None:
    """Kill the process group that `process` leads."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def copy_files(files: Sequence[Path], folder: Path) -> None:
    """Copy a worker's files into a new folder that everyone can read."""
    folder.mkdir()
    for file in files:
        target = folder / Path(file).name
        target.write_bytes(Path(file).read_bytes())
        target.chmod(0o444)
    folder.chmod(0o755)


def _start(command: Sequence[str], **options) -> subprocess.Popen:
    """Start a process from a thread that lasts as long as this process.

    The kernel sends the signal of a parent's death when the *thread* ends that started the
    child: a worker started by a short-lived thread would die with it.
    """
    starter = _STARTERS.setdefault(
        os.getpid(), ThreadPoolExecutor(1, thread_name_prefix="confine")
    )
    return starter.submit(subprocess.Popen, command, **options).result()


def read_available(pipe: int, most: int = 65536) -> str:
    """What lies ready in a pipe, without waiting for more."""
    fcntl.fcntl(pipe, fcntl.F_SETFL, os.O_NONBLOCK)
    try:
        return os.read(pipe, most).decode(errors="replace").strip()
    except BlockingIOError:
        return ""


def _shortened(text: str) -> str:
    """The last line of an interpreter's traceback, or all of a short message."""
    return text.splitlines()[-1] if "Traceback" in text else text[-2000:]
