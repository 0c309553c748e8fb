"""Train the character models of chapter 7: `python -m experiments.language_model`.

Each run shows epoch, perplexity, tokens per second and the time left, keeps a checkpoint, and
goes on from it when the command was stopped. With all runs done it writes curves, a summary and
samples to `book/data/`.
"""

import os

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # before numpy: tokens per second are those of one thread

import argparse
import importlib.metadata
import importlib.util
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from . import datafiles, text, windows
from .cells import CELLS
from .characters import MAKERS, batches, continued, perplexity

CHECKPOINTS = Path(__file__).resolve().parents[1] / "checkpoints"
SEEDS = (1, 2, 3)
PREFIX, LENGTH, TEMPERATURES = "time traveller", 120, (0, 0.5, 1.0)
SAMPLED = 1  # the seed whose networks write, and with which they draw


@dataclass(frozen=True)
class Settings:
    """The set-up, the same for all."""

    characters: int = 10_000
    held_out: int = 10_000  # characters after these
    batch: int = 32
    steps: int = 35
    n_a: int = 256
    rate: float = 1.0
    clip: float = 1.0
    epochs: int = 500
    # epochs between two points of the curve, and between two checkpoints
    every: int = 10


@dataclass(frozen=True)
class Run:
    """One network to train."""

    maker: str
    cell: str
    seed: int

    def __str__(self):
        return f"{self.maker} {self.cell} seed {self.seed}"

    @property
    def work(self):
        """Roughly how long it takes, in blocks of gates."""
        return len(CELLS[self.cell].blocks)


