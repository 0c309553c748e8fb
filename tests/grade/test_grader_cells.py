"""What else a notebook may hold, and in which state: what counts of it, and what is said."""

import re

import notebooks as nb
import pytest
from sweeps import few, sweep

CELL, SEQUENCE = nb.CELL, nb.SEQUENCE


GLOBALS = {
    "xt": (CELL, "Wax @ xt", "Wax @ x_data[:, :, 0]", "x_data = np.ones((3, 4, 6))"),
    "parameters": (
        SEQUENCE,
        "parameters)\n        a[",
        "weights)\n        a[",
        "weights = {'Wax': np.ones(3)}",
    ),
}


@pytest.mark.parametrize("name", GLOBALS)
def test_data_from_the_notebook_is_named_with_its_variable(name, graded):
    function, find, put, data = GLOBALS[name]
    assert find in nb.RIGHT[function]
    notebook = nb.with_cell(
        data, notebook=nb.answered(**{function: nb.RIGHT[function].replace(find, put)})
    )
    _, tasks = graded(notebook)
    assert tasks[function].misconception == "notebook-globals"
    assert f"`{data.split()[0]}`" in tasks[function].message


def test_helpers_constants_and_modules_of_the_notebook_may_be_read(graded):
    text = (
        nb.RIGHT[CELL]
        .replace("np.tanh(", "squash(")
        .replace("+ ba)", "+ ba * ONE + math.pi * 0)")
    )
    helpers = "import math\nONE = np.ones((1, 1))\nsquash = lambda z: np.tanh(z)"
    assert (
        graded(nb.with_cell(helpers, notebook=nb.answered(**{CELL: text})))[0].score
        == 20
    )


