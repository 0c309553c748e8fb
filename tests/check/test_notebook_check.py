"""The check as a student meets it: whatever is handed to it, it answers, and the notebook runs
on.
"""

import os
import subprocess
import sys
import textwrap
import warnings
from dataclasses import replace
from functools import partial, wraps

import numpy as np
import pytest
from conftest import CELL, SEQUENCE
from tables import each_row

from unrolled import exercise
from unrolled.check import calling
from unrolled.check.calling import call_function
from unrolled.check.numbers import read_numbers, save_numbers
from unrolled.check.render import as_html, as_text
from unrolled.check.shown import Shown
from unrolled.notebook_check import Check, CheckFailed

HELPERS = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)

def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (
        a_next, a_prev, xt, parameters)
"""
LOOP = """
def rnn_forward(x, a0, parameters):
    a, y, caches, a_next = [], [], [], a0
    for t in range(x.shape[2]):
        a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a.append(a_next)
        y.append(yt)
        caches.append(cache)
    return np.stack(a, 2), np.stack(y, 2), (caches, x)
"""
CALL = "xt, a_prev, parameters"


def notebook(*cells, **variables):
    """A namespace in which cells have run, as in a notebook."""
    space = {"__name__": "__main__", **variables}
    for number, text in enumerate((HELPERS, *cells)):
        exec(compile(textwrap.dedent(text), f"cell {number}", "exec"), space)
    return space


@pytest.fixture
def of(check, unit):
    """The verdict on a cell function with this body, which may use `right`."""

    def of(body, **variables):
        cell = (
            f"right = rnn_cell_forward\ndef rnn_cell_forward({CALL}):\n"
            + textwrap.indent(body, "    ")
        )
        return check.verdict(notebook(cell, **variables)[CELL])

    return of


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


def test_an_error_inside_a_companion_says_whose_cell_it_is_in(check, monkeypatch):
    monkeypatch.setattr(
        calling.linecache, "getline", lambda file, number: f"{file}, {number}"
    )
    space = notebook(
        f"def {CELL}(xt, a_prev, parameters):\n    return xt[99]",
        f"def {SEQUENCE}(x, a0, parameters):\n    return {CELL}(x, a0, parameters)",
    )
    where = f"line 2 of the cell that defines `{CELL}`"
    assert where in check.verdict(space[SEQUENCE]).failure
    assert "(line 2 of the cell: `" in check.verdict(space[CELL]).failure


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


def test_reading_the_notebook_is_wrong_even_where_the_numbers_are_right(of, check):
    *_, parameters = check.example(CELL)
    verdict = of(
        "p = parameters\nparameters_ = Wya\nreturn right(xt, a_prev, p)",
        Wya=parameters["Wya"],
    )
    assert verdict.mistake.id == "notebook-globals"
    assert "✗ rnn_cell_forward is not right yet." in as_text(verdict)
    assert "reads `Wya` from the notebook" in as_text(verdict)


def test_data_of_the_notebook_in_place_of_an_argument(check):
    *_, parameters = check.example(CELL)
    space = notebook(
        "right = rnn_cell_forward\ndef rnn_cell_forward(xt, a, p): return right(xt, a, parameters)"
    )
    space["parameters"] = parameters
    verdict = check.verdict(space[CELL])
    assert verdict.mistake.id == "notebook-globals"
    assert "`parameters`" in verdict.mistake.symptom


def test_an_undefined_name_is_named(of):
    assert (
        of("return right(xt, a_prev, paramters)").mistake.symptom
        == "`paramters` is not defined when the function runs."
    )


def test_only_other_sizes_wrong_is_noted(of):
    verdict = of(
        f"a, y, c = right({CALL})\nreturn (a, y, c) if a.shape == (5, 4) else (2 * a, y, c)"
    )
    assert verdict.notes == (
        "The notebook's example comes out right. What is called here has other sizes.",
    )


MEND = (
    "`rnn_cell_forward`, which this function may call, is not right itself. "
    "Mend it first, then check again."
)


@each_row(
    ("cell", "notes"),
    [
        ("", ()),
        (
            "right = rnn_cell_forward\n"
            f"def rnn_cell_forward({CALL}): return right(2 * xt, a_prev, parameters)",
            (MEND,),
        ),
        (f"def rnn_cell_forward({CALL}): return None", (MEND,)),
        (
            "W = np.ones(1)\nright = rnn_cell_forward\n"
            f"def rnn_cell_forward({CALL}): W; return right({CALL})",
            (MEND,),
        ),
    ],
)
def test_a_wrong_companion_is_to_be_mended_first(check, cell, notes):
    late = LOOP.replace("x[:, :, t]", "x[:, :, t - 1]")
    verdict = check.verdict(notebook(cell, late)[SEQUENCE])
    assert (verdict.right, verdict.notes) == (False, notes)
    if notes:
        lines = as_text(verdict).splitlines()
        assert lines[2] == f"  note      {MEND}"


def test_a_companion_answers_for_what_it_reads(check):
    reads = (
        "W = np.ones(1)\nright = rnn_cell_forward\n"
        f"def rnn_cell_forward({CALL}): W; return right({CALL})"
    )
    space = notebook(reads, LOOP)
    assert not check.verdict(space[CELL]).right
    assert check.verdict(space[SEQUENCE]).right


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


def test_an_interrupt_passes_through(of):
    with pytest.raises(KeyboardInterrupt):
        of("raise KeyboardInterrupt")


def test_prints_are_shown_once(of, capsys):
    of(f"print('shape', xt.shape)\nreturn right({CALL})")
    assert capsys.readouterr().out == "shape (3, 4)\n"


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


def test_validation_cuts_no_line_off(check, monkeypatch):
    """nbgrader's report shows 83 characters of each."""
    wrong = notebook(f"def rnn_cell_forward({CALL}): return None, None, None")[CELL]
    text = as_text(check.located(wrong, check.verdict(wrong)))
    assert max(map(len, text.splitlines())) > 83
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(CheckFailed) as failed:
        check(wrong)
    assert max(map(len, str(failed.value).splitlines())) <= 83
    assert str(failed.value).split() == text.split()


