import numpy as np
import pytest
from tables import each_row

from autograder.unit.draw import FURTHER, draw
from unrolled.contract import Function, PerStep, ProducedBy, array, dict_of, tuple_of

SIZES = {"n": 3, "m": 4, "T": 2}
x = array("x", "n", "m")
cache = tuple_of("cache", x, dict_of("p", array("b", "n", "1")))
F = Function("f", (x, cache, PerStep("list", x, "T")), tuple_of("", x), "p#s")


def drawn(function=F, seed=0, unit=None, **how):
    return draw(function, SIZES, np.random.default_rng(seed), unit or {}, **how)


def test_every_kind_of_argument_has_its_form():
    one, (two, p), steps = drawn()
    assert one.shape == two.shape == (3, 4)
    assert p["b"].shape == (3, 1)
    assert [s.shape for s in steps] == [(3, 4)] * 2


def test_the_same_seed_draws_the_same_and_another_one_does_not():
    np.testing.assert_array_equal(drawn(seed=5)[0], drawn(seed=5)[0])
    assert (drawn(seed=5)[0] != drawn(seed=6)[0]).all()


def test_no_two_arrays_are_equal():
    one, (two, _), steps = drawn()
    assert len({a.tobytes() for a in (one, two, *steps)}) == 4


@each_row("dtype", [np.float32, np.float64])
def test_scale_and_dtype_reach_every_array(dtype):
    one, (_, p), _ = drawn(scale=1000.0, dtype=dtype)
    assert one.dtype == p["b"].dtype == dtype
    np.testing.assert_allclose(one, 1000 * drawn()[0], rtol=1e-6)


def test_weights_are_small_whatever_the_scale():
    weights = Function(
        "f",
        (dict_of("p", array("W", "n", "k"), array("b", "n", "1")),),
        tuple_of("", x),
        "p#s",
    )
    rng = np.random.default_rng(0)
    for scale in (1.0, 40.0):
        (p,) = draw(weights, {"n": 40, "k": 100}, rng, {}, scale=scale)
        assert p["W"].std() == pytest.approx(0.1, rel=0.05)
        assert 0.5 < p["b"].std() < 1.5


def test_a_made_argument_is_what_the_maker_returns_on_fresh_inputs():
    maker = Function("forward", (x,), tuple_of("", x, cache), "p#s")
    backward = Function(
        "backward", (x, ProducedBy(cache, by="forward", index=1)), dict_of("", x), "p#s"
    )
    dx, made = drawn(backward, unit={"forward": (lambda a: (a, ("made of", a)), maker)})
    assert made[0] == "made of"
    assert made[1].shape == (3, 4)
    assert (made[1] != dx).all()


def test_the_source_of_a_made_argument_is_told():
    maker = Function("forward", (x,), tuple_of("", x), "p#s")
    sources = {}
    (made,) = drawn(
        Function("g", (ProducedBy(x, by="forward", index=0),), tuple_of("", x), "p#s"),
        unit={"forward": (lambda a: (2 * a,), maker)},
        sources=sources,
    )
    np.testing.assert_array_equal(made, 2 * sources["forward"][0])


@each_row("large", [(), ("by",), ("W", "by")])
def test_parameters_that_are_large_are_so_where_inputs_are(large):
    parameters = dict_of("p", array("W", "n", "k"), array("by", "n", "1"))
    scores = Function("f", (x, parameters), tuple_of("", x), "p#s")
    for scale in (1.0, 1000.0):
        rng, sizes = np.random.default_rng(0), {"n": 40, "m": 2, "k": 100}
        _, p = draw(scores, sizes, rng, {}, scale=scale, large=large)
        for name, usual in (("W", 0.1), ("by", 1.0)):
            more = FURTHER * scale if name in large and scale > 1 else 1.0
            wanted = usual * more
            assert p[name].std() == pytest.approx(wanted, rel=0.5)
