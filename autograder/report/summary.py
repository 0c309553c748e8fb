"""A step summary for GitHub Actions, in Markdown:

    python -m autograder report summary results --out "$GITHUB_STEP_SUMMARY"

It is added to what the file holds. With one submission it says all that its student would read;
with several it is a table. A student's text cannot become markup, a mention or a command there.
"""

from __future__ import annotations

import argparse
from html import escape

from ..grade.points import points_text
from ..grade.result import Result, TaskResult
from ..safe.harmless import log, markdown
from .gather import Gathered

HELP = "a step summary for GitHub Actions, in Markdown"
# bytes; GitHub takes 1024 KiB a step, and drops a larger summary whole
LARGEST = 1000 * 1024
MARKS = {
    "passed": "✅",
    "partial": "🟡",
    "failed": "❌",
    "untouched": "⬜",
    "missing": "⬜",
    "error": "⚠️",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: this format has no options of its own."""


def make_report(gathered: Gathered, options: argparse.Namespace) -> str:
    """Give the results as Markdown, cut where GitHub would drop the whole."""
    results = gathered.results
    parts = _one_submission(results[0]) if len(results) == 1 else _table(results)
    text, room = "", LARGEST
    for place, part in enumerate(parts):
        room -= len(part.encode("utf-8", "replace"))
        if room < 0:
            more = len(parts) - place
            return f"{text}\n\n…and {more} more; the result files have them.\n\n"
        text += part
    return text + "\n"


def _one_submission(result: Result) -> list[str]:
    """Give all that the student would read, in parts that can be left out from the end."""
    title = markdown(result.assignment or "Unknown exercise")
    parts = [f"### {title}: {_mark_text(result)}\n\n"]
    if result.problem:
        parts.append(f"{markdown(result.problem)}\n\n")
    if result.tasks:
        parts.append("| | function | points | |\n|---|---|---|---|\n")
    parts += [_task_row(task) for task in result.tasks]
    parts.append("\n")
    parts += [_details(task) for task in result.tasks if task.status != "passed"]
    parts += [f"Repaired: {markdown(text)}\n\n" for text in result.repairs]
    return parts


def _task_row(task: TaskResult) -> str:
    mark = MARKS.get(task.status, "❌")
    points = points_text(task.points, task.max_points)
    return f"| {mark} | {_function_code(task)} | {points} | {_status_text(task)} |\n"


def _table(results: tuple[Result, ...]) -> list[str]:
    head = (
        f"### {len(results)} submissions\n\n"
        "| student | exercise | mark | not passed |\n|---|---|---|---|\n"
    )
    return [head, *map(_result_row, results)]


def _result_row(result: Result) -> str:
    cells = [
        markdown(result.student),
        markdown(result.assignment),
        _mark_text(result),
        _not_passed(result),
    ]
    return f"| {' | '.join(cells)} |\n"


def _not_passed(result: Result) -> str:
    if result.problem:
        return markdown(result.problem)
    said = [
        f"{_function_code(task)} {_status_text(task)}"
        for task in result.tasks
        if task.status != "passed"
    ]
    return ", ".join(said)


def _mark_text(result: Result) -> str:
    return points_text(result.score, result.max_score, unknown="not graded")


def _function_code(task: TaskResult) -> str:
    return f"<code>{markdown(task.task)}</code>"


def _status_text(task: TaskResult) -> str:
    """Give the status, with the known mistake if it is one."""
    if task.misconception and task.status not in ("untouched", "passed"):
        return f"{task.status}: {markdown(task.mistakes)}"
    return task.status


def _details(task: TaskResult) -> str:
    """Give the feedback, to be opened.

    It stands in a block of HTML, which ends with its `</pre>` and in which no Markdown is read.
    """
    said = escape(log(task.message)).replace("@", "&#64;")
    summary = f"<summary>{_function_code(task)}</summary>"
    return f"<details>{summary}\n\n<pre>\n{said}\n</pre>\n\n</details>\n\n"