DAMAGE = {
    "magics": lambda: nb.with_cell(
        "%matplotlib inline\n!ls\nx = !ls\n?np.tanh\n%time y = 1"
    ),
    "magic in a graded cell": lambda: nb.answered(
        **{CELL: "%%time\n" + nb.RIGHT[CELL] + "\n!ls"}
    ),
    "conflict in a cell": lambda: nb.answered(
        **{
            CELL: nb.RIGHT[CELL].replace("    cache =", "<<<<<<< HEAD\n    cache =")
            + "\n=======\n    x\n>>>>>>> b\n"
        }
    ),
    "split": lambda: nb.split(nb.answered(), SEQUENCE, 25),
    "split in three": lambda: nb.split(nb.answered(), SEQUENCE, 8, 28),
    "both split": lambda: nb.split(nb.split(nb.answered(), SEQUENCE, 25), CELL, 20),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_notebook_is_graded_for_what_it_holds(name, graded):
    result, _ = graded(DAMAGE[name]())
    assert (result.score, len(result.repairs) > 0) == (20, True), [
        t.message for t in result.tasks
    ]


@pytest.mark.parametrize("line", range(1, len(nb.RIGHT[SEQUENCE].split("\n")), 8))
def test_a_function_may_be_split_at_any_line(line, graded):
    result, _ = graded(nb.split(nb.answered(), SEQUENCE, line))
    assert result.score == 20, [t.message for t in result.tasks]


def test_a_helper_in_a_locked_cell_survives_and_the_courses_text_wins(graded):
    notebook = nb.answered(**{CELL: nb.RIGHT[CELL].replace("np.tanh(", "helper(")})
    locked = nb.cell(notebook, "imports")
    locked["source"] = (
        "".join(locked["source"]).replace("z.max(axis=0", "z.max(axis=1")
        + "\nhelper = np.tanh"
    )
    assert graded(notebook)[0].score == 20


def test_a_syntax_error_costs_its_own_function_and_is_shown(graded):
    broken = nb.RIGHT[CELL].replace("cache = (a_next", "cache = = (a_next")
    _, tasks = graded(nb.answered(**{CELL: broken}))
    assert (tasks[CELL].points, tasks[CELL].status, tasks[SEQUENCE].points) == (
        0,
        "missing",
        10,
    )
    assert tasks[CELL].misconception == "syntax-error"
    assert re.search(
        r"code cell 3, .* SyntaxError, line \d+: `cache = = \(a_next, a_prev, xt, parameters\)`",
        tasks[CELL].message,
    )


def test_a_cell_that_fails_above_its_function_is_no_loss(graded):
    result, _ = graded(
        nb.answered(
            **{CELL: "x, a, p = check.example('rnn_cell_forward')\n" + nb.RIGHT[CELL]}
        )
    )
    assert result.score == 20


SETTINGS = [
    "np.seterr(all='raise')",
    "import warnings\nwarnings.simplefilter('error')",
    "np.seterr(all='call')",
]


@pytest.mark.parametrize("text", SETTINGS)
def test_what_a_cell_sets_for_numpys_errors_is_not_for_grading(text, graded):
    warns = nb.RIGHT[CELL].replace(
        "    cache =",
        "    np.exp(1e4 * np.ones(1)), np.asarray(np.matrix('1'))\n    cache =",
    )
    result, _ = graded(nb.with_cell(text, notebook=nb.answered(**{CELL: warns})))
    assert result.score == 20, [t.message for t in result.tasks]


_STEP = nb.RIGHT[SEQUENCE].replace("= rnn_cell_forward(x", "= STEP(x")


CAPTURED = {
    "by default": nb.RIGHT[SEQUENCE]
    .replace("= rnn_cell_forward(x", "= step(x")
    .replace("a0, parameters):", "a0, parameters, step=rnn_cell_forward):"),
    "a partial": f"from functools import partial\nSTEP = partial(rnn_cell_forward)\n{_STEP}",
    "another name": f"STEP = rnn_cell_forward\n{_STEP}",
    "a dictionary": f"CELLS = {{1: rnn_cell_forward}}\n{_STEP.replace('STEP(', 'CELLS[1](')}",
    "a class": (
        "class Rnn:\n    step = staticmethod(rnn_cell_forward)\n"
        f"{_STEP.replace('STEP(', 'Rnn.step(')}"
    ),
    "an object": "class Rnn:\n    def __init__(self, step):\n        self.step = step\n"
    "rnn = Rnn(rnn_cell_forward)\n" + _STEP.replace("STEP(", "rnn.step("),
    "a lambda": f"STEP = lambda *a, f=rnn_cell_forward: f(*a)\n{_STEP}",
    "a closure": "def make(STEP):\n    "
    + _STEP.replace("\n", "\n    ")
    + "\n    return rnn_forward\nrnn_forward = make(rnn_cell_forward)",
}


@pytest.mark.parametrize(
    "way", few(CAPTURED, lambda way: way in ("a class", "a lambda", "a closure"))
)
def test_a_mistake_in_a_companion_is_paid_once_however_it_is_kept(way, graded):
    assert CAPTURED[way].count("rnn_cell_forward") in (1, 2)
    wrong = nb.cell(nb.mistaken(nb.mistake(CELL, "bias-missing")), CELL)["source"]
    result, tasks = graded(nb.answered(**{CELL: wrong, SEQUENCE: CAPTURED[way]}))
    assert (nb.points(result)[0] < 10, nb.points(result)[1]) == (True, 10), tasks[
        SEQUENCE
    ].message
    assert tasks[CELL].misconception == "bias-missing"


SLOW = "import time\ntime.sleep(0.8)\nlosses = [1.0]\n"


@sweep
def test_slow_experiments_cost_no_marks(graded):
    """More of them than there is time for, a function that hangs among them."""
    notebook = nb.answered(
        **{
            CELL: re.sub(
                r'\n    """\n', '\n    """\n    while True: pass\n', nb.RIGHT[CELL]
            )
        }
    )
    for before in (CELL, SEQUENCE):
        for number in range(4):
            notebook = nb.with_cell(
                f"{SLOW}def helper_{number}():\n    return losses", before, notebook
            )
    result, tasks = graded(notebook, loading_seconds=4, call_seconds=1, cell_seconds=3)
    assert [tasks[n].points for n in (CELL, SEQUENCE)] == [0, 10], tasks[
        SEQUENCE
    ].message
    assert "one call of `rnn_cell_forward` took more than 1 s" in tasks[CELL].message
    assert any("took more than 4 s in all: from code cell" in r for r in result.repairs)


def test_a_slow_cell_below_which_the_function_stands_costs_no_marks(graded):
    notebook = nb.answered(
        **{CELL: f"import time\ntime.sleep(9)\n{nb.RIGHT[CELL]}\ntime.sleep(9)"}
    )
    result, _ = graded(notebook, cell_seconds=1)
    assert result.score == 20
    line = len(nb.RIGHT[CELL].split("\n")) + 3
    why = "it took more than 1 s"
    assert (
        f"code cell 3 is left out at line 2: {why}; at line {line}: {why}"
        in result.repairs
    )


def test_nobody_is_told_of_an_endless_loop_for_slow_cells(graded):
    slow = "\n".join(
        f"class C{n}:\n    import time\n    time.sleep(0.6)" for n in range(9)
    )
    result, tasks = graded(nb.with_cell(slow), loading_seconds=1, cell_seconds=9)
    assert result.score == 0
    assert {t.misconception for t in tasks.values()} == {"cells-take-too-long"}
    assert all(
        "the notebook's own cells took more than 1 s in all" in t.message
        for t in tasks.values()
    )
    assert not any("loop whose condition" in t.message for t in tasks.values())


NOT_RUN = [
    "%%script false",
    "%%writefile old.py",
    "%%python3",
    "%%timeit",
    "%%skip",
    "%%markdown",
    "%%bash",
    "%%html",
]


@pytest.mark.parametrize("magic", NOT_RUN)
def test_a_cell_that_is_switched_off_overrides_nothing(magic, graded):
    old = nb.cell(nb.mistaken(nb.mistake(CELL, "bias-missing")), CELL)["source"]
    result, _ = graded(nb.with_cell(f"{magic}\n{old}", before="try_rnn_forward"))
    assert result.score == 20
    assert any("left out, as by Jupyter" in r for r in result.repairs)


def test_a_function_in_a_cell_that_is_switched_off_is_told(graded):
    _, tasks = graded(nb.answered(**{CELL: "%%script false\n" + nb.RIGHT[CELL]}))
    assert (tasks[CELL].points, tasks[SEQUENCE].points) == (0, 10)
    assert (
        "code cell 3, which would define it, is left out, as by Jupyter"
        in tasks[CELL].message
    )


_INDENTED = nb.RIGHT[CELL].replace("\n", "\n    ")


ASKS = {
    "indented": f"    {_INDENTED}",
    "prompts": ">>> " + nb.RIGHT[CELL].replace("\n", "\n... "),
    "numbered prompts": "In [3]: " + nb.RIGHT[CELL].replace("\n", "\n   ...: "),
    "await": f"import asyncio\nawait asyncio.sleep(0)\n{nb.RIGHT[CELL]}",
    "await for others": (
        "import asyncio\nawait asyncio.gather(asyncio.sleep(0), asyncio.sleep(0))\n"
        f"{nb.RIGHT[CELL]}"
    ),
    "a continued command": f"!pip install \\\n  numpy\n{nb.RIGHT[CELL]}",
    "capture": f"%%capture out\n{nb.RIGHT[CELL]}",
    "below what is missing": f"import no_such_module\nwith no_such_module.x():\n    {_INDENTED}",
}


@pytest.mark.parametrize("way", ASKS)
def test_a_cell_counts_as_it_does_in_jupyter(way, graded):
    result, tasks = graded(nb.answered(**{CELL: ASKS[way]}))
    assert result.score == 20, tasks[CELL].message


def test_a_future_feature_of_an_earlier_cell_stays(graded):
    text = nb.RIGHT[CELL].replace(
        "(xt, a_prev, parameters)", "(xt: Input, a_prev: State, parameters) -> Output"
    )
    notebook = nb.with_cell(
        "from __future__ import annotations", notebook=nb.answered(**{CELL: text})
    )
    assert graded(notebook)[0].score == 20


@pytest.mark.parametrize("text", ["", "rnn_forward = None", "del rnn_forward"])
def test_a_missing_function(text, graded):
    _, tasks = graded(
        nb.with_cell("rnn_forward = 1", SEQUENCE, nb.answered(**{SEQUENCE: text}))
    )
    assert (tasks[SEQUENCE].status, tasks[SEQUENCE].points, tasks[CELL].points) == (
        "missing",
        0,
        10,
    )
    assert "there is no function `rnn_forward`" in tasks[SEQUENCE].message


@pytest.mark.parametrize(
    "line",
    [
        "return a",
        "return a, y_pred",
        "return a, y_pred, caches, x",
        "return None",
        "pass",
    ],
)
def test_a_wrong_number_of_values(line, graded):
    text = nb.RIGHT[SEQUENCE].replace("return a, y_pred, caches", line)
    _, tasks = graded(nb.answered(**{SEQUENCE: text}))
    assert (tasks[SEQUENCE].points, tasks[CELL].points) == (0, 10)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"{}", nb.as_bytes(nb.answered())[:900]]
)
def test_what_cannot_be_read_is_refused_with_a_reason(data, graded):
    result, tasks = graded(data)
    assert (result.score, result.problem != "") == (0, True)
    assert all(
        t.message == f"Not graded: {result.problem}." and t.status == "missing"
        for t in tasks.values()
    )


