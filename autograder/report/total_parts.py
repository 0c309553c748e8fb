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
    """Give the totals of one student's results, as far as they have been put together."""
    found = [(one, gathered.total(one)) for one in results]
    return [
        Part(exercise_title(course, one.assignment), total)
        for one, total in found
        if total is not None
    ]


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
    told = [one for one in parts if one.total.parts]
    block = Markup()
    if told or len(parts) > 1:
        block = render_part("totals.html", parts=parts, whole=_sum(parts))
    return page.replace(HERE, block, 1)


def _sum(parts: Sequence[Part]) -> str:
    """Give the sum over several exercises; "" where there is one, or one is not graded."""
    points = [one.total.points for one in parts]
    if len(parts) < 2 or None in points:
        return ""
    return points_text(sum(filter(None, points)), sum(one.total.most for one in parts))
