"""What chapter 6 plots: `python -m experiments.layers [speed] [memory] [starts]`, two minutes
on a quiet machine.

`speed` times one pass forward and backward of each way to compute an LSTM layer, all ways
taking turns; `memory` says what they hold; `starts` trains the same network from several
initial weights.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: one thread each

import argparse
import importlib.util
import tracemalloc
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np

from autograder.unit.course import Course
from autograder.unit.source import module_of, read_cells

from . import datafiles
from .fast import FastLSTM
from .network import Network
from .tasks import Adding
from .training import Adam, Settings, clip, evaluate

SIZES = {"n_x": 28, "n_a": 256, "batch": 32, "steps": 35}
STARTS = ("orthogonal", "uniform", "small", "tiny")
TASK, SEEDS = Adding(20), (1, 2, 3)
SETTINGS = Settings(n_a=32, updates=2000, learning_rate=0.005)


class Single:
    """numpy whose zeros are single precision: the references' are double, and one double makes
    all that it meets so.
    """

    zeros = staticmethod(partial(np.zeros, dtype=np.float32))

    def __getattr__(self, name):
        return getattr(np, name)


def reference(assignment):
    """A unit's functions, computing in single precision."""
    module = module_of(
        read_cells(Course.find().source(assignment)), f"{assignment} single"
    )
    module.np = Single()
    return module


def ways(n_x, n_a, batch, steps, seed=0):
    """A function for each way to run a layer forward and backward over the same numbers; torch's
    where it is there.
    """
    rng = np.random.default_rng(seed)
    x, da = (
        rng.standard_normal((steps, n, batch)).astype(np.float32) for n in (n_x, n_a)
    )
    w = Network("lstm", n_x, n_a, 1, rng).weights
    weights = {"Wx": w["W"], "Wh": w["U"], "b": w["b"]}
    course_x, course_da = (
        np.ascontiguousarray(np.moveaxis(one, 0, -1)) for one in (x, da)
    )
    found = {
        "plain": plain(weights, course_x, course_da),
        "fused": layer(
            reference("ex6_lstm_layers").LSTMLayer(weights), course_x, course_da
        ),
        "fast": layer(FastLSTM(weights), x, da),
    }
    if importlib.util.find_spec("torch"):
        found["torch"] = torch_layer(weights, x, da)
    return found | products(weights, batch, steps)


def plain(weights, x, da):
    """The functions of units 3 and 4: four matrices on `[a; x]`, a tuple for each step."""
    forward, backward = (
        reference("ex3_lstm_forward").lstm_forward,
        reference("ex4_lstm_backward").lstm_backward,
    )
    both = np.split(np.hstack([weights["Wh"], weights["Wx"]]), 4)
    parameters = {f"W{g}": W for g, W in zip("fioc", both, strict=True)}
    parameters |= {
        f"b{g}": b for g, b in zip("fioc", np.split(weights["b"], 4), strict=True)
    }
    n_a = len(both[0])
    parameters |= {
        "Wy": np.zeros((1, n_a), np.float32),
        "by": np.zeros((1, 1), np.float32),
    }
    a0 = np.zeros((n_a, x.shape[1]), np.float32)

    def run(back=True):
        *_, caches = forward(x, a0, parameters)
        return caches, backward(da, caches) if back else None

    return run


def layer(one, x, da):
    """A layer object, from zero."""

    def run(back=True):
        one.state = None
        one.forward(x)
        return one, one.backward(da) if back else None

    return run


def torch_layer(weights, x, da):
    """`torch.nn.LSTM` on one thread, with the gradient of its input like the others."""
    import torch

    torch.set_num_threads(1)
    n_x, n_a = x.shape[1], da.shape[1]
    one = torch.nn.LSTM(n_x, n_a)
    x, da = (torch.from_numpy(array.swapaxes(1, 2).copy()) for array in (x, da))
    x.requires_grad_()

    def run(back=True):
        one.zero_grad()
        x.grad = None
        one(x)[0].backward(da)

    return run


def products(weights, batch, steps):
    """Nothing but the matrix products of a pass, with examples as columns and as rows, and their
    parts.
    """
    W = np.hstack([weights["Wh"], weights["Wx"], weights["b"]])
    rng = np.random.default_rng(0)
    v, z = (
        rng.standard_normal((steps, n, batch)).astype(np.float32)
        for n in (W.shape[1], len(W))
    )
    all_v, all_z = (
        np.ascontiguousarray(one.swapaxes(0, 1)).reshape(one.shape[1], -1)
        for one in (v, z)
    )
    v_rows, z_rows = (np.ascontiguousarray(one.swapaxes(1, 2)) for one in (v, z))
    WT = np.ascontiguousarray(W.T)
    to_z, to_v, to_z_rows, to_v_rows = (
        np.empty_like(one) for one in (z, v, z_rows, v_rows)
    )

    def columns():
        for t in range(steps):
            np.matmul(W, v[t], out=to_z[t])
        for t in reversed(range(steps)):
            np.matmul(W.T, z[t], out=to_v[t])
        return all_v @ all_z.T

    def rows():
        for t in range(steps):
            np.matmul(v_rows[t], WT, out=to_z_rows[t])
        for t in reversed(range(steps)):
            np.matmul(z_rows[t], W, out=to_v_rows[t])
        return z_rows.reshape(-1, len(W)).T @ v_rows.reshape(-1, W.shape[1])

    return {"columns": columns, "rows": rows}


