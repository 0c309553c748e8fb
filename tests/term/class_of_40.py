"""A class of 40 and what each has at the end: reckoned by hand, and written down here.

A line has the student, the platform, what was handed in of exercises 1 and 2, the points by hand
in exercise 2 (`-`: not marked), the days begun after each date, and the two totals. Exercise 1
has 20 points; 2 has 30 by machine and 5 by hand. A day late costs a tenth of what was earned, at
most half.
"""

from dataclasses import dataclass

CLASS = """
s01 canvas     right right 5    0 0   20   35
s02 canvas     right right 4.5  0 0   20   34.5
s03 canvas     right right 0    0 0   20   30
s04 canvas     right right -    0 0   20   30
s05 canvas     right right 5    1 0   18   35
s06 canvas     right right 5    0 1   20   31.5
s07 canvas     right right 5    0 2   20   28
s08 canvas     right right 5    0 9   20   17.5
s09 canvas     cell  right 5    0 0   10   35
s10 canvas     cell  cell  2.5  0 0   10   12.5
s11 canvas     cell  cell  2.5  2 9   8    6.25
s12 canvas     stub  stub  1    0 0   0    1
s13 canvas     pdf   right 5    0 0   0    35
s14 canvas     none  right 5    0 0   -    35
s15 canvas     right none  -    0 0   20   -
s16 moodle     right right 5    0 0   20   35
s17 moodle     right right 3    0 0   20   33
s18 moodle     right right -    0 1   20   27
s19 moodle     right cell  5    0 0   20   15
s20 moodle     right cell  0    3 0   14   10
s21 moodle     cell  right 5    9 0   5    35
s22 moodle     cell  cell  -    0 0   10   10
s23 moodle     cell  stub  5    0 0   10   5
s24 moodle     stub  right 2    0 0   0    32
s25 moodle     stub  cell  2    0 0   0    12
s26 moodle     pdf   pdf   -    0 0   0    0
s27 moodle     right right 5    0 4   20   21
s28 moodle     right right 5    0 5   20   17.5
s29 moodle     right right 5    0 6   20   17.5
s30 moodle     none  cell  1    0 0   -    11
s31 blackboard right right 5    0 0   20   35
s32 blackboard right right 1.5  0 0   20   31.5
s33 blackboard right right -    0 0   20   30
s34 blackboard cell  right 5    1 1   9    31.5
s35 blackboard cell  cell  5    1 1   9    13.5
s36 blackboard cell  stub  -    0 0   10   0
s37 blackboard stub  right 5    5 5   0    17.5
s38 blackboard stub  stub  5    0 2   0    4
s39 blackboard right none  -    2 0   16   -
s40 blackboard none  right 4    0 3   -    23.8
"""


@dataclass(frozen=True)
class Student:
    """One student of the class."""

    name: str
    platform: str
    handed_in: tuple[str, str]
    by_hand: float | None
    days_late: tuple[int, int]
    totals: tuple[float | None, float | None]

    @property
    def number(self) -> int:
        """The student's number, from 1."""
        return int(self.name[1:])


def read_class():
    """Give the students of the table."""
    return [_student(*line.split()) for line in CLASS.strip().splitlines()]


def _student(name, platform, first, second, hand, late1, late2, total1, total2):
    return Student(
        name,
        platform,
        (first, second),
        _number(hand),
        (int(late1), int(late2)),
        (_number(total1), _number(total2)),
    )


def _number(text):
    return None if text == "-" else float(text)
