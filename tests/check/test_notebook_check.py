"""The check as a student meets it: whatever is handed to it, it answers, and the notebook runs
on.
"""

import sys
from dataclasses import replace
from functools import partial, wraps

import pytest
from conftest import CELL
from first_unit import CALL, notebook
from fresh_python import python
from tables import each_row

from unrolled import exercise
from unrolled.check import calling
from unrolled.check.numbers import read_numbers, save_numbers
from unrolled.check.render import as_text
from unrolled.notebook_check import Check, CheckFailed


def test_right(of):
    assert as_text(of(f"return right({CALL})")).splitlines() == [
        "✓ rnn_cell_forward is right: shapes and values agree.",
        "  tried     the example, other sizes, more inputs than states, single precision, "
        "large values",
        "  not tried the hidden tests' own sizes and numbers",
    ]


@each_row(
    ("body", "found"),
    [
        (
            "return None",
            "the function returns None, expected 3 (a_next, yt_pred, cache)",
        ),
        ("return 1, 2", "the function returns 2 values, expected 3"),
        (
            f"return (0.0, *right({CALL})[1:])",
            "`a_next` has shape (), expected (5, 4) = (n_a, m)",
        ),
        (
            f"return (np.nan * xt, *right({CALL})[1:])",
            "`a_next` has shape (3, 4), expected (5, 4)",
        ),
        (
            f"return (np.inf * a_prev, *right({CALL})[1:])",
            "`a_next` holds infinity and differs in all 20",
        ),
        (
            f"return (right({CALL})[0].astype(object), *right({CALL})[1:])",
            "`a_next` is an array that holds no numbers",
        ),
        (
            f"return ({{}}, *right({CALL})[1:])",
            "`a_next` is a dictionary with 0 keys, expected an array",
        ),
        (
            f"return (right({CALL})[0] + 0j, *right({CALL})[1:])",
            "`a_next` is an array of complex numbers",
        ),
        (
            f"return (x for x in right({CALL}))",
            "the function returns an object of type generator",
        ),
        (
            f"result = right({CALL})\na_prev *= 2\nreturn result",
            "`a_prev` is an argument, and the function changes it",
        ),
        (
            f"result = right({CALL})\nparameters.pop('by')\nreturn result",
            "`parameters` is an argument",
        ),
        (
            "import sys\nsys.exit(3)",
            "raises SystemExit: 3 (line 4 of the cell: `sys.exit(3)`)",
        ),
        (f"return rnn_cell_forward({CALL})", "raises RecursionError"),
        ("raise ValueError('x' * 10**6)", "raises ValueError: xxx"),
        (
            "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E",
            "raises E (line",
        ),
        (
            "a = 1\nreturn a.shape",
            "raises AttributeError: 'int' object has no attribute 'shape' (line 4",
        ),
        (
            "np.linalg.inv(np.zeros((2, 2)))",
            "raises LinAlgError: Singular matrix (line 3 of the cell: `np.linalg",
        ),
    ],
)
def test_what_goes_wrong_is_said_in_a_line(of, body, found, monkeypatch):
    monkeypatch.setattr(calling.linecache, "getline", line_of(body))
    verdict = of(body)
    text = as_text(verdict)
    assert not verdict.right
    assert found in text
    assert len(text) < 1200
    assert "calling.py" not in text


def line_of(body):
    """Lines of the cell `of` makes: IPython keeps them for tracebacks."""
    lines = ["right = rnn_cell_forward", "def …", *body.splitlines()]
    return lambda file, number: f"    {lines[number - 1]}\n" if file == "cell 1" else ""


def test_shapes_are_told_before_values(of):
    text = as_text(of(f"a, y, c = right({CALL})\nreturn a + 1, y.T, c"))
    assert text.index("`yt_pred` has shape (4, 2)") < text.index("`a_next` differs")


def test_a_placeholder_left_is_named(of):
    assert of(f"return (None, None, (None, {CALL}))").mistake.id == "placeholder-left"


def test_more_keys_and_a_huge_value_beside_do_no_harm(of):
    assert of(
        f"a, y, (b, p, x, w) = right({CALL})\nreturn a, y, (b, p, x, w | {{'z': np.ones(10**6)}})"
    ).right


@each_row(
    "head",
    [
        "xt, a_prev",
        "xt, a_prev, parameters, n",
        "xt",
        "*, xt, a_prev, parameters",
        "xt, a_prev, parameters, *, n",
    ],
)
def test_a_changed_signature_is_named(check, head):
    space = notebook(f"def rnn_cell_forward({head}): return 1")
    assert check.verdict(space[CELL]).mistake.id == "signature-changed"


def test_another_argument_with_a_default_is_fine(check):
    cell = (
        "right = rnn_cell_forward\n"
        f"def rnn_cell_forward({CALL}, verbose=False): return right({CALL})"
    )
    assert check.verdict(notebook(cell)[CELL]).right


