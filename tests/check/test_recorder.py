import sys

import numpy as np
import pytest
from watched_step import W, X, watched

from unrolled.check import recorder
from unrolled.check.watch import watch


def values(found, line):
    return [
        (node.name, node.value)
        for step in found.executed
        if step.statement.first == line and not step.kind
        for node in step.nodes
    ]


def test_each_line_says_what_it_made_turn_by_turn():
    found = watched("step", X.copy(), W)
    made = values(found, 10)
    assert [name for name, _ in made] == ["z", "z", "z"]
    for turn, (_, value) in enumerate(made):
        np.testing.assert_allclose(value, W @ X + turn)
    loops = [s.loops for s in found.executed if s.statement.first == 10]
    assert [[(run.count, turn) for run, turn in one] for one in loops] == [
        [(3, 0)],
        [(3, 1)],
        [(3, 2)],
    ]


def test_a_value_knows_what_it_was_made_of():
    found = watched("step", X.copy(), W)
    z = next(n for s in found.executed for n in s.nodes if n.name == "z")
    assert {one.name for one in z.parents} == {"W", "x", "t"}


def test_a_helper_is_watched_and_its_line_stands_in_it():
    found = watched("step", X.copy(), W)
    returned = [s for s in found.executed if s.kind == "return"]
    assert [s.statement.first for s in returned[:2]] == [5, 5]
    assert returned[0].code not in found.main


def test_an_array_that_changes_behind_its_name_is_noticed():
    found = watched("step", X.copy(), W)
    last = next(s for s in found.executed if s.statement.first == 14)
    assert {(one.name, one.shared) for one in last.nodes} == {
        ("alias", False),
        ("total", True),
    }


def test_the_line_that_raises_is_known():
    found = watched("fails", X.copy())
    assert found.raised.statement.first == 19
    assert [one.name for one in found.raised.nodes[0].parents] == ["y"]


@pytest.mark.parametrize("limit", ["MOST_LINES", "MOST_SECONDS"])
def test_what_takes_too_long_is_not_told(limit, monkeypatch):
    monkeypatch.setattr(recorder, limit, 0.01 if limit == "MOST_SECONDS" else 50)
    assert watched("slow", 200_000) is None
    assert sys.gettrace() is None


def test_a_student_object_that_raises_when_it_is_looked_at_ends_only_the_watching():
    space: dict = {}
    code = (
        "class Odd:\n"
        "    __array__ = property(lambda self: 1 / 0)\n"
        "    def __len__(self): raise ValueError\n"
        "def f(x):\n"
        "    y = Odd()\n"
        "    return x\n"
    )
    exec(compile(code, "<odd>", "exec"), space)
    came = []
    watch(space["f"], lambda: came.append(space["f"](3)), texts={"<odd>": code})
    assert came == [3]
