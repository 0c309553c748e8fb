"""The Python that a worker runs on: this one, with its packages, and nothing around it."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# -P, -s: neither the working directory nor a home directory is searched for modules (-I would do that as well, but
# also ignore PYTHONHASHSEED, without which the order of a set of strings differs from run to run). -S: packages are
# named by `bootstrap.py`; no .pth file runs, so an editable installation does not lead to the repository. -B: no
# bytecode is written, there is nowhere to.
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


@dataclass(frozen=True)
class Interpreter:
    """An interpreter: its program, the folders it reads, and which of them are searched for packages."""

    program: Path
    library: Path
    packages: tuple[Path, ...]

    @property
    def reads(self) -> tuple[Path, ...]:
        """Everything that must be visible, beside the system's own libraries."""
        return (self.program, self.library, *self.packages)


@lru_cache(maxsize=1)
def current() -> Interpreter:
    """The interpreter of this process, without the virtual environment's own program and without symbolic links."""
    packages = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    if spec := importlib.util.find_spec("numpy"):
        packages.add(str(Path(spec.origin).parents[1]))
    program = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    library = Path(os.__file__).resolve().parent.parent  # with libpython beside the standard library
    return Interpreter(Path(program), library, tuple(sorted({Path(p).resolve() for p in packages})))


def environment(home: Path | str) -> dict[str, str]:
    """All of a worker's environment variables; `home` is its working directory."""
    return {**ENVIRONMENT, "HOME": str(home), "TMPDIR": str(home), "MPLCONFIGDIR": str(home)}