def test_an_undefined_name_is_named(of):
    assert (
        of("return right(xt, a_prev, paramters)").mistake.symptom
        == "`paramters` is not defined when the function runs."
    )


def renamed(function):
    def inner(*args):
        return function(*args)

    return inner


def kept(function):
    return wraps(function)(renamed(function))


class Callable:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return self.function(*args)


@each_row("wrap", [renamed, kept, Callable, partial, lambda f: lambda *args: f(*args)])
def test_anything_that_can_be_called_by_the_exercises_name_is_checked(
    wrap, check, monkeypatch
):
    space = notebook()
    space[CELL] = made = wrap(space[CELL])
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["__main__"], CELL, made, raising=False)
        if hasattr(made, "__globals__"):
            patch.setitem(made.__globals__, CELL, made)
        assert as_text(check.verdict(made)).startswith(
            "✓ rnn_cell_forward is right: shapes and values agree."
        )


@each_row(
    ("given", "name"),
    [
        (3, "an object of type int"),
        (None, "an object of type NoneType"),
        (len, "len"),
        (lambda: 1, "<lambda>"),
    ],
)
def test_what_is_none_of_the_exercises_functions(check, given, name, capsys):
    capsys.readouterr()  # what a row before may have left
    check(given)
    assert capsys.readouterr().out.splitlines() == [
        f"? {name} was not checked.",
        f"  called    check({name})",
        "  found     write check(rnn_cell_forward) or check(rnn_forward)",
    ]


def test_an_example_is_fresh_each_time(check):
    check.example(CELL)[0][:] = 0
    assert check.example(CELL)[0].all()
    with pytest.raises(
        KeyError, match="no example for 'gru'; there are: rnn_cell_forward, rnn_forward"
    ):
        check.example("gru")


def test_exercise_binds_a_check(folder):
    check = exercise("ex1_rnn_cell", folder)
    assert check.path == folder / "ex1_rnn_cell.npz"
    assert repr(check) == "check for ex1_rnn_cell: call it with one of your functions"


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "are not beside this notebook"), (b"broken", "ex1.npz is damaged")],
)
def test_without_numbers_there_is_a_message_and_the_notebook_runs_on(
    tmp_path, capsys, content, told
):
    if content:
        (tmp_path / "ex1.npz").write_bytes(content)
    Check("ex1", tmp_path)(notebook()[CELL])
    out = capsys.readouterr().out
    assert out.startswith("? rnn_cell_forward was not checked.")
    assert told in out


def test_validation_fails_with_a_short_text(check, monkeypatch, tmp_path):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    wrong = notebook(f"def rnn_cell_forward({CALL}): return None")[CELL]
    with pytest.raises(
        CheckFailed, match="rnn_cell_forward is not right yet"
    ) as failed:
        check(wrong)
    assert failed.value._render_traceback_() == str(failed.value).splitlines()
    with pytest.raises(CheckFailed, match="was not checked"):
        Check("ex1", tmp_path)(wrong)
    check(notebook()[CELL])


@pytest.mark.parametrize("mode", ["autograde", ""])
def test_elsewhere_a_failure_is_shown_only(check, monkeypatch, mode, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    check(notebook(f"def rnn_cell_forward({CALL}): return None")[CELL])
    assert "is not right yet" in capsys.readouterr().out


ALLOWED = """
import sys
before = set(sys.modules)
import numpy
numpys = set(sys.modules)
import unrolled.notebook_check
new = {name.split(".")[0] for name in set(sys.modules) - numpys}
print(sorted(new - set(sys.stdlib_module_names) - {"unrolled"}))
print(sorted(set(sys.modules) - before & {
    "fcntl", "resource", "pwd", "select", "signal", "_posixsubprocess"}))
"""


def test_importing_it_needs_numpy_and_the_standard_library_only():
    code = ALLOWED.replace(
        "set(sys.modules) - before &", "(set(sys.modules) - numpys) &"
    )
    assert python(code).splitlines() == ["[]", "[]"]


def test_the_link_to_the_book_is_that_of_the_numbers(folder, tmp_path, unit):
    sides = list(read_numbers(folder / "ex1_rnn_cell.npz").values())
    told = [replace(side, book="https://b.example/") for side in sides]
    save_numbers(tmp_path / "ex1_rnn_cell.npz", "ex1_rnn_cell", told)
    check = Check("ex1_rnn_cell", tmp_path)
    verdict = check.verdict(notebook()["rnn_cell_forward"])
    assert verdict.right
    wrong = notebook(f"def rnn_cell_forward({CALL}):\n    return None")
    text = as_text(check.verdict(wrong["rnn_cell_forward"]))
    assert "  book      https://b.example/book/slips1_rnn_cell.html#slip-" in text
