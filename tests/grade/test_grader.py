"""Notebooks graded from the file to the result, by the hidden tests and a confined worker."""

import json
import os
import re
from dataclasses import asdict, dataclass, replace
from html import unescape
from types import ModuleType

import notebooks as nb
import pytest
from leftovers import left, nothing_new

from autograder.confine import Limits
from autograder.confine.clock import Stretch
from autograder.grade import grader
from autograder.grade import result as results
from autograder.grade import submission as submissions
from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge
from autograder.unit.catalogue import variant
from autograder.unit.samples import sample_notebook, samples
from autograder.unit.source import STUB
from autograder.unit.unit import load, outcome
from unrolled.check.outcome import MachineryError, Returned
from unrolled.check.render import as_html, as_text

CELL, SEQUENCE = nb.CELL, nb.SEQUENCE
OTHER = {CELL: SEQUENCE, SEQUENCE: CELL}


def solution(unit):
    """The lines of a unit's reference, as far as they are not the stub's."""
    solved = [c.text for c in nb.source_cells(unit) if c.role == "solve"]
    bodies = [text.split("### START")[1].split("### END")[0] for text in solved]
    lines = [line for body in bodies for line in body.splitlines()[1:]]
    return {line.strip() for line in lines if line.strip() and not STUB.match(line)}


SOLUTION = solution(nb.UNIT)


@pytest.fixture
def graded(tmp_path):
    """Grade a notebook; the result and its tasks by name."""

    def graded(notebook, seed=0, **limits):
        result = nb.grader(seed, **limits).grade(
            nb.write(notebook, tmp_path / "x.ipynb"), "ann"
        )
        assert json.loads(result.to_json())["score"] == result.score
        return result, {task.task: task for task in result.tasks}

    return graded


def points(result):
    return [task.points for task in result.tasks]


@pytest.mark.parametrize("seed", [0, 1, 20260131])
def test_the_reference_gets_full_marks(seed, graded):
    result, tasks = graded(nb.answered(), seed)
    assert (result.score, result.max_score, result.repairs, result.problem) == (
        20.0,
        20.0,
        [],
        "",
    )
    assert {t.status for t in tasks.values()} == {"passed"}
    assert all("is right" in t.message for t in tasks.values())


def test_the_release_gets_nothing(graded):
    result, tasks = graded(nb.untouched())
    assert result.score == 0
    assert {(t.status, t.misconception) for t in tasks.values()} == {
        ("untouched", "placeholder-left")
    }


@pytest.mark.parametrize("path", samples(nb.UNIT), ids=lambda p: p.stem)
def test_a_right_answer_in_another_style_gets_full_marks(path, graded):
    result, tasks = graded(sample_notebook(nb.UNIT, path), seed=3)
    assert points(result) == [10.0, 10.0], [t.message for t in result.tasks]
    assert {t.misconception for t in tasks.values()} == {None}


