"""How a student's totals come about, on the student's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..grade.points import points_text
from ..grade.result import Result
from ..unit.course import Course
from .gather import Gathered
from .page import exercise_title, render_part
from .totals import Total

HERE = "<!-- totals -->"  # where it stands in `student.html`


@dataclass(frozen=True)
class Part:
    """An exercise's title and total."""

    title: str
    total: Total

    @property
    def points(self) -> str:
        """The total, as `32 of 35`."""
        return points_text(self.total.points, self.total.most)


def parts_of(
    results: Sequence[Result], gathered: Gathered, course: Course | None
) -> list[Part]:
    """Give the totals of one student's results, as far as they have been put together.

    Parameters
    ----------
    results : sequence of Result
        The student's.
    gathered : Gathered
        What was put together with them.
    course : Course or None
        Whose titles the exercises have; None: their names are told.
    """
    found = []
    for result in results:
        total = gathered.total(result)
        if total is not None:
            title = exercise_title(course, result.assignment)
            found.append(Part(title, total))
    return found


def with_parts(page: str, parts: Sequence[Part]) -> str:
    """Put on a student's page what each total is made of, where it is not by machine alone.

    Parameters
    ----------
    page : str
        As `student_page` makes it.
    parts : sequence of Part
        Of this student's exercises.

    Returns
    -------
    str
        The page; with several exercises it also has their sum.
    """
    is_by_machine_alone = not any(part.total.parts for part in parts)
    block = Markup()
    if len(parts) > 1 or not is_by_machine_alone:
        block = render_part("totals.html", parts=parts, whole=_sum(parts))
    return page.replace(HERE, block, 1)


def _sum(parts: Sequence[Part]) -> str:
    """Give the sum over several exercises; "" where there is one, or one is not graded."""
    points = [part.total.points for part in parts]
    if len(parts) < 2 or None in points:
        return ""
    most = sum(part.total.most for part in parts)
    return points_text(sum(filter(None, points)), most)
