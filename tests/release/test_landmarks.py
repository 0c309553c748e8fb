import pytest
from conftest import CELL
from sweeps import few

from autograder.release import landmarks
from autograder.release.landmarks import landmarks_of
from autograder.unit.course import Course
from autograder.unit.unit import load

COURSE = Course.find(__file__)
UNIT = load("ex1_rnn_cell", COURSE)


@pytest.mark.parametrize(
    "assignment",
    few(COURSE.assignments, lambda name: name.startswith(("ex1", "ex6"))),
)
def test_no_sample_of_the_course_is_left_out(assignment, caplog):
    """A right answer in another style that cannot be recorded is told."""
    unit = load(assignment, COURSE)
    for name in unit.functions:
        landmarks_of(unit, name)
    assert caplog.text == ""


def test_a_sample_that_cannot_be_recorded_is_told(monkeypatch, tmp_path, caplog):
    sample = tmp_path / "broken.py"
    sample.write_text(f'# %% task="{CELL}"\n{CELL} = nothing\n', encoding="utf-8")
    monkeypatch.setattr(landmarks, "samples", lambda unit: [sample])
    assert landmarks_of(UNIT, CELL).cases[0].marks
    assert f"broken.py: no landmarks of {CELL}: NameError" in caplog.text
