"""Make Gradescope's autograder zip of one exercise: `setup.sh` and `run_autograder` at its
root, and what they need.

Gradescope, "Autograder Specifications": the zip is unpacked into /autograder/source and
setup.sh run once as root; run_autograder, copied to /autograder/run_autograder, is run as root
for each submission.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from ..publish.dependencies import package_name, requirements_of
from ..publish.leaks import published
from ..publish.wheel import WHEN, build_wheel
from ..safe.whole_file import taking_the_place_of
from ..unit.course import Course, CourseError
from ..unit.secret_seed import path_of, seed_of

EXECUTABLE = ("setup.sh", "run_autograder")
_BLOCK = re.compile(r"^[\w.-]+==.*\n(?:[ \t].*\n?)*", re.M)
_OTHER = re.compile(r"\b(ex\d+_\w+)\b")


def make_zip(assignment: str, course: Course, target: Path | None = None) -> Path:
    """Write the zip, for its owner alone to read.

    Parameters
    ----------
    assignment : str
        The exercise.
    course : Course
        Whose exercise it is.
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
    if target is None:
        target = course.root / "grading" / "gradescope" / f"{assignment}.zip"
    target = target.resolve()
    _refuse_published(course, target)
    course.make_grading_around(target)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    contents = dict(_contents(assignment, course))
    with (
        taking_the_place_of(target, 0o600) as scratch,
        zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, data in sorted(contents.items()):
            archive.writestr(_zip_entry(name), data)
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
                f"{target} would be published with {place.name}/; "
                "this zip holds secrets"
            )


def _zip_entry(name: str) -> zipfile.ZipInfo:
    """Describe a file in the zip: the same bytes every time, secrets for root alone."""
    info = zipfile.ZipInfo(name, WHEN)
    info.create_system = 3  # Unix, so that the modes are taken
    info.compress_type = zipfile.ZIP_DEFLATED
    mode = 0o644
    if name.startswith("solutions/"):
        mode = 0o600
    elif name in EXECUTABLE:
        mode = 0o755
    info.external_attr = (0o100000 | mode) << 16
    return info


def _contents(assignment: str, course: Course) -> Iterator[tuple[str, bytes]]:
    """Give the files of the zip, by name."""
    name_of_wheel, wheel = build_wheel(course.root)
    yield name_of_wheel, wheel
    for name in EXECUTABLE:
        template = files(__package__).joinpath("gradescope", name)
        text = template.read_text(encoding="utf-8")
        text = text.replace("@ASSIGNMENT@", assignment)
        yield name, text.replace("@WHEEL@", name_of_wheel).encode()
    needed = map(package_name, requirements_of(course.root, "grading"))
    lock = course.root / "requirements.lock"
    yield "requirements.txt", locked_requirements(lock, needed).encode()
    yield "course.toml", (course.root / "course.toml").read_bytes()
    for path in secret_files(assignment, course):
        below = path.relative_to(course.solutions).as_posix()
        yield f"solutions/{below}", path.read_bytes()


def secret_files(assignment: str, course: Course) -> list[Path]:
    """Find the files that one exercise is graded with.

    They are its own, source and contract of the exercises that they name, and the seed.
    """
    folder = course.solutions
    tests = folder / f"test_{assignment}.py"
    mistakes = folder / "misconceptions" / f"{assignment}.toml"
    found = [tests, mistakes]
    queue = [assignment]
    met = {assignment}
    while queue:
        name = queue.pop(0)
        contract = folder / f"contract_{name}.py"
        found += [folder / f"{name}.py", contract]
        named = _exercises_named_in(contract, course)
        if name == assignment:
            named |= _exercises_named_in(tests, course)
        queue += sorted(named - met)
        met |= named
    seed_of(course)  # so that it is there: marks are to be the same everywhere
    found.append(path_of(course))
    return sorted(path for path in set(found) if path.is_file())


def _exercises_named_in(path: Path, course: Course) -> set[str]:
    text = path.read_text(encoding="utf-8").replace("contract_", "")
    return set(_OTHER.findall(text)) & set(course.assignments)


def locked_requirements(lock: Path, needed: Iterable[str]) -> str:
    """Give the part of the lock file that grading needs, with versions and hashes: what is
    named, and what that requires.

    Raises
    ------
    CourseError
        If the lock file does not name all of it.
    """
    blocks = [_Block(text) for text in _BLOCK.findall(lock.read_text("utf-8"))]
    wanted = set(needed)
    if missing := sorted(wanted - {block.name for block in blocks}):
        raise CourseError(f"{lock} does not name {', '.join(missing)}; run `make lock`")
    more = wanted
    while more:
        wanted = wanted | more
        required = {block.name for block in blocks if block.required_by & wanted}
        more = required - wanted
    return "".join(block.pinned for block in blocks if block.name in wanted)


class _Block:
    """One version of one package in the lock file, where comments say what requires it."""

    def __init__(self, text: str):
        self.name = text.split("==", 1)[0]
        self.pinned = ""
        self.required_by: set[str] = set()
        for line in text.splitlines(keepends=True):
            if line.lstrip().startswith("#"):
                self.required_by.add(line.strip(" #\n").removeprefix("via").strip())
            else:
                self.pinned += line
        self.required_by.discard("")
