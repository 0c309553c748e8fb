"""Train on the whole novel of chapter 7: `python -m experiments.novel`, on one thread.

The text is split into a part to train on, a part to choose by and a part to test on, in this
order. Stacks of LSTM layers and counters with back-off read the same parts; what is chosen, a
stack's epoch and a counter's longest window, is chosen by the middle part. A run keeps a
checkpoint every epoch and goes on from it when the command was stopped.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from . import datafiles, text
from .backoff import Counter
from .characters import batches
from .stack import Stack
from .training import Adam, clip
from .writing import drawn, longest_copy

CHECKPOINTS = Path(__file__).resolve().parents[1] / "checkpoints"
WINDOWS, DOUBTS = range(9), (1, 2, 4, 8, 16)
PREFIX, LENGTH, SAMPLED = (
    "as large as yonder table",
    160,
    1,
)  # words of the part that tests
WAYS = {
    "temperature 0": {"temperature": 0},
    "temperature 0.5": {"temperature": 0.5},
    "temperature 1": {},
    "top 5": {"k": 5},
    "nucleus 0.9": {"mass": 0.9},
}


@dataclass(frozen=True)
class Settings:
    """The set-up, the same for all stacks."""

    train: float = 0.8  # shares of the text; what is left tests
    validate: float = 0.1
    batch: int = 32
    steps: int = 35
    n_a: int = 256
    # Adam's in the first epoch; it falls by equal steps, and would be 0 after the last
    rate: float = 0.006
    clip: float = 1.0
    epochs: int = 24  # at most
    patience: int = 3  # epochs in a row that are not the best, then a run stops early


@dataclass(frozen=True)
class Run:
    """One stack to train."""

    layers: int
    dropout: float
    seed: int

    def __str__(self):
        layers = f"{self.layers} layer{'s' * (self.layers > 1)}"
        return f"{layers}, dropout {self.dropout:g}, seed {self.seed}"


SEEDS = (1, 2, 3)
RUNS = tuple(
    Run(layers, dropout, seed)
    for seed in SEEDS
    for layers, dropout in ((1, 0.0), (1, 0.5), (2, 0.5))
)


def parts(tokens, settings):
    """The text to train on, to choose by and to test on."""
    ends = [
        round(len(tokens) * share)
        for share in (settings.train, settings.train + settings.validate)
    ]
    return np.split(tokens, ends)


def losses(model, tokens):
    """Loss of every token but the first, read in one go from the start state."""
    found, state = [], None
    for first in range(0, len(tokens) - 1, 500):
        X = tokens[first : first + 501]
        logits, state = model.read(X[:-1, None], state)
        found.append(-log_softmax(logits[:, :, 0])[np.arange(len(X) - 1), X[1:]])
    return np.concatenate(found)


def log_softmax(z):
    """Logarithms of the probabilities, of each row."""
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def perplexity(found):
    """The exponential of the mean loss."""
    return float(np.exp(np.mean(found)))


class Trained:
    """A stack on its way: epochs done, curve so far, the weights of the best epoch."""

    def __init__(self, run, settings, source, folder):
        self.run, self.settings = run, settings
        self.path = folder / f"novel-{run.layers}-{run.dropout:g}-{run.seed}.npz"
        self.model = Stack(
            len(text.VOCABULARY), settings.n_a, run.layers, run.dropout, run.seed
        )
        self.adam = Adam(self.model.weights(), settings.rate)
        self.tokens, self.validation, self.test = parts(source.tokens, settings)
        self.curve, self.seconds, self.seen, self.best = [], 0.0, 0, {}
        self.same = {
            **asdict(run),
            **asdict(settings),
            "text_sha256": source.sha256,
            "numpy": np.__version__,
        }
        self._resume()

    @property
    def chosen(self):
        """The epoch with the lowest perplexity on the validation text: (epoch, training,
        validation).
        """
        return min(self.curve, key=lambda point: point[2])

    @property
    def done(self):
        """Whether training has come to its end."""
        epoch = len(self.curve)
        return epoch and (
            epoch >= self.settings.epochs
            or epoch - self.chosen[0] >= self.settings.patience
        )

    def train(self, show=print):
        """Train to the end; leave the model with the weights of the best epoch."""
        while not self.done:
            self._one_epoch()
            self._keep()
            epoch, training, validation = self.curve[-1]
            pace = self.seen / self.seconds
            show(
                f"{self.run!s:<28} epoch {epoch:2}  training {training:6.3f}"
                f"  validation {validation:6.3f}  {pace:7,.0f} tokens/s  {self.seconds:5.0f} s"
            )
        self.model.set_weights(self.best)

    def _one_epoch(self):
        settings, found, state = self.settings, [], None
        epoch = len(self.curve) + 1
        self.adam.rate = settings.rate * (1 - (epoch - 1) / settings.epochs)
        offset = int(
            np.random.default_rng([self.run.seed, 1, epoch]).integers(settings.steps)
        )
        X, Y = batches(self.tokens, settings.batch, settings.steps, offset)
        start = (
            time.process_time()
        )  # waiting for a processor that others use does not count
        for inputs, targets in zip(X, Y, strict=True):
            loss, grads, state = self.model.train(inputs, targets, state)
            clip(grads, settings.clip)
            self.adam.update(self.model.weights(), grads)
            found.append(loss)
        self.seconds += time.process_time() - start
        self.seen += X.size
        self.curve.append(
            (epoch, perplexity(found), perplexity(losses(self.model, self.validation)))
        )
        if self.chosen[0] == epoch:
            self.best = {name: w.copy() for name, w in self.model.weights().items()}

    def _keep(self):
        """Write the checkpoint; whoever reads it finds the old one or the new one whole."""
        head = {"same": self.same, "curve": self.curve, "seconds": self.seconds, "seen": self.seen,
                "step": self.adam.step, "batches": self.model.batches}  # fmt: skip
        kept = {
            "now": self.model.weights(),
            "best": self.best,
            "mean": self.adam.mean,
            "square": self.adam.square,
        }
        arrays = {
            f"{kind} {name}": w
            for kind, named in kept.items()
            for name, w in named.items()
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new.npz")
        with new.open("wb") as stream:
            np.savez(
                stream,
                head=np.frombuffer(json.dumps(head).encode(), np.uint8),
                **arrays,
            )
        os.replace(new, self.path)

    def _resume(self):
        """Go on from the checkpoint, if there is one of the same set-up."""
        if not self.path.is_file():
            return
        with np.load(self.path, allow_pickle=False) as kept:
            head = json.loads(kept["head"].tobytes())
            if head["same"] != json.loads(json.dumps(self.same)):
                return
            named = {kind: {name: kept[f"{kind} {name}"] for name in self.model.weights()}
                     for kind in ("now", "best", "mean", "square")}  # fmt: skip
        self.model.set_weights(named["now"])
        self.best = named["best"]
        self.adam.mean, self.adam.square = named["mean"], named["square"]
        self.curve = [tuple(point) for point in head["curve"]]
        self.seconds, self.seen = head["seconds"], head["seen"]
        self.adam.step, self.model.batches = head["step"], head["batches"]


def counters(training, validation, test):
    """A counter for each doubt and longest window: (window, doubt, validation losses, test
    losses).
    """
    whole = Counter(max(WINDOWS), training.tolist(), len(text.VOCABULARY))
    for doubt in DOUBTS:
        both = (whole.losses(tokens.tolist(), doubt) for tokens in (validation, test))
        for window, (val, tst) in enumerate(zip(*both, strict=True)):
            yield window, doubt, val, tst


def small(tokens, characters=10_000):
    """A counter with back-off on the first characters, tried on as many that follow: (window,
    held out).
    """
    counter = Counter(6, tokens[:characters].tolist(), len(text.VOCABULARY))
    found = counter.losses(tokens[characters : 2 * characters].tolist())
    for window, own in enumerate(found):
        whole = own[max(window - 1, 0) :]  # where as many letters stand before
        yield window, perplexity(whole)


def shares(net, counted):
    """The share of the network in a mixture of both whose loss is lowest."""
    tried = np.linspace(0, 1, 21)
    return min(tried, key=lambda share: mixed(share, net, counted).mean())


def mixed(share, net, counted):
    """Losses of a mixture of two models' probabilities."""
    return -np.log(share * np.exp(-net) + (1 - share) * np.exp(-counted))


