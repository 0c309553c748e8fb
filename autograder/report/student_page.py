"""What stands on a student's page; `templates/student.html` says where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from unrolled.check.in_words import plural

from ..grade.points import EXPLAINED, in_order, points_text
from ..grade.result import Result, TaskResult
from ..safe.csv_cells import number
from ..safe.harmless import shown
from .feedback import STATUSES
from .page import exercise_title, render
from .sections import Sections
from .tally import share_of


@dataclass(frozen=True)
class KindOfTests:
    """How many tests of one kind were passed, and their points, as texts."""

    name: str
    passed: str
    points: str
    about: str = ""


@dataclass(frozen=True)
class Function:
    """One function: its feedback is `html`, or `message` where there is none.

    `mistake` and `section` are the known mistake and where the book explains it, if any.
    """

    name: str
    points: str
    status: str
    html: Markup
    message: str
    mistake: str
    section: Markup
    kinds: list[KindOfTests]


@dataclass(frozen=True)
class Exercise:
    """One exercise: `share` of the points from 0 to 1, `first` the function to begin with."""

    title: str
    is_graded: bool
    problem: str
    points: str
    share: float
    counted: str
    first: Function | None
    tasks: list[Function]
    repairs: list[str]


def student_page(student: str, results: Sequence[Result], sections: Sections) -> str:
    """Make the page of one student.

    Parameters
    ----------
    student : str
        The name.
    results : sequence of Result
        All of this student's, at least one.
    sections : Sections
        The book's.

    Returns
    -------
    str
        The HTML document.
    """
    exercises = [_exercise(result, sections) for result in results]
    what = "Your exercises" if len(exercises) > 1 else exercises[0].title
    return render(
        "student.html",
        title=f"{what}: {student}",
        student=student,
        exercises=exercises,
    )


def _exercise(result: Result, sections: Sections) -> Exercise:
    # what there is to do first, else in the order of the exercise
    in_order = sorted(result.tasks, key=lambda task: task.status == "passed")
    functions = [_function(task, sections) for task in in_order]
    right = sum(task.status == "passed" for task in result.tasks)
    return Exercise(
        title=exercise_title(sections.course, result.assignment),
        is_graded=result.score is not None,
        problem=result.problem,
        points=f"{points_text(result.score, result.max_score)} points",
        share=_share(result),
        counted=_counted(right, len(result.tasks)),
        first=functions[0] if right < len(functions) else None,
        tasks=functions,
        repairs=result.repairs,
    )


def _share(result: Result) -> float:
    return min(1, max(0, share_of(result.score, result.max_score)))


def _counted(right: int, count: int) -> str:
    verb = "is" if right == 1 else "are"
    return f"{right} of {plural(count, 'function')} {verb} right."


def _function(task: TaskResult, sections: Sections) -> Function:
    points = points_text(task.points, task.max_points)
    mistake = task.feedback.mistake
    return Function(
        name=task.task,
        points=points if task.points is None else f"{points} points",
        status=STATUSES.get(task.status, task.status),
        html=_feedback(task, sections),
        message=task.message,
        mistake=mistake.symptom if mistake else "",
        section=sections.html(task.feedback.best_section),
        kinds=[] if task.status == "passed" else _kinds(task),
    )


def _feedback(task: TaskResult, sections: Sections) -> Markup:
    """Give the feedback's HTML, with each section of the book by its name.

    `unrolled.check.render` makes it, and escapes in it what came from the student.
    """

    def link(section: str) -> str:
        return sections.html(section) or escape(section)

    return Markup(shown(task.html_with(link)))


def _kinds(task: TaskResult) -> list[KindOfTests]:
    """Say how the points came about, by kind of test."""
    found = []
    for kind in in_order(test.kind for test in task.tests):
        tests = [test for test in task.tests if test.kind == kind]
        passed = sum(test.outcome == "passed" for test in tests)
        had = sum(test.points for test in tests)
        most = sum(test.max_points for test in tests)
        points = f"{number(had)} of {number(most)}"
        about = EXPLAINED.get(kind, "")
        found.append(KindOfTests(kind, f"{passed} of {len(tests)}", points, about))
    return found
