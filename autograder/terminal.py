"""Progress while a batch is graded, and the table of marks at its end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from .batch import Done, Order, grade_all
from .collect import Found
from .compare import plural
from .results import Result, TaskResult

MARKS = {"passed": "✓", "partial": "◐", "failed": "✗", "untouched": "·", "missing": "–", "crashed": "†", "timeout": "⏱"}


def show(order: Order, submissions: Sequence[Found], jobs: int) -> list[Done]:
    """Grade with progress on the terminal, then print the marks."""
    console = Console(highlight=False, emoji=False)
    start = time.monotonic()
    done: list[Done] = []
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("grading", total=len(submissions))
        for one in grade_all(order, submissions, jobs):
            done.append(one)
            progress.advance(bar)
    done.sort(key=lambda d: (d.result.assignment, d.result.student))
    if len(done) == 1:
        _whole(console, done[0])
    elif done:
        console.print(_table(done, console.width))
    _changes(console, done)
    kept = sum(d.kept for d in done)
    console.print(
        f"{plural(len(done), 'submission')} in {time.monotonic() - start:.1f} s"
        + (f", {kept} of them graded before (--again grades anew)" if kept else "")
        + f"; results in {order.out}",
        soft_wrap=True,
    )
    return done


def _table(done: Sequence[Done], width: int) -> Table:
    """One line a submission where the terminal is wide enough; the assignment only where there are several."""
    several = len({d.result.assignment for d in done}) > 1
    heads = ["student", *(["assignment"] if several else []), "mark"]
    rows = [[d.result.student, *([d.result.assignment or "?"] if several else []), _mark(d.result)] for d in done]
    rows = [[_tame(text) for text in row] for row in rows]
    widths = [max(cell_len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    widths[0] = min(widths[0], max(width // 4, 16))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head, one in zip(heads, widths, strict=True):
        justify = "right" if head == "mark" else "left"
        table.add_column(head, justify=justify, no_wrap=True, overflow="ellipsis", width=one)
    table.add_column("not passed", overflow="fold")
    left = width - sum(widths) - 2 * len(widths)
    for row, one in zip(rows, done, strict=True):
        style = "red" if one.result.score is None else ""
        table.add_row(*map(escape, row), _functions(one.result, left), style=style)
    return table


def _mark(result: Result) -> str:
    return "error" if result.score is None else f"{result.score:g} of {result.max_score:g}"


def _functions(result: Result, width: int) -> str:
    """What is not passed, each with its mark, its name and the known mistake: on one line if they fit on it."""
    if result.problem:
        return _printable(result.problem)
    open_ = [t for t in result.tasks if t.status != "passed"]
    if len(open_) > 1 and len({(t.status, t.misconception) for t in open_}) == 1 and len(open_) == len(result.tasks):
        open_ = [replace(open_[0], task="all")]
    parts = [_function(t) for t in open_]
    line = "  ".join(parts)
    return escape(line if cell_len(line) <= width else "\n".join(parts))


def _function(task: TaskResult) -> str:
    named = task.misconception and task.status != "untouched"
    return f"{MARKS.get(task.status, '!')} {task.task} {task.misconception if named else task.status}"


def _tame(text: str) -> str:
    """A text that every terminal takes, without control codes; a folder's name or a student's label need not be."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _printable(text: str) -> str:
    return escape(_tame(text))


def _whole(console: Console, one: Done) -> None:
    """One submission: everything its student would read."""
    r = one.result
    console.print(f"[bold]{_printable(r.student)}[/bold]  {r.assignment or '?'}  {_mark(r)}", soft_wrap=True)
    if r.problem:
        console.print(_printable(r.problem), soft_wrap=True)
    for task in r.tasks:
        console.print(f"\n{_points(task)}  {_printable(task.message)}", soft_wrap=True)
    for repair in r.repairs:
        console.print(f"\nrepaired: {_printable(repair)}", soft_wrap=True)


def _points(task: TaskResult) -> str:
    return f"{'?' if task.points is None else f'{task.points:g}'}/{task.max_points:g}"


def _changes(console: Console, done: Sequence[Done]) -> None:
    for one in done:
        if one.because:
            r = one.result
            now = "error" if r.score is None else f"{r.score:g}"
            console.print(
                f"changed: {_printable(r.student)} {r.assignment}: {one.before:g} → {now}, since {one.because}",
                soft_wrap=True,
            )