def representative(unit):
    """Give one known mistake of a unit, where there is one in a function that another calls."""
    called = {c for f in unit.functions.values() for c in f.companions}
    found = [e for e in unit.edits if e.misconception.function in called] or unit.edits
    return found[len(found) // 2]


@pytest.mark.parametrize("assignment", nb.COURSE.assignments)
def test_a_known_mistake_loses_points_once_and_is_named(assignment, tmp_path):
    unit = load(assignment, nb.COURSE)
    edit = representative(unit)
    one = edit.misconception
    path = nb.write(nb.mistaken(edit, unit), tmp_path / "x.ipynb")
    result = nb.grader(unit=unit).grade(path, "ann")
    task = next(t for t in result.tasks if t.task == one.function)
    assert task.points < task.max_points
    assert (task.status in ("failed", "partial"), task.misconception) == (True, one.id)
    assert one.symptom in task.message
    others = [t for t in result.tasks if t is not task]
    assert [t.message for t in others if t.points != t.max_points] == []
    # the lines of the notebook are the student's own, and are shown to nobody else
    assert_no_secrets(told(without_own_lines(result)), solution(unit))


def without_own_lines(result):
    """A result without the lines of the notebook that it shows."""
    return replace(result, tasks=[without_lines(task) for task in result.tasks])


def without_lines(task):
    where = task.feedback.where
    if where is None:
        return task
    shown = replace(where, marks=())
    return replace(task, feedback=replace(task.feedback, where=shown))


@dataclass(frozen=True)
class Module:
    """Calls the functions of a module as a worker calls a student's."""

    module: ModuleType

    def call(self, name, arguments):
        came = outcome(getattr(self.module, name), arguments)
        return Returned(came.value, arguments) if isinstance(came, Returned) else came


def test_nothing_that_is_said_of_a_known_mistake_is_a_secret(tmp_path, subtests):
    """The functions are the course's own, so they are called in this process."""
    for number, edit in enumerate(nb.UNIT.edits):
        one = edit.misconception
        with subtests.test(f"{one.function}-{one.id}-{number}"):
            path = nb.write(nb.mistaken(edit), tmp_path / "x.ipynb")
            wrong = Module(variant(nb.UNIT.assignment, edit, nb.COURSE))
            judge = Judge(nb.UNIT, wrong, 0)
            attempt = run_tests(nb.UNIT, judge, (one.function,))[one.function]
            assert not attempt.whole
            submission = submissions.read(path, nb.UNIT)
            verdict = grader.explained(nb.UNIT, None, submission, attempt, ((), ()))
            texts = [as_text(verdict), as_html(verdict)]
            assert one.symptom in texts[0]
            assert_no_secrets(texts, SOLUTION)


def told(result):
    """All that a result says in words."""
    return [text for task in result.tasks for text in (task.message, task.html)]


def assert_no_secrets(texts, solution=SOLUTION):
    """No number of more than three digits, and no line of code but the student's own that
    failed.
    """
    own = (
        r"\(line \d+ of the cell(?: that defines [^:]*)?: (`[^`]*`|<code>.*?</code>)\)"
    )
    for text in texts:
        said = re.sub(rf"<svg.*?</svg>|style=\"[^\"]*\"|{own}", "", unescape(text))
        assert re.findall(r"\d\.\d{3,}|\d{2,}\.\d{2,}", said) == []
        assert [line for line in solution if len(line) > 12 and line in said] == []


def test_the_solution_has_lines_to_look_for():
    assert any("np.tanh" in line for line in SOLUTION)


@pytest.mark.parametrize("seed", range(4))
def test_a_mistake_is_named_whatever_the_seed(seed, graded):
    _, tasks = graded(nb.mistaken(nb.mistake(SEQUENCE, "a0-every-step")), seed)
    assert (tasks[SEQUENCE].misconception, tasks[SEQUENCE].points < 10) == (
        "a0-every-step",
        True,
    )


def test_two_mistakes_cost_each_its_own_function_and_are_both_named(graded):
    made = {CELL: "tanh-missing", SEQUENCE: "a0-ignored"}
    wrong = {
        name: nb.cell(nb.mistaken(nb.mistake(name, i)), name)["source"]
        for name, i in made.items()
    }
    _, tasks = graded(nb.answered(**wrong))
    assert {name: t.misconception for name, t in tasks.items()} == made
    assert "Judged with a right `rnn_cell_forward`" in tasks[SEQUENCE].message


def test_a_mistake_in_the_companion_is_paid_once_also_with_keywords(graded):
    call = "rnn_cell_forward(x[:, :, t], a_next, parameters)"
    named = "rnn_cell_forward(xt=x[:, :, t], a_prev=a_next, parameters=parameters)"
    wrong = nb.cell(nb.mistaken(nb.mistake(CELL, "bias-missing")), CELL)["source"]
    assert call in nb.RIGHT[SEQUENCE]
    result, _ = graded(
        nb.answered(**{CELL: wrong, SEQUENCE: nb.RIGHT[SEQUENCE].replace(call, named)})
    )
    assert (points(result)[0] < 10, points(result)[1]) == (True, 10)


# A sequence function that starts each step from its own stored state, and asks whether the
# step's cache holds it.
VIEW = nb.RIGHT[SEQUENCE].replace(
    "x[:, :, t], a_next, parameters)",
    "x[:, :, t], a[:, :, t - 1] if t else a0, parameters)",
)
SHARED = """
    if T_x > 1:
        before = caches[1][1][0, 0]
        a[0, 0, 0] += 7
        assert caches[1][1][0, 0] == before + 7
        a[0, 0, 0] -= 7
    ### END CODE HERE ###"""


def test_an_error_inside_a_right_companion_says_whose_cell_it_is_in(graded):
    wrong = nb.RIGHT[SEQUENCE].replace("x[:, :, t]", "x[:, t]")
    _, tasks = graded(nb.answered(**{SEQUENCE: wrong}))
    assert f"of the cell that defines `{CELL}`" in tasks[SEQUENCE].message
    assert tasks[SEQUENCE].misconception == "input-cut-along-wrong-axis"
    own = nb.RIGHT[CELL].replace("Waa @ a_prev", "Waa[9] @ a_prev")
    _, tasks = graded(nb.answered(**{CELL: own}))
    assert "of the cell: `" in tasks[CELL].message


def test_a_start_that_broadcasts_is_right_beside_a_stub_too(tmp_path):
    unit = load("ex3_lstm_forward", nb.COURSE)
    texts = nb.code(nb.source_cells(unit))
    right = "c_next = np.zeros((n_a, m))"
    for start in ("0", "np.zeros((n_a, 1))", "np.zeros(m)", "[[0.0] * m] * n_a"):
        sequence = texts["lstm_forward"].replace(right, f"c_next = {start}")
        notebook = nb.filled(unit, {"lstm_forward": sequence})
        path = nb.write(notebook, tmp_path / "x.ipynb")
        result = nb.grader(unit=unit).grade(path, "ann")
        by_name = {task.task: task for task in result.tasks}
        assert by_name["lstm_cell_forward"].status == "untouched"
        assert by_name["lstm_forward"].status == "passed", start


SERVED = {
    "x[:, t]": "input-cut-along-wrong-axis",
    "x": "input-cut-along-wrong-axis",
}


@pytest.mark.parametrize("cut", SERVED)
def test_what_a_served_companion_refuses_has_the_name_that_it_has_beside_ones_own(
    cut, graded
):
    wrong = nb.RIGHT[SEQUENCE].replace("x[:, :, t]", cut)
    stub = nb.cell(nb.untouched(), CELL)["source"]
    _, tasks = graded(nb.answered(**{CELL: "".join(stub), SEQUENCE: wrong}))
    assert tasks[SEQUENCE].misconception == SERVED[cut]
    assert "raises ValueError: " in tasks[SEQUENCE].message
    _, tasks = graded(nb.answered(**{SEQUENCE: wrong}))
    assert tasks[SEQUENCE].misconception == SERVED[cut]


@pytest.mark.parametrize("own", ["right", "bias-missing"])
def test_aliasing_shows_with_the_own_companion_and_with_a_served_one(own, graded):
    cell = (
        nb.RIGHT[CELL]
        if own == "right"
        else nb.cell(nb.mistaken(nb.mistake(CELL, own)), CELL)["source"]
    )
    view = VIEW.replace("\n    ### END CODE HERE ###", SHARED)
    copies = view.replace("a[:, :, t - 1] if t", "a[:, :, t - 1].copy() if t")
    assert view != copies
    _, tasks = graded(nb.answered(**{CELL: cell, SEQUENCE: view}))
    assert tasks[SEQUENCE].points == 10, tasks[SEQUENCE].message
    _, tasks = graded(nb.answered(**{CELL: cell, SEQUENCE: copies}))
    assert "AssertionError" in tasks[SEQUENCE].message


OVERWRITING = (
    nb.RIGHT[SEQUENCE]
    .replace("a_next = a0\n", "a_next = a0.copy()\n    state = a_next\n")
    .replace(
        "        a[:, :, t] = a_next\n",
        "        a[:, :, t] = a_next\n        state[:] = a_next\n        a_next = state\n",
    )
)


@pytest.mark.parametrize("own", ["right", "bias-missing"])
def test_a_state_that_is_overwritten_spoils_the_caches_also_when_served(own, graded):
    cell = (
        nb.RIGHT[CELL]
        if own == "right"
        else nb.cell(nb.mistaken(nb.mistake(CELL, own)), CELL)["source"]
    )
    _, tasks = graded(nb.answered(**{CELL: cell, SEQUENCE: OVERWRITING}))
    assert tasks[SEQUENCE].points < 10
    assert "caches[0][0][1]" in tasks[SEQUENCE].message


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


@pytest.mark.parametrize("way", CAPTURED)
def test_a_mistake_in_a_companion_is_paid_once_however_it_is_kept(way, graded):
    assert CAPTURED[way].count("rnn_cell_forward") in (1, 2)
    wrong = nb.cell(nb.mistaken(nb.mistake(CELL, "bias-missing")), CELL)["source"]
    result, tasks = graded(nb.answered(**{CELL: wrong, SEQUENCE: CAPTURED[way]}))
    assert (points(result)[0] < 10, points(result)[1]) == (True, 10), tasks[
        SEQUENCE
    ].message
    assert tasks[CELL].misconception == "bias-missing"


SLOW = "import time\ntime.sleep(0.8)\nlosses = [1.0]\n"


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


END = {  # a line of a function, and the status that it brings
    "endless": ("while True: pass", "timeout"),
    "exit": ("os._exit(1)", "crashed"),
    "sys.exit": ("sys.exit()", "failed"),
    "recursion": ("return rnn_cell_forward(xt, a_prev, parameters)", "failed"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "crashed"),
    "huge return": ("return np.zeros(2 * 10**6)", "crashed"),
    "memory": ("np.ones((10**6, 10**6))", "failed"),
    "closed": ("os.close(4)", "crashed"),
    "garbage": ("os.write(4, b'x' * 99)", "crashed"),
    "a frame left behind": ("os.write(4, frame)", "crashed"),
    "numpy patched": ("np.tanh = np.exp = np.zeros = None", "failed"),
    "json patched": ("json.dumps = None", "crashed"),
    "builtins patched": ("builtins.len = builtins.isinstance = None", "crashed"),
    "alarm": (
        "signal.signal(14, lambda *a: os._exit(1)); signal.setitimer(0, 0.001); "
        "all(iter(lambda: True, 0))",
        "crashed",
    ),
    "errors of numpy": ("np.seterr(all='raise'); 1 / np.zeros(1)", "failed"),
}
HEAD = (
    "import builtins, json, os, signal, struct, sys\n"
    'h = b\'{"message":{"op":"returned"},"tree":7,"arrays":[]}\'\n'
)
HEAD += "frame = struct.pack('<4sIQ', b'UNR1', len(h), 0) + h"


@pytest.mark.parametrize("name", END)
def test_a_function_that_goes_wrong_costs_itself_only(name, graded):
    """Also where the other function calls it."""
    line, status = END[name]
    text = re.sub(r"\n    Wax, Waa, Wya = .*", rf"\n    {line}\g<0>", nb.RIGHT[CELL])
    assert line in text
    result, tasks = graded(
        nb.with_cell(HEAD, notebook=nb.answered(**{CELL: text})),
        output_mb=8,
        call_seconds=1,
    )
    assert (tasks[CELL].points < 10, tasks[SEQUENCE].points) == (True, 10), (
        result.problem,
        tasks[SEQUENCE].message,
    )
    assert tasks[CELL].status == status or (
        status == "failed" and tasks[CELL].status == "partial"
    )


ALONE = nb.RIGHT[SEQUENCE].replace("rnn_cell_forward(", "step(")
STEP = nb.RIGHT[CELL].replace("def rnn_cell_forward(", "def step(")


def test_what_one_function_does_costs_no_other_that_does_not_call_it(graded):
    text = nb.RIGHT[CELL].replace("    cache =", "    np.zeros = None\n    cache =")
    result, _ = graded(
        nb.with_cell(STEP, notebook=nb.answered(**{CELL: text, SEQUENCE: ALONE}))
    )
    assert points(result) == [10, 10]


def test_a_status_is_the_functions_own(graded):
    wrong = nb.cell(nb.mistaken(nb.mistake(CELL, "bias-missing")), CELL)["source"]
    endless = nb.RIGHT[SEQUENCE].replace("a_next = a0\n", "while True: pass\n")
    _, tasks = graded(nb.answered(**{CELL: wrong, SEQUENCE: endless}), call_seconds=1)
    assert [tasks[name].status for name in (CELL, SEQUENCE)] == ["partial", "timeout"]


@pytest.mark.parametrize(
    "line",
    [
        "while True: pass",
        "os._exit(1)",
        "raise SystemExit",
        "1 / 0",
        "np.tanh(",
        "os.close(4)",
    ],
)
def test_a_cell_that_goes_wrong_is_left_out_and_named(line, graded):
    result, _ = graded(nb.with_cell(f"import os\n{line}"), cell_seconds=2)
    assert result.score == 20
    ends = line.startswith(("while", "os."))
    assert any("code cell 3 is left out" in r for r in result.repairs) == ends


def test_a_function_in_front_of_a_loop_without_end_counts(graded):
    """As it does in a kernel, which one then interrupts."""
    result, _ = graded(
        nb.answered(**{CELL: nb.RIGHT[CELL] + "\nwhile True: pass"}), cell_seconds=2
    )
    assert result.score == 20
    line = len(nb.RIGHT[CELL].split("\n")) + 1
    assert (
        f"code cell 3 is left out at line {line}: it took more than 2 s"
        in result.repairs
    )


def test_no_function_uses_up_anothers_time(graded, monkeypatch):
    used, charge = [], Stretch.charge
    monkeypatch.setattr(
        Stretch, "charge", lambda self: used.append(charge(self)) or used[-1]
    )
    hang = {
        name: re.sub(r'\n    """\n', '\n    """\n    while True: pass\n', text)
        for name, text in nb.RIGHT.items()
    }
    _, tasks = graded(nb.answered(**{CELL: hang[CELL]}), call_seconds=1)
    assert [tasks[n].points for n in (CELL, SEQUENCE)] == [0, 10]
    _, tasks = graded(nb.answered(**hang), call_seconds=1)
    assert {t.status for t in tasks.values()} == {"timeout"}
    assert {t.misconception for t in tasks.values()} == {"never-returns"}
    assert 4 < sum(used) < 60


DIGITS = "digits = '%d' % abs(int(xt[0, 0] * 1e9)); "
BROADCAST = "text = 'operands could not be broadcast together with shapes (%s) (3,) '; "
MISSING = "text = 'f() missing 1 required positional arguments: '; "
SMUGGLED = {
    "a float": "raise ValueError(str(xt))",
    "an integer": "raise ValueError(f'index {digits} is out of bounds for axis 0 with size 3')",
    "a shape": f"{BROADCAST}raise ValueError(text % ','.join(digits))",
    "names": f"{MISSING}raise TypeError(text + ', '.join(repr('v' + d) for d in digits))",
    "a name": "raise NameError(f\"name 'v{digits}' is not defined\")",
    "a class": "raise type('v' + digits, (Exception,), {})",
    "an object": "return type('v' + digits, (), {})(), 1, 2",
    "a length": "return np.zeros((0, int(digits))), np.zeros((*map(int, digits), 0)), ()",
    "the number of values": "return (None,) * int(digits[:6])",
    "a key": "raise KeyError(float(xt[0, 0]))",
    "a variable": (
        "exec(f'def rnn_cell_forward(xt, a_prev, parameters):\\n"
        "  return v{digits}', globals()); 1 / 0"
    ),
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_hidden_inputs_do_not_come_out(name, graded):
    """Digits of an input, in whatever form the function lets them out."""
    text = re.sub(
        r"\n    Wax, Waa, Wya = .*",
        lambda m: f"\n    {DIGITS}{SMUGGLED[name]}{m[0]}",
        nb.RIGHT[CELL],
    )
    _, tasks = graded(nb.answered(**{CELL: text}))
    assert tasks[CELL].points < 10
    told = " ".join([tasks[CELL].message, tasks[CELL].html])
    digits = hidden_digits()
    assert [d for d in digits if d in re.sub(r"\D+", "", told) or d in told] == []
    assert re.findall(r"\d{5,}", tasks[CELL].message) == []


def hidden_digits():
    """Leading digits of the first input of each hidden case, as the smugglers write them."""
    from autograder.grade.hidden_case import hidden_case
    from autograder.unit import hidden_cases

    first = [
        abs(hidden_case(nb.UNIT, CELL, label, 0)[0][0][0, 0])
        for label in hidden_cases.KINDS
        if label != "small"
    ]
    return [str(int(v * 1e9))[:6] for v in first]


USEFUL = {
    "np.tanh(Waa @ xt": "matmul: Input operand 1 has a mismatch in its core dimension 0",
    "np.tnah(Waa @ a_prev": "AttributeError: module 'numpy' has no attribute 'tnah'",
    "np.tanh(Waa @ a_previous": "NameError: name 'a_previous' is not defined",
    "np.tanh(Waa @ parameters['Wx']": "KeyError: 'Wx'",
    "np.tanh(Waa @ a_prev.sum(7)": "axis 7 is out of bounds for array of dimension 2",
}


@pytest.mark.parametrize("wrong", USEFUL)
def test_useful_messages_come_out_with_the_line(wrong, graded):
    text = nb.RIGHT[CELL].replace("np.tanh(Waa @ a_prev", wrong)
    message = graded(nb.answered(**{CELL: text}))[1][CELL].message
    assert USEFUL[wrong] in message
    assert wrong in message


def test_a_mistake_is_known_by_a_message_that_is_not_repeated(graded):
    text = nb.RIGHT[CELL].replace("np.tanh(Waa @", "np.tanh(None) + np.tanh(Waa @")
    task = graded(nb.answered(**{CELL: text}))[1][CELL]
    assert task.misconception == "placeholder-left"
    assert "loop of ufunc" not in task.message


def test_the_same_submission_and_seed_give_the_same_result(graded):
    for notebook in (
        nb.answered(),
        nb.mistaken(nb.mistake(CELL, "bias-missing")),
        nb.untouched(),
    ):
        assert graded(notebook, 5)[0].to_json() == graded(notebook, 5)[0].to_json()


DRAWS = (
    "np.random.randn(*a_prev.shape)",
    "np.random.default_rng().standard_normal(a_prev.shape)",
    "a_prev + (random.random() < 0.5)",
)


@pytest.mark.parametrize("draw", DRAWS)
def test_what_is_drawn_without_a_seed_is_the_same_each_time(draw, graded):
    text = f"import random\n{nb.RIGHT[CELL]}".replace(
        "    cache =", f"    a_next = {draw}\n    cache ="
    )
    first, second = (graded(nb.answered(**{CELL: text}))[0] for _ in range(2))
    assert first.score < 20
    assert first.to_json() == second.to_json()


def test_a_failure_of_the_machinery_gives_no_mark(tmp_path, monkeypatch):
    path = nb.write(nb.answered(), tmp_path / "x.ipynb")
    for failure in (
        MachineryError("no worker"),
        OSError("disk"),
        RuntimeError("odd"),
        KeyError("k"),
    ):
        monkeypatch.setattr(
            grader,
            "run_tests",
            lambda *a, error=failure, **k: (_ for _ in ()).throw(error),
        )
        result = nb.grader().grade(path, "ann")
        assert (result.score, result.tasks) == (None, [])
        assert "the grading machinery failed" in result.problem


def test_a_test_that_fails_by_itself_gives_no_mark(tmp_path, monkeypatch):
    path = nb.write(nb.answered(), tmp_path / "x.ipynb")
    monkeypatch.setattr("autograder.grade.judge.compare_returned", lambda *a: 1 / 0)
    result = nb.grader().grade(path, "ann")
    assert (result.score, {(t.status, t.points) for t in result.tasks}) == (
        None,
        {("error", None)},
    )


def test_an_interrupt_stops_the_batch(tmp_path, monkeypatch):
    path = nb.write(nb.answered(), tmp_path / "x.ipynb")
    monkeypatch.setattr(
        "autograder.grade.judge.compare_returned",
        lambda *a: (_ for _ in ()).throw(KeyboardInterrupt),
    )
    with pytest.raises(KeyboardInterrupt):
        nb.grader().grade(path, "ann")


def test_what_a_shell_sets_for_pytest_does_not_matter(graded, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x --collect-only")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    wrong = nb.mistaken(nb.mistake(CELL, "bias-missing"))
    assert points(graded(wrong)[0])[1] == 10
    assert os.environ["PYTEST_ADDOPTS"] == "-x --collect-only"


def test_a_result_can_be_written_and_read(graded, tmp_path):
    result, _ = graded(nb.untouched())
    results.write(result, tmp_path / "r.json")
    assert results.read(tmp_path / "r.json") == result
    assert asdict(result)["versions"].keys() == {
        "autograder",
        "numpy",
        "python",
        "tests",
    }


def test_the_digest_follows_the_tests(tmp_path):
    course = replace(nb.COURSE, solutions=nb.COURSE.solutions)
    before = grader.digest(nb.UNIT)
    assert before == grader.digest(replace(nb.UNIT, course=course))
    other = tmp_path / "solutions"
    other.mkdir()
    changed = replace(nb.COURSE, solutions=other)
    assert grader.digest(replace(nb.UNIT, course=changed)) != before


def test_grading_leaves_nothing_behind(graded, tmp_path, monkeypatch):
    graded(nb.answered())
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    before = left()
    endless = nb.RIGHT[CELL].replace("    cache =", "    while True: pass\n    cache =")
    for notebook in (
        nb.answered(),
        nb.answered(**{CELL: endless}),
        nb.with_cell("import os\nos._exit(1)"),
        b"",
        {},
    ):
        graded(notebook, call_seconds=0.3)
    assert nothing_new(before)
    assert list(place.iterdir()) == []


def test_limits_of_the_course_are_the_defaults():
    with grader.client_for(
        nb.UNIT, grader.read(released(), nb.UNIT), nb.grader().confinement
    ) as client:
        assert client.limits == Limits.from_settings(nb.COURSE.settings)


def released():
    return nb.COURSE.exercises / nb.UNIT.assignment / f"{nb.UNIT.assignment}.ipynb"


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


def test_what_is_said_of_hidden_inputs_has_no_values(graded):
    """Of visible ones the check tells yours beside what is expected."""
    cell = (
        "right = rnn_cell_forward\ndef rnn_cell_forward(xt, a_prev, parameters):\n"
        "    a, y, cache = right(xt, a_prev, parameters)\n    return a + 1, y + 1, cache"
    )
    _, tasks = graded(nb.with_cell(cell, before="try_rnn_cell_forward"))
    assert "differs in" in tasks["rnn_cell_forward"].message
    for task in tasks.values():
        assert "yours" not in task.message + task.html
        assert "▪" not in task.html
