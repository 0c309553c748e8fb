"""Time from `check(...)` called to answer shown, once imported."""

import contextlib
import io
import statistics
import time

from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.notebook_check import Check

ROUNDS = 30


def main() -> None:
    """Print the median for each function of unit 1, right and wrong."""
    course = Course.find()
    unit = load("ex1_rnn_cell", course)
    check = Check("ex1_rnn_cell", course.exercises / "ex1_rnn_cell")
    print("check(...) called to answer shown (target: under 50 ms)")
    for name in unit.functions:
        functions = [
            ("right", getattr(unit.reference, name)),
            *((m.id, f) for m, f in unit.known[name]),
        ]
        times = {label: _milliseconds(check, function) for label, function in functions}
        slowest = max(times, key=times.__getitem__)
        print(
            f"  {name}: right {times['right']:.1f} ms, slowest mistake "
            f"{times[slowest]:.1f} ms ({slowest})"
        )


def _milliseconds(check: Check, function) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            check(function)
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)
