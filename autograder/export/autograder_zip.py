"""Make Gradescope's autograder zip of one exercise: `setup.sh` and `run_autograder` at its
root, and what they need.

Gradescope, "Autograder Specifications": the zip is unpacked into /autograder/source and
setup.sh run once as root; run_autograder, copied to /autograder/run_autograder, is run as root
for each submission.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from ..publish.leaks import published
from ..publish.wheel import WHEN, build_wheel
from ..safe.whole_file import taking_the_place_of
from ..unit.course import Course, CourseError
from ..unit.secret_seed import path_of, seed_of

NEEDED = (
    "numpy",
    "matplotlib",
    "ipython",
    "jupytext",
    "nbformat",
    "pytest",
    "pyseccomp",
    "rich",
)  # to grade with
_OTHER = re.compile(r"\b(ex\d+_\w+)\b")


def make(assignment: str, course: Course, target: Path | None = None) -> Path:
    """Write the zip, for its owner alone to read.

    Parameters
    ----------
    assignment : str
    course : Course
    target : Path, optional
        `grading/gradescope/<assignment>.zip` unless given: git ignores it there, and no
        student's code may read it.

    Returns
    -------
    Path
        The zip.

    Raises
    ------
    CourseError
        If there is no such exercise, the wheel cannot be built, or the zip would lie among what
        is published.
    """
    course.source(assignment)
    target = Path(
        target or course.root / "grading" / "gradescope" / f"{assignment}.zip"
    ).resolve()
    _refuse_published(course, target)
    course.make_grading_around(target)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    contents = dict(_contents(assignment, course))
    with taking_the_place_of(target, 0o600) as scratch:
        with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in sorted(contents.items()):
                archive.writestr(_entry(name), data)
    return target


def _refuse_published(course: Course, target: Path) -> None:
    places = (
        course.exercises,
        course.root / "_build",
        course.root / "dist",
        course.root / "book",
        *published(course),
    )
    for place in places:
        if target.is_relative_to(place.resolve()):
            raise CourseError(
                f"{target} would be published with {place.name}/; this zip holds secrets"
            )


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, WHEN)
    info.create_system = 3  # Unix, so that the modes are taken
    info.compress_type = zipfile.ZIP_DEFLATED
    mode = (
        0o600
        if name.startswith("solutions/")
        else 0o755
        if name in ("setup.sh", "run_autograder")
        else 0o644
    )
    info.external_attr = (0o100000 | mode) << 16
    return info


def _contents(assignment: str, course: Course) -> Iterator[tuple[str, bytes]]:
    name_of_wheel, wheel = build_wheel(course.root)
    yield name_of_wheel, wheel
    for name in ("setup.sh", "run_autograder"):
        text = (
            files(__package__).joinpath("gradescope", name).read_text(encoding="utf-8")
        )
        yield (
            name,
            text.replace("@ASSIGNMENT@", assignment)
            .replace("@WHEEL@", name_of_wheel)
            .encode(),
        )
    yield "requirements.txt", locked(course.root / "requirements.lock").encode()
    yield "course.toml", (course.root / "course.toml").read_bytes()
    for path in secrets(assignment, course):
        yield (
            f"solutions/{path.relative_to(course.solutions).as_posix()}",
            path.read_bytes(),
        )


def secrets(assignment: str, course: Course) -> list[Path]:
    """The files that one exercise is graded with: its own, source and contract of those that they name, the seed."""
    folder = course.solutions
    own = [
        folder / f"test_{assignment}.py",
        folder / "misconceptions" / f"{assignment}.toml",
    ]
    found, queue = [], [assignment]
    while queue:
        name = queue.pop(0)
        pair = [folder / f"{name}.py", folder / f"contract_{name}.py"]
        found += pair
        texts = [
            path.read_text(encoding="utf-8")
            for path in (pair[1], *(own[:1] if name == assignment else ()))
        ]
        named = {
            n for text in texts for n in _OTHER.findall(text.replace("contract_", ""))
        }
        known = {path.stem for path in found} | set(queue)
        queue += sorted((named & set(course.assignments)) - known)
    seed_of(course)  # so that it is there: marks are to be the same everywhere
    return sorted({path for path in (*found, *own, path_of(course)) if path.is_file()})


def locked(lock: Path) -> str:
    """The part of the lock file that grading needs, with versions and hashes: what is named,
    and what that requires.

    Raises
    ------
    CourseError
        If the lock file does not name all of it.
    """
    blocks = [
        _Block(text)
        for text in re.findall(
            r"^[\w.-]+==.*\n(?:[ \t].*\n?)*", lock.read_text("utf-8"), re.M
        )
    ]
    if missing := sorted(set(NEEDED) - {block.name for block in blocks}):
        raise CourseError(f"{lock} does not name {', '.join(missing)}; run `make lock`")
    wanted = set(NEEDED)
    while (
        more := {block.name for block in blocks if block.required_by & wanted} - wanted
    ):
        wanted |= more
    return "".join(block.pinned for block in blocks if block.name in wanted)


class _Block:
    """One version of one package in the lock file, where comments say what requires it."""

    def __init__(self, text: str):
        self.name = text.split("==", 1)[0]
        lines = text.splitlines(keepends=True)
        self.pinned = "".join(
            line for line in lines if not line.lstrip().startswith("#")
        )
        comments = (
            line.strip(" #\n").removeprefix("via").strip()
            for line in lines
            if line.lstrip().startswith("#")
        )
        self.required_by = {comment for comment in comments if comment}
