"""The long runs of chapter 5: tasks, gradients, training, the command, and the data files that
are committed.
"""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from book_fixtures import ROOT
from sweeps import few
from tables import each_row

from autograder.unit.source import reference
from experiments import datafiles, learning, measure
from experiments.cells import CELLS
from experiments.network import Network, orthogonal
from experiments.tasks import TASKS, Adding, Copy
from experiments.training import Adam, Settings, clip, train

SMALL = Settings(
    n_a=16, batch=20, updates=200, learning_rate=0.01, test_examples=100, evaluations=4
)


@pytest.fixture
def rng():
    """A generator with a fixed seed."""
    return np.random.default_rng(5)


def network(cell, rng, n_x=3, n_a=5, n_y=2):
    """A network in float64, with biases that are not zero."""
    made = Network(cell, n_x, n_a, n_y, rng, dtype=np.float64)
    made.weights["b"] += rng.normal(size=made.weights["b"].shape)
    return made


def test_adding_marks_one_number_in_each_half(rng):
    x, target = Adding(10).batch(7, rng)
    numbers, marks = x[:, 0], x[:, 1]
    assert x.shape == (10, 2, 7)
    assert target.shape == (1, 1, 7)
    assert (marks[:5].sum(axis=0) == 1).all()
    assert (marks[5:].sum(axis=0) == 1).all()
    np.testing.assert_allclose(target[0, 0], (numbers * marks).sum(axis=0), rtol=1e-6)


def test_adding_baseline_is_the_loss_of_answering_one(rng):
    task = Adding(10)
    _, target = task.batch(100_000, rng)
    assert task.loss(np.ones_like(target), target)[0] == pytest.approx(
        task.baseline, rel=0.02
    )


def test_copy_asks_for_the_symbols_after_the_sign(rng):
    task = Copy(4, symbols=3, alphabet=6)
    x, target = task.batch(9, rng)
    assert x.shape == (10, 8, 9)
    assert target.shape == (10, 1, 9)
    shown = x.argmax(axis=1)
    assert (x.sum(axis=1) == 1).all()
    assert (shown[:3] == target[-3:, 0]).all()
    assert (shown[:3] < 6).all()
    assert (shown[6] == 7).all()
    assert (np.delete(shown[3:], 3, axis=0) == 6).all()
    assert (target[:-3] == 6).all()


def test_copy_baseline_is_the_loss_of_guessing_at_the_right_time(rng):
    task = Copy(4, symbols=3, alphabet=6)
    _, target = task.batch(50, rng)
    y = np.full((10, task.n_y, 50), -40.0)
    y[:-3, 6] = 40
    y[-3:, :6] = 0
    assert task.loss(y, target)[0] == pytest.approx(task.baseline)


@pytest.mark.parametrize("task", [Adding(6), Copy(2)], ids=str)
def test_loss_has_its_gradient(task, rng):
    _, target = task.batch(3, rng)
    y = rng.normal(size=(target.shape[0], task.n_y, 3))
    direction = rng.normal(size=y.shape)
    up, down = (task.loss(y + step * direction, target)[0] for step in (1e-5, -1e-5))
    assert np.sum(task.loss(y, target)[1] * direction) == pytest.approx(
        (up - down) / 2e-5, rel=1e-4
    )


@pytest.mark.parametrize("task", [Adding(6), Copy(2)], ids=str)
def test_right_answers_have_accuracy_one(task, rng):
    _, target = task.batch(8, rng)
    y = target if task.n_y == 1 else np.moveaxis(np.eye(task.n_y)[target[:, 0]], -1, 1)
    assert task.accuracy(y, target) == 1
    assert task.accuracy(np.roll(y, 1, axis=-1), target) < 1


@pytest.mark.parametrize("last_only", [True, False])
@pytest.mark.parametrize("cell", CELLS)
def test_gradients_equal_central_differences(cell, last_only, rng):
    made, x = network(cell, rng), rng.normal(size=(6, 3, 4))
    y, tape = made.forward(x, last_only)
    upstream = rng.normal(size=y.shape)
    grads, du = made.backward(upstream, tape)
    for name, w in made.weights.items():
        for place in np.ndindex(w.shape):
            sides = []
            for step in (1e-6, -1e-6):
                w[place] += step
                sides.append(np.sum(made.forward(x, last_only)[0] * upstream))
                w[place] -= step
            assert grads[name][place] == pytest.approx(
                (sides[0] - sides[1]) / 2e-6, rel=1e-5, abs=1e-7
            ), name
    direction = rng.normal(size=x.shape)
    up, down = (
        np.sum(made.forward(x + s * direction, last_only)[0] * upstream)
        for s in (1e-6, -1e-6)
    )
    assert np.sum((made.weights["W"].T @ du) * direction) == pytest.approx(
        (up - down) / 2e-6, rel=1e-5
    )


