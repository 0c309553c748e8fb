"""The program inside the confinement, here as a module: what it makes of cells. Whole runs:
test_client.
"""

import os

import numpy as np
import pytest
from inside import frames, read
from tables import each_row

NO_MAGIC = "y = (7\n     % 4)\ns = '''\n!not a command\n'''"
HALVES = ("def f(x):\n    y = x + 1", "    return y")


@pytest.fixture(scope="module")
def worker(inside):
    return inside["worker"]


@pytest.fixture(scope="module")
def repair(inside):
    return inside["repair"]


@each_row(
    ("cell", "rest"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("!ls -la\n!./run.sh 'a\nx = 1", "pass\npass\nx = 1"),
        ("?np.tanh\nnp.tanh??\nf(x)?\nx = 1", "pass\npass\npass\nx = 1"),
        ("files = !ls\na, b = %time f()\nx = 1", "pass\npass\nx = 1"),
        (
            "for i in range(3):\n    %time f(i)\n    x = i",
            "for i in range(3):\n    pass\n    x = i",
        ),
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
    assert repair.without_conflict(text).split("\n") == [
        "a = 1",
        "",
        "b = 2",
        "",
        "",
        "",
        "",
        "",
        "c = 4",
    ]
    cells, repairs, _ = repair.repair_cells(
        [("1", text + "\n%time c", None), ("2", "x = '''\n=======\n'''", None)]
    )
    assert [repair.compiles(t) for _, t in cells] == [True, True]
    assert repairs == [("1", "conflict"), ("1", "magics")]
    assert cells[1][1] == "x = '''\n=======\n'''"


@each_row(
    "pieces",
    [
        HALVES,
        ("def f(x):", "    y = x + 1\n    return y"),
        ("def f(x):\n    '''Say\n", "    more.'''\n    return x"),
        ("def f(x):\n    '''Say\n", "more text,\n", "much more.'''", "    return x"),
        (
            "def f(x):\n    if x:\n        y = 1",
            "    else:\n        y = 2",
            "    return y",
        ),
        ("x = (1,\n", "2)"),
    ],
)
def test_a_split_cell_is_joined(repair, pieces):
    cells = [
        ("0", "a = 1"),
        *((f"p{i}", text) for i, text in enumerate(pieces)),
        ("9", "b = 1"),
    ]
    done, repairs, parts = repair.repair_cells(read(cells))
    assert [c for c, _ in done] == ["0", "p0", "9"]
    assert repair.compiles(done[1][1])
    assert set(repairs) == {("p0", "joined")}
    assert [c for c, _ in parts["p0"]] == [f"p{i}" for i in range(len(pieces))]


def test_a_broken_cell_takes_no_whole_one_with_it(repair):
    cells = [
        ("1", "a = 1"),
        ("2", "def f(:"),
        ("3", "b = 2"),
        ("4", "x = (1"),
        ("5", "c = 3"),
    ]
    cells += [("6", "s = '''abc"), ("7", "d = 4"), ("8", "'''")]
    assert repair.repair_cells(read(cells)) == (cells, [], {})


def test_every_cell_is_announced_before_it_is_compiled(repair):
    announced = []
    repair.repair_cells([("1", "a", None), ("2", "b = ", None)], announced.append)
    assert announced == ["1", "2"]


def test_a_line_of_a_joined_cell_is_counted_in_its_part(loads):
    _, said = loads("a = 1", "def f(x):", "    return x\n1 / 0")
    (error,) = said["errors"]
    assert (error["kind"], error["cell"], error["line"]) == (
        "ZeroDivisionError",
        "3",
        2,
    )


def test_what_stands_below_a_failing_line_is_defined(loads):
    one, said = loads(
        "import math\nx = open('no such file')\nN.append(x)\nN = [3]\n"
        "def f():\n    return N\n"
        "N.append(4)\n"
    )
    assert one.space["f"]() == [3]
    assert [(e["kind"], e["line"]) for e in said["errors"]] == [
        ("FileNotFoundError", 2)
    ]


def test_a_cell_that_is_no_python_defines_nothing(loads):
    one, said = loads("def f():\n    return 1\nx = = 2", "def g():\n    return 2")
    assert "f" not in one.space
    assert one.space["g"]() == 2
    assert [(e["kind"], e["cell"], e["line"]) for e in said["errors"]] == [
        ("SyntaxError", "1", 3)
    ]


F = "def f():\n    return 'first'"
SECOND = F.replace("first", "second")
LATER = SECOND.replace("\n", "\n    ")  # in a block

GOES_ON = {  # what is lacking here, in front of the second version: it counts
    "import": f"import no_such_module\n{SECOND}",
    "import of a name": f"from math import no_such_name\n{SECOND}",
    "in an if": f"import no_such_module\nif True:\n    {LATER}",
    "in an else": f"import no_such_module\nif False:\n    pass\nelse:\n    {LATER}",
    "in a with": (
        "import no_such_module, contextlib\nimport contextlib\n"
        f"with contextlib.suppress():\n    {LATER}"
    ),
    "in a try": f"import no_such_module\ntry:\n    {LATER}\nfinally:\n    pass",
    "import in the if": f"if True:\n    import no_such_module\n    {LATER}",
    "import in the with": (
        "import contextlib\n"
        f"with contextlib.nullcontext():\n    import no_such_module\n    {LATER}"
    ),
    "import in the try": f"try:\n    import no_such_module\n    {LATER}\nfinally:\n    pass",
    "import in a loop": f"for i in range(2):\n    import no_such_module\n    {LATER}",
    "a with of the module": f"import no_such_module\nwith no_such_module.no_grad():\n    {LATER}",
    "what comes of it": f"import no_such_module as m\na = m.a()\nb = a + 1\nb.c\n{SECOND}",
    "a function that uses it": (
        f"import no_such_module\ndef g():\n    no_such_module.x\ng()\n{SECOND}"
    ),
    "an example": f"x, y = check.example('f')\nz = x + y\n{SECOND}",
}
STOPS = {  # what a kernel would not do either, in front of a second version: it does not count
    "an error": f"1 / 0\n{SECOND}",
    "an error behind an import": f"import no_such_module\n1 / 0\n{SECOND}",
    "an error in front of an import": f"1 / 0\nimport no_such_module\n{SECOND}",
    "a file": f"open('/no/such/file')\n{SECOND}",
    "a name": f"no_such_name\n{SECOND}",
    "an assignment": "1 / 0\nf = lambda: 'second'",
    "two at once": "1 / 0\nf, new = (lambda: 'second'), 1",
    "an import": "1 / 0\nfrom math import tau as f",
    "in an if": f"1 / 0\nif True:\n    {LATER}",
    "in the same if": f"if True:\n    1 / 0\n    {LATER}",
    "in a with": f"import contextlib\nwith contextlib.nullcontext():\n    1 / 0\n    {LATER}",
    "in a try": f"try:\n    1 / 0\n    {LATER}\nfinally:\n    pass",
    "the head of a with": f"with no_such_name:\n    {LATER}",
    "the head of an if": f"if no_such_name:\n    {LATER}",
    "assert": f"assert False\n{SECOND}",
    "exit": f"raise SystemExit\n{SECOND}",
    "a magic that does not exist": f"%no_such_magic\n{SECOND}",
}


@each_row("name", GOES_ON)
def test_a_cell_goes_on_where_something_is_lacking_here(name, loads):
    one, said = loads(F, GOES_ON[name])
    assert one.space["f"]() == "second"
    assert [e["cell"] for e in said["errors"]] == ["2"]


@each_row("name", STOPS)
def test_nothing_below_an_error_takes_the_place_of_what_is_there(name, loads):
    one, said = loads(F, STOPS[name])
    assert one.space["f"]() == "first"
    assert [e["cell"] for e in said["errors"]] == ["2"]
    assert "new" not in one.space


@each_row("name", [name for name in STOPS if "def f" in STOPS[name]])
def test_what_takes_no_place_is_defined_below_an_error(name, loads):
    one, _ = loads(STOPS[name])
    assert one.space["f"]() == "second"


def test_a_try_that_mends_a_missing_module_is_let_be(loads):
    one, said = loads(
        "try:\n    import no_such_module\nexcept ImportError:\n    no_such_module = None"
    )
    assert (said["errors"], one.space["no_such_module"]) == ([], None)


PLANNED = [
    "SIZE = [3]\nprint(SIZE)",
    "RAN.append('a')\nrate = RAN.append('b')\nTABLE = {}\nTABLE['x'] = RAN.append('c')",
    "for i in range(2):\n    RAN.append('d')",
    "import math as m; RAN.append('e')",
    "def f():\n    return SIZE, TABLE, m\n"
    "if RAN.append('f') is None:\n    RAN.append('g')\n    X = 1",
]


def ran(loads, **plan):
    given = [("given", "RAN = []")]
    one, _ = loads(*PLANNED, given=given, **plan)
    assert callable(one.space["f"])
    return "".join(one.space["RAN"])


def test_of_what_takes_long_only_that_is_run_which_a_definition_needs(loads):
    assert ran(loads) == "abcddefg"
    places = [["2", 1], ["2", 2], ["2", 4], ["3", 1], ["5", 4]]
    assert ran(loads, slow=places, failed=[]) == "cef"
    assert ran(loads, cautious=["3", "4", "5"], failed=[]) == "abcf"


def test_what_ended_a_worker_is_left_out(loads):
    timeout = [["2", 1, "timeout"]]
    assert ran(loads, ended=timeout) == "bcddefg"
    one, _ = loads(F, f"x = 1\n{SECOND}", ended=[["2", 1, "timeout"]])
    assert one.space["f"]() == "second"
    one, _ = loads(F, f"x = 1\n{SECOND}\nN = 3", ended=[["2", 1, "crashed"]])
    assert (one.space["f"](), one.space["N"]) == ("first", 3)


def test_what_is_lacking_because_it_was_left_out_stops_no_cell(loads):
    cell = "losses = [1]\nbest = min(losses)\nbest.real\n" + SECOND
    one, _ = loads(F, cell, slow=[["2", 1]])
    assert one.space["f"]() == "second"
    one, _ = loads(
        F,
        "hist = []\n[hist.append(i) for i in (1, 2)]\nhist[-1]\n" + SECOND,
        slow=[["2", 2]],
        failed=[],
    )
    assert one.space["f"]() == "second"


def test_what_failed_when_all_was_run_stops_its_cell_again(loads):
    one, _ = loads(F, f"x = 1\n1 / 0\n{SECOND}", failed=[["2", 2]])
    assert one.space["f"]() == "first"
    one, _ = loads(F, f"x = 1\n1 / 0\n{SECOND}", failed=[["2", 2]], slow=[["2", 2]])
    assert one.space["f"]() == "first"


@each_row("name", STOPS)
def test_a_cell_that_stopped_stops_when_it_is_loaded_again(name, loads):
    _, said = loads(F, STOPS[name])
    one, _ = loads(F, STOPS[name], failed=said["failed"])
    assert one.space["f"]() == "first"


def test_a_companion_is_served_from_where_it_is_defined(loads):
    """Whatever keeps it keeps the served one; and it answers nothing while cells run."""
    keeps = (
        "from functools import partial\nBY_PARTIAL = partial(f)\nBY_DICT = {1: f}",
        "class K:\n    step = staticmethod(f)",
        "def by_default(g=f):\n    return g\n"
        "def closing(g):\n    def inner():\n        return g\n    return inner\n"
        "by_closure = closing(f)",
    )
    one, said = loads(F, *keeps, "kept = f()", serve=["f"])
    served = one.space["f"]
    kept = [one.space["BY_PARTIAL"].func, one.space["BY_DICT"][1], one.space["K"].step]
    kept += [one.space["by_default"](), one.space["by_closure"]()]
    assert all(one is served for one in kept)
    assert "kept" not in one.space
    assert [(e["kind"], e["cell"]) for e in said["errors"]] == [("TypeError", "5")]


def test_a_companion_made_together_with_what_keeps_it_is_served_too(loads):
    both = (
        "def both():\n    def f():\n        return 1\n    def g():\n        return f\n"
        "    return f, g\n"
        "f, g = both()"
    )
    one, _ = loads(both, serve=["f"])
    assert one.space["g"]() is one.space["f"]
    assert one.space["f"].__closure__  # the served one, which asks


def test_a_companion_that_is_not_there_is_served_where_it_would_be(loads):
    one, said = loads("def f(:", "def g(h=f):\n    return h", serve=["f"])
    assert one.space["g"]() is one.space["f"]
    assert [e["cell"] for e in said["errors"]] == ["1"]


def test_data_of_the_notebooks_own_run_is_dropped(loads):
    cell = (
        "import numpy as np\na = np.ones(3)\nparameters = {'Wax': a}\n"
        "EPS = np.ones(1)\nn = 3\nglobals()[5] = a"
    )
    one, _ = loads(cell, given=[("imports", "g = [1]")])
    assert one.dropped == {"a", "parameters"}
    assert {"EPS", "n", "np", "g"} <= one.space.keys()


def test_objects_that_lie_about_themselves_do_not_end_the_worker(loads):
    liar = "class L:\n    @property\n    def __class__(self):\n        raise ValueError\nliar = L()"
    one, _ = loads(
        liar,
        "raise SystemExit(3)",
        "class E(BaseException):\n    pass\nraise E",
        "z = 1",
    )
    assert one.space["z"] == 1


def test_what_the_course_gives_stands_in_for_nothing(loads):
    cells = (
        "check(1)\ncheck.example('f')\ndisplay(check)\n"
        "get_ipython().run_line_magic('matplotlib', 'inline')",
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
        "def f(a):\n    return a\n"
        "alias = f\n"
        "def g(x):\n    r = alias(a=x)\n    results.append((r[0] is x, r[1]))",
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
