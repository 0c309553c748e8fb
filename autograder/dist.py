"""Make the student's zip: notebooks with their numbers, the checker as a wheel, and a page that says what to do."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from importlib.resources import files
from pathlib import Path

from .course import Course, CourseError
from .leaks import find_leaks

FOLDER = "unrolled-exercises"
WHEN = (2020, 1, 1, 0, 0, 0)  # of every file, so that the same sources give the same bytes


def make(course: Course, target: Path | None = None) -> Path:
    """Write the student's zip and check it for leaks.

    Returns
    -------
    Path
        The zip, `dist/unrolled-exercises.zip` unless `target` is given.

    Raises
    ------
    CourseError
        If nothing is released, the wheel cannot be built, or a secret is found in the zip (which is removed).
    """
    target = target or course.root / "dist" / f"{FOLDER}.zip"
    released = sorted(p for p in course.exercises.glob("*/*") if p.suffix in (".ipynb", ".npz"))
    if not released:
        raise CourseError(f"nothing is released in {course.exercises}; run `make release` first")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        wheel = build_wheel(course, Path(scratch))
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            _add(archive, "START_HERE.html", page(course, wheel.name))
            _add(archive, "requirements.txt", requirements(course, wheel.name))
            _add(archive, wheel.name, wheel.read_bytes())
            for path in released:
                _add(archive, f"{path.parent.name}/{path.name}", path.read_bytes())
                if path.suffix == ".ipynb":
                    _add(archive, f"originals/{path.name}", path.read_bytes())
    if leaks := find_leaks(course, [target]):
        target.unlink()
        raise CourseError("the zip would hold secrets: " + "; ".join(map(str, leaks[:5])))
    return target


def build_wheel(course: Course, folder: Path) -> Path:
    """Build the package's wheel, with the setuptools at hand and no network."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "--wheel-dir", str(folder), str(course.root)], capture_output=True, text=True, check=False
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        raise CourseError(f"the wheel could not be built: {done.stderr.strip()[-800:]}")
    return _same_bytes(wheels[0])


def _same_bytes(wheel: Path) -> Path:
    """Write a wheel anew with fixed times and order."""
    with zipfile.ZipFile(wheel) as archive:
        contents = {name: archive.read(name) for name in sorted(archive.namelist())}
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(_entry(name), data)
    return wheel


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, WHEN)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return info


def _add(archive: zipfile.ZipFile, name: str, data: str | bytes) -> None:
    archive.writestr(_entry(f"{FOLDER}/{name}"), data)


def requirements(course: Course, wheel: str) -> str:
    """What a student installs: the checker, and the direct requirements that an exercise needs, bounds and all."""
    wanted = ("numpy", "matplotlib", "jupyterlab")
    lines = (course.root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    bounds = [line.split("#")[0].strip() for line in lines if re.match(rf"({'|'.join(wanted)})\b", line)]
    if len(bounds) != len(wanted):
        raise CourseError(f"requirements.txt should name {', '.join(wanted)}; found {', '.join(bounds)}")
    return "\n".join([f"./{wheel}", *bounds]) + "\n"


def page(course: Course, wheel: str) -> str:
    """The page START_HERE, from its template."""
    text = files(__package__).joinpath("start_here.html").read_text(encoding="utf-8")
    names = [p.parent.name for p in sorted(course.exercises.glob("*/*.ipynb"))]
    exercises = "\n".join(f"<li><code>{n}/{n}.ipynb</code></li>" for n in names)
    for key, value in {"TITLE": course.settings["course"]["title"], "EXERCISES": exercises, "WHEEL": wheel}.items():
        text = text.replace(f"@{key}@", value)
    return text
