"""Make the data files of chapter 5: `python -m experiments [learning] [times]`."""

import os

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # before numpy: the runs share the machine among themselves

import argparse
import time
from dataclasses import replace
from pathlib import Path

from . import datafiles, learning, measure
from .progress import Show
from .training import Settings

SIZES = (16, 32, 64, 128, 256)
BATCH, REPEATS = 32, 30


def main(arguments=None):
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m experiments", description=__doc__)
    parser.add_argument(
        "what",
        nargs="*",
        metavar="learning|times",
        help="what to make; all unless given",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count(),
        help="processes (default: one a core)",
    )
    parser.add_argument(
        "--out", type=Path, default=datafiles.DATA, help="folder of the data files"
    )
    parser.add_argument(
        "--updates",
        type=int,
        default=Settings.updates,
        help="of each run: fewer, to try it out",
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=len(learning.SEEDS),
        help="runs that count, of each kind",
    )
    options = parser.parse_args(arguments)
    wanted = options.what or ["times", "learning"]
    if unknown := set(wanted) - {"learning", "times"}:
        parser.error(
            f"there is no {', '.join(sorted(unknown))}; choose from learning, times"
        )
    if "times" in wanted:
        make_times(options)
    if "learning" in wanted:
        make_learning(options)


def make_times(options):
    """Measure the time per step, with nothing else at work."""
    rows = []
    for row in measure.times(SIZES, BATCH, REPEATS):
        rows.append(row)
        print(
            "times: {:<4} n_a {:>3}  forward {:6.0f} µs a step, backward {:6.0f}".format(
                *row
            ),
            flush=True,
        )
    settings = {
        "batch": BATCH,
        "n_x": "n_a",
        "steps": measure.STEPS,
        "repeats": REPEATS,
        "dtype": "float32",
    }
    datafiles.write("times", rows, settings, options.out)


def make_learning(options):
    """Choose each cell's learning rate, then train every cell on every task with every seed."""
    settings = replace(Settings(), updates=options.updates)
    seeds = learning.SEEDS[: options.seeds]
    started = time.monotonic()
    with Show("choosing the learning rates") as show:
        tuning = learning.all_at_once(
            learning.tuning_runs(settings), options.jobs, show
        )
    with Show("the runs that count") as show:
        runs = learning.counted_runs(settings, learning.best_rates(tuning), seeds)
        results = learning.all_at_once(runs, options.jobs, show)
    minutes = round((time.monotonic() - started) / 60, 1)
    of_processor = round(
        sum(os.times()[2:4]) / 60, 1
    )  # the runs', which are this process's children
    took = {"jobs": options.jobs, "minutes": minutes, "processor_minutes": of_processor}
    made = {**learning.described(settings), "seeds": seeds, **took}
    datafiles.write("learning", learning.rows(tuning | results), made, options.out)
    datafiles.write("reach", learning.reach_rows(results), made, options.out)
    print(
        f"{len(tuning)} + {len(results)} runs in {minutes} minutes; data files in {options.out}"
    )


if __name__ == "__main__":
    main()