@pytest.mark.parametrize("mode", ["autograde", ""])
def test_elsewhere_a_failure_is_shown_only(check, monkeypatch, mode, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    check(notebook(f"def rnn_cell_forward({CALL}): return None")[CELL])
    assert "is not right yet" in capsys.readouterr().out


def test_shown_is_text_and_html(of):
    verdict = of(f"return right({CALL})")
    shown = Shown(as_text(verdict), as_html(verdict))
    assert repr(shown).startswith("✓ ")
    assert shown._repr_html_().startswith("<div")


def python(code, **environment):
    """Run code in a fresh interpreter; what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        check=True,
        env=os.environ | environment,
        encoding="utf-8",
    )
    return done.stdout


USE = """
import sys
{before}
from unrolled import exercise
check = exercise("ex1_rnn_cell", {folder!r})
def rnn_cell_forward(xt, a_prev, parameters):
    return None
check(rnn_cell_forward)
"""


def test_plain_python_without_ipython_prints(folder):
    out = python(USE.format(before='sys.modules["IPython"] = None', folder=str(folder)))
    assert out.startswith("✗ rnn_cell_forward is not right yet.")


def test_a_terminal_that_cannot_write_the_marks_is_no_error(folder):
    out = python(USE.format(before="", folder=str(folder)), PYTHONIOENCODING="ascii")
    assert out.startswith("? rnn_cell_forward is not right yet.")


def test_in_a_notebook_it_is_displayed(folder, tmp_path):
    before = (
        "from IPython.core.interactiveshell import InteractiveShell; "
        "InteractiveShell.instance()"
    )
    show = (
        "import IPython.core.display_functions as d; d.publish_display_data = "
        "lambda data, **_: print(*sorted(data))"
    )
    out = python(
        USE.format(before=f"{before}\n{show}", folder=str(folder)),
        IPYTHONDIR=str(tmp_path),
    )
    assert out.split() == ["text/html", "text/plain"]


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


def test_a_numpy_warning_in_the_students_code_is_not_shown(of):
    assert of(
        f"np.exp(np.array(1e9)) - np.exp(np.array(1e9))\nreturn right({CALL})"
    ).right


def test_arguments_are_fresh_for_every_call(check):
    seen = []

    def rnn_cell_forward(xt, a_prev, parameters):
        seen.append(xt.copy())
        xt[:] = 0

    check.verdict(rnn_cell_forward)
    check.verdict(rnn_cell_forward)
    half = len(seen) // 2
    np.testing.assert_array_equal(seen[0], seen[half])


@each_row("line", ["np.seterr(all='raise')", "warnings.simplefilter('error')"])
def test_what_the_notebook_sets_for_errors_does_not_hold_in_the_check(line):
    """Nor does it where the function is graded."""
    with np.errstate(), warnings.catch_warnings():
        exec(line, {"np": np, "warnings": warnings})
        outcome = call_function(
            lambda x: (np.exp(x), warnings.warn("so", stacklevel=1))[0],
            (np.full(1, 1e4),),
        )
    assert outcome.value == np.inf


SCRIPT = """
from unrolled import exercise
check = exercise("ex1_rnn_cell")
print(sorted(check.numbers))
"""


@pytest.mark.parametrize("where", ["ex1_rnn_cell", ".", "elsewhere"])
def test_a_script_finds_its_numbers_wherever_it_is_started(folder, tmp_path, where):
    home = tmp_path / "ex1_rnn_cell"
    home.mkdir()
    (tmp_path / "elsewhere").mkdir()
    numbers = (folder / "ex1_rnn_cell.npz").read_bytes()
    (home / "ex1_rnn_cell.npz").write_bytes(numbers)
    (home / "mine.py").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(home / "mine.py")],
        cwd=tmp_path / where,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(sorted([CELL, SEQUENCE]))


def test_a_notebook_in_vs_code_finds_its_numbers(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    space = {"__vsc_ipynb_file__": str(folder / "mine.ipynb"), "__name__": "__main__"}
    exec(SCRIPT.replace("print", "found = "), space)
    assert CELL in space["found"]


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
