"""What is said of code that failed to run, was edited since, or stands twice: only what is true."""

import json
import os
from types import SimpleNamespace

import pytest
from tables import each_row

from unrolled.check.present import (
    NotDefined,
    RunCells,
    defining_cells,
    names_defined,
    saved_file,
    texts_before,
    twice_defined,
)

RIGHT = "def f(x):\n    return x"
OTHER = "def f(x):\n    return 2 * x"


class Shell:
    """As much of IPython's shell as is asked for, with a notebook that can be saved."""

    def __init__(self, path):
        self.path = path
        self.user_ns = {"__vsc_ipynb_file__": str(path)}
        self.hooks = {}
        self.events = SimpleNamespace(register=self.hooks.__setitem__)
        self.writes = 0

    def run(self, text):
        info = SimpleNamespace(raw_cell=text)
        self.hooks["pre_run_cell"](info)
        before, inside = None, None
        try:
            code = compile(text, "cell", "exec")
        except SyntaxError as error:
            before = error
        else:
            try:
                exec(code, self.user_ns)
            except BaseException as error:
                inside = error
        result = SimpleNamespace(
            info=info,
            success=before is None and inside is None,
            error_before_exec=before,
            error_in_exec=inside,
        )
        self.hooks["post_run_cell"](result)

    def save(self, *texts):
        cells = [
            {"cell_type": "code", "source": text.splitlines(True)} for text in texts
        ]
        self.path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
        self.writes += 1
        os.utime(self.path, (self.writes, self.writes))


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path / "ex.ipynb")


@pytest.fixture
def cells(shell):
    return RunCells(shell)


def said(cells, *names):
    return list(texts_before(names, cells))


def test_nothing_is_said_of_what_ran_as_it_stands(shell, cells):
    shell.run(RIGHT)
    shell.save(RIGHT)
    assert said(cells, "f") == []


@each_row(
    ("text", "how"),
    [
        ("def f(x):\n    return x +", "SyntaxError, line 2"),
        ("1 / 0\ndef f(x):\n    return 2 * x", "ZeroDivisionError"),
        ("raise KeyboardInterrupt\ndef f(x):\n    return 2 * x", "KeyboardInterrupt"),
    ],
)
def test_a_cell_that_failed_is_told_until_it_runs(text, how, tmp_path):
    shell = Shell(tmp_path / "ex.ipynb")
    cells = RunCells(shell)
    shell.run(RIGHT)
    shell.run(text)
    assert said(cells, "f") == [
        f"The cell that defines `f` failed when it was last run ({how}). "
        "What follows is about the definition before it."
    ]
    shell.run(OTHER)
    assert said(cells, "f") == []


@each_row(
    "later",
    [
        "def f(x):\n    return 2 * x\nf(1, 2)",  # fails below what it defines
        "f = abs",
    ],
)
def test_a_cell_that_defines_before_it_fails_has_defined(later, tmp_path):
    shell = Shell(tmp_path / "ex.ipynb")
    cells = RunCells(shell)
    shell.run(RIGHT)
    shell.run("def f(x):\n    return (")
    shell.run(later)
    assert said(cells, "f") == []


def test_what_was_saved_otherwise_since_is_told(shell, cells):
    shell.save("")
    shell.run(RIGHT)
    shell.save("# notes", OTHER)
    (text,) = said(cells, "f")
    assert text.startswith("`f` was changed since its cell was run")
    shell.run(OTHER)
    assert said(cells, "f") == []


def test_a_file_older_than_the_run_says_nothing(shell, cells):
    shell.save(OTHER)
    shell.run(RIGHT)
    assert said(cells, "f") == []


@each_row(
    "saved",
    [
        (RIGHT + "  \n",),
        (OTHER, RIGHT),
        ("f = abs",),
        (),
    ],
)
def test_there_is_no_false_alarm(saved, tmp_path):
    shell = Shell(tmp_path / "ex.ipynb")
    cells = RunCells(shell)
    shell.save("x")
    shell.run(RIGHT)
    shell.save(*saved)
    assert said(cells, "f") == []


def test_without_a_file_that_is_known_nothing_is_said(shell, cells, monkeypatch):
    shell.save("x")
    del shell.user_ns["__vsc_ipynb_file__"]
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    shell.run(RIGHT)
    shell.save(OTHER)
    assert said(cells, "f") == []
    assert said(None, "f") == []


def test_which_file_the_notebook_is(tmp_path, monkeypatch):
    path = tmp_path / "ex.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    assert saved_file({}) is None  # renamed since, say
    path.write_text("{}")
    assert saved_file({}) == path
    monkeypatch.setenv("JPY_SESSION_NAME", "console-1")
    assert saved_file({}) is None
    assert defining_cells(path, "f") == []


def test_companions_are_looked_at_too(shell, cells):
    shell.run("def g(x):\n    return x")
    shell.run("def g(x:\n")
    assert [text[:35] for text in said(cells, "f", "g")] == [
        "The cell that defines `g` failed wh"
    ]


def test_two_cells_that_define_one_function(shell):
    shell.save("import numpy", RIGHT, "x = 1", OTHER, OTHER)
    text = twice_defined("f", shell.path)
    assert text.startswith("Code cells 2 and 4, counted from the top, both define `f`.")
    shell.save(RIGHT, "class C:\n    def f(self): pass", "# def f(x): old", RIGHT)
    assert twice_defined("f", shell.path) == ""
    assert twice_defined("f", None) == ""


def test_names_are_found_in_what_does_not_compile():
    assert names_defined("async def f(x:\n\nclass C\n  def no(x)") == ["f", "C"]


def test_what_is_not_defined_refuses_as_python_would():
    with pytest.raises(NameError, match="name 'f' is not defined"):
        NotDefined("f")(1)
    assert repr(NotDefined("f")).startswith("f is not defined yet")
