"""Arguments that are integers below a size, axes that are products, and sizes that only a maker
has.
"""

import numpy as np
import pytest
from tables import each_row

from autograder.grade.companions import RefusedError, companion
from autograder.unit.draw import draw
from unrolled.contract import Function, ProducedBy, array, indices, tuple_of

SIZES = {"m": 3, "T": 4, "n": 5, "k": 2}
TOKENS = indices("tokens", "n", "m * T + k")
OFFSET = indices("offset", "m * T")
READ = Function("read", (TOKENS, OFFSET), tuple_of("", array("x", "m")), "p#s")


def drawn(*arguments, seed=0, unit=None):
    function = Function("f", arguments, tuple_of("", array("x", "m")), "p#s")
    return draw(
        function,
        SIZES,
        np.random.default_rng(seed),
        unit or {},
        scale=1000.0,
        dtype=np.float32,
    )


def test_a_product_has_the_length_of_its_parts_multiplied():
    assert TOKENS.shape(SIZES) == (14,)
    assert TOKENS.label == "(m * T + k,)"


def test_sizes_are_drawn_for_the_parts_and_for_the_bound():
    assert READ.axes == {"m", "T", "n", "k"}


def test_integers_stay_integers_below_their_bound():
    (tokens,) = drawn(indices("tokens", "n", "m * T + k", "T"))
    assert tokens.shape == (14, 4)
    assert tokens.dtype == np.int64
    assert set(np.unique(tokens)) == set(range(5))


def test_without_axes_it_is_a_plain_integer():
    found = {drawn(OFFSET, seed=seed)[0] for seed in range(60)}
    assert found <= set(range(12))
    assert len(found) > 6
    assert {type(one) for one in found} == {int}


def test_sizes_of_a_makers_inputs_are_drawn_too():
    maker = Function("length", (array("along", "T"),), tuple_of("", array("steps")), "")
    made = ProducedBy(array("steps"), by="length", index=0, axes=("T",))
    assert Function("f", (made,), tuple_of("", array("x")), "p#s").axes == {"T"}
    assert drawn(made, unit={"length": (lambda along: (len(along),), maker)}) == (4,)


CLIP = Function(
    "clip", (array("g", "m"), array("most")), tuple_of("", array("c", "m")), "p#s"
)
served = companion(lambda g, most: g * most, CLIP)


@each_row("most", [2, 2.0, np.float64(2), np.array(2.0)])
def test_a_served_function_takes_a_plain_number_where_there_are_no_axes(most):
    assert served(np.ones(3), most).sum() == 6


@each_row("most", [None, "2", np.ones(2)])
def test_and_nothing_that_it_cannot_compute_with(most):
    with pytest.raises(RefusedError):
        served(np.ones(3), most)


def test_a_list_is_not_repeated_beyond_measure():
    assert served([1.0], 2) == [1.0, 1.0]
    with pytest.raises(RefusedError, match="too large"):
        served([1.0], 2**40)
