import minicourse
import numpy as np
import pytest
from conftest import CELL, SEQUENCE
from own_settings import put_settings

from autograder.unit.course import Course, CourseError
from autograder.unit.unit import copied, load, load_module, outcome
from unrolled.check.outcome import Raised, Returned


@pytest.fixture
def course(tmp_path):
    return minicourse.make(tmp_path)


def test_a_unit_knows_its_functions_and_points(unit):
    assert list(unit.functions) == list(unit.points) == [CELL, SEQUENCE]
    assert set(unit.points.values()) == {10.0}


def test_known_mistakes_stand_with_their_function(unit):
    assert sum(map(len, unit.known.values())) == len(unit.edits)
    assert all(
        one.function == name == wrong.__name__
        for name in unit.known
        for one, wrong in unit.known[name]
    )


def test_visible_cases_are_the_same_every_time_and_of_two_sizes(unit):
    first, again = unit.visible_cases(CELL), unit.visible_cases(CELL)
    np.testing.assert_array_equal(first[0][0], again[0][0])
    assert [case[0].shape for case in first] == [(3, 4), (4, 1)]


def test_what_is_released_has_the_stubs(course):
    released = load(minicourse.NAME, course).released
    assert released.step(np.ones(2)) is None
    assert load(minicourse.NAME, course).reference.step(np.ones(2)) is not None


def test_every_function_is_drawn_with_its_own_seed(unit):
    sizes = unit.contracts.EXAMPLE
    assert (unit.draw(CELL, sizes, 1)[0] != unit.draw(CELL, sizes, 2)[0]).all()


def test_makers_of_an_earlier_unit_are_known(course):
    path = course.solutions / f"contract_{minicourse.NAME}.py"
    path.write_text(path.read_text() + 'MAKERS = {"before": (len, FUNCTIONS[0])}\n')
    assert list(load(minicourse.NAME, course).makers) == ["before", "step"]


def test_a_missing_contract_is_named(course):
    (course.solutions / f"contract_{minicourse.NAME}.py").unlink()
    with pytest.raises(CourseError, match=r"contract_ex1_step\.py is missing"):
        load(minicourse.NAME, course)


def test_parts_that_name_other_functions_are_refused(course):
    path = course.solutions / f"contract_{minicourse.NAME}.py"
    path.write_text(path.read_text().replace('"step", (', '"stop", ('))
    with pytest.raises(
        CourseError,
        match=r"solve cells \['step'\].*contracts \['stop'\] must name the same",
    ):
        load(minicourse.NAME, course)


def test_a_part_of_the_steps_without_the_steps_is_refused(course):
    path = course.solutions / f"contract_{minicourse.NAME}.py"
    path.write_text(path.read_text().replace('"n"', '"T"'))
    with pytest.raises(CourseError, match=r"step has an axis T and no axis T_x"):
        load(minicourse.NAME, course)


def test_load_finds_the_course_by_itself(course, tmp_path, monkeypatch):
    put_settings(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert load(minicourse.NAME).course == Course(tmp_path)


def test_a_module_is_loaded_by_its_path(tmp_path):
    (tmp_path / "one.py").write_text("x = 3\n")
    assert load_module(tmp_path / "one.py").x == 3


def spoil(a):
    a[:] = 0
    return a


def test_outcome_of_a_call_leaves_the_arguments_alone():
    a = np.ones(2)
    assert outcome(spoil, (a,)).value.tolist() == [0, 0]
    assert a.tolist() == [1, 1]


def test_outcome_of_an_error_and_of_an_overflow():
    assert outcome(lambda a: a.nothing, (1,)) == Raised(
        "AttributeError", "'int' object has no attribute 'nothing'"
    )
    assert outcome(np.exp, (np.array(1e9),)) == Returned(np.inf)


def test_a_copy_keeps_what_is_one_object():
    a, p = np.ones(2), {"W": np.ones(1)}
    (one, two), (cache, other) = copied(((a, a), ([a, p], [p])))
    assert one is two is cache[0]
    assert cache[1] is other[0]
    assert one is not a
    assert cache[1] is not p


def test_of_the_line_that_raises_no_more_is_known_than_the_output_that_it_fills(unit):
    told = []
    for name, known in unit.known.items():
        (case, *_) = unit.visible_cases(name)
        for number in range(len(known)):
            came = unit.known_outcome(name, number, case)
            if isinstance(came, Raised):
                assert (came.cell, came.line) == ("", 0)
                assert came.on in ("", *unit.functions[name].outputs)
                told.append(came.on)
    assert any(told)
