"""Failures are told in a line or two, in IPython as in plain Python, without a traceback."""

import os
import subprocess
import sys

import pytest
from tables import each_row

CELLS = {
    "unknown example": 'check.example("gru")',
    "interrupt": "def rnn_cell_forward(xt, a_prev, parameters):\n"
    "    raise KeyboardInterrupt\ncheck(rnn_cell_forward)",
    "interrupted sum": "def rnn_cell_forward(xt, a_prev, parameters):\n"
    "    raise KeyboardInterrupt\ncheck()",
}
TOLD = {
    "unknown example": "no example for 'gru'; there are: rnn_cell_forward, rnn_forward",
    "interrupt": "check(rnn_cell_forward) was stopped before it had an answer.",
    "interrupted sum": "check() was stopped before it had an answer.",
}
IPYTHON = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.colors = "nocolor"
for cell in {cells!r}:
    shell.run_cell(cell)
"""


def run(code, folder, **environment):
    """What plain Python says, both streams together."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=os.environ | {"IPYTHONDIR": str(folder)} | environment,
        encoding="utf-8",
    )
    return done.stdout


def in_ipython(cells, folder, **environment):
    first = 'from unrolled import exercise\ncheck = exercise("ex1_rnn_cell")'
    return run(IPYTHON.format(cells=[first, *cells]), folder, **environment)


@pytest.fixture(scope="module")
def place(folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("place")
    (place / "ex1_rnn_cell.npz").write_bytes((folder / "ex1_rnn_cell.npz").read_bytes())
    return place


@each_row("what", list(CELLS))
def test_plain_python_shows_the_message_only(what, place):
    code = f'from unrolled import exercise\ncheck = exercise("ex1_rnn_cell")\n{CELLS[what]}'
    out = run(code, place)
    assert out.startswith(TOLD[what])
    assert len(out.splitlines()) <= 2


def test_plain_python_shows_all_other_errors_whole(place):
    out = run("from unrolled import exercise\nexercise('x')\n1 / 0", place)
    assert "Traceback" in out
    assert "ZeroDivisionError" in out


@each_row("what", list(CELLS))
def test_ipython_shows_the_message_only(what, place):
    out = in_ipython([CELLS[what]], place)
    assert TOLD[what] in out
    assert ".py" not in out
    assert "Traceback" not in out


def test_without_numbers_an_example_is_a_message_too(tmp_path):
    for out in (
        in_ipython(['check.example("rnn_forward")'], tmp_path),
        run(
            "from unrolled import exercise\n"
            'exercise("ex1_rnn_cell").example("rnn_forward")',
            tmp_path,
        ),
    ):
        assert "ex1_rnn_cell.npz, are not beside this notebook" in out
        assert "Traceback" not in out
        assert ".py" not in out


def test_a_check_answers_although_its_function_was_never_defined(place):
    out = in_ipython(
        [
            "def rnn_cell_forward(xt:\n    pass",
            "check(rnn_cell_forward)",
            "check(rnn_forward)",
        ],
        place,
    )
    assert "? rnn_cell_forward was not checked." in out
    assert (
        "the cell that defines it failed when it was run (SyntaxError, line 1)" in out
    )
    assert "not defined yet: run the cell that defines it" in out
    assert "before it" not in out
    assert "NameError" not in out


def test_an_old_definition_is_told_before_the_verdict(place):
    wrong = "def rnn_cell_forward(xt, a_prev, parameters):\n    return None"
    out = in_ipython([wrong, wrong + " +", "check(rnn_cell_forward)", "check()"], place)
    told = "! The cell that defines `rnn_cell_forward` failed when it was last run"
    assert out.index(told) < out.index("✗ rnn_cell_forward is not right yet.")
    assert out.count(told) == 2


def test_only_the_notebooks_own_variables_get_what_stands_for_a_function(place):
    bind = 'from unrolled import exercise\ncheck = exercise("ex1_rnn_cell")'
    show = 'print("there:", "rnn_forward" in globals())'
    elsewhere = f"import types\nexec({bind!r}, vars(types.ModuleType('other')))"
    out = run(IPYTHON.format(cells=[elsewhere, show, bind, show]), place)
    assert out.split("there: ")[1:] == ["False\n", "True\n"]
