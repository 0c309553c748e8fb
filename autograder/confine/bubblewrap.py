"""Confine by bubblewrap: namespaces of its own for everything, and a file system with nothing
of the course in it.

What is there: `/worker/files`, the interpreter with its standard library, numpy, matplotlib and
what these require, and the system's libraries, all read-only; `/dev/null`; and `/worker/home`,
small, private and gone afterwards. There is no other package, whatever is installed for this
interpreter or another. There is no `/proc`, `/sys`, `/run`, `/home`: neither Python nor numpy
nor matplotlib needs them, and what is not there cannot be looked into. There is no `/tmp`
either, TMPDIR leads to the home: an environment that lies under `/tmp` would be hidden by it,
or stand on writable ground.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ..clean_start import SYSTEM, search_path
from . import interpreter, seccomp
from .limits import Limits
from .process import Confined, Enclosure, NotConfined, launch, read_available

_FILES, _HOME = "/worker/files", "/worker/home"
_SYSTEM = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/lib32",
    "/lib",
    "/lib64",
    "/lib32",
    "/etc/ld.so.cache",
)
_PYTHONS = (
    "python[0-9]*",
    "pypy[0-9]*",
)  # how interpreters call the folder of their library


class Bubblewrap:
    """The default way; works for any user wherever the kernel grants user namespaces."""

    name = "bubblewrap"

    def available(self) -> str | None:
        """Say why this way is not offered here; None if it is.

        Whether it holds, the canary finds out.
        """
        if not program():
            return (
                "the program bwrap is not installed; run: apt-get install bubblewrap "
                "(Debian, Ubuntu) "
                f"or dnf install bubblewrap (Fedora). It is looked for in "
                f"{', '.join(SYSTEM)}, whatever PATH says"
            )
        return seccomp.missing()

    def start(
        self, files: Sequence[Path], argv: Sequence[str], limits: Limits
    ) -> Confined:
        """Start `argv` in a new sandbox; its first is the name of one of `files`.

        Parameters as for `Confinement.start`.

        Raises
        ------
        NotConfined
            If bubblewrap is not there. What goes wrong inside it shows in the worker's `Ending`
            as machinery.
        """
        return launch(self.enclosure(files, limits), argv)

    def enclosure(self, files: Sequence[Path], limits: Limits) -> Enclosure:
        """Give a new sandbox, to start one process in.

        Raises
        ------
        NotConfined
            If bubblewrap is not there.
        """
        bwrap = program()
        if bwrap is None:
            raise NotConfined(self.available())
        filter_program = seccomp.program(writing=True)
        info, info_end = os.pipe()
        first = _First(info)
        return Enclosure(
            _FILES,
            limits,
            _HOME,
            filter_program,
            prefix=(
                bwrap,
                *self.arguments(files, limits),
                "--info-fd",
                str(info_end),
                "--",
            ),
            inherit=(info_end,),
            # bwrap's own is inside; Ctrl-C must not look like a crash
            options={"start_new_session": True},
            slay=first.kill,
            inside=first.child,
            cleanup=lambda: os.close(info),
        )

    def arguments(self, files: Sequence[Path], limits: Limits) -> list[str]:
        """Give the sandbox, as arguments of bwrap."""
        scratch = str(int(limits.scratch_mb * 1024 * 1024))
        return [
            # --unshare-all only tries for a user namespace, and root would keep its
            # capabilities without one.
            *(
                "--unshare-all",
                "--unshare-user",
                "--uid",
                "1000",
                "--gid",
                "1000",
                "--cap-drop",
                "ALL",
            ),
            *("--hostname", "worker", "--new-session", "--die-with-parent"),
            *_readable(interpreter.current()),
            *(
                part
                for f in files
                for part in (
                    "--ro-bind",
                    str(Path(f).resolve()),
                    f"{_FILES}/{Path(f).name}",
                )
            ),
            # Not read-only: bwrap's read-only mounts are without devices. The filter keeps its
            # mode from being changed.
            *("--dev-bind", "/dev/null", "/dev/null"),
            *("--perms", "0700", "--size", scratch, "--tmpfs", _HOME),
            # The root is a tmpfs of unbounded size until it is remounted; /dev and /worker are
            # folders in it.
            *("--remount-ro", "/", "--chdir", _HOME),
        ]


def program() -> str | None:
    """Say where bwrap is, by the system's own search path.

    Never one that a PATH leads to, since it could as well confine nothing.
    """
    return shutil.which("bwrap", path=search_path())


@lru_cache(maxsize=8)
def _readable(python: interpreter.Interpreter) -> tuple[str, ...]:
    """Bind what a worker reads; cover what lies in the same folders and is another's packages."""
    links = [path for path in _SYSTEM if os.path.islink(path)]
    arguments = [
        part for path in links for part in ("--symlink", os.readlink(path), path)
    ]
    bound: list[Path] = []
    library = () if str(python.library) in _SYSTEM else (python.library,)
    for path in (*_system(), *library, python.standard, python.program):
        arguments += _bind(path, bound)
    covered = _packages_of_others(python, bound)
    for path in covered:
        arguments += ["--perms", "0555", "--tmpfs", str(path)]
    visible = [path for path in bound if path not in covered]
    for part in python.parts:
        hidden = any(part.is_relative_to(path) for path in covered)
        arguments += _bind(part, [] if hidden else visible)
    for path in covered:  # last, since what is bound in it needs a place
        arguments += ["--remount-ro", str(path)]
    return tuple(arguments)