def times(rounds=60, sizes=SIZES):
    """Milliseconds of the processor for each way and round, all ways taking turns; waiting does
    not count.
    """
    found = ways(*sizes.values())
    for run in found.values():
        run()
    for number in range(rounds):
        for name, run in found.items():
            start = process_time()
            run()
            yield name, number, 1000 * (process_time() - start)


def memory(lengths=(10, 35, 70, 140), sizes=SIZES):
    """Megabytes that each way in numpy holds between forward and backward, and at most."""
    for steps in lengths:
        makers = ways(*(sizes | {"steps": steps}).values())
        for name in ("plain", "fused", "fast"):
            tracemalloc.start()
            held = makers[name](back=False)
            kept = tracemalloc.get_traced_memory()[0]
            del held
            makers[name]()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            yield name, steps, kept / 1e6, peak / 1e6


def begin(start, network, rng):
    """Set a network's weights as one of the initialisers does."""
    w, n_a = network.weights, network.weights["U"].shape[1]
    draw = {
        "uniform": lambda shape: rng.uniform(-1, 1, shape) / np.sqrt(n_a),
        "small": lambda shape: 0.01 * rng.standard_normal(shape),
        "tiny": lambda shape: rng.uniform(-1e-4, 1e-4, shape),
    }
    for name in ("W", "U", "V") if start in draw else ():
        w[name][:] = draw[start](w[name].shape)
    if start in draw:
        w["b"][:] = 0


def curves(settings=SETTINGS, seeds=SEEDS, every=50):
    """Test losses of the same network from each start, with Adam, as rows of `starts`."""
    for start in STARTS:
        for seed in seeds:
            weights, tests, examples = (
                np.random.default_rng([seed, k]) for k in range(3)
            )
            network = Network("lstm", TASK.n_x, settings.n_a, TASK.n_y, weights)
            begin(start, network, weights)
            adam, fixed = (
                Adam(network.weights, settings.learning_rate),
                TASK.batch(settings.test_examples, tests),
            )
            for update in range(settings.updates + 1):
                if update % every == 0:
                    yield start, seed, update, evaluate(network, TASK, *fixed)[0]
                x, target = TASK.batch(settings.batch, examples)
                y, tape = network.forward(x, TASK.last_only)
                grads, _ = network.backward(TASK.loss(y, target)[1], tape)
                clip(grads, settings.clip)
                adam.update(network.weights, grads)


def main(arguments=None):
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.layers", description=__doc__
    )
    parser.add_argument(
        "what",
        nargs="*",
        metavar="speed|memory|starts",
        help="what to make; all unless given",
    )
    parser.add_argument(
        "--out", type=Path, default=datafiles.DATA, help="folder of the data files"
    )
    parser.add_argument(
        "--rounds", type=int, default=60, help="of the speed's measurement"
    )
    parser.add_argument(
        "--updates", type=int, default=SETTINGS.updates, help="of each start's training"
    )
    options = parser.parse_args(arguments)
    wanted = options.what or ["speed", "memory", "starts"]
    if unknown := set(wanted) - {"speed", "memory", "starts"}:
        parser.error(
            f"there is no {', '.join(sorted(unknown))}; choose from memory, speed, starts"
        )
    if "speed" in wanted:
        rows = list(times(options.rounds))
        made = SIZES | {"rounds": options.rounds, "dtype": "float32", **torch_version()}
        datafiles.write("speed", rows, made, options.out)
        print("\n".join(summary(rows)))
    if "memory" in wanted:
        datafiles.write(
            "memory", list(memory()), SIZES | {"dtype": "float32"}, options.out
        )
    if "starts" in wanted:
        settings = Settings(**(vars(SETTINGS) | {"updates": options.updates}))
        made = {"task": TASK.name, "cell": "lstm", "seeds": SEEDS, **vars(settings)}
        datafiles.write("starts", list(curves(settings, SEEDS)), made, options.out)


def torch_version():
    """PyTorch's version, where it is there."""
    import importlib.metadata

    if importlib.util.find_spec("torch") is None:
        return {}
    return {"torch": importlib.metadata.version("torch")}


def ratios(rows, base):
    """Quartiles of each way's time, and of its ratio to the base way's in the same round."""
    by_way = {}
    for name, _, milliseconds in rows:
        by_way.setdefault(name, []).append(milliseconds)
    return {
        name: (
            np.percentile(ms, [25, 50, 75]),
            np.percentile(np.divide(ms, by_way[base]), [25, 50, 75]),
        )
        for name, ms in by_way.items()
    }


def summary(rows):
    """The measurement in words, a line for each way."""
    names = {name for name, *_ in rows}
    base = "torch" if "torch" in names else "fast"
    for name, (ms, ratio) in ratios(rows, base).items():
        spread = f"({ratio[0]:.2f} to {ratio[2]:.2f})"
        yield f"  {name:<8} {ms[1]:6.1f} ms   {ratio[1]:.2f} of {base} {spread}"


if __name__ == "__main__":
    main()
