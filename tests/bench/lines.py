"""How often the first wrong line is the one in which the mistake was made.

    python -m tests.bench lines

Over the catalogue, and over right answers in many styles with one thing changed that is in no
catalogue.
"""

import time

from autograder.unit.course import Course
from autograder.unit.unit import load
from tests.first_lines import Score, catalogued, mutants, score

MUTANTS = 6  # of each function of each answer


def main() -> None:
    """Print it for each exercise, and in all."""
    course = Course.find(__file__)
    for label, give in (
        ("catalogue", catalogued),
        ("nobody's mistakes", lambda unit: mutants(unit, MUTANTS)),
    ):
        total = Score()
        for assignment in course.assignments:
            begin = time.monotonic()
            unit = load(assignment, course)
            found = score(unit, give(unit))
            total.add(found)
            many = max(1, found.counts.total())
            print(
                f"{label:18} {assignment:22} {found.share:6.1%} of {many:5}"
                f"  {dict(found.counts)}  {time.monotonic() - begin:.0f} s",
                flush=True,
            )
        print(f"{label:18} {'all':22} {total.share:6.1%} {dict(total.counts)}")
