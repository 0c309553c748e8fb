"""The kernel of the pages, in this Python: what it shows, and what it keeps to itself."""

import builtins
import shutil
import sys

import pytest
from book_fixtures import ROOT


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run cells of one notebook, and give what each shows."""
    monkeypatch.syspath_prepend(ROOT / "book" / "live")
    for name in ("__main__", "IPython", "IPython.display"):
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    monkeypatch.setattr(builtins, "input", builtins.input)
    monkeypatch.setenv("JPY_SESSION_NAME", "")
    monkeypatch.chdir(tmp_path)
    from kernel import Kernel

    kernel = Kernel(tmp_path, "ex1_rnn_cell")

    def show(text, cell="a_cell"):
        shown = []
        kernel.run(cell, text, lambda *about: shown.append(about))
        return shown

    show.kernel = kernel
    return show


def test_what_is_printed_and_the_last_value_are_shown_in_order(run):
    shown = run("print('a')\nprint('b')\n6 * 7")
    assert "".join(text for kind, _, text in shown if kind == "stream") == "a\nb\n"
    assert shown[-1] == ("display", "", "42")
    assert run("x = 1") == run("None") == run("6 * 7;") == []


def test_names_stay_from_cell_to_cell(run):
    run("x = 20")
    assert run("x + 1") == [("display", "", "21")]


def test_an_exception_is_told_with_lines_of_cells_only(run):
    run("import numpy as np\n\ndef f(a):\n    return a @ np.ones(3)", "f")
    ((kind, text, _),) = run("f(np.ones(2))", "try_f")
    assert kind == "error"
    assert "Cell try_f, line 1" in text
    assert "Cell f, line 4, in f" in text
    assert text.splitlines()[-1].startswith("ValueError: matmul")
    assert "kernel" not in text


def test_one_exception_after_another_is_told_with_lines_of_cells_only(run):
    ((_, text, _),) = run("try:\n    1 / 0\nexcept Exception:\n    {}['x']")
    assert "During handling" in text
    assert "kernel" not in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(:", "line 1"),
        ("%timeit 1", "Jupyter's own"),
        ("import torch", "numpy and no more"),
        ("import matplotlib.pyplot as plt", "draw in JupyterLab"),
        ("input('?')", "cannot wait for what you type"),
        ("exit()", "asked Python to stop"),
        ("def f():\n    return f()\nf()", "calls itself again and again"),
    ],
)
def test_what_a_page_cannot_do_is_said(run, monkeypatch, text, said):
    """Whatever this Python has: a page's has numpy and no more, and `exit`."""
    for name in ("torch", "matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(builtins, "exit", sys.exit, raising=False)
    ((kind, told, _),) = run(text)
    assert kind == "error"
    assert said in told


def test_a_flood_is_cut_off(run):
    shown = "".join(
        text
        for _, _, text in run(
            "while len('x'):\n    print('x' * 999)\n"
            "    n = globals().get('n', 0) + 1\n"
            "    if n > 400: break"
        )
    )
    assert len(shown) < 210_000
    assert shown.endswith("the rest is cut off\n")


def test_html_is_taken_from_the_course_only(run):
    text = "class Mine:\n    def _repr_html_(self): return '<img onerror=alert()>'\n"
    ((kind, html, plain),) = run(text + "    def __repr__(self): return 'mine'\nMine()")
    assert (kind, html, plain) == ("display", "", "mine")


def test_points_need_the_check(run):
    (run.kernel.home / "ex1_rnn_cell").mkdir(exist_ok=True)
    numbers = ROOT / "exercises" / "ex1_rnn_cell" / "ex1_rnn_cell.npz"
    shutil.copy(numbers, run.kernel.home / "ex1_rnn_cell")
    run('from unrolled import exercise\ncheck = exercise("ex1_rnn_cell")')
    found = run.kernel.points()
    assert (found["points"], found["most"]) == (0, 20)
    assert [line["name"] for line in found["lines"]] == [
        "rnn_cell_forward",
        "rnn_forward",
    ]
