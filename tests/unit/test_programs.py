from autograder.release.landmarks import landmarks_of
from autograder.unit.course import Course
from autograder.unit.programs import is_program
from autograder.unit.unit import load
from unrolled.check.landmark_store import read_landmarks

COURSE = Course.find(__file__)


def test_of_a_program_that_is_to_be_repaired_there_are_none():
    """Its right lines stand there: the first that departs would be the answer."""
    programs = {}
    for assignment in COURSE.assignments:
        unit = load(assignment, COURSE)
        programs[assignment] = [n for n in unit.functions if is_program(unit, n)]
    broken = load("ex8_debugging", COURSE)
    assert programs.pop("ex8_debugging") == list(broken.functions)
    assert not any(programs.values())
    for name in broken.functions:
        assert landmarks_of(broken, name).cases == []
    path = COURSE.exercises / "ex8_debugging" / "ex8_debugging.npz"
    assert not any(found.cases for found in read_landmarks(path).values())
