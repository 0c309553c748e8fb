"""Right answers in other styles: the check calls none of them wrong and names none a mistake."""

import warnings

import nbformat
import pytest
from conftest import CELL, SEQUENCE
from tables import each_row

from autograder.unit import samples
from autograder.unit.course import Course, CourseError
from autograder.unit.unit import load

UNIT = load("ex1_rnn_cell", Course.find(__file__))
STYLES = samples.samples(UNIT)


def run(notebook):
    """Execute a notebook's code cells as a kernel would, warnings and all; the namespace."""
    space = {"__name__": "__main__"}
    with warnings.catch_warnings(action="ignore"):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                exec(
                    compile("".join(cell["source"]), f"cell {cell['id']}", "exec"),
                    space,
                )
    return space


def sample(tmp_path, text):
    path = tmp_path / "sample.py"
    path.write_text(text, encoding="utf-8")
    return samples.sample_notebook(UNIT, path)


@each_row(
    "path", [None, *STYLES], ids=lambda p: p.stem if p else "the reference itself"
)
def test_a_right_answer_is_right_in_any_style(path, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    space = run(samples.sample_notebook(UNIT, path))
    shown = capsys.readouterr().out
    for name in (CELL, SEQUENCE):
        verdict = space["check"].verdict(space[name])
        assert (
            verdict.right,
            verdict.mistake,
            verdict.failure,
            verdict.differences,
        ) == (True, None, "", ())
        assert f"✓ {name} is right" in shown


def test_there_are_samples():
    assert len(STYLES) >= 17


def test_a_sample_is_a_notebook_of_the_exercise():
    notebook = nbformat.from_dict(samples.sample_notebook(UNIT, STYLES[0]))
    nbformat.validate(notebook)
    assert {CELL, SEQUENCE, f"check_{CELL}"} <= {cell["id"] for cell in notebook.cells}


def test_a_marked_cell_replaces_the_function_and_keeps_its_label(tmp_path):
    cells = {
        c["id"]: c
        for c in sample(tmp_path, f'# %% task="{CELL}"\n{CELL} = 7\n')["cells"]
    }
    assert "".join(cells[CELL]["source"]) == f"{CELL} = 7"
    assert cells[CELL]["metadata"]["nbgrader"]["grade_id"] == CELL


def test_a_function_that_a_sample_leaves_out_is_the_references(tmp_path):
    cells = {
        c["id"]: "".join(c["source"]) for c in sample(tmp_path, "# %%\n1\n")["cells"]
    }
    assert "np.tanh(" in cells[CELL]
    assert "#:" not in cells[CELL]
    assert "caches.append(" in cells[SEQUENCE]


@each_row(
    ("text", "order"),
    [
        (f'# %%\nmine\n# %% task="{SEQUENCE}"\n1\n', ["own_1", SEQUENCE]),
        (
            f'# %% task="{CELL}"\n1\n# %%\nmine\n',
            [CELL, "check_rnn_forward", "text_14", "own_2"],
        ),
        (f'# %% task="{CELL}" place="end"\n1\n', ["check_rnn_forward", CELL]),
        ('# %% place="start"\nmine\n', ["own_1", "text_01", CELL]),
    ],
)
def test_where_cells_stand(text, order, tmp_path):
    ids = [c["id"] for c in sample(tmp_path, text)["cells"]]
    places = [ids.index(i) for i in order]
    assert places == sorted(places)


def test_an_unknown_function_is_refused(tmp_path):
    with pytest.raises(CourseError, match="no function 'gru'"):
        sample(tmp_path, '# %% task="gru"\n1\n')