def test_a_companion_that_does_not_run_is_not_called_undefined(graded):
    notebook = nb.mistaken(nb.mistake(SEQUENCE, "a0-every-step"))
    nb.cell(notebook, CELL)["source"] = nb.RIGHT[CELL].replace(
        "cache = (a_next", "cache = = (a_next"
    )
    _, tasks = graded(notebook)
    assert (tasks[CELL].misconception, tasks[SEQUENCE].misconception) == (
        "syntax-error",
        "a0-every-step",
    )
    assert "Judged with a right `rnn_cell_forward`" in tasks[SEQUENCE].message


def test_a_right_companion_is_spoken_of_only_where_it_was_called(graded):
    alone = "def rnn_forward(x, a0, parameters):\n    return x, x, x"
    _, tasks = graded(
        nb.answered(
            **{
                CELL: "def rnn_cell_forward(*given):\n    return 1, 2, 3",
                SEQUENCE: alone,
            }
        )
    )
    assert tasks[CELL].points < 10
    assert "Judged with a right" not in tasks[SEQUENCE].message


UNUSUAL = {
    "annotation": "{name}: object = {own}",
    "by name": "globals()['{name}'] = {own}",
    "by a name in parts": "globals()['{name}'[:3] + '{name}'[3:]] = {own}",
    "loop": "for {name} in [{own}]: pass",
    "tuple": "_, {name} = 1, {own}",
    "walrus": "({name} := {own})",
    "wide letters": "{wide} = {own}",
    "text that is run": "exec('{name}'[:4] + '{name}'[4:] + ' = {own}')",
}