def places(tokens):
    """For every token but the first: its place in its word, 1 for the first letter, 0 for the
    space; at most 8.
    """
    place, found = 0, []
    for token in tokens.tolist():
        place = 0 if token == len(text.VOCABULARY) - 1 else place + 1
        found.append(min(place, 8))
    return np.array(found[1:])


def write(finished, source, settings, folder):
    """Write curves, results, where in a word each model is right, and what the best
    stack writes.
    """
    training, validation, test = parts(source.tokens, settings)
    seconds = sum(one.seconds for one in finished)
    made = {
        **asdict(settings),
        **source.described(),
        "characters_each": [len(training), len(validation), len(test)],
        "minutes_of_processor": round(seconds / 60, 1),
    }
    curves = (
        (one.run.layers, one.run.dropout, one.run.seed, *point)
        for one in finished
        for point in one.curve
    )
    datafiles.write("novel", curves, made, folder)
    of_counter = source.described() | {"characters": 10_000, "doubt": 1}
    datafiles.write("backoff", small(source.tokens), of_counter, folder)
    counted = list(counters(training, validation, test))
    counter = min(counted, key=lambda row: row[2].mean())
    measured = [Measured(one, counter, validation, test) for one in finished]
    rows = [*rows_of_counters(counted), *(row for one in measured for row in one.rows)]
    datafiles.write("novel_results", rows, made, folder)
    best = min(measured, key=lambda one: one.validation.mean())
    window, doubt, _, test_by_counter = counter
    made |= {
        "counter": {"window": window, "doubt": doubt},
        "best": str(best.trained.run),
    }
    compared = {"counter": test_by_counter, "stack": best.test, "both": best.both}
    datafiles.write("novel_places", rows_of_places(compared, test), made, folder)
    known = text.decode(training)
    written = (
        (way, longest_copy(said, known), said)
        for way, said in samples(best.trained.model)
    )
    made |= {"prefix": PREFIX, "length": LENGTH, "seed_of_draws": SAMPLED}
    datafiles.write("novel_samples", written, made, folder)


