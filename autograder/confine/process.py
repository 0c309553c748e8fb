"""Start a worker's process and hold its ends.

The ways of confinement differ only in what stands around it.
"""

from __future__ import annotations

import contextlib
import fcntl
import inspect
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

from . import bootstrap, interpreter
from .clock import waited
from .limits import Limits

READ_FD, WRITE_FD = 3, 4  # the worker's own ends of the protocol, always

Pipe = tuple[int, int]  # the end to read from, the end to write to

# By process id: a fork has none of its parent's threads.
_STARTERS: dict[int, ThreadPoolExecutor] = {}

_MEANING = {
    "SIGKILL": "killed by the system, most likely because the machine's memory ran out",
    "SIGSEGV": "crashed with a segmentation fault, "
    "as endless recursion in compiled code and abort() do",
    "SIGXCPU": "used up its processor time",
    "SIGSYS": "made a system call of another processor type, which nothing allows",
}


class NotConfined(Exception):
    """A student's code cannot be confined here, or no confined process started; says what to do."""


@dataclass(frozen=True)
class Ending:
    """The end of a worker's process.

    Attributes
    ----------
    code : int or None
        Its own exit code.
    signal : str or None
        The name of the signal that ended it.
    text : str
        The end in words.
    machinery : bool
        Whether it never came to run the worker: then it is not the student's doing.
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
        process: subprocess.Popen,
        reader: int,
        writer: int,
        trouble: int,
        slay: Callable[[subprocess.Popen], object],
        cleanup: Callable[[], object],
        inside: Callable[[subprocess.Popen], int | None],
        why_not_begun: Callable[[], str] = lambda: "",
    ):
        self.process = process
        self.reader, self.writer = FileIO(reader, "r"), FileIO(writer, "w")
        self._trouble, self._slay, self._cleanup = trouble, slay, cleanup
        self._ending: Ending | None = None
        self._open = True
        self._inside = inside
        self._why_not_begun = why_not_begun
        self._pid: int | None = None
        self._starved = 0.0

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, *exc: object) -> None:
        self.kill()

    def poll(self) -> Ending | None:
        """Say how it ended; None while it runs."""
        if self._ending is None and self.process.poll() is not None:
            self._ending = self._describe(self.process.returncode)
        return self._ending

    def wait(self, timeout: float) -> Ending | None:
        """Say how it ended, after at most `timeout` seconds.

        An end of file can come before the end of the process.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout)
        return self.poll()

    def starved(self) -> float:
        """Give the seconds in which the worker was ready to run and the machine ran others.

        Since its start, from the kernel's statistics of the scheduler; 0 where it keeps none (no
        `/proc/PID/schedstat`).
        """
        # bubblewrap's worker is known a little after its monitor
        if self._pid is None and self._open:
            self._pid = self._inside(self.process)
        if self._pid is not None and self._open:
            self._starved = max(self._starved, waited(self._pid))
        return self._starved

    def kill(self) -> None:
        """End everything in the confinement, reap it, close the ends, remove what it left."""
        if not self._open:
            return
        # first of all: from now on the process's number may be another's
        self._open = False
        with contextlib.ExitStack() as stack:  # each of these, whatever else fails
            # last: a process that lived on could write into what is removed
            stack.callback(self._cleanup)
            stack.callback(os.close, self._trouble)
            stack.callback(self.reader.close)
            stack.callback(self.writer.close)
            self._end()

    def _end(self) -> None:
        """End the process, if it has not ended by itself, and note how."""
        if self.poll() is not None:
            return
        self._slay(self.process)
        # what does not end by the way of this confinement is killed by itself
        if self.wait(2) is None:
            self.process.kill()
            self.wait(2)
        # it may have failed to start just before: then that is what there is to say
        if self._ending is None or not self._ending.machinery:
            self._ending = Ending(None, "SIGKILL", "stopped by the grader")

    def _describe(self, status: int) -> Ending:
        # standard error is the bootstrap's only: what stands there was written before the worker
        if text := read_available(self._trouble) or self._why_not_begun():
            why = f"the worker did not start: {_shortened(text)}"
            return Ending(None, None, why, machinery=True)
        # bubblewrap hands a signal on as 128 + its number
        number = -status if status < 0 else status - 128
        try:
            name = signal.Signals(number).name
        except ValueError:
            return Ending(status, None, f"ended itself with exit code {status}")
        return Ending(None, name, _MEANING.get(name, f"was ended by the signal {name}"))


