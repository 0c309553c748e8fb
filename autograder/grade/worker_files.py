"""The files that a worker sees of the course: its program, and what that imports."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCATING = (  # what finds a first wrong line
    "locate",
    "watch",
    "recorder",
    "executed",
    "taken_apart",
    "code_lines",
    "landmarks",
    "landmark_store",
    "node_values",
    "judged_run",
    "departure",
    "find_departure",
    "behind_value",
    "left_unchanged",
    "put_together",
    "where",
    "compare",
    "in_words",
)
WORKER = (  # the first is the program
    "worker",
    "frames",
    "loading",
    "repair",
    "replacing",
    "shell",
    "statements",
    "first_line",
)
# They lie in one folder there, and import each other from beside themselves.
INSIDE = (
    *(f"autograder/worker/{name}.py" for name in WORKER),
    *(f"unrolled/check/{name}.py" for name in ("wire", "stray_names")),
    "unrolled/contract.py",
    *(f"unrolled/check/{name}.py" for name in LOCATING),
)
FILES = tuple(ROOT / file for file in INSIDE)
