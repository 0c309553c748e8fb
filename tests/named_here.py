"""Which known mistakes the released numbers do not name in this process.

`python -m tests.named_here [EXERCISE…]` prints them, and how many it has tried.
"""

import sys

from autograder.unit.catalogue import variant
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.notebook_check import Check


def main(assignments):
    """Print the functions and mistakes that are not named, and how many were tried."""
    course = Course.find(__file__)
    tried = 0
    for assignment in assignments or course.assignments:
        check = Check(assignment, course.exercises / assignment)
        for edit in load(assignment, course).edits:
            known = edit.misconception
            wrong = getattr(variant(assignment, edit, course), known.function)
            named = check.verdict(wrong).mistake
            tried += 1
            if named != known:
                print(known.function, known.id, named and named.id)
    print(tried)


if __name__ == "__main__":
    main(sys.argv[1:])