@dataclass(frozen=True)
class Enclosure:
    """What stands around one process: a way of confinement, set up.

    Attributes
    ----------
    files : str
        The folder of the worker's files, as the worker sees it.
    limits : Limits
        What the process may use.
    home : str
        Its working directory, as it sees it.
    filter_program : bytes
        What `seccomp.program` made, or nothing.
    prefix : sequence of str
        A command that confines what follows it.
    die_with_us : bool
        Whether the process has to see to it itself that it ends with this one.
    inherit : sequence of int
        Further descriptors to hand down; they are closed here once it has started.
    options : mapping
        Further arguments of `subprocess.Popen`.
    slay : callable
        Kills all that the process may have started, given the process.
    cleanup : callable
        Removes what it leaves, at the end.
    inside : callable
        The worker's process id as seen from here, given the process; None while it is not known.
    """

    files: str
    limits: Limits
    home: str
    filter_program: bytes = b""
    prefix: Sequence[str] = ()
    die_with_us: bool = False
    inherit: Sequence[int] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    slay: Callable[[subprocess.Popen], object] = subprocess.Popen.kill
    cleanup: Callable[[], object] = lambda: None
    inside: Callable[[subprocess.Popen], int | None] = lambda process: process.pid

    def settings(self, argv: Sequence[str]) -> dict[str, Any]:
        """Give what the bootstrap is told, beside the descriptors."""
        return {
            "rlimits": self.limits.rlimits(),
            "filter": self.filter_program,
            "parent": os.getpid() if self.die_with_us else 0,
            "folder": self.files,
            "packages": [str(p) for p in interpreter.current().packages],
            "argv": list(argv),
        }


def launch(enclosure: Enclosure, argv: Sequence[str]) -> Confined:
    """Start `argv` on this interpreter, through `bootstrap.start`.

    Parameters
    ----------
    enclosure : Enclosure
        What stands around it.
    argv : sequence of str
        Name of the script among its files, and its arguments.

    Returns
    -------
    Confined
        The running worker; it may yet fail in the bootstrap.

    Raises
    ------
    NotConfined
        If the program cannot be started at all.
    """
    with pipes(enclosure.cleanup, enclosure.inherit) as (down, up, trouble):
        settings = enclosure.settings(argv) | {"pipes": (down[0], up[1])}
        process = start_inside(
            enclosure, f"start({settings!r})", (down[0], up[1]), trouble[1]
        )
    return Confined(
        process,
        up[0],
        down[1],
        trouble[0],
        enclosure.slay,
        enclosure.cleanup,
        enclosure.inside,
    )


def start_inside(
    enclosure: Enclosure, call: str, ends: Sequence[int], trouble: int
) -> subprocess.Popen:
    """Start this interpreter inside, with a call of the bootstrap's.

    The bootstrap's text is handed over in the command, so that inside there need not be anything
    of the course to import.

    Parameters
    ----------
    enclosure : Enclosure
        What stands around it.
    call : str
        The call.
    ends : sequence of int
        Descriptors that it is given.
    trouble : int
        Its standard error.

    Raises
    ------
    NotConfined
        If the program cannot be started at all.
    """
    code = f"{inspect.getsource(bootstrap)}\n{call}\n"
    program = str(interpreter.current().program)
    command = [*enclosure.prefix, program, *interpreter.FLAGS, "-c", code]
    try:
        return _start(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=trouble,
            env=interpreter.environment(enclosure.home),
            pass_fds=(*ends, *enclosure.inherit),
            **enclosure.options,
        )
    except OSError as error:
        raise NotConfined(f"{command[0]} cannot be started: {error}") from error


@contextlib.contextmanager
def pipes(
    cleanup: Callable[[], object] = lambda: None, handed_down: Sequence[int] = ()
) -> Iterator[tuple[Pipe, Pipe, Pipe]]:
    """Open the pipes of a worker that is started in the block; only our ends stay open.

    They lead to the worker, from the worker, and to what the bootstrap says if it fails. If the
    block fails, no end stays open, and `cleanup` is called.

    Parameters
    ----------
    cleanup : callable
        Called if the block fails.
    handed_down : sequence of int
        Further descriptors that are the worker's own after the block.
    """
    down, up, trouble = os.pipe(), os.pipe(), os.pipe()
    keep: tuple[int, ...] = ()
    try:
        yield down, up, trouble
        keep = (down[1], up[0], trouble[0])
    finally:
        # the worker's ends are its own now: were they open here, too, its end would not show
        for end in {*down, *up, *trouble, *handed_down} - set(keep):
            os.close(end)
        if not keep:
            cleanup()


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


def _start(command: Sequence[str], **options: Any) -> subprocess.Popen:
    """Start a process from a thread that lasts as long as this process.

    The kernel sends the signal of a parent's death when the *thread* ends that started the
    child: a worker started by a short-lived thread would die with it.
    """
    new = ThreadPoolExecutor(1, thread_name_prefix="confine")
    starter = _STARTERS.setdefault(os.getpid(), new)
    return starter.submit(lambda: subprocess.Popen(command, **options)).result()


def read_available(pipe: int, most: int = 65536) -> str:
    """Read what lies ready in a pipe, without waiting for more."""
    fcntl.fcntl(pipe, fcntl.F_SETFL, os.O_NONBLOCK)
    try:
        return os.read(pipe, most).decode(errors="replace").strip()
    except BlockingIOError:
        return ""


def _shortened(text: str) -> str:
    """The last line of an interpreter's traceback, or all of a short message."""
    return text.splitlines()[-1] if "Traceback" in text else text[-2000:]
