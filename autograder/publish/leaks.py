"""Prove that nothing published holds a secret: solution lines, hidden tests, wrong variants,
samples, their paths.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from ..unit import catalogue
from ..unit.course import Course, CourseError
from ..unit.marking import read_marking
from ..unit.secret_seed import FILE as SEED
from ..unit.secret_seed import known_seed, written
from ..unit.source import STUB, Cell, read_cells, regions
from .published_text import Stream, texts, tokens, views

# its number in a file, and its text
Line = tuple[int, str]

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
# the package may speak of the folder, but not of where it lies
_PATH_IN_CODE = re.compile(r"/solutions/\w")


@dataclass(frozen=True)
class Secret:
    """What must not be published: its place, which is its name, and its tokens."""

    name: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Leak:
    """A place in what is published, and the name of the secret that stands there; never the
    secret itself.
    """

    file: str
    line: int
    secret: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.secret}"


def published(course: Course) -> list[Path]:
    """Give what is published and there: the released exercises, the built book, and the archives
    for students.
    """
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
    by_word = _by_word([*known, *_seed(course)])
    forbidden = secret_files(course)
    places = published(course) if paths is None else map(Path, paths)
    found: set[Leak] = set()

    @cache  # archives hold what lies beside them, too
    def in_text(text: str, pattern: re.Pattern) -> list[tuple[int, str]]:
        return list(_in_text(text, pattern, by_word))

    for path in places:
        if not path.exists():
            raise CourseError(f"{path} does not exist; build it first, or leave it out")
        for name, text in texts(path):
            pattern = _PATH_IN_CODE if name.endswith(".py") else _PATH
            found.update(Leak(name, *place) for place in in_text(text, pattern))
            _, _, member = name.rpartition("!")
            if Path(member).name in forbidden:
                called = f"a file called as one of {course.solutions.name}/"
                found.add(Leak(name, 0, called))
    return sorted(found)


def _by_word(known: Iterable[Secret]) -> dict[str, list[Secret]]:
    """Group secrets by their longest token, which few texts hold: so only few secrets are looked
    for in each.
    """
    by_word: dict[str, list[Secret]] = defaultdict(list)
    for secret in known:
        longest = max(secret.tokens, key=len)
        by_word[longest].append(secret)
    return by_word


def _in_text(
    text: str, path: re.Pattern, known: Mapping[str, list[Secret]]
) -> Iterator[tuple[int, str]]:
    """Yield the line of each secret in a text, however it is wrapped, and what it is.

    Parameters
    ----------
    text : str
        Of a file.
    path : Pattern
        Finds where something secret lies.
    known : mapping of str to list of Secret
        As `_by_word` groups them.
    """
    for view in views(text):
        for number, line in enumerate(view.split("\n"), 1):
            if _PLACEHOLDER.match(line):
                yield number, "a '#:' placeholder of a source"
            if path.search(line):
                yield number, "a path in solutions/"
        stream = Stream(view)
        words = stream.words & known.keys()
        for secret in chain.from_iterable(known[word] for word in words):
            for number in stream.lines_of(secret.tokens):
                yield number, secret.name


def secret_files(course: Course) -> set[str]:
    """Give the names of files that must not be published under any path."""
    patterns = (
        "ex*.py",
        "gru_*.py",
        "test_*.py",
        "misconceptions/*.toml",
        "marking/*.toml",
        "notebooks/*.ipynb",
    )
    found = {SEED}
    for pattern in patterns:
        found |= {path.name for path in course.solutions.glob(pattern)}
    return found


def secrets(course: Course) -> list[Secret]:
    """Give all secrets of a course that can be told from what anybody would write."""
    unlocked = "".join(_unlocked(name, course) for name in course.unlocked)
    public = unlocked  # what all exercises show, as rows of tokens
    found: list[Secret] = []
    for assignment in course.assignments:
        cells = read_cells(course.source(assignment))
        here = unlocked + _public_rows(cells)
        found += _solutions(assignment, cells, course, here)
        found += _wrong_variants(assignment, cells, course, here)
        public += here
    for path in _whole_files(course):
        lines = _lines_of_file(path)
        found += _source(path, course, public).telling(lines, OTHER_LENGTH)
    for path in sorted(course.solutions.glob("marking/*.toml")):
        lines = _lines_of_marking(path, course)
        found += _source(path, course, public).telling(lines, OTHER_LENGTH)
    return found


@dataclass(frozen=True)
class _Source:
    """A file with secrets: its name, and what of all its lines is public, as rows of tokens."""

    name: str
    public: str

    def telling(self, lines: Iterable[Line], length: int) -> list[Secret]:
        """Give the lines that are long enough to be nobody else's, no bare loop or import, and
        not public in the source anyway.
        """
        found = []
        for number, line in lines:
            row = _tokens_of_code(line)
            if _is_telling(line, row, length) and _row(row) not in self.public:
                found.append(Secret(f"line {self.name}:{number}", row))
        return found

    def region(self, lines: list[Line]) -> list[Secret]:
        """Give a region as a whole, unless it is short or public."""
        whole = tuple(chain.from_iterable(_tokens_of_code(text) for _, text in lines))
        flowing = self.public.replace("\n", "").replace("  ", " ")
        is_short = len("".join(whole)) < SOLUTION_LENGTH
        if is_short or _row(whole) in flowing:
            return []
        first, _ = lines[0]
        return [Secret(f"solution at {self.name}:{first}", whole)]


def _source(path: Path, course: Course, public: str) -> _Source:
    inside = path.relative_to(course.solutions).as_posix()
    return _Source(f"{course.solutions.name}/{inside}", public)


def _is_telling(line: str, row: tuple[str, ...], length: int) -> bool:
    """Whether a line with these tokens is long enough, and says what not everybody would."""
    is_long = len("".join(row)) >= length
    return is_long and not _GENERIC.match(line)


def _tokens_of_code(line: str) -> tuple[str, ...]:
    """Give a line's tokens without its comment."""
    return tuple(tokens(_COMMENT.sub("", line)))


