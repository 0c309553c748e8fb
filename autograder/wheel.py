"""Build the package's wheel, the same bytes from the same sources."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from .course import CourseError

WHEN = (2020, 1, 1, 0, 0, 0)  # of every file in an archive, so that the same sources give the same bytes
NEEDED = ("pyproject.toml", "README.md", "LICENSE")


def build_wheel(root: Path) -> tuple[str, bytes]:
    """Build the wheel with the setuptools at hand and no network.

    It is built from a copy: beside the sources, what an earlier build has left behind would get into it, and two
    builds at once would disturb each other.

    Returns
    -------
    tuple of (str, bytes)
        The wheel's name, and the wheel.

    Raises
    ------
    CourseError
        If it cannot be built.
    """
    with tempfile.TemporaryDirectory(prefix="wheel-") as scratch:
        copy, out = Path(scratch, "source"), Path(scratch, "out")
        shutil.copytree(root / "autograder", copy / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
        for name in NEEDED:
            shutil.copy(root / name, copy)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        command += ["--no-index", "--disable-pip-version-check", "--wheel-dir", str(out), str(copy)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(out.glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            raise CourseError(f"the wheel could not be built: {done.stderr.strip()[-800:]}")
        return wheels[0].name, _same_bytes(wheels[0])


def _same_bytes(wheel: Path) -> bytes:
    """Write a wheel anew with fixed times and order."""
    with zipfile.ZipFile(wheel) as archive:
        contents = {name: archive.read(name) for name in sorted(archive.namelist())}
    write_zip(wheel, contents)
    return wheel.read_bytes()


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write an archive of files by their names, in their order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, WHEN)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)
