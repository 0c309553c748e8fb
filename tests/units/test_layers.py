"""Unit 6's reference layers against what they stand for: the cells of units 3 and 4, and
differences of a loss.
"""

import numpy as np
import pytest
from tables import each_row

from autograder.unit.source import reference
from experiments.fast import FastLSTM

n_x, n_a, m, T = 3, 4, 2, 5
UNIT = reference("ex6_lstm_layers")


@pytest.fixture
def rng():
    return np.random.default_rng(6)


@pytest.fixture
def parameters(rng):
    made = {f"W{gate}": rng.standard_normal((n_a, n_a + n_x)) for gate in "fioc"}
    made |= {f"b{gate}": rng.standard_normal((n_a, 1)) for gate in "fioc"}
    return made | {"Wy": np.zeros((1, n_a)), "by": np.zeros((1, 1))}


def slope(loss, arrays, along, h=1e-6):
    """Central difference of a loss when all arrays move together along a direction."""
    ends = [
        loss([a + side * d for a, d in zip(arrays, along, strict=True)])
        for side in (h, -h)
    ]
    return (ends[0] - ends[1]) / (2 * h)


def test_a_layer_is_the_cells_of_units_3_and_4(parameters, rng):
    x, da = rng.standard_normal((n_x, m, T)), rng.standard_normal((n_a, m, T))
    layer = UNIT.LSTMLayer(UNIT.fuse_gates(parameters))
    a, _, c, caches = reference("ex3_lstm_forward").lstm_forward(
        x, np.zeros((n_a, m)), parameters
    )
    np.testing.assert_allclose(layer.forward(x), a, atol=1e-14)
    np.testing.assert_allclose(layer.state[1], c[:, :, -1], atol=1e-14)
    wanted = reference("ex4_lstm_backward").lstm_backward(da, caches)
    np.testing.assert_allclose(layer.backward(da), wanted["dx"], atol=1e-13)
    fused = UNIT.fuse_gates({name[1:]: gradient for name, gradient in wanted.items()})
    for name, gradient in fused.items():
        np.testing.assert_allclose(layer.gradients[f"d{name}"], gradient, atol=1e-13)
    np.testing.assert_allclose(layer.dstate[0], wanted["da0"], atol=1e-13)


def test_the_fast_layer_is_the_layer(parameters, rng):
    weights = UNIT.fuse_gates(parameters)
    layer, fast = UNIT.LSTMLayer(weights), FastLSTM(weights)
    for steps in (T, T, T + 2):  # twice the same room, then another
        x, da = (
            rng.standard_normal((n_x, m, steps)),
            rng.standard_normal((n_a, m, steps)),
        )
        layer.reset_state()
        a = fast.forward(np.moveaxis(x, -1, 0))
        np.testing.assert_allclose(np.moveaxis(a, 0, -1), layer.forward(x), atol=1e-13)
        dx = fast.backward(np.moveaxis(da, -1, 0))
        np.testing.assert_allclose(
            np.moveaxis(dx, 0, -1), layer.backward(da), atol=1e-13
        )
        for name, gradient in layer.gradients.items():
            np.testing.assert_allclose(fast.gradients[name], gradient, atol=1e-12)


@pytest.mark.parametrize(
    "squash", [UNIT.Tanh, UNIT.Identity, UNIT.ReLU], ids=lambda s: s.__name__
)
def test_a_layers_gradients_equal_central_differences(parameters, rng, squash):
    weights = UNIT.fuse_gates(parameters)
    names, da = list(weights), rng.standard_normal((n_a, m, T))
    arrays = [
        *weights.values(),
        rng.standard_normal((n_x, m, T)),
        *rng.standard_normal((2, n_a, m)),
    ]

    def run(arrays):
        *w, x, a0, c0 = arrays
        layer = UNIT.LSTMLayer(dict(zip(names, w, strict=True)), squash=squash())
        layer.state = (a0, c0)
        return layer, np.sum(layer.forward(x) * da)

    layer, _ = run(arrays)
    dx = layer.backward(da)
    derived = [*(layer.gradients[f"d{name}"] for name in names), dx, *layer.dstate]
    for k in range(len(arrays)):
        along = [
            rng.standard_normal(a.shape) if i == k else np.zeros(a.shape)
            for i, a in enumerate(arrays)
        ]
        assert np.sum(derived[k] * along[k]) == pytest.approx(
            slope(lambda a: run(a)[1], arrays, along), rel=1e-6
        )


@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_a_stacks_gradients_equal_central_differences(rng, dropout):
    sizes, x, da = (
        (n_x, 4, 5, 5),
        rng.standard_normal((n_x, m, T)),
        rng.standard_normal((5, m, T)),
    )

    def run(arrays):
        x, *maps = arrays
        stack = UNIT.StackedLSTM(sizes, UNIT.Memory, dropout, seed=1)
        stack.Va, stack.Vc = maps[:3], maps[3:]
        return stack, np.sum(stack.forward(x, train=dropout > 0) * da)

    before = UNIT.StackedLSTM(sizes, UNIT.Memory, seed=1)
    arrays = [x, *before.Va, *before.Vc]
    stack, _ = run(arrays)
    derived = [stack.backward(da), *stack.dVa, *stack.dVc]
    for k in range(len(arrays)):
        along = [
            rng.standard_normal(a.shape) if i == k else np.zeros(a.shape)
            for i, a in enumerate(arrays)
        ]
        assert np.sum(derived[k] * along[k]) == pytest.approx(
            slope(lambda a: run(a)[1], arrays, along), rel=1e-6
        )


def test_dropout_keeps_the_mean(rng):
    """Over many masks a stack whose upper layer only hands on gives what it gives at evaluation."""

    class Through:
        def __init__(self, n_in, n_out, seed):
            self.n_out = n_out

        def forward(self, x, a0, c0):
            return x[: self.n_out]

    x = rng.standard_normal((3, 2000, 4))
    stack = UNIT.StackedLSTM((3, 3, 3), Through, dropout=0.3, seed=2)
    share = stack.forward(x, train=True) / stack.forward(x)
    assert share.mean() == pytest.approx(1, abs=0.02)
    assert set(np.round(np.unique(share), 6)) == {0.0, round(1 / 0.7, 6)}


def test_orthogonal_weights_are_orthogonal():
    found = UNIT.initial_weights(np.zeros((6, 3)), np.zeros((6, 6)), 4)["orthogonal"]
    np.testing.assert_allclose(found @ found.T, np.eye(6), atol=1e-14)


@each_row(
    ("name", "variance"),
    [
        ("uniform", 1 / 3 / 300),
        ("glorot", 2 / 500),
        ("glorot_sigmoid", 32 / 500),
        ("he", 2 / 300),
    ],
)
def test_initial_weights_have_their_variance(name, variance):
    found = UNIT.initial_weights(np.zeros((200, 300)), np.zeros((2, 2)), 1)[name]
    assert found.var() == pytest.approx(variance, rel=0.02)
