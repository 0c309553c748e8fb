import pytest
from tables import each_row

from autograder.release.convert import to_notebook
from autograder.unit.course import CourseError
from autograder.unit.source import Cell


def converted(*cells):
    return to_notebook(cells, {"size:n": "2"}.__getitem__, "solutions/ex1.py").cells


@each_row(
    ("role", "kind", "flags"),
    [
        ("", "markdown", None),
        ("try", "code", None),
        ("given", "code", (False, True, False)),
        ("bind", "code", (False, True, False)),
        ("solve", "code", (False, False, True)),
        ("check", "code", (True, True, False)),
        ("written", "markdown", (True, False, True)),
    ],
)
def test_a_role_is_told_to_nbgrader_by_its_flags(role, kind, flags):
    (cell,) = converted(Cell(role, "one", "text", 3, points=2.0))
    told = cell.metadata.get("nbgrader")
    assert cell.cell_type == kind
    assert flags == (told and (told["grade"], told["locked"], told["solution"]))
    assert told is None or told["grade_id"] == cell.id == "one"


def test_points_are_whole_where_they_can_be():
    cells = converted(
        Cell("check", "a", "", 1, points=2.0), Cell("written", "b", "", 2, points=2.5)
    )
    assert [repr(cell.metadata["nbgrader"]["points"]) for cell in cells] == ["2", "2.5"]


def test_what_a_student_writes_may_raise_and_each_cell_knows_its_line():
    roles = ("given", "solve", "try", "check")
    cells = converted(*(Cell(role, role, "", 7, points=1.0) for role in roles))
    assert [cell.id for cell in cells if "tags" in cell.metadata] == ["solve", "try"]
    assert {cell.metadata["source"]["line"] for cell in cells} == {8}


def test_placeholders_are_filled_in_texts_and_left_in_model_answers():
    text = "`n` is {{size:n}}"
    cells = converted(Cell("", "a", text, 1), Cell("written", "b", text, 2, points=1.0))
    assert [cell.source for cell in cells] == ["`n` is 2", text]


@each_row(
    ("cell", "message"),
    [
        (Cell("given", "im ports", "", 6), r"ex1\.py:6: the id 'im ports' must"),
        (Cell("given", "x" * 65, "", 6), r"ex1\.py:6: the id"),
        (
            Cell("try", "a", "print('{{size:n}}')", 9),
            r"ex1\.py:9: \{\{size:n\}\} stands in code",
        ),
        (Cell("check", "a", "", 4), r"ex1\.py:4: a check cell needs points"),
        (Cell("written", "a", "", 4), r"ex1\.py:4: a written cell needs points"),
    ],
)
def test_what_nbgrader_would_not_take_is_refused_with_its_line(cell, message):
    with pytest.raises(CourseError, match=message):
        converted(cell)
