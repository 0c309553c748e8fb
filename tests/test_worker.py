"""The program inside the confinement, here as a module: what it makes of cells. Whole runs: test_client."""

import os

import numpy as np
import pytest
from inside import frames, read

NO_MAGIC = "y = (7\n     % 4)\ns = '''\n!not a command\n'''"
HALVES = ("def f(x):\n    y = x + 1", "    return y")


@pytest.fixture(scope="module")
def worker(inside):
    return inside["worker"]


@pytest.fixture(scope="module")
def repair(inside):
    return inside["repair"]


@pytest.mark.parametrize(
    ("cell", "rest"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("!ls -la\n!./run.sh 'a\nx = 1", "pass\npass\nx = 1"),
        ("?np.tanh\nnp.tanh??\nf(x)?\nx = 1", "pass\npass\npass\nx = 1"),
        ("files = !ls\na, b = %time f()\nx = 1", "pass\npass\nx = 1"),
        ("for i in range(3):\n    %time f(i)\n    x = i", "for i in range(3):\n    pass\n    x = i"),
        (
            "%time x\ny = (7\n     % 4)\ns = '''\n!not a command\n'''",
            "pass\ny = (7\n     % 4)\ns = '''\n!not a command\n'''",
        ),
        ("%%time\nx = = 1", "pass\nx = = 1"),
        ("x = 1\ny = = 2", "x = 1\ny = = 2"),
    ],
)
def test_magics_are_left_out_and_nothing_else(repair, cell, rest):
    """Where IPython is not asked, since the cell is too large or was split."""
    assert repair.without_magics(cell) == rest


def test_conflicts_keep_the_first_side_and_the_numbers_of_lines(repair):
    text = "a = 1\n<<<<<<< HEAD\nb = 2\n||||||| base\nb = 0\n=======\nb = 3\n>>>>>>> theirs\nc = 4"
    assert repair.without_conflict(text).split("\n") == ["a = 1", "", "b = 2", "", "", "", "", "", "c = 4"]
    cells, repairs, _ = repair.repaired([("1", text + "\n%time c", None), ("2", "x = '''\n=======\n'''", None)])
    assert [repair.compiles(t) for _, t in cells] == [True, True]
    assert repairs == [("1", "conflict"), ("1", "magics")]
    assert cells[1][1] == "x = '''\n=======\n'''"


@pytest.mark.parametrize(
    "pieces",
    [
        HALVES,
        ("def f(x):", "    y = x + 1\n    return y"),
        ("def f(x):\n    '''Say\n", "    more.'''\n    return x"),
        ("def f(x):\n    '''Say\n", "more text,\n", "much more.'''", "    return x"),
        ("def f(x):\n    if x:\n        y = 1", "    else:\n        y = 2", "    return y"),
        ("x = (1,\n", "2)"),
    ],
)
def test_a_split_cell_is_joined(repair, pieces):
    cells = [("0", "a = 1"), *((f"p{i}", text) for i, text in enumerate(pieces)), ("9", "b = 1")]
    done, repairs, parts = repair.repaired(read(cells))
    assert [c for c, _ in done] == ["0", "p0", "9"]
    assert repair.compiles(done[1][1])
    assert set(repairs) == {("p0", "joined")}
    assert [c for c, _ in parts["p0"]] == [f"p{i}" for i in range(len(pieces))]


def test_a_broken_cell_takes_no_whole_one_with_it(repair):
    cells = [("1", "a = 1"), ("2", "def f(:"), ("3", "b = 2"), ("4", "x = (1"), ("5", "c = 3")]
    cells += [("6", "s = '''abc"), ("7", "d = 4"), ("8", "'''")]
    assert repair.repaired(read(cells)) == (cells, [], {})


def test_every_cell_is_announced_before_it_is_compiled(repair):
    announced = []
    repair.repaired([("1", "a", None), ("2", "b = ", None)], announced.append)
    assert announced == ["1", "2"]


def test_a_line_of_a_joined_cell_is_counted_in_its_part(loads):
    _, said = loads("a = 1", "def f(x):", "    return x\n1 / 0")
    (error,) = said["errors"]
    assert (error["kind"], error["cell"], error["line"]) == ("ZeroDivisionError", "3", 2)


def test_what_stands_below_a_failing_line_is_defined(loads):
    one, said = loads(
        "import math\nx = open('no such file')\nN.append(x)\nN = [3]\ndef f():\n    return N\nN.append(4)\n"
    )
    assert one.space["f"]() == [3]
    assert [(e["kind"], e["line"]) for e in said["errors"]] == [("FileNotFoundError", 2)]


def test_a_cell_that_is_no_python_defines_nothing(loads):
    one, said = loads("def f():\n    return 1\nx = = 2", "def g():\n    return 2")
    assert "f" not in one.space
    assert one.space["g"]() == 2
    assert [(e["kind"], e["cell"], e["line"]) for e in said["errors"]] == [("SyntaxError", "1", 3)]


def test_data_of_the_notebooks_own_run_is_dropped(loads):
    cell = "import numpy as np\na = np.ones(3)\nparameters = {'Wax': a}\nEPS = np.ones(1)\nn = 3\nglobals()[5] = a"
    one, _ = loads(cell, given=[("imports", "g = [1]")])
    assert one.dropped == {"a", "parameters"}
    assert {"EPS", "n", "np", "g"} <= one.space.keys()


def test_objects_that_lie_about_themselves_do_not_end_the_worker(loads):
    liar = "class L:\n    @property\n    def __class__(self):\n        raise ValueError\nliar = L()"
    one, _ = loads(liar, "raise SystemExit(3)", "class E(BaseException):\n    pass\nraise E", "z = 1")
    assert one.space["z"] == 1


def test_what_the_course_gives_stands_in_for_nothing(loads):
    cells = (
        "check(1)\ncheck.example('f')\ndisplay(check)\nget_ipython().run_line_magic('matplotlib', 'inline')",
        "a, b = check.example('f')",
    )
    _, said = loads(*cells)
    assert [(e["kind"], e["cell"]) for e in said["errors"]] == [("TypeError", "2")]


@pytest.fixture
def pipes():
    ends = [*os.pipe(), *os.pipe()]
    yield ends
    for end in ends:
        os.close(end)


def test_served_companions_stand_wherever_the_own_one_does(inside, worker, pipes):
    """Also under another name; positional or by keyword; and the caller's own objects come back."""
    theirs, ours, said, say = pipes
    wire = inside["wire"]
    one = worker.Worker(theirs, say)
    one.space = {"results": []}
    exec(
        "def f(a):\n    return a\nalias = f\ndef g(x):\n    r = alias(a=x)\n    results.append((r[0] is x, r[1]))",
        one.space,
    )
    own = one.space["f"]
    first = object()
    os.write(ours, wire.pack({"op": "served"}, (first, 5), given=[first]))
    one.call("g", (np.ones(2),), ["f"])
    served, returned = frames(wire, os.read(said, 2**16))
    assert (served["op"], served["name"], served["named"]) == ("serve", "f", ["a"])
    assert returned["op"] == "returned"
    assert one.space["results"] == [(True, 5)]
    assert one.space["f"] is one.space["alias"] is own
