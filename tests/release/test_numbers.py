import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import CELL, SEQUENCE
from sweeps import few

from autograder.release import numbers
from autograder.release.landmarks import landmarks_of
from autograder.unit.course import Course, CourseError
from autograder.unit.settings import FILE, read_settings
from autograder.unit.unit import load
from unrolled.check import numbers as visible
from unrolled.check.landmark_store import read_landmarks


@pytest.fixture(scope="module")
def made(unit):
    """What the reference and the mistakes of the unit come to, worked out once."""
    landmarks = {name: landmarks_of(unit, name) for name in unit.functions}
    return numbers.visible_side(unit), landmarks


@pytest.fixture
def path(unit, made, tmp_path, monkeypatch):
    """The unit's numbers in a new file."""
    sides, landmarks = made
    monkeypatch.setattr(numbers, "visible_side", lambda unit: list(sides))
    monkeypatch.setattr(numbers, "landmarks_of", lambda unit, name: landmarks[name])
    path = tmp_path / "new" / "ex1_rnn_cell.npz"
    assert numbers.write(unit, path)
    return path


def rewritten(unit, path, change):
    """The numbers with one array changed, written in place."""
    sides = list(visible.read_numbers(path).values())
    x, *others = sides[1].cases[0]
    sides[1].cases[0] = (change(x), *others)
    visible.save_numbers(path, unit.assignment, sides, landmarks=read_landmarks(path))


def test_the_visible_side_is_complete(unit):
    cell, sequence = numbers.visible_side(unit)
    assert (cell.function.name, sequence.function.name) == (CELL, SEQUENCE)
    assert len(cell.cases) == len(cell.want) == 2
    assert [len(k.outcomes) for k in sequence.known] == [2] * len(unit.known[SEQUENCE])


def test_equal_numbers_are_not_written_again(unit, path):
    before = path.stat().st_mtime_ns
    assert not numbers.write(unit, path)
    assert path.stat().st_mtime_ns == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(("error", "written"), [(1e-12, False), (1e-6, True)])
def test_only_more_than_the_last_bits_is_a_change(unit, path, error, written):
    rewritten(unit, path, lambda a: a * (1 + error))
    assert numbers.write(unit, path) is written


@pytest.mark.parametrize("change", [lambda a: a[..., :1], lambda a: a.astype(complex)])
def test_another_shape_or_type_is_a_change(unit, path, change):
    rewritten(unit, path, change)
    assert numbers.write(unit, path)


def test_another_text_is_a_change(unit, path):
    sides = list(visible.read_numbers(path).values())
    one = sides[0].known[0].misconception
    object.__setattr__(one, "hint", one.hint + " Really.")
    visible.save_numbers(path, unit.assignment, sides, landmarks=read_landmarks(path))
    assert numbers.write(unit, path)


def test_a_damaged_file_is_written_again(unit, path):
    path.write_bytes(b"")
    assert numbers.write(unit, path)
    assert list(visible.read_numbers(path)) == [CELL, SEQUENCE]


@pytest.mark.parametrize(
    "assignment",
    few(
        Course.find(__file__).assignments, lambda name: name.startswith(("ex1", "ex8"))
    ),
)
def test_the_released_numbers_are_those_of_the_catalogue(
    assignment, real_course, tmp_path, monkeypatch
):
    """Other tests take the released ones for these."""
    name = f"{assignment}.npz"
    released = shutil.copy(real_course.exercises / assignment / name, tmp_path)
    one = load(assignment, real_course)
    # the address of the book travels in them: it is what this course's own settings say
    own = read_settings(real_course.root / FILE, real_course.assignments)
    monkeypatch.setitem(vars(one.course), "settings", own)
    assert not numbers.write(one, Path(released)), "run `make release`"


def test_a_reference_that_fails_is_named(unit):
    broken = SimpleNamespace(
        assignment="ex1",
        functions=unit.functions,
        known=unit.known,
        visible_cases=unit.visible_cases,
        of=unit.of,
        reference=SimpleNamespace(rnn_cell_forward=lambda *args: 1 / 0),
    )
    with pytest.raises(
        CourseError,
        match="ex1: the reference of rnn_cell_forward fails on a visible case",
    ):
        numbers.visible_side(broken)
