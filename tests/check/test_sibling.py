"""Functions fetched from the notebook of another exercise."""

import json

import pytest
from conftest import CELL, SEQUENCE
from notebooks import answered, untouched

from unrolled.sibling import NotThereError, functions

NAME = "ex1_rnn_cell"


@pytest.fixture
def notebook(folder, tmp_path):
    """Writes a notebook into its folder, with the numbers beside it; gives the folder of all
    exercises.
    """

    def write(data):
        home = tmp_path / NAME
        home.mkdir()
        (home / f"{NAME}.ipynb").write_text(
            data if isinstance(data, str) else json.dumps(data), encoding="utf-8"
        )
        (home / f"{NAME}.npz").write_bytes((folder / f"{NAME}.npz").read_bytes())
        return tmp_path

    return write


def with_cells(*sources):
    data = answered()
    data["cells"] += [
        {"cell_type": "code", "metadata": {}, "source": source} for source in sources
    ]
    return data


def test_right_functions_come_as_they_are(notebook, check):
    cell, sequence = functions(NAME, CELL, SEQUENCE, folder=notebook(answered()))
    assert check.verdict(cell).right
    assert len(sequence(*check.example(SEQUENCE))) == 3


def test_only_what_defines_is_run(notebook, capsys):
    data = with_cells(
        "raise SystemExit",
        "print('loud')",
        "def broken(:",
        "%matplotlib inline\nEPS = 0\ndef helper(z):\n    return z + EPS",
        f"def {CELL}(xt, a_prev, parameters, old={CELL}):\n"
        "    return old(helper(xt), a_prev, parameters)",
    )
    (cell,) = functions(NAME, CELL, folder=notebook(data))
    assert cell.__code__.co_varnames[3] == "old"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (
            untouched,
            CELL,
            "`rnn_cell_forward` in your notebook ex1_rnn_cell.ipynb is not right yet",
        ),
        (lambda: "{", CELL, "cannot be read as a notebook"),
        (lambda: "[]", CELL, "cannot be read as a notebook"),
        (answered, "gru_forward", "ex1_rnn_cell.ipynb defines no `gru_forward`"),
    ],
)
def test_what_is_not_to_be_had_is_told(notebook, data, name, message):
    home = notebook(data())
    with pytest.raises(NotThereError, match=message):
        functions(NAME, name, folder=home)


def test_a_notebook_that_is_not_there_is_told(tmp_path):
    with pytest.raises(
        NotThereError, match=r"There is no ex1_rnn_cell\.ipynb in .*side by side"
    ):
        functions(NAME, CELL, folder=tmp_path)


@pytest.fixture
def solved(notebook, folder):
    """The exercises' folder with a notebook in it and the solution beside it."""

    def make(data):
        home = notebook(data)
        away = home / "solved" / NAME
        away.mkdir(parents=True)
        (away / f"{NAME}.ipynb").write_text(json.dumps(answered()), encoding="utf-8")
        (away / f"{NAME}.npz").write_bytes((folder / f"{NAME}.npz").read_bytes())
        return home

    return make


def test_what_is_not_right_yet_comes_from_an_unlocked_solution_and_it_is_said(
    solved, check, capsys
):
    home = solved(untouched())
    (cell,) = functions(NAME, CELL, folder=home)
    assert check.verdict(cell).right
    said = capsys.readouterr().out
    assert (
        "`rnn_cell_forward` in your notebook ex1_rnn_cell.ipynb is not right yet"
        in said
    )
    assert (
        f"Until then this comes from the solution in {home / 'solved' / NAME}: `rnn_cell_forward`."
        in said
    )


def test_ones_own_right_functions_come_before_the_solution(solved, capsys):
    home = solved(with_cells("MINE = 1"))
    (cell,) = functions(NAME, CELL, folder=home)
    assert cell.__globals__["MINE"] == 1
    assert capsys.readouterr().out == ""


def test_numbers_that_are_not_there_are_told(notebook):
    home = notebook(answered())
    (home / NAME / f"{NAME}.npz").unlink()
    with pytest.raises(NotThereError, match="not beside this notebook"):
        functions(NAME, CELL, folder=home)


def test_it_lies_beside_the_notebooks_own_folder_wherever_that_was_started(
    notebook, tmp_path, monkeypatch
):
    home = notebook(answered())
    (home / "ex2").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    space = {"__file__": str(home / "ex2" / "mine.py"), "functions": functions}
    exec(f"found = functions({NAME!r}, {CELL!r})", space)
    assert space["found"][0].__name__ == CELL