def _public_rows(cells: Iterable[Cell]) -> str:
    """Give what a student sees of an exercise's cells, a row of tokens for each line."""
    lines = chain.from_iterable(map(_public_lines, cells))
    return "\n".join(_row(tokens(line)) for line in lines)


def _solutions(
    assignment: str, cells: Iterable[Cell], course: Course, public: str
) -> list[Secret]:
    """Give what the cells of an exercise hide; of an unlocked one, the answers in words alone."""
    source = _source(course.source(assignment), course, public)
    unlocked = assignment in course.unlocked
    found: list[Secret] = []
    for cell in cells:
        if cell.role == "written":
            lines = enumerate(cell.text.split("\n"), cell.line + 1)
            found += source.telling(lines, OTHER_LENGTH)
        elif cell.role == "solve" and not unlocked:
            found += _solution(cell, source)
    return found


def _whole_files(course: Course) -> list[Path]:
    """Give the files of which every telling line is a secret: hidden tests and samples."""
    found: set[Path] = set()
    for pattern in ("gru_*.py", "test_*.py", "samples/**/*"):
        found.update(course.solutions.glob(pattern))
    return sorted(path for path in found if path.suffix in (".py", ".ipynb"))


def _lines_of_marking(path: Path, course: Course) -> list[Line]:
    """Give how an exercise's answers in words are marked, each criterion with its line."""
    lines = path.read_text(encoding="utf-8").split("\n")
    criteria = chain.from_iterable(read_marking(path.stem, course).values())
    return [(_first_with(text, lines), text) for _, text in criteria]


def _first_with(text: str, lines: list[str]) -> int:
    """Give the number of the first line that a text stands in; 0 if it stands in none."""
    for number, line in enumerate(lines, 1):
        if text in line:
            return number
    return 0


def _seed(course: Course) -> list[Secret]:
    """Give the seed of the hidden inputs, as its file has it and as a number; the check makes
    none.
    """
    seed = known_seed(course)
    if seed is None:
        return []
    name = f"the seed in {course.solutions.name}/{SEED}"
    digits = written(seed).strip()
    spellings = (digits, digits.upper(), f"0x{seed:x}", str(seed))
    return [Secret(name, (text,)) for text in spellings]


def _unlocked(assignment: str, course: Course) -> str:
    """Give the solved functions of an exercise, which students are given."""
    cells = read_cells(course.source(assignment))
    solved = [cell for cell in cells if cell.role == "solve"]
    return "".join(f"{_row(tokens(line))}\n" for line in _lines_of(solved))


def _public_lines(cell: Cell) -> list[str]:
    """Give what a student sees of a cell, stubs included."""
    if cell.role == "written":
        return []
    lines = cell.text.split("\n")
    if cell.role != "solve":
        return lines
    inside: set[int] = set()
    for start, end in regions(cell.text):
        inside.update(range(start, end + 1))
    seen = [line for i, line in enumerate(lines) if i not in inside]
    matches = [STUB.match(lines[i]) for i in sorted(inside)]
    return seen + [stub[2] for stub in matches if stub]


def _solution(cell: Cell, source: _Source) -> list[Secret]:
    """Give the telling lines of a cell's regions, or a region as a whole when none of its lines
    tells anything.
    """
    lines = list(enumerate(cell.text.split("\n"), cell.line + 1))
    found: list[Secret] = []
    for start, end in regions(cell.text):
        region = lines[start + 1 : end]
        written = [(number, text) for number, text in region if not STUB.match(text)]
        telling = source.telling(written, SOLUTION_LENGTH)
        found += telling or source.region(written)
    return found


def _wrong_variants(
    assignment: str, cells: tuple[Cell, ...], course: Course, public: str
) -> list[Secret]:
    """Give the lines that known mistakes put in place of the reference's."""
    path = course.solutions / "misconceptions" / f"{assignment}.toml"
    if not path.is_file():
        return []
    source = _source(path, course, public)
    lines = [line.strip() for line in path.read_text("utf-8").split("\n")]
    heads = [i for i, line in enumerate(lines, 1) if line == "[[misconception]]"]
    right = set(_lines_of(cells))
    found: list[Secret] = []
    for edit in catalogue.edits(assignment, course):
        wrong = _lines_of(catalogue.edited(cells, edit, str(path)))
        head = heads[edit.entry - 1]
        changed = [(head, text) for text in wrong if text not in right]
        found += source.telling(changed, OTHER_LENGTH)
    return found


def _lines_of(cells: Iterable[Cell]) -> list[str]:
    return [line for cell in cells for line in cell.text.split("\n")]


def _lines_of_file(path: Path) -> list[Line]:
    """Give the lines of a hidden test, or of a sample answer's code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        text = "\n".join(map("".join, code))
    return list(enumerate(text.split("\n"), 1))


def _row(found: Iterable[str]) -> str:
    return f" {' '.join(found)} "
