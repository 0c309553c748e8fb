"""No confinement: an instructor's explicit choice.

For code that is trusted, or a machine that is thrown away.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .limits import Limits
from .process import Confined, Enclosure, copy_files, kill_group, launch

UNCONFINED = (
    "--sandbox none: students' code runs unconfined. It can read the solutions, change marks and "
    "reach the network. Use it for code you trust, or on a machine that holds nothing else."
)


class UnconfinedWarning(UserWarning):
    """Students' code runs with all the rights of the grader."""


class Unconfined:
    """The same process and the same limits, with nothing around it; it can read and change
    whatever the grader can.

    A process that the student's code starts and that leaves the process group survives.
    """

    name = "none"

    def available(self) -> str | None:
        """Give None: this way is always offered, never chosen by `auto`."""
        return None

    def start(
        self, files: Sequence[Path], argv: Sequence[str], limits: Limits
    ) -> Confined:
        """Start `argv`, the first of which is the name of one of `files`.

        Parameters as for `Confinement.start`.
        """
        folder = Path(tempfile.mkdtemp(prefix="worker-"))
        copy_files(files, folder / "files")
        home = folder / "home"
        home.mkdir()
        enclosure = Enclosure(
            str(folder / "files"),
            limits,
            str(home),
            die_with_us=True,
            options={"cwd": home, "start_new_session": True},
            slay=kill_group,
            cleanup=lambda: shutil.rmtree(folder, ignore_errors=True),
        )
        return launch(enclosure, argv)