class Trained:
    """A network on its way: epochs done, curve so far, seconds of training.

    Parameters
    ----------
    run : Run
        Which one.
    settings : Settings
        The set-up.
    source : Text
        What it is trained on.
    folder : Path
        Where its checkpoint is, or will be.
    """

    def __init__(self, run, settings, source, folder):
        self.run, self.settings = run, settings
        self.path = folder / f"{run.maker}-{run.cell}-{run.seed}.npz"
        self.model = MAKERS[run.maker](
            run.cell, len(text.VOCABULARY), settings.n_a, run.seed
        )
        tokens, end = source.tokens, settings.characters + settings.held_out
        self.tokens, self.held_out = (
            tokens[: settings.characters],
            tokens[settings.characters : end],
        )
        self.epoch, self.curve, self.seconds, self.seen = 0, [], 0.0, 0
        self.same = {
            **asdict(run),
            **asdict(settings),
            "text_sha256": source.sha256,
            **library(run.maker),
        }
        self._resume()

    def train(self, show=lambda trained: None):
        """Train to the last epoch."""
        while self.epoch < self.settings.epochs:
            self._one_epoch()
            if self.epoch % self.settings.every == 0 or self.epoch in (
                1,
                self.settings.epochs,
            ):
                held_out = perplexity(
                    self.model, self.held_out, self.settings.batch, self.settings.steps
                )
                self.curve.append((self.epoch, self.perplexity, held_out))
                self._keep()
            show(self)

    @property
    def tokens_per_second(self):
        """Tokens trained on in a second of the processor; evaluation does not count."""
        return self.seen / self.seconds if self.seconds else 0.0

    def _one_epoch(self):
        settings, losses, state = self.settings, [], None
        self.epoch += 1
        offset = int(
            np.random.default_rng([self.run.seed, 1, self.epoch]).integers(
                settings.steps
            )
        )
        X, Y = batches(self.tokens, settings.batch, settings.steps, offset)
        start = (
            time.process_time()
        )  # waiting for a processor that others use does not count
        for inputs, targets in zip(X, Y, strict=True):
            loss, state = self.model.train(
                inputs, targets, state, settings.rate, settings.clip
            )
            losses.append(loss)
        self.seconds += time.process_time() - start
        self.seen += X.size
        self.perplexity = float(np.exp(np.mean(losses)))

    def _keep(self):
        """Write the checkpoint; whoever reads it finds the old one or the new one whole."""
        head = {
            "same": self.same,
            "epoch": self.epoch,
            "curve": self.curve,
            "seconds": self.seconds,
            "seen": self.seen,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new.npz")
        with new.open("wb") as stream:
            np.savez(
                stream,
                head=np.frombuffer(json.dumps(head).encode(), np.uint8),
                **self.model.weights(),
            )
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(new, self.path)

    def _resume(self):
        """Go on from the checkpoint, if there is one of the same set-up."""
        if not self.path.is_file():
            return
        with np.load(self.path, allow_pickle=False) as kept:
            head = json.loads(kept["head"].tobytes())
            if head["same"] == json.loads(json.dumps(self.same)):
                self.model.set_weights(
                    {name: kept[name] for name in kept.files if name != "head"}
                )
                self.epoch, self.curve = (
                    head["epoch"],
                    [tuple(point) for point in head["curve"]],
                )
                self.seconds, self.seen = head["seconds"], head["seen"]
                self.perplexity = self.curve[-1][1]


def library(maker):
    """The version that does the computing."""
    if maker == "torch":
        return {"torch": importlib.metadata.version("torch")}
    return {"numpy": np.__version__}


class Show:
    """One line for all runs together and one for the run at work; a line every so often where
    there is no terminal.
    """

    def __init__(self, runs, settings, console):
        self.settings, self.console = settings, console
        self.total, self.done, self.fresh = (
            sum(run.work for run in runs) * settings.epochs,
            0,
            0,
        )
        columns = (
            TextColumn("{task.description}"),
            BarColumn(24),
            TextColumn("{task.fields[state]}"),
        )
        self.progress = Progress(*columns, TimeElapsedColumn(), console=console)
        self.all = self.progress.add_task(
            f"{len(runs)} runs", total=self.total, state=""
        )
        self.started = time.monotonic()

    def begin(self, trained):
        """A run starts, or goes on."""
        self.done += trained.epoch * trained.run.work
        self.line = self.progress.add_task(
            str(trained.run), total=self.settings.epochs, state=""
        )
        if trained.epoch:
            self.console.print(
                f"{trained.run!s:<20} goes on from epoch {trained.epoch}",
                highlight=False,
            )

    def __call__(self, trained):
        """An epoch is done."""
        self.done += trained.run.work
        self.fresh += trained.run.work
        state = f"epoch {trained.epoch}/{self.settings.epochs}"
        state += f"  perplexity {trained.perplexity:6.3f}"
        state += f"  {trained.tokens_per_second:7,.0f} tokens/s"
        self.progress.update(self.line, completed=trained.epoch, state=state)
        self.progress.update(self.all, completed=self.done, state=self.left())
        if (
            trained.epoch % (10 * self.settings.every) == 0
            or trained.epoch == self.settings.epochs
        ):
            self.console.print(
                f"{trained.run!s:<20} {state}  {self.left()}",
                highlight=False,
                soft_wrap=True,
            )

    def end(self):
        """The run is done."""
        self.progress.remove_task(self.line)

    def left(self):
        """The time left, if all goes on as it has."""
        seconds = (
            (time.monotonic() - self.started)
            * (self.total - self.done)
            / max(self.fresh, 1)
        )
        return f"{int(seconds) // 60}:{int(seconds) % 60:02d} left"


def main(arguments=None):
    """Run the command."""
    parser = arguments_parser()
    options = parser.parse_args(arguments)
    settings = Settings(**{name: getattr(options, name) for name in asdict(Settings())})
    console = Console()
    makers = [
        maker
        for maker in options.makers
        if maker != "torch" or importlib.util.find_spec("torch")
    ]
    if "torch" in options.makers and "torch" not in makers:
        console.print(
            "PyTorch is not installed here: only the cells from scratch are trained."
        )
    source = text.load(
        lambda line: console.print(line, highlight=False, soft_wrap=True)
    )
    console.print(
        f"text: {source.name}, {len(source.clean):,} characters after cleaning",
        highlight=False,
    )
    needed = settings.characters + settings.held_out
    if len(source.clean) < needed:
        parser.error(
            f"the text has {len(source.clean)} characters, {needed} are needed: lower --characters"
        )
    runs = [
        Run(maker, cell, seed)
        for maker in makers
        for cell in options.cells
        for seed in options.seeds
    ]
    finished = train_all(runs, settings, source, options.checkpoints, console)
    write(finished, source, settings, options.out)
    console.print(f"data files in {options.out}", highlight=False)


def arguments_parser():
    """Make the parser of the command's arguments, the settings among them."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.language_model", description=__doc__
    )
    add = parser.add_argument
    add("--cells", nargs="+", choices=CELLS, default=list(CELLS), help="which cells")
    scratch = "from scratch, or PyTorch's"
    add("--makers", nargs="+", choices=MAKERS, default=list(MAKERS), help=scratch)
    a_seed = "one run of each kind a seed"
    add("--seeds", nargs="+", type=int, default=list(SEEDS), help=a_seed)
    add("--out", type=Path, default=datafiles.DATA, help="folder of the data files")
    kept = "folder to stop at and go on from"
    add("--checkpoints", type=Path, default=CHECKPOINTS, help=kept)
    for name, value in asdict(Settings()).items():
        option = f"--{name.replace('_', '-')}"
        add(option, type=type(value), default=value, help=f"({value})")
    return parser


def train_all(runs, settings, source, folder, console):
    """Train one network after the other; return them."""
    finished = []
    show = Show(runs, settings, console)
    with show.progress:
        for run in runs:
            trained = Trained(run, settings, source, folder)
            show.begin(trained)
            trained.train(show)
            show.end()
            finished.append(trained)
    return finished


def write(finished, source, settings, folder):
    """Write curves, summary and samples."""
    runs = [trained.run for trained in finished]
    made = {
        **asdict(settings),
        **source.described(),
        "vocabulary": len(text.VOCABULARY),
        "seeds": sorted({run.seed for run in runs}),
        "minutes_of_processor": round(
            sum(trained.seconds for trained in finished) / 60, 1
        ),
        **{key: value for run in runs for key, value in library(run.maker).items()},
    }
    datafiles.write("training", curve_rows(finished), made, folder)
    datafiles.write("summary", summary_rows(finished), made, folder)
    sampled = {"prefix": PREFIX, "length": LENGTH, "seed_of_draws": SAMPLED}
    datafiles.write("samples", sample_rows(finished), made | sampled, folder)
    datafiles.write("windows", window_rows(source, settings), made | sampled, folder)


def curve_rows(finished):
    """Perplexity while training, and that of the held-out text."""
    for trained in finished:
        for epoch, perplexity_, held_out in trained.curve:
            yield (
                trained.run.maker,
                trained.run.cell,
                trained.run.seed,
                epoch,
                perplexity_,
                held_out,
            )


def summary_rows(finished):
    """What came of each run."""
    for trained in finished:
        epoch, perplexity_, held_out = trained.curve[-1]
        speed, minutes = (
            round(trained.tokens_per_second),
            round(trained.seconds / 60, 2),
        )
        run = trained.run
        yield (
            run.maker,
            run.cell,
            run.seed,
            epoch,
            perplexity_,
            held_out,
            speed,
            minutes,
        )


def sample_rows(finished):
    """What each network of one seed writes after the prefix."""
    for trained in finished:
        if trained.run.seed != SAMPLED:
            continue
        for temperature in TEMPERATURES:
            drawn = continued(
                trained.model, text.encode(PREFIX), LENGTH, temperature, SAMPLED
            )
            yield (
                trained.run.maker,
                trained.run.cell,
                trained.run.seed,
                temperature,
                text.decode(drawn),
            )


def window_rows(source, settings):
    """What counting reaches on the same text."""
    kept, held_out = np.split(
        source.tokens[: settings.characters + settings.held_out], [settings.characters]
    )
    found = windows.rows(
        kept, held_out, len(text.VOCABULARY), text.encode(PREFIX), LENGTH, SAMPLED
    )
    for window, counted, unseen, written in found:
        yield window, counted, unseen, text.decode(written)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(
            "stopped; the same command goes on from the last checkpoints"
        ) from None
