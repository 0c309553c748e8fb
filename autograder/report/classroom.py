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
# bytes of the payload; Linux takes 128 KiB in one variable of an environment
LARGEST = 96 * 1024


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the option that shows the payload to people."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="the payload as readable JSON, not in base64",
    )


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """Give the payload of one submission."""
    result = None
    if gathered.results:
        result = gathered.only("GitHub Classroom's report")
    data = payload(result)
    if options.json:
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    return encoded(data) + "\n"


def payload(result: Result | None) -> dict:
    """Give the result as the reporter reads it; None stands for a grading that left no result.

    Returns
    -------
    dict
        `version`, `status` (`pass`, `fail` or `error`), `max_score`, and `tests` with `name`,
        `status`, `score`, `message`, `line_no` and `test_code`.
    """
    if result is None:
        return _not_graded("the grading left no result")
    if result.score is None:
        return _not_graded(result.problem)
    if not result.tasks:
        said = f"Not graded: {result.problem}."
        return _report("error", 0, [_test("notebook", "error", 0, said)])
    tests = [_task_test(task) for task in result.tasks]
    all_pass = all(test["status"] == "pass" for test in tests)
    return _report("pass" if all_pass else "fail", result.max_score, tests)


def _not_graded(why: str) -> dict:
    """Say that the machinery failed: without points to be had, the mark of before stays."""
    said = f"Not graded, and no points are lost: {why}."
    return _report("error", 0, [_test("grading", "error", 0, said)])


def _task_test(task: TaskResult) -> dict:
    status = "pass" if task.status == "passed" else "fail"
    return _test(task.task, status, task.points or 0, task.message)


def _report(status: str, most: float, tests: list[dict]) -> dict:
    return {
        "version": VERSION,
        "status": status,
        "max_score": _json_number(most),
        "tests": tests,
    }


def _test(name: str, status: str, score: float, message: str) -> dict:
    told = log(message)
    if len(told) > LONGEST:
        told = f"{told[:LONGEST]}…"
    return {
        "name": log(name),
        "status": status,
        "score": _json_number(score),
        "message": "" if status == "pass" else told,
        "test_code": "",
        "filename": "",
        "line_no": 0,
    }


def _json_number(points: float) -> float | int:
    """Give points without decimal places that say nothing."""
    return int(points) if points == int(points) else round(points, 2)


def encoded(data: dict) -> str:
    """Give the payload in base64; messages are cut until an environment can hold it."""
    text = _base64(data)
    most = LONGEST
    while len(text) > LARGEST and most > 1:
        most //= 2
        cut = [test | {"message": test["message"][:most]} for test in data["tests"]]
        data = data | {"tests": cut}
        text = _base64(data)
    return text


def _base64(data: dict) -> str:
    return base64.b64encode(json.dumps(data).encode()).decode()
