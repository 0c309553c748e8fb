"""The comparison: every task with every cell, on several seeds, several runs at once."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from multiprocessing import get_context

import numpy as np

from .cells import CELLS
from .measure import reach
from .tasks import TASKS
from .training import Settings, initial, train

TUNING_SEED = 0
SEEDS = (1, 2, 3)
RATES = (0.001, 0.004, 0.016)
REACH_TASK = "adding-100"


@dataclass(frozen=True)
class Run:
    """One training run, which another process can be given."""

    task: str
    cell: str
    seed: int
    settings: Settings = field(default_factory=Settings)

    def __str__(self):
        return f"{self.task} {self.cell} rate {self.settings.learning_rate:g} seed {self.seed}"


def tuning_runs(settings, tasks=tuple(TASKS), cells=tuple(CELLS)):
    """One run for each learning rate, all with the tuning seed, which is used for nothing else."""
    return [
        Run(task, cell, TUNING_SEED, replace(settings, learning_rate=rate))
        for task in tasks
        for cell in cells
        for rate in RATES
    ]


def counted_runs(settings, rates, seeds=SEEDS):
    """The runs that count, each cell at its own rate: `rates` by (task, cell)."""
    return [
        Run(task, cell, seed, replace(settings, learning_rate=rate))
        for (task, cell), rate in rates.items()
        for seed in seeds
    ]


def best_rates(results):
    """Of the tuning runs' results, the rate with the lowest mean loss over the last quarter, by
    (task, cell).
    """
    found = {}
    for run, (curve, _) in results.items():
        late = float(np.mean([loss for _, loss, _ in curve[-(len(curve) // 4 or 1) :]]))
        key = run.task, run.cell
        if key not in found or late < found[key][0]:
            found[key] = late, run.settings.learning_rate
    return {key: rate for key, (_, rate) in found.items()}


def carry_out(run, told=None):
    """Train, and measure how far the gradient reaches before and after where that is wanted.

    Returns
    -------
    curve : list of tuple
        See `train`.
    reaches : dict
        Arrays by "start" and "trained"; empty for most tasks.
    """

    def report(update, loss):
        if told:
            told.put((run, update, loss))

    if run.task != REACH_TASK or run.seed == TUNING_SEED:
        return train(run.task, run.cell, run.seed, run.settings, report)[1], {}
    x, _ = TASKS[run.task].batch(200, np.random.default_rng([run.seed, 3]))
    start = reach(initial(run.task, run.cell, run.seed, run.settings), x)
    network, curve = train(run.task, run.cell, run.seed, run.settings, report)
    return curve, {"start": start, "trained": reach(network, x)}


def all_at_once(runs, jobs, show):
    """Carry out the runs in `jobs` processes, the long ones first; `show` is told how they get on.

    Returns
    -------
    dict
        Results of `carry_out` by run, in the order of `runs`.
    """
    context = get_context("spawn")
    with (
        context.Manager() as manager,
        ProcessPoolExecutor(jobs, mp_context=context) as pool,
    ):
        told = manager.Queue()
        by_length = sorted(runs, key=work, reverse=True)
        waiting = {pool.submit(carry_out, run, told): run for run in by_length}
        show.begin(runs)
        done = {}
        while waiting:
            for future in [future for future in waiting if future.done()]:
                run = waiting.pop(future)
                done[run] = future.result()
                show.finished(run, *done[run][0][-1])
            show.listen(told)
    return {run: done[run] for run in runs}


def work(run):
    """Roughly how long a run takes, in steps of one block of gates."""
    return run.settings.updates * TASKS[run.task].length * len(CELLS[run.cell].blocks)


def rows(results):
    """Rows of the data file of the curves."""
    for run, (curve, _) in results.items():
        for update, loss, accuracy in curve:
            yield (
                run.task,
                run.cell,
                run.settings.learning_rate,
                run.seed,
                update,
                loss,
                accuracy,
            )


def reach_rows(results):
    """Rows of the data file of the gradients' norms."""
    for run, (_, reaches) in results.items():
        for when, norms in reaches.items():
            for distance, norm in enumerate(norms):
                yield when, run.cell, run.seed, distance, float(norm)


def described(settings):
    """The settings as the data files carry them; each cell's rate stands in its rows."""
    kept = {
        name: value
        for name, value in asdict(settings).items()
        if name != "learning_rate"
    }
    return {**kept, "rates_tried": RATES, "tuning_seed": TUNING_SEED, "seeds": SEEDS}
