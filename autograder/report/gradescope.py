"""Gradescope's `results.json` for one submission.

To have Gradescope itself grade, make its autograder with `python -m autograder export
gradescope ASSIGNMENT`. The points of the assignment in Gradescope have to be those of the
exercise.
"""

from __future__ import annotations

import argparse
import json

from ..grade.result import Result, TaskResult
from ..safe.harmless import shown
from .gather import Gathered

# Gradescope, "Autograder Specifications" (gradescope-autograders.readthedocs.io,
# /en/latest/specs/): `score` at the top is optional but required where a test has none;
# `status` is passed or failed, and follows from the score unless given; `output_format` is
# text, html, simple_format, md or ansi. There is no way to say "not graded": a file without any
# score is refused as not well formed and leaves no mark, which is what a failure of the
# machinery must come to.
HELP = "Gradescope's results.json"
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add when students see it."""
    parser.add_argument(
        "--visibility",
        choices=VISIBILITIES,
        default="visible",
        help="when students see it (visible)",
    )


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """Give the result of one submission."""
    result = gathered.only("Gradescope's report")
    return as_json(payload(result, options.visibility))


def as_json(data: dict) -> str:
    """Give a payload as the text of `results.json`."""
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def payload(
    result: Result, visibility: str = "visible", seconds: float | None = None
) -> dict:
    """Give a result as Gradescope reads it; without any score where the machinery failed.

    Parameters
    ----------
    result : Result
    visibility : str, optional
        One of `VISIBILITIES`, for the whole.
    seconds : float, optional
        How long the grading took.

    Returns
    -------
    dict
        What `results.json` holds.
    """
    if result.score is None:
        return failure(result.problem)
    said = [f"Not graded: {result.problem}."] if result.problem else []
    said += [f"Repaired: {text}." for text in result.repairs]
    top: dict[str, object] = {"score": result.score}
    if seconds is not None:
        top["execution_time"] = round(seconds, 1)
    return top | {
        "output": shown("\n".join(said)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": visibility,
        # it names what went wrong in the machinery, for the instructor
        "stdout_visibility": "hidden",
        "extra_data": {
            "assignment": result.assignment,
            "seed": result.seed,
            "versions": result.versions,
        },
        "tests": [_test(number, task) for number, task in enumerate(result.tasks, 1)],
    }


def failure(why: str) -> dict:
    """Say that nothing could be graded: no score, hence no mark."""
    return {
        "output": shown(
            "Your work could not be graded, and not by a fault of yours; "
            f"no points are lost. {why}"
        ),
        "output_format": "text",
        "stdout_visibility": "hidden",
    }


def _test(number: int, task: TaskResult) -> dict:
    found: dict[str, object] = {
        "score": task.points,
        "max_score": task.max_points,
        "status": "passed" if task.status == "passed" else "failed",
        "name": shown(task.task),
        "number": str(number),
        "output": shown(task.html or task.message),
        "output_format": "html" if task.html else "text",
        "extra_data": _data(task),
    }
    # what was not begun needs no name: it may be the answer
    if task.misconception and task.status != "untouched":
        found["tags"] = [mistake.id for mistake in task.feedback.mistakes]
    return found


def _data(task: TaskResult) -> dict[str, object]:
    """Give what a program may want to read; Gradescope shows it to nobody."""
    where = task.feedback.where
    return {
        "status": task.status,
        "misconception": task.misconception,
        "where": where.to_data() if where else None,
    }
