import numpy as np
from tables import each_row

from autograder.unit import hidden_cases

AXES = frozenset(("n_x", "n_a", "n_y", "m", "T_x", "T"))
EXAMPLE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6}
DRAWN = [kind for kind in hidden_cases.KINDS.values() if kind is not hidden_cases.SMALL]


def several(kind, axes=AXES):
    return [hidden_cases.sizes(kind, axes, EXAMPLE, seed) for seed in range(40)]


@each_row("kind", DRAWN, ids=lambda k: k.label)
def test_sizes_differ_from_each_other_and_from_the_example(kind):
    for drawn in several(kind):
        lengths = [n for axis, n in drawn.items() if axis != "T"]
        assert len(set(lengths)) == len(lengths)
        assert all(
            n != EXAMPLE[axis]
            for axis, n in drawn.items()
            if axis not in ("T", *kind.fixed)
        )


@each_row("kind", hidden_cases.KINDS.values(), ids=lambda k: k.label)
def test_what_is_fixed_is_kept_and_no_other_axis_is_made(kind):
    for drawn in several(kind, frozenset(("n_x", "n_a", "m", "T_x"))):
        assert drawn.keys() == {"n_x", "n_a", "m", "T_x"}
        assert all(drawn[axis] == n for axis, n in kind.fixed.items() if axis in drawn)
        assert drawn["T_x"] >= 3 or kind.fixed.get("T_x") == 1


def test_an_upstream_gradient_may_have_fewer_steps():
    fewer = next(k for k in DRAWN if k.fewer)
    assert all(d["T"] == d["T_x"] - fewer.fewer >= 1 for d in several(fewer))
    assert all(d["T"] == d["T_x"] for d in several(hidden_cases.RANDOM))


def test_the_seed_and_the_kind_decide():
    first, other = (
        hidden_cases.sizes(k, AXES, EXAMPLE, 7) for k in (hidden_cases.RANDOM, DRAWN[5])
    )
    assert first == hidden_cases.sizes(hidden_cases.RANDOM, AXES, EXAMPLE, 7)
    assert first != other
    assert len({tuple(d.values()) for d in several(hidden_cases.RANDOM)}) > 30


def test_entropy_is_the_same_everywhere():
    assert hidden_cases.entropy(5, "a", "b") == 216795438674328777931940021746624649877
    draws = {
        np.random.default_rng(hidden_cases.entropy(s, label)).integers(2**60)
        for s in (1, 2)
        for label in "ab"
    }
    assert len(draws) == 4
