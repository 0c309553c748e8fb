"""The runs on the whole novel: the stack, the counter, ways to draw, training that goes on, and
the committed files.
"""

import dataclasses
import hashlib

import numpy as np
import pytest

from autograder.unit.source import reference
from experiments import datafiles, text
from experiments.backoff import Counter
from experiments.novel import (
    RUNS,
    Run,
    Settings,
    Trained,
    log_softmax,
    losses,
    mixed,
    parts,
    places,
    shares,
    small,
)
from experiments.stack import Stack, cross_entropy
from experiments.writing import drawn, longest_copy, narrowed

SMALL = Settings(batch=8, steps=15, n_a=24, rate=0.01, epochs=4, patience=2)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def doubles(stack):
    """The same stack in double precision, all weights a little away from where they start."""
    rng = np.random.default_rng(1)
    stack.one_hot = stack.one_hot.astype(float)
    for layer in stack.layers:
        layer.W = layer.W + 0.1 * rng.standard_normal(layer.W.shape)
    stack.own = {
        name: w + 0.1 * rng.standard_normal(w.shape) for name, w in stack.own.items()
    }
    return stack


@pytest.mark.parametrize("carried", [False, True])
@pytest.mark.parametrize("dropout", [0, 0.4])
def test_a_stacks_gradients_equal_central_differences(rng, dropout, carried):
    stack = doubles(Stack(6, 5, 2, dropout, seed=1))
    X, Y = rng.integers(6, size=(2, 7, 3))
    state = (
        [tuple(0.3 * rng.standard_normal((2, 5, 3))) for _ in range(2)]
        if carried
        else None
    )
    along = {name: rng.standard_normal(w.shape) for name, w in stack.weights().items()}
    weights = {name: w.copy() for name, w in stack.weights().items()}

    def loss(h):
        stack.set_weights({name: w + h * along[name] for name, w in weights.items()})
        stack.batches = 0  # the same entries are dropped
        return stack.train(X, Y, state)

    _, grads, _ = loss(0)
    derived = sum(np.sum(np.array(grads[name]) * along[name]) for name in along)
    assert derived == pytest.approx((loss(1e-5)[0] - loss(-1e-5)[0]) / 2e-5, rel=1e-5)
    assert np.any(grads["start"]) != carried


def test_a_stack_is_the_layers_of_unit_6(rng):
    stack, unit = doubles(Stack(6, 5, 2, 0, seed=1)), reference("ex6_lstm_layers")
    X = rng.integers(6, size=(7, 3))
    rising = np.moveaxis(np.eye(6)[X], 0, -1).swapaxes(0, 1)  # (n_x, m, T)
    for fast, start in zip(stack.layers, stack.own["start"], strict=True):
        n = fast.n_a
        layer = unit.LSTMLayer(
            {"Wh": fast.W[:, :n], "Wx": fast.W[:, n:-1], "b": fast.W[:, -1:]}
        )
        layer.state = tuple(np.repeat(one, 3, axis=1) for one in start)
        rising = layer.forward(rising)
    wanted = np.tensordot(stack.own["V"], rising, 1) + stack.own["d"][:, :, None]
    np.testing.assert_allclose(np.moveaxis(stack.read(X)[0], 0, -1), wanted, atol=1e-12)


def test_a_state_goes_on_where_it_has_ended(rng):
    stack = Stack(28, 6, 2, 0.5, seed=1)
    X = rng.integers(28, size=(9, 3))
    whole, _ = stack.read(X)
    first, state = stack.read(X[:4])
    np.testing.assert_allclose(
        np.concatenate([first, stack.read(X[4:], state)[0]]),
        whole,
        rtol=1e-5,
        atol=1e-6,
    )


def test_the_loss_is_that_of_the_exercise(rng):
    logits, targets = 9 * rng.standard_normal((5, 8)), rng.integers(5, size=8)
    loss, gradient = cross_entropy(logits, targets)
    wanted, dlogits = reference("ex7_language_model").cross_entropy(
        logits[:, None], targets[None]
    )
    assert loss == pytest.approx(wanted)
    np.testing.assert_allclose(gradient, dlogits[:, 0], atol=1e-12)
    np.testing.assert_allclose(np.exp(log_softmax(logits.T)).sum(axis=1), 1)


@pytest.mark.parametrize("doubt", [1, 3])
def test_a_counter_that_backs_off_gives_probabilities(doubt):
    tokens = text.encode("abcabcabd" * 9).tolist()
    counter = Counter(3, tokens, 28)
    for window in ([1, 2, 3], [9, 9, 9], [9, 9, 1], []):
        every = np.array(
            [counter.probabilities(window, token, doubt) for token in range(28)]
        )
        np.testing.assert_allclose(every.sum(axis=0), 1)
    unseen = np.array(
        [counter.probabilities([9, 9, 9], token, doubt) for token in range(28)]
    )
    np.testing.assert_allclose(
        unseen[:, 1:], unseen[:, :1] + np.zeros(3)
    )  # an unseen window asks the shorter one
    assert np.exp(counter.losses(tokens, doubt).mean(axis=1))[2] < 1.5


