"""What stands on the page of a class; `templates/class.html` says where."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from unrolled.check.in_words import plural

from ..grade.result import Result, TaskResult
from ..safe.csv_cells import number
from ..unit.course import Course
from ..unit.unit import load_module
from .departures import DepartureRow, departure_rows
from .feedback import STATUSES
from .grid import grid
from .page import exercise_title, render
from .sections import Sections
from .tally import (
    Mistake,
    Tally,
    marks_by_bin,
    mistakes_met,
    part_of_points,
    share_of,
    tasks_by_function,
    tests_by_difficulty,
)
from .unexplained_rows import Groups, Unexplained, groups_of

HARDEST = 12  # tests that are shown at once; the others can be opened
SUDDEN = ("crashed", "timeout")  # ways to end a process
PARTS = {
    "whole": "all points",
    "part": "half or more",
    "little": "less than half",
    "none": "none",
    "open": "not begun or not there",
}


@dataclass(frozen=True)
class Group:
    """Submissions without a mark of their own: what is said of them, and whose they are."""

    said: str
    students: str


@dataclass(frozen=True)
class Column:
    """One tenth of the histogram: where it stands, in pixels, and how many marks are in it."""

    x: int
    y: float
    height: float
    count: int


@dataclass(frozen=True)
class Histogram:
    """The marks, drawn; `label` says the same as text."""

    label: str
    columns: list[Column]


@dataclass(frozen=True)
class FunctionRow:
    """The points that a class has for one function; `parts` are those of the bar."""

    name: str
    section: Markup
    parts: list[tuple[str, float, str]]
    told: str
    ends: str
    mean: str


@dataclass(frozen=True)
class MistakeRow:
    """A known mistake: how many made it, and as a share of the most frequent one."""

    mistake: Mistake
    section: Markup
    count: int
    of_most: float
    of_all: float
    said: str
    students: str


@dataclass(frozen=True)
class TestRow:
    """A test, or a kind of tests, and who passed it."""

    __test__ = False  # pytest: not a test class

    kind: str
    tally: Tally
    function: str = ""
    test: str = ""
    section: Markup | None = None


@dataclass(frozen=True)
class Exercise:
    """How the class did in one exercise; `has_functions` unless no notebook could be read.

    `easier_said` says how many tests there are beyond the hardest, if there are any.
    """

    anchor: str
    title: str
    said: str
    groups: list[Group]
    histogram: Histogram | None
    has_functions: bool
    functions: list[FunctionRow]
    unexplained: Groups
    mistakes: list[MistakeRow]
    departures: list[DepartureRow]
    kinds: list[TestRow]
    tests: list[TestRow]
    easier_said: str


def class_page(
    results: Sequence[Result],
    sections: Sections,
    names: bool,
    notes: Mapping[str, Sequence[Unexplained]] | None = None,
) -> str:
    """Make the page of a class.

    Parameters
    ----------
    results : sequence of Result
        Of all exercises and students.
    sections : Sections
        The book's.
    names : bool
        Whether students are named.
    notes : mapping, optional
        What no mistake explains, by exercise, where somebody has looked.

    Returns
    -------
    str
        The HTML document.
    """
    by_exercise: dict[str, list[Result]] = {}
    for result in results:
        by_exercise.setdefault(result.assignment, []).append(result)
    course = sections.course
    submissions = plural(len(results), "submission")
    students = plural(len({result.student for result in results}), "student")
    return render(
        "class.html",
        course=course.settings.course.title if course else "The class",
        said=f"{submissions} of {students}",
        exercises=[
            _exercise(name, own, sections, names, notes)
            for name, own in by_exercise.items()
        ],
        grid=grid(results) if names else None,
        names=names,
        key=PARTS,
        hardest=HARDEST,
    )


def _exercise(
    name: str,
    results: Sequence[Result],
    sections: Sections,
    names: bool,
    notes: Mapping[str, Sequence[Unexplained]] | None,
) -> Exercise:
    graded = [result for result in results if result.score is not None]
    shares = _shares(results)
    by_function = tasks_by_function(graded)
    helping = _helping_sections(name, list(by_function), sections)
    rows = [
        _function_row(function, tasks, helping[function])
        for function, tasks in by_function.items()
    ]
    tests, kinds = tests_by_difficulty(graded)
    test_rows = [
        TestRow(kind, tally, function, test, helping[function])
        for (function, kind, test), tally in tests
    ]
    easier = len(tests) - HARDEST
    noted = None if notes is None else notes.get(name, ())
    return Exercise(
        anchor=name or "unknown",
        title=exercise_title(sections.course, name),
        said=_marks_in_words(len(results), shares),
        groups=_without_marks(results, names),
        histogram=_histogram(shares) if shares else None,
        has_functions=bool(by_function),
        functions=rows,
        unexplained=groups_of(name, graded, noted),
        mistakes=_mistake_rows(name, graded, sections, names),
        departures=departure_rows(graded, names),
        kinds=[TestRow(kind, tally) for kind, tally in kinds],
        tests=test_rows,
        easier_said=plural(easier, "easier test") if easier > 0 else "",
    )


def _helping_sections(
    assignment: str, functions: Sequence[str], sections: Sections
) -> dict[str, Markup]:
    """Give the section of the book that helps with each function; "" where none is known."""
    if not functions:
        return {}
    places = function_sections(sections.course, assignment)
    return {name: sections.html(places.get(name, "")) for name in functions}


def function_sections(course: Course | None, assignment: str) -> dict[str, str]:
    """Say where the book explains each function, by the contract; nothing where there is none."""
    if course is None:
        return {}
    path = course.solutions / f"contract_{assignment}.py"
    if not path.is_file():
        return {}
    return {function.name: function.section for function in load_module(path).FUNCTIONS}


def _shares(results: Sequence[Result]) -> list[float]:
    """Give the marks from 0 to 1, of those who have one."""
    marked = [result for result in results if result.score is not None]
    return [share_of(r.score, r.max_score) for r in marked if r.max_score]


def _marks_in_words(submissions: int, shares: Sequence[float]) -> str:
    said = plural(submissions, "submission")
    if not shares:
        return said
    mean = statistics.fmean(shares)
    median = statistics.median(shares)
    return f"{said}; mean mark {100 * mean:.0f} %, median {100 * median:.0f} %"


def _without_marks(results: Sequence[Result], names: bool) -> list[Group]:
    """Give those who were refused, and those whom the machinery failed, if there are any."""
    broken = [result.student for result in results if result.score is None]
    problems = [result for result in results if result.problem]
    refused = [result.student for result in problems if result.score is not None]
    groups = [
        _group("could not be read and got 0", refused, names),
        _group("not graded by a fault of the machinery", broken, names),
    ]
    return [group for group in groups if group is not None]


def _group(what: str, students: Sequence[str], names: bool) -> Group | None:
    if not students:
        return None
    said = f"{len(students)} {what}"
    return Group(said, _listed(students) if names else "")


def _listed(students: Iterable[str]) -> str:
    return ", ".join(sorted(students))


def _histogram(shares: Sequence[float]) -> Histogram:
    """Draw how many marks are in each tenth."""
    wide, high, above = 32, 90, 16  # px
    counts = marks_by_bin(shares)
    most = max(counts)
    columns, tenths = [], []
    for i, count in enumerate(counts):
        height = round(high * count / most, 1)
        columns.append(Column(i * wide, above + high - height, height, count))
        if count:
            tenths.append(f"{10 * i} to {10 * i + 10} %: {count}")
    return Histogram(f"Marks. {', '.join(tenths)}", columns)


def _function_row(
    name: str, tasks: Sequence[TaskResult], section: Markup
) -> FunctionRow:
    counts = Counter(map(part_of_points, tasks))
    said = {part: f"{counts[part]} {what}" for part, what in PARTS.items()}
    there = [said[part] for part in PARTS if counts[part]]
    mean = statistics.fmean(task.points or 0 for task in tasks)
    most = max(task.max_points for task in tasks)
    return FunctionRow(
        name,
        section,
        parts=[(part, counts[part] / len(tasks), said[part]) for part in PARTS],
        told=", ".join(there),
        ends=_sudden_ends(tasks),
        mean=f"{number(mean)} of {number(most)}",
    )


def _sudden_ends(tasks: Sequence[TaskResult]) -> str:
    """Say how many ended their process, or had to be ended."""
    statuses = Counter(task.status for task in tasks)
    ends = {status: statuses[status] for status in statuses if status in SUDDEN}
    return "".join(f" {count} {STATUSES[status]}." for status, count in ends.items())


def _mistake_rows(
    assignment: str, graded: Sequence[Result], sections: Sections, names: bool
) -> list[MistakeRow]:
    mistakes = mistakes_met(assignment, graded, sections.course)
    most = len(mistakes[0].students) if mistakes else 0
    rows = []
    for mistake in mistakes:
        count = len(mistake.students)
        rows.append(
            MistakeRow(
                mistake,
                sections.html(mistake.section),
                count,
                of_most=count / most,
                of_all=count / len(graded),
                said=f"{count} of {len(graded)} submissions",
                students=_listed(mistake.students) if names else "",
            )
        )
    return rows