FORWARD = {"rnn": ("ex1_rnn_cell", "rnn_forward"), "lstm": ("ex3_lstm_forward", "lstm_forward"),
           "gru": ("ex5_gru", "gru_forward")}  # fmt: skip
BACKWARD = {
    "rnn": ("ex2_rnn_backward", "rnn_backward"),
    "lstm": ("ex4_lstm_backward", "lstm_backward"),
    "gru": ("ex5_gru", "gru_backward"),
}


def course_parameters(made):
    """The network's weights under the course's names, and the rows of each block."""
    n, w = made.weights["U"].shape[1], made.weights
    rows = {
        block: slice(k * n, (k + 1) * n) for k, block in enumerate(made.cell.blocks)
    }
    if made.cell.blocks == ("a",):
        return {
            "Wax": w["W"],
            "Waa": w["U"],
            "ba": w["b"],
            "Wya": w["V"],
            "by": w["d"],
        }, rows
    found = {"Wy": w["V"], "by": w["d"]}
    for block, where in rows.items():
        found["W" + block], found["b" + block] = (
            np.hstack([w["U"][where], w["W"][where]]),
            w["b"][where],
        )
    return found, rows


@pytest.mark.parametrize("cell", CELLS)
def test_cells_agree_with_the_references(cell, rng):
    made, x = network(cell, rng), rng.normal(size=(6, 3, 4))
    parameters, rows = course_parameters(made)
    unit, function = FORWARD[cell]
    results = getattr(reference(unit), function)(
        np.moveaxis(x, 0, -1), np.zeros((5, 4)), parameters
    )
    states, tape = made.cell.forward(
        made.weights["W"] @ x + made.weights["b"], made.weights["U"]
    )
    np.testing.assert_allclose(
        np.moveaxis(states, 0, -1), results[0], rtol=1e-12, atol=1e-14
    )
    da = rng.normal(size=states.shape)
    du, dU = made.cell.backward(da, made.weights["U"], tape)
    unit, function = BACKWARD[cell]
    wanted = getattr(reference(unit), function)(np.moveaxis(da, 0, -1), results[-1])
    np.testing.assert_allclose(
        np.moveaxis(made.weights["W"].T @ du, 0, -1),
        wanted["dx"],
        rtol=1e-10,
        atol=1e-13,
    )
    for block, where in rows.items():
        dW = wanted["dWaa"] if cell == "rnn" else wanted["dW" + block][:, :5]
        np.testing.assert_allclose(dU[where], dW, rtol=1e-10, atol=1e-13)
        db = du.sum(axis=(0, 2))[where, None]
        np.testing.assert_allclose(db, wanted["db" + block], rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("cell", CELLS)
def test_single_precision_stays_single(cell, rng):
    made = Network(cell, 3, 5, 2, rng)
    x = rng.normal(size=(6, 3, 4)).astype(np.float32)
    y, tape = made.forward(x)
    grads, du = made.backward(np.ones_like(y), tape)
    assert {
        array.dtype for array in [y, du, *grads.values(), *made.weights.values()]
    } == {np.dtype(np.float32)}


@pytest.mark.parametrize(("cell", "block"), [("lstm", 0), ("gru", 0)])
def test_keep_bias_goes_to_the_gate_that_keeps(cell, block, rng):
    b = Network(cell, 3, 5, 2, rng, keep_bias=1.5).weights["b"].reshape(-1, 5)
    assert (b[block] == 1.5).all()
    assert (np.delete(b, block, axis=0) == 0).all()


def test_orthogonal_is_orthogonal(rng):
    q = orthogonal(6, rng)
    np.testing.assert_allclose(q @ q.T, np.eye(6), atol=1e-12)


def test_reach_counts_from_the_last_step(rng):
    made, x = network("rnn", rng, n_y=1), rng.normal(size=(5, 3, 2))
    norms = measure.reach(made, x)
    nudged = x.copy()
    nudged[-1, 0, 0] += 1e-6
    change = (made.forward(nudged, True)[0] - made.forward(x, True)[0])[0, 0, 0] / 1e-6
    last = np.linalg.norm(
        made.weights["W"].T
        @ (made.weights["V"].T * (1 - made.forward(x)[1][1][-1] ** 2)),
        axis=0,
    )
    assert norms.shape == (5,)
    assert norms[0] == pytest.approx(np.sqrt(np.mean(last**2)))
    assert abs(change) <= last[0] * (1 + 1e-6)


def test_clip_scales_all_gradients_together():
    grads = {"U": np.full((2, 2), 3.0), "b": np.full(4, 4.0)}
    assert clip(grads, 1.0) == 10
    np.testing.assert_allclose(grads["U"], 0.3)
    np.testing.assert_allclose(grads["b"], 0.4)
    assert clip(grads, 5.0) == pytest.approx(1)


def test_adam_begins_with_steps_of_the_learning_rate():
    weights = {"w": np.zeros(2)}
    Adam(weights, 0.1).update(weights, {"w": np.array([5.0, -0.01])})
    np.testing.assert_allclose(weights["w"], [-0.1, 0.1], rtol=1e-4)


@pytest.mark.parametrize("cell", few(CELLS, lambda cell: cell == "lstm"))
def test_a_small_run_learns(cell, monkeypatch):
    task = Adding(4)
    monkeypatch.setitem(TASKS, "short", task)
    _, curve = train("short", cell, 1, SMALL)
    assert [update for update, *_ in curve] == [0, 50, 100, 150, 200]
    assert curve[-1][1] < task.baseline / 4


def test_same_seed_same_curve():
    few = dataclasses.replace(SMALL, updates=4)
    first, again, other = (train("copy-20", "gru", seed, few)[1] for seed in (1, 1, 2))
    assert first == again != other


def test_best_rate_has_the_lowest_late_loss():
    runs = learning.tuning_runs(Settings(), ["copy-20"], ["gru"])
    late = dict(zip(runs, (0.4, 0.2, 0.3), strict=True))
    results = {
        run: ([(k, loss + (k == 0), 0.0) for k in range(8)], {})
        for run, loss in late.items()
    }
    assert learning.best_rates(results) == {("copy-20", "gru"): learning.RATES[1]}


def test_command_writes_the_data_files(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "experiments", "learning",
         "--updates", "1", "--seeds", "1", "--out", tmp_path],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    assert "36 + 12 runs" in done.stdout
    assert "left" in done.stdout
    rows, made = datafiles.read("learning", tmp_path)
    assert len(rows) == 48 * 2
    assert made["seeds"] == [1]
    assert made["updates"] == 1
    rows, _ = datafiles.read("reach", tmp_path)
    assert len(rows) == 2 * 3 * 100


def test_command_refuses_what_it_does_not_know():
    done = subprocess.run(
        [sys.executable, "-m", "experiments", "speed"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "choose from learning, times" in done.stderr


def test_times_are_measured(rng):
    rows = list(measure.times([4], batch=2, repeats=1))
    assert [row[:2] for row in rows] == [("rnn", 4), ("lstm", 4), ("gru", 4)]
    assert all(forward > 0 and backward > 0 for *_, forward, backward in rows)


@each_row("name", datafiles.COLUMNS)
def test_committed_files_say_how_they_were_made(name):
    rows, made = datafiles.read(name)
    assert tuple(rows[0]) == datafiles.COLUMNS[name]
    assert made["command"].startswith("python -m experiments")
    assert {"numpy", "python", "machine"} <= set(made)
    assert all(
        np.isfinite(value)
        for row in rows
        for value in row.values()
        if not isinstance(value, str)
    )


def test_committed_curves_are_whole():
    rows, made = datafiles.read("learning")
    counted = [row for row in rows if row["seed"] != made["tuning_seed"]]
    runs = {
        (row["task"], row["cell"], row["seed"])
        for row in counted
        if row["update"] == made["updates"]
    }
    assert runs == {
        (task, cell, seed) for task in TASKS for cell in CELLS for seed in made["seeds"]
    }
    assert len(made["seeds"]) >= 3
    assert {
        key: made[key] for key in ("n_a", "batch", "updates", "clip", "keep_bias")
    } == {
        key: getattr(Settings(), key)
        for key in ("n_a", "batch", "updates", "clip", "keep_bias")
    }


def test_committed_runs_begin_as_the_code_does():
    """The first point of each curve, before any update, is what today's code computes."""
    rows, _ = datafiles.read("learning")
    first = {
        (row["task"], row["cell"], row["seed"]): row["loss"]
        for row in rows
        if row["update"] == 0
    }
    for task in TASKS:
        _, curve = train(task, "gru", 1, dataclasses.replace(Settings(), updates=0))
        assert curve[0][1] == pytest.approx(first[task, "gru", 1], rel=2e-3)
