"""What GitHub Classroom's reporter takes from a runner: its result as base64, on one line.

    - id: grade
      run: |
        python -m autograder grade ex1_rnn_cell || true
        echo "result=$(python -m autograder report github-classroom results)" >> "$GITHUB_OUTPUT"
    - uses: classroom-resources/autograding-grading-reporter@v1
      env:
        GRADE_RESULTS: ${{ steps.grade.outputs.result }}
      with:
        runners: grade

Every test has a score, whatever became of it. Where the machinery failed, or there is no
result, no points are reported at all, so that the mark of before stays, and the job fails.
"""

from __future__ import annotations

import argparse
import base64
import json

from ..grade.result import Result, TaskResult
from ..safe.harmless import log
from .gather import Gathered

# From the reporter's source (src/main.js, console-results.js, notify-classroom.js): it reads
# `<RUNNER>_RESULTS`, adds up `score` of all `tests` (one without a score makes NaN of the sum,
# none at all makes it stop), leaves out a runner whose `max_score` is 0, prints `line_no`
# unless it is 0, and prints `message` as it is into the run's log.
HELP = "the payload for GitHub Classroom's reporter"
VERSION = 1
LONGEST = 4000  # characters of one message
LARGEST = (
    96 * 1024
)  # bytes of the payload; Linux takes 128 KiB in one variable of an environment


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the option that shows the payload to people."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="the payload as readable JSON, not in base64",
    )


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """The payload of one submission."""
    data = payload(
        gathered.only("GitHub Classroom's report") if gathered.results else None
    )
    if options.json:
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    return encoded(data) + "\n"


def payload(result: Result | None) -> dict:
    """The result as the reporter reads it; None stands for a grading that left no result.

    Returns
    -------
    dict
        `version`, `status` (`pass`, `fail` or `error`), `max_score`, and `tests` with `name`,
        `status`, `score`, `message`, `line_no` and `test_code`.
    """
    if result is None or result.score is None:
        why = "the grading left no result" if result is None else result.problem
        return _report(
            "error",
            0,
            [
                _test(
                    "grading", "error", 0, f"Not graded, and no points are lost: {why}."
                )
            ],
        )
    tests = [_of(task) for task in result.tasks]
    if not tests:
        return _report(
            "error",
            0,
            [_test("notebook", "error", 0, f"Not graded: {result.problem}.")],
        )
    status = "pass" if all(test["status"] == "pass" for test in tests) else "fail"
    return _report(status, result.max_score, tests)


def _of(task: TaskResult) -> dict:
    return _test(
        task.task,
        "pass" if task.status == "passed" else "fail",
        task.points or 0,
        task.message,
    )


def _report(status: str, most: float, tests: list[dict]) -> dict:
    return {
        "version": VERSION,
        "status": status,
        "max_score": _plain(most),
        "tests": tests,
    }


def _test(name: str, status: str, score: float, message: str) -> dict:
    told = log(message)
    if len(told) > LONGEST:
        told = f"{told[:LONGEST]}…"
    return {
        "name": log(name),
        "status": status,
        "score": _plain(score),
        "message": "" if status == "pass" else told,
        "test_code": "",
        "filename": "",
        "line_no": 0,
    }


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 2)


def encoded(data: dict) -> str:
    """The payload in base64; messages are cut until an environment can hold it."""
    most = LONGEST
    while (
        len(text := base64.b64encode(json.dumps(data).encode()).decode()) > LARGEST
        and most > 1
    ):
        most //= 2
        tests = [test | {"message": test["message"][:most]} for test in data["tests"]]
        data = data | {"tests": tests}
    return text
