"""A step summary for GitHub Actions, in Markdown:

    python -m autograder report summary results --out "$GITHUB_STEP_SUMMARY"

It is added to what the file holds. With one submission it says all that its student would read;
with several it is a table. A student's text cannot become markup, a mention or a command there.
"""

from __future__ import annotations

import argparse
from html import escape

from ..grade.result import Result, TaskResult
from ..safe.csv_cells import number
from ..safe.harmless import log, markdown
from .gather import Gathered

HELP = "a step summary for GitHub Actions, in Markdown"
LARGEST = (
    1000 * 1024
)  # bytes; GitHub takes 1024 KiB a step, and drops a larger summary whole
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


def write(gathered: Gathered, options: argparse.Namespace) -> str:
    """The results as Markdown, cut where GitHub would drop the whole."""
    results = gathered.results
    parts = _whole(results[0]) if len(results) == 1 else _table(results)
    text, room = "", LARGEST
    for number_, part in enumerate(parts):
        room -= len(part.encode("utf-8", "replace"))
        if room < 0:
            return f"{text}\n\n…and {len(parts) - number_} more; the result files have them.\n\n"
        text += part
    return text + "\n"


def _whole(result: Result) -> list[str]:
    parts = [
        f"### {markdown(result.assignment or 'Unknown exercise')}: {_mark(result)}\n\n"
    ]
    if result.problem:
        parts.append(f"{markdown(result.problem)}\n\n")
    if result.tasks:
        parts.append("| | function | points | |\n|---|---|---|---|\n")
    parts += [
        f"| {MARKS.get(t.status, '❌')} | <code>{markdown(t.task)}</code> | {_points(t)} | {_said(t)} |\n"
        for t in result.tasks
    ]
    parts.append("\n")
    parts += [_details(t) for t in result.tasks if t.status != "passed"]
    parts += [f"Repaired: {markdown(text)}\n\n" for text in result.repairs]
    return parts


def _table(results: tuple[Result, ...]) -> list[str]:
    head = f"### {len(results)} submissions\n\n| student | exercise | mark | not passed |\n|---|---|---|---|\n"
    rows = [
        f"| {markdown(r.student)} | {markdown(r.assignment)} | {_mark(r)} | {_open(r)} |\n"
        for r in results
    ]
    return [head, *rows]


def _open(result: Result) -> str:
    if result.problem:
        return markdown(result.problem)
    return ", ".join(
        f"<code>{markdown(t.task)}</code> {_said(t)}"
        for t in result.tasks
        if t.status != "passed"
    )


def _mark(result: Result) -> str:
    return (
        "not graded"
        if result.score is None
        else f"{number(result.score)} of {number(result.max_score)}"
    )


def _points(task: TaskResult) -> str:
    return (
        "–"
        if task.points is None
        else f"{number(task.points)} of {number(task.max_points)}"
    )


def _said(task: TaskResult) -> str:
    named = task.misconception and task.status not in ("untouched", "passed")
    return f"{task.status}: {markdown(task.misconception)}" if named else task.status


def _details(task: TaskResult) -> str:
    """The feedback, to be opened; in a block of HTML that ends with its `</pre>` and in which no Markdown is read."""
    said = escape(log(task.message)).replace("@", "&#64;")
    title = f"<code>{markdown(task.task)}</code>"
    return f"<details><summary>{title}</summary>\n\n<pre>\n{said}\n</pre>\n\n</details>\n\n"
