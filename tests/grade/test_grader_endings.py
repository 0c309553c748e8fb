"""Functions and cells that raise, hang or end the process cost themselves only."""

import re

import notebooks as nb
import pytest
from sweeps import few, sweep

from autograder.confine.clock import Stretch

CELL, SEQUENCE = nb.CELL, nb.SEQUENCE


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
    "frame = struct.pack('<4sIQ', b'UNR1', len(h), 0) + h"
)


OFTEN = ("endless", "exit", "recursion", "memory", "garbage", "numpy patched")


@pytest.mark.parametrize("name", few(END, OFTEN.__contains__))
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
    assert nb.points(result) == [10, 10]


@sweep
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