class Measured:
    """A trained stack's losses, a letter each, alone and mixed with a counter's.

    Parameters
    ----------
    trained : Trained
        The stack.
    counter : tuple
        One of `counters`: window, doubt, its losses on `validation` and on `test`.
    validation, test : array
        The letters; the share of either is chosen by the former.
    """

    def __init__(self, trained, counter, validation, test):
        _, _, by_counter, test_by_counter = counter
        self.trained = trained
        self.validation = losses(trained.model, validation)
        self.test = losses(trained.model, test)
        self.share = shares(self.validation, by_counter)
        self.both_validation = mixed(self.share, self.validation, by_counter)
        self.both = mixed(self.share, self.test, test_by_counter)

    @property
    def rows(self):
        """Its two rows of the results: alone, and with the counter."""
        run = self.trained.run
        label = f"{run.layers} {run.dropout:g}", run.seed
        alone = perplexity(self.validation), perplexity(self.test)
        both = perplexity(self.both_validation), perplexity(self.both)
        speed = round(self.trained.seen / self.trained.seconds)
        yield "stack", *label, self.trained.chosen[0], *alone, speed
        yield "both", *label, float(self.share), *both, ""


def rows_of_counters(counted):
    """Give each counter's row of the results."""
    for window, doubt, validation, test in counted:
        yield (
            "counter",
            window,
            doubt,
            "",
            perplexity(validation),
            perplexity(test),
            "",
        )


def rows_of_places(compared, test):
    """Give each model's mean loss at each place of a word, and how many letters stand there."""
    where = places(test)
    for name, own in compared.items():
        for place in np.unique(where):
            here = where == place
            yield name, int(place), int(here.sum()), float(own[here].mean())


def samples(model):
    """What a stack writes after the prefix, by the way of drawing."""
    for name, way in WAYS.items():
        yield (
            name,
            text.decode(drawn(model, text.encode(PREFIX), LENGTH, SAMPLED, **way)),
        )


def main(arguments=None):
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.novel", description=__doc__
    )
    parser.add_argument(
        "--out", type=Path, default=datafiles.DATA, help="folder of the data files"
    )
    parser.add_argument(
        "--checkpoints",
        type=Path,
        default=CHECKPOINTS,
        help="folder to stop at and go on from",
    )
    parser.add_argument(
        "--runs",
        type=int,
        default=len(RUNS),
        help="how many of the runs, from the first",
    )
    for name, value in asdict(Settings()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=type(value),
            default=value,
            help=f"({value})",
        )
    options = parser.parse_args(arguments)
    settings = Settings(**{name: getattr(options, name) for name in asdict(Settings())})
    source = text.load()
    print(
        f"text: {source.name}, {len(source.clean):,} characters after cleaning",
        flush=True,
    )
    finished = []
    for run in RUNS[: options.runs]:
        trained = Trained(run, settings, source, options.checkpoints)
        trained.train(lambda line: print(line, flush=True))
        finished.append(trained)
    write(finished, source, settings, options.out)
    print(f"data files in {options.out}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(
            "stopped; the same command goes on from the last checkpoints"
        ) from None
