"""Prove that nothing published holds a secret: solution lines, hidden tests, wrong variants, samples, their paths."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..unit import catalogue
from ..unit.course import Course, CourseError
from ..unit.marking import read_marking
from ..unit.secret_seed import FILE as SEED
from ..unit.secret_seed import known_seed, written
from ..unit.source import STUB, Cell, read_cells, regions
from .published_text import Stream, texts, tokens, views

# characters without spaces; shorter lines say too little, one slice that is set among them
SOLUTION_LENGTH = 16
OTHER_LENGTH = 24
_GENERIC = re.compile(
    # a bare loop, and what opens a block
    r"\s*((for|while|if|elif|else|with|try|except|def|class)\b.*:\s*$"
    r"|(return|import|from)\b|@"
    r"|\w+\s*=\s*[\"']\w*[\"']\s*$)"  # a name for a name
)
_COMMENT = re.compile(r"\s+#(?![^\"']*[\"']).*$")
_PLACEHOLDER = re.compile(r"^[\s\"',]*#: ?\w")
_PATH = re.compile(r"\bsolutions(?:/|\\+|%2F)\w")
_PATH_IN_CODE = re.compile(
    r"/solutions/\w"
)  # the package may speak of the folder, but not of where it lies


@dataclass(frozen=True)
class Secret:
    """What must not be published: its place, which is its name, and its tokens."""

    name: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Leak:
    """A place in what is published, and the name of the secret that stands there; never the secret itself."""

    file: str
    line: int
    secret: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.secret}"


def published(course: Course) -> list[Path]:
    """What is published and there: the released exercises, the built book, and the archives for students."""
    built = [
        course.exercises,
        course.root / "_build" / "html",
        *sorted((course.root / "dist").glob("*")),
    ]
    return [path for path in built if path.exists()]


def find_leaks(course: Course, paths: Iterable[Path | str] | None = None) -> list[Leak]:
    """Find secrets in what is published.

    Lines are compared token by token, so that neither indentation, line breaks, quotes, JSON's
    escapes nor the tags of highlighted code hide one; a renamed variable does.

    Parameters
    ----------
    course : Course
        The course, with its solutions.
    paths : iterable of path, optional
        Files, folders and archives (zip, wheel, tar, gzip, also in one another); all that
        `published` finds unless given.

    Returns
    -------
    list of Leak
        In the order of the files; empty when all is well.

    Raises
    ------
    CourseError
        If a path does not exist or there is no secret to look for: a check that checks nothing
        must not pass.
    """
    known = secrets(course)
    if not known:
        raise CourseError(
            f"no secrets in {course.solutions}; a leak check needs the solutions"
        )
    names, known = secret_files(course), _by_word([*known, *_seed(course)])
    found: set[Leak] = set()
    for path in map(Path, published(course) if paths is None else paths):
        if not path.exists():
            raise CourseError(f"{path} does not exist; build it first, or leave it out")
        for name, text in texts(path):
            found |= {
                Leak(name, line, secret) for line, secret in _in_text(name, text, known)
            }
            if Path(name.rsplit("!", 1)[-1]).name in names:
                found.add(
                    Leak(name, 0, f"a file called as one of {course.solutions.name}/")
                )
    return sorted(found)


def _by_word(known: Iterable[Secret]) -> dict[str, list[Secret]]:
    """Secrets by their longest token, which few texts hold: so only few secrets are looked for in each."""
    found: dict[str, list[Secret]] = {}
    for secret in known:
        found.setdefault(max(secret.tokens, key=len), []).append(secret)
    return found


def _in_text(
    name: str, text: str, known: dict[str, list[Secret]]
) -> Iterator[tuple[int, str]]:
    path = _PATH_IN_CODE if name.endswith(".py") else _PATH
    for view in views(text):
        for number, line in enumerate(view.split("\n"), 1):
            if _PLACEHOLDER.match(line):
                yield number, "a '#:' placeholder of a source"
            if path.search(line):
                yield number, "a path in solutions/"
        stream = Stream(view)
        for word in stream.words & known.keys():
            for secret in known[word]:
                for number in stream.lines_of(secret.tokens):
                    yield number, secret.name


def secret_files(course: Course) -> set[str]:
    """Names of files that must not be published under any path."""
    folders = (
        "ex*.py",
        "gru_*.py",
        "test_*.py",
        "misconceptions/*.toml",
        "marking/*.toml",
        "notebooks/*.ipynb",
    )
    return {
        path.name for pattern in folders for path in course.solutions.glob(pattern)
    } | {SEED}


def secrets(course: Course) -> list[Secret]:
    """All secrets of a course that can be told from what anybody would write."""
    found: list[Secret] = []
    public = unlocked = "".join(
        _unlocked(assignment, course) for assignment in course.unlocked
    )
    for assignment in course.assignments:
        path = course.source(assignment)
        cells = read_cells(path)
        here = unlocked + "\n".join(
            _row(tokens(line)) for cell in cells for line in _public_lines(cell)
        )
        kept = [
            cell
            for cell in cells
            if cell.role == "written" or assignment not in course.unlocked
        ]
        found += [
            s for cell in kept for s in _solution(cell, _name(path, course), here)
        ]
        found += _wrong_variants(assignment, cells, course, here)
        public += here
    whole = (
        path
        for pattern in ("gru_*.py", "test_*.py", "samples/**/*")
        for path in course.solutions.glob(pattern)
    )
    for path in sorted(whole):
        if path.suffix in (".py", ".ipynb"):
            found += _file(path, _name(path, course), public)
    for path in sorted(course.solutions.glob("marking/*.toml")):
        lines = path.read_text(encoding="utf-8").split("\n")
        told = [
            text
            for rows in read_marking(path.stem, course).values()
            for _, text in rows
        ]
        rows = [
            (next((i for i, line in enumerate(lines, 1) if text in line), 0), text)
            for text in told
        ]
        found += _telling(rows, _name(path, course), public, OTHER_LENGTH)
    return found


def _seed(course: Course) -> list[Secret]:
    """The seed of the hidden inputs, as its file has it and as a number; the check makes none."""
    seed, name = known_seed(course), f"the seed in {course.solutions.name}/{SEED}"
    if seed is None:
        return []
    digits = written(seed).strip()
    return [
        Secret(name, (text,))
        for text in (digits, digits.upper(), f"0x{seed:x}", str(seed))
    ]


def _unlocked(assignment: str, course: Course) -> str:
    """The solved functions of an exercise, which students are given."""
    solved = (
        cell for cell in read_cells(course.source(assignment)) if cell.role == "solve"
    )
    return "".join(
        f"{_row(tokens(line))}\n" for cell in solved for line in cell.text.split("\n")
    )


def _public_lines(cell: Cell) -> list[str]:
    """What a student sees of a cell, stubs included."""
    if cell.role == "written":
        return []
    lines = cell.text.split("\n")
    if cell.role != "solve":
        return lines
    inside = {i for start, end in regions(cell.text) for i in range(start, end + 1)}
    stubs = (match[2] for i in inside if (match := STUB.match(lines[i])))
    return [line for i, line in enumerate(lines) if i not in inside] + list(stubs)


def _solution(cell: Cell, name: str, public: str) -> list[Secret]:
    """Telling lines of a cell's regions, or a region as a whole when none of its lines tells anything."""
    lines = cell.text.split("\n")
    if cell.role == "written":
        return _telling(enumerate(lines, cell.line + 1), name, public, OTHER_LENGTH)
    if cell.role != "solve":
        return []
    found: list[Secret] = []
    for start, end in regions(cell.text):
        inner = [
            (cell.line + 1 + i, lines[i])
            for i in range(start + 1, end)
            if not STUB.match(lines[i])
        ]
        telling = _telling(inner, name, public, SOLUTION_LENGTH)
        whole = tuple(tokens(" ".join(_COMMENT.sub("", line) for _, line in inner)))
        given = _row(whole) in public.replace("\n", "").replace("  ", " ")
        if not telling and not given and len("".join(whole)) >= SOLUTION_LENGTH:
            telling = [Secret(f"solution at {name}:{inner[0][0]}", whole)]
        found += telling
    return found


