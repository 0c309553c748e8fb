"""The program inside the confinement, here as a module: what it makes of cells. Whole runs:
test_client.
"""

import os

import numpy as np
import pytest
from inside import frames


@pytest.fixture(scope="module")
def worker(inside):
    return inside["worker"]


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
