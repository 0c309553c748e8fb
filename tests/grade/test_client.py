"""The trusted side of a worker, against workers that do what they like: only documented
outcomes come of it.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from leftovers import left, nothing_new
from sweeps import few, sweep
from tables import each_row

from autograder.confine import Limits, choose
from autograder.grade.client import Client, MachineryError
from autograder.grade.companions import RefusedError
from unrolled.check import wire
from unrolled.check.outcome import Lost, Raised, Returned

LIMITS = Limits(
    cell_seconds=2,
    call_seconds=1.5,
    loading_seconds=30,
    function_seconds=30,
    output_mb=4,
)
GOOD = ("good", "import os, sys, numpy as np\ndef good(x):\n    return x + 1")
FRAMES = "import os, struct, json\ndef frame(m, tree=None, arrays=(), body=b''):\n" + (
    "    h = json.dumps({'message': m, 'tree': tree, 'arrays': list(arrays)}).encode()\n"
    "    os.write(4, struct.pack('<4sIQ', b'UNR1', len(h), len(body)) + h + body)\n"
)


@pytest.fixture
def client():
    """A client for a notebook with these cells; `good` is always there."""
    opened = []

    def make(*cells, given=(), **limits):
        numbered = [(f"c{i}", text) for i, text in enumerate(cells)]
        opened.append(
            Client(choose(), replace(LIMITS, **limits), given, [GOOD, *numbered])
        )
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def right(outcome):
    return isinstance(outcome, Returned) and outcome.value == 2


def body(*lines):
    return "def f(x):\n" + "".join(f"    {line}\n" for line in lines)


DEADLY = {
    "exit": ("os._exit(3)", "crashed", "ended itself with exit code 3"),
    "endless loop": ("while True: pass", "timeout", "one call of `f` took more than 1.5 s"),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", "crashed", "segmentation fault"),
    "abort": ("os.abort()", "crashed", "abort"),
    "output closed": ("os.close(4)", "crashed", ""),
    "both ends closed, asleep": ("os.close(3); os.close(4); import time; "
        "time.sleep(60)", "crashed", "closed its ends"),
    "input closed": ("os.close(3); os._exit(0)", "crashed", "exit code 0"),
    "garbage": ("os.write(4, b'x' * 100)", "crashed", "bytes that are no frame"),
    "part of a frame": ("os.write(4, b'UNR1'); while_ = 1\n    while True: pass",
        "timeout", "one call of `f` took"),
    "huge return": ("return np.zeros(10**7)", "crashed", "more than the"),
    "an impossible size": ("os.write(4, b'UNR1' + b'\\xff' * 12)", "crashed", "more than the"),
    "odd message": ("frame([1])", "crashed", "header of an unknown form"),
    "unhashable name": ("frame({'op': 'serve', 'name': []})",
        "crashed", "something else than a result"),
    "loading again": ("frame({'op': 'loaded', 'errors': [], 'repairs': []})",
        "crashed", "something else"),
    "a lie as a tree": ("frame({'op': 'returned'}, {'g': 0})", "crashed", "unknown kind"),
    "negative shape": ("frame({'op': 'returned'}, {'a': 0}, [['<f8', [-1]]])",
        "crashed", "impossible shape"),
    "bomb": ("frame({'op': 'returned'}, {'l': [{'a': 0}] * 999}, [['|b1', "
        "[9**6]]], bytes(9**6))", "crashed", "large"),
    "json broken": ("import json; json.dumps = lambda *a, **k: 1 / 0", "crashed", ""),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", few(DEADLY, lambda name: list(DEADLY).index(name) % 2 == 0)
)
def test_what_ends_the_worker_costs_its_own_function_only(name, client):
    line, how, text = DEADLY[name]
    one = client(
        FRAMES, body(line, "return x"), call_seconds=1.5 if how == "timeout" else 20
    )
    outcome = one.call("f", (1,))
    assert isinstance(outcome, Lost)
    assert (outcome.how, text in outcome.text) == (how, True), outcome
    assert right(one.call("good", (1,)))


RAISING = {
    "exit": ("sys.exit(2)", "SystemExit"),
    "recursion": ("f(x)", "RecursionError"),
    "interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "memory": ("np.ones((10**6, 10**6))", "_ArrayMemoryError"),
    "memory bit by bit": (
        "a = []\n    while True: a.append(np.ones(10**7))",
        "_ArrayMemoryError",
    ),
    "thread": (
        "import threading; threading.Thread(target=print).start()",
        "RuntimeError",
    ),
    "process": ("os.fork()", "PermissionError"),
    "file": (
        "open('/etc/x', 'w')",
        ("OSError", "PermissionError", "FileNotFoundError"),
    ),
}


@pytest.mark.parametrize("name", RAISING)
def test_what_raises_is_told_and_the_worker_goes_on(name, client):
    line, kind = RAISING[name]
    one = client(body(line, "return x"), memory_mb=600, call_seconds=5)
    outcome = one.call("f", (1,))
    assert isinstance(outcome, Raised)
    assert outcome.kind in kind
    assert (outcome.cell, outcome.line > 1) == ("c0", True)
    assert right(one.call("good", (1,)))


@pytest.mark.parametrize(
    "line",
    [
        "print('x' * 10**8)",
        "sys.stdout.close(); sys.stderr.close(); os.close(1); os.close(2)",
        "[signal.signal(s, signal.SIG_IGN) for s in (2, 13, 15, 24)]",
        "import warnings; warnings.warn('x')",
    ],
)
def test_what_does_no_harm_is_let_be(line, client):
    assert right(
        client("import signal, sys, os\n" + body(line, "return x + 1")).call("f", (1,))
    )


ODD = {
    "generator": ("(i for i in [1])", lambda v: v.kind == "generator"),
    "itself": ("[loop, loop]", lambda v: v.kind == "list"),
    "nan": ("float('nan')", lambda v: v != v),
    "objects": ("np.array([object(), None])", lambda v: v.kind == "array of objects"),
    "type": ("int", lambda v: v.kind == "type"),
    "huge int": ("10**5000", lambda v: v.kind == "huge int"),
    "surrogate": ("'\\ud800'", lambda v: v == "\ud800"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_values_cross_as_what_they_are(name, client):
    text, expected = ODD[name]
    outcome = client(
        body(
            "loop = []; loop.append(loop)" if name == "loop" else "loop = iter",
            f"return {text}",
        )
    ).call("f", (1,))
    assert isinstance(outcome, Returned)
    value = outcome.value
    assert expected(value if name != "itself" else wire.OpaqueValue("list"))


def test_a_liar_of_a_subclass_crosses_as_a_plain_array(client):
    liar = "class L(np.ndarray):\n    shape = (9, 9)\n    def astype(self, *a, **k): os._exit(1)\n"
    outcome = client(liar + body("return np.ones(3).view(L)")).call("f", (1,))
    assert outcome.value.tolist() == [1.0, 1.0, 1.0]


def test_arguments_are_passed_by_value_and_seen_as_they_are_left(client):
    mine = np.zeros(2)
    outcome = client(body("x[0] = 5", "return x")).call("f", (mine,))
    assert mine.tolist() == [0.0, 0.0]
    assert outcome.after[0].tolist() == [5.0, 0.0]


def test_forged_arguments_of_another_number_are_not_believed(client):
    one = client(
        FRAMES,
        body("frame({'op': 'returned'}, {'t': [5, {'t': [1, 2]}]})", "os._exit(0)"),
    )
    assert one.call("f", (1,)) == Returned(5, None)


def test_a_missing_function(client):
    assert client("f = 7").call("f", (1,)) == Lost(
        "missing", "there is no function `f` in the notebook"
    )


def test_deaths_are_counted_by_function(client):
    one = client(body("os._exit(7)"))
    first = [one.call("f", (1,)) for _ in range(4)]
    assert {o.how for o in first} == {"crashed"}
    assert one._channel is None  # the last worker is gone
    assert one.call("f", (1,)) == first[-1]
    assert one._channel is None  # and no further one was started for it
    assert one.call("f", (1,), budget="another") is not None
    assert right(one.call("good", (1,)))


def test_what_one_function_leaves_behind_is_told_apart(client):
    one = client(
        FRAMES,
        "def f(x):\n    frame({'op': 'returned'}, {'t': [2, None]})\n    return 2",
    )
    assert not one.mixed("f")
    assert right(one.call("f", (1,)))
    assert isinstance(one.call("good", (1,)), Returned | Lost)
    assert one.mixed("good")
    assert not one.mixed("f")
    one.fresh()
    assert right(one.call("good", (1,), budget="alone"))


def test_a_function_that_died_alone_twice_is_not_mixed(client):
    one = client(body("os._exit(7)"))
    one.call("good", (1,))
    one.call("f", (1,))
    assert one.mixed("f")
    one.call("f", (1,))
    assert not one.mixed("f")


CELLS = {
    "loop": ("while True: pass", "at line 1: it took more than 2 s"),
    "exit": ("import os; os._exit(4)", "the process ended itself with exit code 4"),
    "exit below": (
        "a = 1\nimport os; os._exit(4)",
        "at line 2: the process ended itself with exit code 4",
    ),
    "garbage": (
        "import os; os.write(4, b'0123456789abcdef')",
        "bytes that are no frame",
    ),
    "odd id": (
        FRAMES + "frame({'op': 'running', 'cell': ['x']})",
        "something else than a result",
    ),
    "foreign id": (
        FRAMES + "frame({'op': 'running', 'cell': 'nothing'})",
        "something else than a result",
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that_ends_the_worker_is_left_out_and_named(name, client):
    text, why = CELLS[name]
    one = client(text, "def f(x):\n    return x + 1")
    assert right(one.call("f", (1,)))
    assert list(one.loaded.skipped) == ["c0"]
    assert why in one.loaded.skipped["c0"]
    assert right(one.call("good", (1,)))


def test_a_cell_that_takes_the_compiler_down_is_left_out(client):
    deep = "x = " + "-" * 200_000 + "1"
    one = client(deep, "def f(x):\n    return x + 1")
    assert right(one.call("f", (1,)))
    assert "c0" in one.loaded.skipped or "c0" in one.loaded.errors


@pytest.mark.parametrize(
    "said",
    [
        "'errors': [[1], 7, {'kind': [], 'cell': {}, 'line': 'x'}, {'cell': "
        "'good', 'line': 10**30}], 'repairs': []",
        "'errors': 7, 'repairs': [['good', []], [{}, 'magics'], 7, ['good'], ['x', "
        "'magics'], ['good', 'odd']]",
        "'errors': None",
    ],
)
def test_a_forged_end_of_loading_is_taken_for_what_it_is_worth(said, client):
    one = client(FRAMES + f"frame({{'op': 'loaded', {said}}})\nos._exit(0)")
    assert isinstance(one.call("good", (1,)), Lost)
    assert one.loaded.repairs == []
    assert set(one.loaded.errors.values()) <= {Raised("", "", "good", 0)}


TIMES = "import time\n"


def test_cells_that_hang_use_up_the_time_for_loading_and_what_is_defined_stays(client):
    hanging = [f"class C{i}:\n    pass\nwhile True: pass" for i in range(9)]
    one = client(*hanging, body("return C8"), cell_seconds=0.5, loading_seconds=1.2)
    assert right(one.call("good", (1,)))
    assert one.call("f", (1,)).value.kind == "type"
    assert re.fullmatch(
        r"the notebook's own cells took more than 1.2 s in all: from code cell c\d "
        r"on only what defines was run",
        one.loaded.cut,
    )


def test_what_defines_and_takes_too_long_as_well_is_told(client):
    slow = [f"class C{i}:\n    import time\n    time.sleep(0.4)" for i in range(20)]
    one = client(*slow, loading_seconds=1)
    outcome = one.call("good", (1,))
    assert outcome.how == "timeout"
    assert outcome.text.startswith(
        "the notebook's own cells took more than 1 s in all, and as long again"
    )
    assert one.call("good", (1,)) == outcome


def test_slow_cells_are_not_run_again_after_a_death(client):
    """Of those that take long: what a definition needs is run again, and nothing else."""
    one = client(
        TIMES + "time.sleep(1.5)\nquick = 1",
        "time.sleep(0.6); needed = 'a text'",
        "losses = [time.sleep(0.6)]\nlast = losses[0]\ndef late(x):\n    return x + quick",
        "def slow_default(x, y=time.sleep(0.6)):\n    return needed",
        body("os._exit(1)"),
        cell_seconds=5,
    )
    assert one.call("late", (1,)).value == 2
    assert one.call("f", (1,)).how == "crashed"
    begin = time.monotonic()
    assert one.call("slow_default", (1,)).value == "a text"
    took = one._reloading._took
    assert {place for place, seconds in took.items() if seconds > 0.5} == {
        ("c0", 2),
        ("c1", 1),
        ("c2", 1),
        ("c3", 1),
    }
    assert one.loaded.errors == {}
    sent = one._reloading.request()
    assert {tuple(place) for place in sent["slow"]} >= {("c0", 2), ("c2", 1)}
    assert time.monotonic() - begin < 30


def test_a_slow_notebook_with_a_hanging_function_costs_that_function_only(client):
    one = client(
        *[f"{TIMES}time.sleep(0.6)"] * 5,
        body("while True: pass"),
        loading_seconds=3.5,
        call_seconds=0.5,
    )
    assert one.call("f", (1,)).text == "one call of `f` took more than 0.5 s"
    assert one.call("f", (1,)).how == "timeout"
    for _ in range(3):
        one.fresh()
        assert right(one.call("good", (1,)))
    assert one.loaded.cut == ""


def test_all_calls_of_a_function_share_a_budget_whatever_they_are_tried_for(client):
    one = client(TIMES + body("time.sleep(0.6)", "return x + 1"), function_seconds=1)
    assert right(one.call("f", (1,)))
    outcome = one.call("f", (1,), budget="served f")
    assert outcome == Lost("timeout", "all calls of `f` together took more than 1 s")
    assert right(one.call("good", (1,)))


def test_a_function_that_sleeps_uses_its_time(client):
    one = client(TIMES + body("time.sleep(60)"), call_seconds=0.5)
    assert one.call("f", (1,)) == Lost(
        "timeout", "one call of `f` took more than 0.5 s"
    )


WORK = (
    "begin = time.process_time()\n    while time.process_time() < begin + 0.6: pass\n"
    "    return x + 1"
)


@sweep
def test_time_does_not_depend_on_how_busy_the_machine_is(client):
    """Where twelve other processes take the processors, a function gets a fraction of one, and
    its marks.
    """
    others = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(6 * os.cpu_count())
    ]
    try:
        one = client(TIMES + body(WORK), call_seconds=1.2, cell_seconds=5)
        begin = time.monotonic()
        assert right(one.call("good", (1,)))
        outcomes = [one.call("f", (1,)) for _ in range(2)]
        seconds = time.monotonic() - begin
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert all(right(o) for o in outcomes)
    assert seconds > 2.4, "the machine was not busy, so nothing was tried"


def test_a_machine_that_gives_no_time_at_all_is_the_machinerys(client, monkeypatch):
    monkeypatch.setattr("autograder.confine.clock.PATIENCE", 1)
    one = client(body("while True: pass"), call_seconds=0.3)
    assert right(one.call("good", (1,)))
    begin = time.monotonic()
    monkeypatch.setattr(
        type(one._channel.confined),
        "starved",
        lambda self: 0.99 * (time.monotonic() - begin),
    )
    with pytest.raises(MachineryError, match="the machine is too busy"):
        one.call("f", (1,))


def test_a_failure_of_the_courses_own_cells_is_the_machinerys(client):
    with pytest.raises(MachineryError, match="the course's own cells do not run"):
        client(given=[("imports", "1 / 0")]).call("good", (1,))


def test_a_worker_that_cannot_start_is_the_machinerys(client):
    with pytest.raises(MachineryError, match="did not start"):
        client(memory_mb=30).call("good", (1,))


def test_what_a_cell_says_on_its_errors_and_repairs(client):
    one = client(
        "%time x = 1\ny = = 2",
        "%matplotlib inline\nz = 1",
        "def h(x):\n    y = x",
        "    return y\n",
    )
    assert one.call("h", (5,)).value == 5
    assert {cell: (e.kind, e.line) for cell, e in one.loaded.errors.items()} == {
        "c0": ("SyntaxError", 2)
    }
    assert one.loaded.repairs == [("c0", "magics"), ("c1", "magics"), ("c2", "joined")]


def test_stray_names(client):
    one = client(
        "data = np.ones(3)\nHELP = data\n"
        "def f(x):\n    return data + HELP + nowhere + h(x)\n"
        "def h(x): return lost"
    )
    assert one.stray("f") == (["data"], ["nowhere", "lost"])
    assert one.stray("f", ["h"]) == (["data"], ["nowhere"])
    assert one.stray("nothing") == ([], [])


def test_stray_names_of_a_hostile_function(client):
    one = client(
        "import stray_names\nstray_names.find_stray_names = lambda *a: os._exit(1)\n"
        "def f(x):\n    return 1"
    )
    assert one.stray("f") == ([], [])
    assert right(one.call("good", (1,)))


SERVED = "def f(x):\n    c = inner\n    return c(x)"


def test_a_served_companion_gives_numbers_and_keeps_identity(client):
    one = client(
        "def inner(x):\n    os._exit(1)\n"
        "def f(x):\n    out, cache = inner(x=x)\n    return out, cache is x"
    )
    served = {"inner": lambda x: (x + 1, x)}
    outcome = one.call("f", (np.ones(1),), served)
    assert (outcome.value[0].tolist(), outcome.value[1]) == ([2.0], True)
    assert one.call("f", (1,)).how == "crashed"


@pytest.mark.parametrize(
    "arguments",
    ["", "x, x", "y=x", "object()", "*[x] * 30", "**{'x y': 1}", "lambda: 0"],
)
def test_arguments_that_a_companion_cannot_take_are_refused(arguments, client):
    def inner(x):
        return x + 1

    outcome = client(
        f"def inner(x):\n    return x\ndef f(x):\n    return inner({arguments})"
    ).call("f", (1,), {"inner": inner})
    assert (outcome.kind, outcome.text) == (
        "TypeError",
        "the function was called in a way that it cannot be (TypeError)",
    )


@each_row(
    ("kind", "text"),
    [
        ("ValueError", "shapes (2,) and (3,) not aligned: 2 (dim 0) != 3 (dim 0)"),
        ("KeyError", "Waa"),
        ("UFuncTypeError", "ufunc 'add' did not contain a loop"),
        ("AxisError", "axis 3 is out of bounds for array of dimension 2"),
        ("UnicodeDecodeError", "one that takes more than a text"),
        ("no name", "odd"),
        ("SystemExit", "no error of a computation"),
        ("print", "no error at all"),
    ],
)
def test_what_a_companion_refuses_by_is_raised_where_it_was_called(kind, text, client):
    def inner(x):
        raise RefusedError(kind, text)

    code = "def inner(x):\n    return x\ndef f(x):\n    return inner(x)"
    outcome = client(code).call("f", (1,), {"inner": inner})
    assert (outcome.kind, outcome.text) == (kind, text)
    assert (outcome.cell, outcome.line) == ("c0", 4)


def test_calling_a_companion_for_ever_ends(client):
    outcome = client("def f(x):\n    while True: inner(x)").call(
        "f", (1,), {"inner": lambda x: x}
    )
    assert outcome == Lost("timeout", "one call of `f` took more than 1.5 s")


def test_nothing_is_left_behind(client, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    client().call("good", (1,))  # threads and caches that last
    before = left()
    for line in (
        "return x",
        "os._exit(1)",
        "while True: pass",
        "os.close(4); [signal.signal(s, signal.SIG_IGN) for s in (2, 15)]",
    ):
        one = client("import signal\n" + body(line))
        one.call("f", (1,))
        one.close()
    assert nothing_new(before)
    assert list(tmp_path.iterdir()) == []