def _wrong_variants(
    assignment: str, cells: tuple[Cell, ...], course: Course, public: str
) -> list[Secret]:
    """The lines that known mistakes put in place of the reference's."""
    path = course.solutions / "misconceptions" / f"{assignment}.toml"
    if not path.is_file():
        return []
    entries = [
        i
        for i, t in enumerate(path.read_text("utf-8").split("\n"), 1)
        if t.strip() == "[[misconception]]"
    ]
    found = []
    for edit in catalogue.edits(assignment, course):
        line = entries[edit.entry - 1]
        wrong = catalogue.edited(cells, edit, str(path))
        right = {text for cell in cells for text in cell.text.split("\n")}
        changed = [
            (line, text)
            for cell in wrong
            for text in cell.text.split("\n")
            if text not in right
        ]
        found += _telling(changed, _name(path, course), public, OTHER_LENGTH)
    return found


def _file(path: Path, name: str, public: str) -> list[Secret]:
    """Telling lines of a hidden test or a sample answer."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join(
            "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"
        )
    return _telling(enumerate(text.split("\n"), 1), name, public, OTHER_LENGTH)


def _telling(
    lines: Iterable[tuple[int, str]], name: str, public: str, length: int
) -> list[Secret]:
    """Lines that are long enough to be nobody else's, no bare loop or import, and not public in the source anyway."""
    found = []
    for number, line in lines:
        row = tuple(tokens(_COMMENT.sub("", line)))
        if (
            len("".join(row)) >= length
            and not _GENERIC.match(line)
            and _row(row) not in public
        ):
            found.append(Secret(f"line {name}:{number}", row))
    return found


def _row(found: Iterable[str]) -> str:
    return f" {' '.join(found)} "


def _name(path: Path, course: Course) -> str:
    return f"{course.solutions.name}/{path.relative_to(course.solutions).as_posix()}"
