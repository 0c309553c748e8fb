"""Build the package's wheel, whole or as students get it, the same bytes from the same sources."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

from ..unit.course import CourseError

# the time of every file in an archive, so that the same sources give the same bytes
WHEN = 2020, 1, 1, 0, 0, 0
NEEDED = ("pyproject.toml", "README.md", "LICENSE")
OF_STUDENTS = "unrolled"  # the one package of theirs, which knows nothing that grades
PROJECT = (
    "name",
    "version",
    "description",
    "readme",
    "requires-python",
    "license",
    "license-files",
    "dependencies",
)


def build_wheel(root: Path) -> tuple[str, bytes]:
    """Build the wheel with the setuptools at hand and no network.

    It is built from a copy: beside the sources, what an earlier build has left behind would get
    into it, and two builds at once would disturb each other.

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
        copy = Path(scratch, "source")
        for package in ("autograder", OF_STUDENTS):
            _copy_package(root, package, copy)
        for name in NEEDED:
            shutil.copy(root / name, copy)
        return _built(copy, Path(scratch, "out"))


def build_student_wheel(root: Path) -> tuple[str, bytes]:
    """Build what students install: the check, under the same name and version, and none of the
    grader.

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
        copy = Path(scratch, "source")
        _copy_package(root, OF_STUDENTS, copy)
        for name in NEEDED:
            shutil.copy(root / name, copy)
        folders = [one.parent for one in copy.rglob("__init__.py")]
        packages = sorted(".".join(one.relative_to(copy).parts) for one in folders)
        path = copy / "pyproject.toml"
        project = _of_students(path.read_text(encoding="utf-8"), packages)
        path.write_text(project, encoding="utf-8")
        return _built(copy, Path(scratch, "out"))


def _copy_package(root: Path, package: str, copy: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / package, copy / package, ignore=ignored)


def _of_students(project: str, packages: list[str]) -> str:
    """Give the project's table without what only the grader needs, such as its command and its
    requirements.
    """
    try:
        settings = tomllib.loads(project)
        lines = [f"{key} = {json.dumps(settings['project'][key])}" for key in PROJECT]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CourseError(
            f"the wheel could not be built: pyproject.toml: {error}"
        ) from None
    build = settings["build-system"]
    written = [
        "[build-system]",
        f"requires = {json.dumps(build['requires'])}",
        f"build-backend = {json.dumps(build['build-backend'])}",
        "[project]",
        *lines,
        "[tool.setuptools]",
        f"packages = {json.dumps(packages)}",
    ]
    return "\n".join(written) + "\n"


def _built(copy: Path, out: Path) -> tuple[str, bytes]:
    """Build the wheel of a source tree of its own."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    command += ["--wheel-dir", str(out), str(copy)]
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
