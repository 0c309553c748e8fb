"""The Python that a worker runs on.

It is this one, with the packages that a student's code needs, and nothing around it.
"""

from __future__ import annotations

import csv
import importlib.metadata
import importlib.util
import os
import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# -P, -s: neither the working directory nor a home directory is searched for modules (-I would do
# that as well, but also ignore PYTHONHASHSEED, without which the order of a set of strings
# differs from run to run). -S: packages are named by `bootstrap.py`; no .pth file runs, so an
# editable installation does not lead to the repository. -B: no bytecode is written, there is
# nowhere to.
FLAGS = ("-P", "-s", "-S", "-B", "-X", "utf8")

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
}


WANTED = (
    "numpy",
    "matplotlib",
)  # and what they require: all that an exercise needs beside the standard library


@dataclass(frozen=True)
class Interpreter:
    """An interpreter.

    Attributes
    ----------
    program : Path
        What is run.
    library : Path
        The folder with the standard library's folder, and with libpython beside it.
    packages : tuple of Path
        Folders that are searched for packages; of what is in them only `parts` is needed.
    """

    program: Path
    library: Path
    packages: tuple[Path, ...]

    @property
    def standard(self) -> Path:
        """The standard library."""
        return self.library / Path(os.__file__).resolve().parent.name

    @property
    def parts(self) -> tuple[Path, ...]:
        """Files and folders of the packages that a student's code needs.

        Beside them may lie anything.
        """
        return _parts(self.packages)

    @property
    def reads(self) -> tuple[Path, ...]:
        """Everything that must be visible, beside the system's own libraries."""
        return (self.program, self.library, *self.parts)


@lru_cache(maxsize=1)
def current() -> Interpreter:
    """Give the interpreter of this process.

    Without the virtual environment's own program, and without symbolic links.
    """
    packages = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    spec = importlib.util.find_spec("numpy")
    if spec is not None and spec.origin is not None:
        packages.add(str(Path(spec.origin).parents[1]))
    program = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    library = (
        Path(os.__file__).resolve().parent.parent
    )  # with libpython beside the standard library
    return Interpreter(
        Path(program), library, tuple(sorted({Path(p).resolve() for p in packages}))
    )


def environment(home: Path | str) -> dict[str, str]:
    """Give all of a worker's environment variables; `home` is its working directory."""
    return {
        **ENVIRONMENT,
        "HOME": str(home),
        "TMPDIR": str(home),
        "MPLCONFIGDIR": str(home),
    }


@lru_cache(maxsize=8)
def _parts(packages: tuple[Path, ...]) -> tuple[Path, ...]:
    found, queue, seen = set(), list(WANTED), set()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        for one in importlib.metadata.Distribution.discover(
            name=name, path=[str(p) for p in packages]
        ):
            found |= {Path(str(one.locate_file(part))) for part in set(_top(one))}
            queue += _required(one)
    return tuple(sorted(path for path in found if path.exists()))


def _top(one: importlib.metadata.Distribution) -> Iterator[str]:
    """What a distribution has put into the folder of packages: its folders, single files, and
    their bytecode.

    Not what it says of itself: nothing that is needed reads that, and each place costs a little
    of every start. A distribution of the system's own packages may have no record of its files;
    then it is known by its names.
    """
    record = one.read_text("RECORD")
    for row in csv.reader((record or "").splitlines()):
        top = row[0].split("/", 1)[0] if row else ".."
        if top not in ("", "..") and not top.endswith((".pth", ".dist-info")):
            yield row[0] if top == "__pycache__" else top
    if not record:
        for name in (
            one.read_text("top_level.txt") or one.metadata["Name"] or ""
        ).split():
            yield from (name, f"{name}.py")


def _required(one: importlib.metadata.Distribution) -> list[str]:
    """Give the names of what a distribution requires, without what belongs to an extra."""
    names = []
    for text in one.requires or ():
        requirement, _, condition = text.partition(";")
        name = re.match(r"[\w.-]+", requirement.strip())
        if name is not None and not re.search(r"\bextra\b", condition):
            names.append(name[0])
    return names
