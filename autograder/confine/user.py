"""Confine by an unprivileged user id, for containers that run as root and where bubblewrap
cannot work.

What this way cannot do is hide: whatever every user of the machine may read, the worker may
read. Therefore the secrets must be closed to others (`chmod 700 solutions`); the canary checks
it before anything runs. And a student's code can import what is installed for all users, such
as scipy or torch: in such a container, install nothing that does not belong there. This way
also has no file system of its own, so that no file may be changed or made at all, not even in
its working directory: a limit on the size of one file would not keep a thousand files from
filling the disk. Network, processes and threads are refused by the same filter as in
bubblewrap's way.
"""

from __future__ import annotations

import os
import resource
import shutil
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import interpreter, seccomp
from .limits import Limits
from .process import Confined, Enclosure, copy_files, kill_group, launch

# Within 65520 … 65533 no distribution hands out ids, and containers map ids up to 65535 at
# least. All workers share it: the filter keeps them from signalling and changing each other,
# their being undumpable from looking.
USER = 65525


class NoProcesses(Limits):
    """Limits that also count processes, which works here: this user is not root outside either."""

    def rlimits(self) -> list[tuple[int, int, int]]:
        return [*super().rlimits(), (resource.RLIMIT_NPROC, 0, 0)]


class UnprivilegedUser:
    """The way for root in a container."""

    name = "user"

    def available(self) -> str | None:
        """Say why this way is not offered here; None if it is.

        Whether it holds, the canary finds out.
        """
        if os.geteuid() != 0:
            return "only root can start a process as another user"
        if closed := closed_to_others(interpreter.current().reads):
            return (
                f"other users cannot read this Python: {closed} is closed to them. "
                f"Install Python and the course's "
                "environment where everyone may read them, for instance with the "
                "system's python3 and a virtual "
                "environment under /opt"
            )
        return seccomp.missing()

    def start(
        self, files: Sequence[Path], argv: Sequence[str], limits: Limits
    ) -> Confined:
        """Start `argv`, the first of which is the name of one of `files`, as `USER`.

        Parameters as for `Confinement.start`.

        Raises
        ------
        NotConfined
            If the process cannot be started, for instance since the interpreter is closed to
            that user.
        """
        return launch(self.enclosure(files, limits), argv)

    def enclosure(self, files: Sequence[Path], limits: Limits) -> Enclosure:
        """Give a new folder of that user's, to start one process in."""
        folder = Path(tempfile.mkdtemp(prefix="worker-"))
        folder.chmod(0o711)
        copy_files(files, folder / "files")
        home = folder / "home"
        home.mkdir(mode=0o700)
        os.chown(home, USER, USER)
        return Enclosure(
            str(folder / "files"),
            NoProcesses(**vars(limits)),
            str(home),
            seccomp.program(writing=False),
            die_with_us=True,
            options={
                "cwd": home,
                "start_new_session": True,
                "user": USER,
                "group": USER,
                "extra_groups": (),
                "umask": 0o077,
            },
            slay=kill_group,
            cleanup=lambda: shutil.rmtree(folder, ignore_errors=True),
        )


def closed_to_others(paths: Sequence[Path]) -> Path | None:
    """Give the first file or folder on the way to one of `paths` that is closed to other users.

    They cannot pass it, or not read it.
    """
    for path in paths:
        for part in (*reversed(path.parents), path):
            mode = part.stat().st_mode
            needed = stat.S_IROTH if stat.S_ISREG(mode) else stat.S_IXOTH
            if not mode & needed:
                return part
    return None