def _bind(path: Path, bound: list[Path]) -> list[str]:
    """Bind a path, unless it is within one that is bound already."""
    if any(path.is_relative_to(one) for one in bound):
        return []
    bound.append(path)
    return ["--ro-bind", str(path), str(path)]


def _system() -> list[Path]:
    """The system's libraries.

    Where they have a folder of their own, as in Debian, only that, and the locales: beside it
    lies all sorts of things.
    """
    found: list[Path] = []
    folders = [Path(one) for one in _SYSTEM if not os.path.islink(one)]
    for folder in filter(Path.exists, folders):
        own = folder / str(sysconfig.get_config_var("MULTIARCH"))
        parts = [own, folder / "locale"] if own.is_dir() else [folder]
        found += filter(Path.is_dir, parts)
    return found


def _packages_of_others(
    python: interpreter.Interpreter, bound: list[Path]
) -> list[Path]:
    """Folders, in what is bound, of other interpreters and of the packages of this one."""
    pythons = {
        path.resolve()
        for root in bound
        if root.is_dir()
        for kind in _PYTHONS
        for path in root.glob(kind)
    }
    others = {path for path in pythons if path.is_dir() and path != python.standard}
    own = {python.standard / name for name in ("site-packages", "dist-packages")}
    covered = sorted(path.resolve() for path in (*others, *own) if path.is_dir())
    return [
        path for path in covered if any(path.is_relative_to(root) for root in bound)
    ]


class _First:
    """The sandbox's first process; bwrap tells its number within milliseconds, or ends."""

    def __init__(self, info: int):
        self._info = info
        self._pid: int | None = None

    def pid(self, seconds: float) -> int | None:
        """Give its process id as seen from here, waiting for at most so long."""
        if self._pid is None and select.select([self._info], [], [], seconds)[0]:
            found = re.search(r'"child-pid": *(\d+)', read_available(self._info))
            self._pid = int(found[1]) if found else None
        return self._pid

    def child(self, process: subprocess.Popen) -> int | None:
        """Give the worker's process id: the first process has started it, and no other."""
        pid = self.pid(0)
        if not pid:
            return None
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
            return int(children.split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def kill(self, process: subprocess.Popen) -> None:
        """Kill it, and with it the kernel ends all others in the sandbox.

        bwrap itself then reaps it and ends. Were bwrap killed, the sandbox would end as well,
        but as an orphan, whose remains stay in the process table of a container without an init
        process.
        """
        pid = self.pid(1)
        if pid is None:
            process.kill()
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