def test_witten_and_bell_by_hand():
    counter = Counter(1, [1, 2, 1, 3], 4)  # after 1 came 2 and 3; all in all 1, 1, 2, 3
    shorter = (1 + 3 / 4) / (4 + 3)
    assert counter.probabilities([1], 2) == pytest.approx(
        [shorter, (1 + 2 * shorter) / (2 + 2)]
    )


def test_the_small_text_is_counted_where_windows_are_whole(rng):
    found = dict(small(rng.integers(28, size=900), characters=300))
    assert list(found) == list(range(7))
    assert found[0] == pytest.approx(28, rel=0.2)


def test_narrowed_keeps_the_most_probable():
    p = np.array([0.1, 0.5, 0.15, 0.25])
    np.testing.assert_allclose(narrowed(p, k=2), [0, 2 / 3, 0, 1 / 3])
    np.testing.assert_allclose(narrowed(p, mass=0.7), [0, 2 / 3, 0, 1 / 3])
    np.testing.assert_allclose(narrowed(p, mass=0.76), [0, 5 / 9, 1.5 / 9, 2.5 / 9])
    np.testing.assert_allclose(narrowed(p), p)


def test_writing_is_the_same_for_the_same_seed():
    stack = Stack(28, 6, 1, 0, seed=1)
    one, again, other = (drawn(stack, [1, 2], 20, seed, k=20) for seed in (1, 1, 2))
    assert one == again != other
    assert longest_copy("xx the cell yy", "all of the cell") == len(" the cell")


def test_places_count_within_words():
    assert places(text.encode("ab cdefghijk ")).tolist() == [
        2,
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        8,
        0,
    ]


def test_a_mixture_is_never_worse_on_what_it_is_chosen_by(rng):
    net, counted = rng.random((2, 50))
    best = mixed(shares(net, counted), net, counted).mean()
    assert best <= min(net.mean(), counted.mean()) + 1e-12


@pytest.fixture
def source():
    raw = (
        "the cell reads a letter adds it to what it remembers and says which letter comes next "
        * 40
    )
    return text.Text(
        "a test", hashlib.sha256(raw.encode()).hexdigest(), text.cleaned(raw)
    )


def test_parts_are_the_whole_text(source):
    found = parts(source.tokens, SMALL)
    np.testing.assert_array_equal(np.concatenate(found), source.tokens)
    assert [round(len(part) / len(source.tokens), 1) for part in found] == [
        0.8,
        0.1,
        0.1,
    ]


def test_it_learns_goes_on_bit_for_bit_and_keeps_the_best(source, tmp_path):
    whole = Trained(Run(2, 0.2, 1), SMALL, source, tmp_path / "whole")
    whole.train(lambda line: None)
    assert whole.curve[-1][1] < 12

    class StopError(Exception):
        pass

    def stop(line):
        if "epoch  2" in line:
            raise StopError

    with pytest.raises(StopError):
        Trained(Run(2, 0.2, 1), SMALL, source, tmp_path / "parts").train(stop)
    again = Trained(Run(2, 0.2, 1), SMALL, source, tmp_path / "parts")
    assert len(again.curve) == 2
    again.train(lambda line: None)
    assert again.curve == whole.curve
    for name, w in whole.model.weights().items():
        np.testing.assert_array_equal(again.model.weights()[name], w)
    best = float(np.exp(losses(whole.model, whole.validation).mean()))
    assert best == pytest.approx(min(point[2] for point in whole.curve))
    other = dataclasses.replace(SMALL, rate=0.02)
    assert Trained(Run(2, 0.2, 1), other, source, tmp_path / "whole").curve == []


def test_patience_ends_a_run(source, tmp_path):
    trained = Trained(Run(1, 0, 1), SMALL, source, tmp_path)
    trained.curve = [(1, 5.0, 6.0), (2, 4.0, 6.5)]
    assert not trained.done
    trained.curve.append((3, 3.0, 7.0))
    assert trained.done


def test_committed_runs_are_those_of_the_command():
    rows, made = datafiles.read("novel")
    own = {}
    for row in rows:
        own.setdefault((row["layers"], row["dropout"], row["seed"]), []).append(
            row["validation"]
        )
    assert set(own) == {dataclasses.astuple(run) for run in RUNS}
    assert {
        name: made[name] for name in dataclasses.asdict(Settings())
    } == dataclasses.asdict(Settings())
    assert made["text_sha256"] == text.SHA256
    assert made["command"] == "python -m experiments.novel"
    results, _ = datafiles.read("novel_results")
    for (layers, dropout, seed), curve in own.items():
        (end,) = [
            r
            for r in results
            if (r["model"], r["kind"], r["which"])
            == ("stack", f"{layers} {dropout:g}", seed)
        ]
        assert end["validation"] == pytest.approx(min(curve), rel=0.01)
