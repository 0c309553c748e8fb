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
from typing import IO, Any

from ..unit.course import CourseError
from .dates import Stamp, changed, last_change, stamp, unchanged_since

# the time of every file in a wheel, so that the same sources give the same bytes
WHEN: Stamp = (2020, 1, 1, 0, 0, 0)
NEEDED = ("pyproject.toml", "README.md", "LICENSE")
OF_STUDENTS = "unrolled"  # the one package of theirs, which knows nothing that grades
PROJECT = (
    "name",
    "version",
    "description",
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
    """Build what students install: the check, under the same name, and none of the grader.

    Its version tells when its content was changed last, so that pip takes a newer one for an
    upgrade, and the same one for what is there already.

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
        folders = [path.parent for path in copy.rglob("__init__.py")]
        packages = sorted(".".join(path.relative_to(copy).parts) for path in folders)
        path = copy / "pyproject.toml"
        version = student_version(root)
        project = _of_students(path.read_text(encoding="utf-8"), version, packages)
        path.write_text(project, encoding="utf-8")
        return _built(copy, Path(scratch, "out"))


def _copy_package(root: Path, package: str, copy: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / package, copy / package, ignore=ignored)


def student_version(root: Path) -> str:
    """Give the version of what students install: the course's, and behind it when the content of
    the wheel was changed last.

    Raises
    ------
    CourseError
        If `pyproject.toml` cannot be read.
    """
    path = root / "pyproject.toml"
    now = _fields(path.read_text(encoding="utf-8"))

    def same(text: str) -> bool:
        try:
            return _fields(text) == now
        except CourseError:
            return False

    told = unchanged_since(root, path, same)
    licence = root / "LICENSE"
    licensed = changed(root, [licence])[licence]
    when = max(told, licensed, last_change(root, root / OF_STUDENTS))
    return "{}.post{:04}{:02}{:02}{:02}{:02}{:02}".format(now["version"], *stamp(when))


def _fields(project: str) -> dict[str, Any]:
    """Give what the student's wheel takes from the project's table."""
    try:
        settings = tomllib.loads(project)
        build = {"build-system": settings["build-system"]}
        return {key: settings["project"][key] for key in PROJECT} | build
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CourseError(
            f"the wheel could not be built: pyproject.toml: {error}"
        ) from None


def _of_students(project: str, version: str, packages: list[str]) -> str:
    """Give the project's table without what only the grader needs, such as its command and its
    requirements.

    Parameters
    ----------
    project : str
        The text of `pyproject.toml`.
    version : str
        That of the student's wheel.
    packages : list of str
        What is in it.
    """
    fields = _fields(project)
    build = fields.pop("build-system")
    fields["version"] = version
    lines = [f"{key} = {json.dumps(value)}" for key, value in fields.items()]
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


def write_zip(
    path: Path | IO[bytes],
    files: dict[str, bytes],
    dates: dict[str, Stamp] | None = None,
) -> None:
    """Write an archive of files by their names, in their order.

    Parameters
    ----------
    path : Path or file
        Where it goes.
    files : dict of str to bytes
        What it holds.
    dates : dict of str to tuple, optional
        When they were changed; 2020 where it does not matter.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, dates[name] if dates else WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
