import inspect
import traceback

import minicourse
import pytest
from tables import each_row

from autograder.unit.course import Course, CourseError
from autograder.unit.source import (
    Cell,
    module_of,
    points,
    read_cells,
    reference,
    regions,
    solved,
    stubbed,
)

REGION = (
    "### START CODE HERE ### (≈2 lines)\n#: y = None\ny = 2 * x\n### END CODE HERE ###"
)


def test_a_cell_has_two_sides():
    head, foot = "### START CODE HERE ### (≈2 lines)", "### END CODE HERE ###"
    assert stubbed(REGION) == f"{head}\ny = None\n{foot}"
    assert solved(REGION) == f"{head}\ny = 2 * x\n{foot}"


def read(tmp_path, text):
    path = tmp_path / "ex1_some.py"
    path.write_text(text, encoding="utf-8")
    return read_cells(path)


def test_cells_have_role_id_line_task_and_points(tmp_path):
    cells = minicourse.make(tmp_path).source(minicourse.NAME)
    found = [(c.role, c.id, c.line, c.task, c.points) for c in read_cells(cells)]
    assert found == [
        ("", "text_01", 1, "", 0),
        ("given", "imports", 6, "", 0),
        ("solve", "step", 9, "step", 0),
        ("try", "try_step", 20, "", 0),
        ("check", "check_step", 23, "step", 10),
        ("written", "why", 26, "", 2.5),
    ]


@each_row(
    ("header", "message"),
    [
        ("# %%", "needs role=…, one of given"),
        ('# %% role="sovle"', "found 'sovle'"),
        ('# %% role="solve"', 'needs task="function_name"'),
        ('# %% role="check" points=3', 'needs task="function_name"'),
        ('# %% role="given"', 'needs id="…"'),
        ('# %% role="given" id="a"', "the id 'a' was used at line 1 already"),
        ('# %% [markdown] role="given"', "a text cell cannot have the role 'given'"),
    ],
)
def test_a_malformed_cell_is_an_error_with_its_place(tmp_path, header, message):
    with pytest.raises(CourseError, match=r"ex1_some\.py:4: ") as error:
        read(tmp_path, f'# %% role="try" id="a"\nx = 1\n\n{header}\n# y\n')
    assert message in str(error.value)


def test_text_before_the_first_cell_is_an_error(tmp_path):
    with pytest.raises(CourseError, match=r"ex1_some\.py:1: every cell starts with"):
        read(tmp_path, 'import numpy\n\n# %% role="try" id="a"\nx = 1\n')


def test_a_marker_outside_a_solve_cell_is_an_error(tmp_path):
    with pytest.raises(CourseError, match=r"ex1_some\.py:1: .* this one is 'given'"):
        read(tmp_path, f'# %% role="given" id="a"\n{REGION}\n')


@each_row(
    ("old", "new", "line", "message"),
    [
        ("CODE HERE ### (", "CODE HER ### (", 11, "is not a marker"),
        ("### END CODE HERE ###", "### End code here ###", 14, "is not a marker"),
        ("### END CODE HERE ###", "", 11, "without an END"),
        (
            "### END CODE HERE ###",
            "### START CODE HERE ###",
            14,
            "again before the END of line 11",
        ),
        ("### START CODE HERE ### (≈2 lines)", "", 14, "without a START"),
        ("#: ", "# ", 14, "no '#:' line"),
        (REGION, "y = 2 * x", 11, "needs a START/END"),
    ],
)
def test_a_malformed_region_is_an_error_with_its_place(old, new, line, message):
    with pytest.raises(CourseError, match=rf"^ex\.py:{line}: .*{message}"):
        regions(REGION.replace(old, new), "ex.py", 11)


def test_regions_are_line_indices():
    assert regions(f"a = 1\n{REGION}\n{REGION}") == [(1, 4), (5, 8)]


def test_stubbed_keeps_indentation_and_what_is_around():
    text = f"def f(x):\n{REGION}\nreturn y".replace("\n", "\n  ")
    assert stubbed(text) == (
        "def f(x):\n  ### START CODE HERE ### (≈2 lines)\n  y = None\n"
        "  ### END CODE HERE ###\n  return y"
    )


def test_the_reference_runs_given_and_solve_cells_only(tmp_path):
    module = reference(minicourse.NAME, minicourse.make(tmp_path))
    assert module.step(module.np.zeros(3)).tolist() == [0, 1, 2]
    assert points(minicourse.NAME, Course(tmp_path)) == {"step": 10}


def test_the_reference_shows_no_line_of_itself():
    module = module_of((Cell("given", "a", "def f():\n    return 1 / 0", 1),), "secret")
    with pytest.raises(OSError, match="source code"):
        inspect.getsource(module.f)
    with pytest.raises(ZeroDivisionError) as error:
        module.f()
    assert "1 / 0" not in "".join(traceback.format_tb(error.value.__traceback__)[1:])