@pytest.mark.parametrize("how", UNUSUAL)
def test_functions_bound_in_an_unusual_way_count_also_without_labels(how, graded):
    texts = []
    for name, text in nb.RIGHT.items():
        wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in name)
        other = text.replace(f"def {name}(", f"def own_{name}(")
        texts += [other, UNUSUAL[how].format(name=name, own=f"own_{name}", wide=wide)]
    notebook = {
        "cells": [nb.own(text) for text in texts],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    result, tasks = graded(notebook)
    assert result.score == 20, [t.message for t in tasks.values()]


def test_another_exercises_notebook_is_refused_with_what_it_defines(graded):
    result, tasks = graded({"cells": [nb.own("def lstm_forward(x):\n    pass")]})
    assert (result.score, {t.status for t in tasks.values()}) == (0, {"missing"})
    assert result.problem.endswith(
        "no function rnn_cell_forward or rnn_forward; it defines lstm_forward"
    )


SHOWING = """
import IPython
import IPython.core.display as core
from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import HTML, clear_output, display
from matplotlib_inline.backend_inline import set_matplotlib_formats

InteractiveShell.ast_node_interactivity = "all"
set_matplotlib_formats("svg")


def shown(value):
    clear_output(wait=True)
    display(HTML("<b>here</b>"), core.Image(data=b""), IPython.display.Markdown("x"))
    get_ipython().run_line_magic("matplotlib", "inline")
    return value
"""


def test_what_shows_things_in_a_notebook_costs_nothing_though_it_is_not_there(graded):
    code = SHOWING + nb.RIGHT[CELL].replace("return a_next,", "return shown(a_next),")
    assert code.count("shown(a_next)") == 1
    result, _ = graded(nb.answered(**{CELL: code}))
    assert result.score == result.max_score


def test_which_of_two_definitions_counts_is_told(graded):
    other = "def rnn_forward(x, a0, parameters):\n    return None"
    result, tasks = graded(nb.with_cell(other, before="try_rnn_forward"))
    assert any("define `rnn_forward` each" in one for one in result.repairs)
    task = tasks["rnn_forward"]
    assert task.points < task.max_points
    assert task.message.startswith("! Code cells ")
    assert "define `rnn_forward` each. The lowest counts" in task.message
    assert "define" not in tasks["rnn_cell_forward"].message
