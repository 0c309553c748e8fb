"""The data files that the chapters plot: a CSV for each measurement, and how they were made
beside them.
"""

import csv
import json
import os
import platform
import sys
from datetime import date
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "book" / "data"
COLUMNS = {
    "learning": ("task", "cell", "rate", "seed", "update", "loss", "accuracy"),
    "reach": ("when", "cell", "seed", "distance", "norm"),
    "times": ("cell", "n_a", "forward", "backward"),
    "speed": ("way", "round", "milliseconds"),
    "memory": ("way", "steps", "kept", "most"),
    "starts": ("start", "seed", "update", "loss"),
    "training": ("maker", "cell", "seed", "epoch", "perplexity", "held_out"),
    "summary": (
        "maker",
        "cell",
        "seed",
        "epochs",
        "perplexity",
        "held_out",
        "tokens_per_second",
        "minutes",
    ),
    "samples": ("maker", "cell", "seed", "temperature", "text"),
    "windows": ("window", "perplexity", "held_out", "text"),
    "novel": ("layers", "dropout", "seed", "epoch", "training", "validation"),
    "novel_results": (
        "model",
        "kind",
        "which",
        "chosen",
        "validation",
        "test",
        "tokens_per_second",
    ),
    "novel_places": ("model", "place", "tokens", "loss"),
    "novel_samples": ("way", "longest_copy", "text"),
    "backoff": ("window", "held_out"),
}
CHAPTERS = dict.fromkeys(COLUMNS, "ch7") | {
    **dict.fromkeys(("learning", "reach", "times"), "ch5"),
    **dict.fromkeys(("speed", "memory", "starts"), "ch6"),
}
COMMANDS = {
    "ch5": "python -m experiments",
    "ch6": "python -m experiments.layers",
    "ch7": "python -m experiments.language_model",
}
OTHER_COMMANDS = {
    name: "python -m experiments.novel"
    for name in COLUMNS
    if name.startswith(("novel", "backoff"))
}
# what a chapter's command is told, where it makes several measurements
MADE_BY = {
    name: f" {name}" for name in ("learning", "times", "speed", "memory", "starts")
} | {"reach": " learning"}


def stem(name):
    """Name of a measurement's files, without the ending."""
    return f"{CHAPTERS[name]}_{name}"


def write(name, rows, settings, folder=DATA):
    """Write one measurement: `chN_<name>.csv` and, with settings and versions, a JSON file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{stem(name)}.csv").open(
        "w", newline="", encoding="utf-8"
    ) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS[name])
        writer.writerows(
            [f"{cell:.4g}" if isinstance(cell, float) else cell for cell in row]
            for row in rows
        )
    made = {
        "command": OTHER_COMMANDS.get(name, COMMANDS[CHAPTERS[name]])
        + MADE_BY.get(name, ""),
        "made": date.today().isoformat(),
        **settings,
        **versions(),
    }
    (folder / f"{stem(name)}.json").write_text(
        json.dumps(made, indent=2) + "\n", encoding="utf-8"
    )


def read(name, folder=DATA):
    """Read one measurement.

    Returns
    -------
    rows : list of dict
        By column; numbers as numbers.
    made : dict
        Command, settings and versions.
    """
    with (folder / f"{stem(name)}.csv").open(newline="", encoding="utf-8") as stream:
        rows = [
            {column: number(value) for column, value in row.items()}
            for row in csv.DictReader(stream)
        ]
    return rows, json.loads((folder / f"{stem(name)}.json").read_text(encoding="utf-8"))


def number(value):
    """The value as a number if it is one."""
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            pass
    return value


def versions():
    """What the numbers may depend on besides the settings."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}, {processor()}",
        "blas_threads": os.environ.get("OPENBLAS_NUM_THREADS", "default"),
    }


def processor():
    """Name of the processor, where the system tells it."""
    info = Path("/proc/cpuinfo")
    if sys.platform == "linux" and info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
