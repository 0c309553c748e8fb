"""Progress while a batch is graded, and the table of marks at its end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from unrolled.check.compare import plural

from ..collect.collect import HandIn
from ..grade.result import Result, TaskResult
from ..safe.printable import tame, tame_line
from .batch import Graded, Order, grade_all
from .regrade import Change

MANY = 100  # submissions whose marks still fit on a screen or two
EVERY = 10  # seconds between two lines of progress where there is no terminal

MARKS = {
    "passed": "✓",
    "partial": "◐",
    "failed": "✗",
    "untouched": "·",
    "missing": "–",
    "crashed": "†",
    "timeout": "⏱",
}


def show(
    order: Order,
    submissions: Sequence[HandIn],
    jobs: int,
    scheduler: str = "",
    marks: bool = True,
) -> list[Graded]:
    """Grade with progress on the terminal, then print the marks unless told otherwise."""
    console = Console(highlight=False, emoji=False)
    start = time.monotonic()
    done = []
    for one in following(
        console, grade_all(order, submissions, jobs, scheduler), len(submissions)
    ):
        done.append(_slim(one) if len(submissions) > MANY else one)
    done.sort(key=lambda d: (d.result.assignment, d.result.student))
    if marks:
        _marks(console, done)
    _stale(console, done)
    for one in done:
        if one.damage:
            console.print(_printable(one.damage), soft_wrap=True)
    kept = sum(d.kept for d in done)
    console.print(
        f"{plural(len(done), 'submission')} in {time.monotonic() - start:.1f} s"
        + (
            f", {kept} of them graded before (--again grades anew)"
            if kept and marks
            else ""
        )
        + (f"; results in {_printable(str(order.out))}" if marks else ""),
        soft_wrap=True,
    )
    return done


def _marks(console: Console, done: Sequence[Graded]) -> None:
    if len(done) == 1:
        _whole(console, done[0])
    elif done:
        shown = (
            done
            if len(done) <= MANY
            else [d for d in done if d.result.score is None or d.result.problem]
        )
        if shown:
            console.print(_table(shown, console.width))
        if shown is not done:
            console.print(_summary(done), soft_wrap=True)
    _changes(console, done)


def _slim(one: Graded) -> Graded:
    """Without what only a single submission's page shows, so that thousands of them take little memory."""
    tasks = [replace(t, html="", message="") for t in one.result.tasks]
    return replace(one, result=replace(one.result, tasks=tasks))


def _summary(done: Sequence[Graded]) -> str:
    """The marks of many in one line for each exercise."""
    lines = []
    for assignment in sorted({d.result.assignment for d in done}):
        of = [
            d.result
            for d in done
            if d.result.assignment == assignment and d.result.score is not None
        ]
        if of:
            parts = sorted(r.score / r.max_score if r.max_score else 0.0 for r in of)
            full, none = sum(p == 1 for p in parts), sum(p == 0 for p in parts)
            lines.append(
                f"{assignment or 'no exercise'}: {len(of)} marks, median {parts[len(parts) // 2]:.0%}, "
                f"{full} full, {none} at 0; `report csv` lists them all"
            )
    return "\n".join(lines)


def _stale(console: Console, done: Sequence[Graded]) -> None:
    """Say which results stay though something other than the submission has changed."""
    for stale in sorted({d.stale for d in done} - {""}):
        number = plural(sum(d.stale == stale for d in done), "result")
        console.print(
            f"{number} of before stay as they are, though {stale}; `regrade` says what would change, and for whom",
            soft_wrap=True,
        )


def show_changes(found: Sequence[Change], done: Sequence[Graded], out: Path) -> None:
    """Print what a regrade would change."""
    console = Console(highlight=False, emoji=False)
    for change in found:
        r, before = change.after, change.before
        was = (
            "no result"
            if before is None
            else f"{before.score:g} of {before.max_score:g}"
        )
        console.print(
            f"[bold]{_printable(r.student)}[/bold] {r.assignment}: {was} → {_mark(r)}, since {change.because}",
            soft_wrap=True,
        )
        if change.damage:
            console.print(f"    {_printable(change.damage)}", soft_wrap=True)
        for task in change.tasks:
            points = " → ".join(
                "none" if p is None else f"{p:g}" for p in (task.before, task.after)
            )
            console.print(
                f"    {task.task} {points}: {_printable('; '.join(task.why))}",
                soft_wrap=True,
            )
    up, down = sum(c.points > 0 for c in found), sum(c.points < 0 for c in found)
    console.print(
        f"{plural(len(found), 'result')} of {len(done)} would change: {up} up, {down} down, "
        f"{len(found) - up - down} with the same mark or new"
        + (f"; the new ones wait in {_printable(str(out))}" if found else ""),
        soft_wrap=True,
    )


def following(console: Console, ends: Iterable[Graded], total: int) -> Iterator[Graded]:
    """Give what is done, and tell how many, how fast, and how long it will take: a bar, or on
    no terminal a line.

    What had its result from before took no time, and does not count for the rate.
    """
    start = said = time.monotonic()
    kept, speed = 0, ""
    told = TextColumn("{task.fields[speed]}")
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        told,
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("grading", total=total, speed="")
        for number, one in enumerate(ends, 1):
            yield one
            now, kept = time.monotonic(), kept + one.kept
            if number > kept:
                rate = (number - kept) / max(now - start, 1e-3)
                speed = f"{rate:.1f} a second, {timedelta(seconds=round((total - number) / rate))} left"
            progress.update(bar, completed=number, speed=speed)
            if not console.is_terminal and now - said >= EVERY and number < total:
                said = now
                console.print(
                    ", ".join(filter(None, (f"graded {number} of {total}", speed)))
                )


def _table(done: Sequence[Graded], width: int) -> Table:
    """One line a submission where the terminal is wide enough; the assignment only where there are several."""
    several = len({d.result.assignment for d in done}) > 1
    heads = ["student", *(["assignment"] if several else []), "mark"]
    rows = [
        [
            d.result.student,
            *([d.result.assignment or "?"] if several else []),
            _mark(d.result),
        ]
        for d in done
    ]
    rows = [[tame_line(text) for text in row] for row in rows]
    widths = [
        max(cell_len(row[i]) for row in [heads, *rows]) for i in range(len(heads))
    ]
    widths[0] = min(widths[0], max(width // 4, 16))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head, one in zip(heads, widths, strict=True):
        justify = "right" if head == "mark" else "left"
        table.add_column(
            head, justify=justify, no_wrap=True, overflow="ellipsis", width=one
        )
    table.add_column("not passed", overflow="fold")
    left = width - sum(widths) - 2 * len(widths)
    for row, one in zip(rows, done, strict=True):
        style = "red" if one.result.score is None else ""
        table.add_row(*map(escape, row), _functions(one.result, left), style=style)
    return table


def _mark(result: Result) -> str:
    return (
        "error" if result.score is None else f"{result.score:g} of {result.max_score:g}"
    )


def _functions(result: Result, width: int) -> str:
    """What is not passed, each with its mark, its name and the known mistake: on one line if they fit on it."""
    if result.problem:
        return _printable(result.problem)
    open_ = [t for t in result.tasks if t.status != "passed"]
    if (
        len(open_) > 1
        and len({(t.status, t.misconception) for t in open_}) == 1
        and len(open_) == len(result.tasks)
    ):
        open_ = [replace(open_[0], task="all")]
    parts = [_function(t) for t in open_]
    line = "  ".join(parts)
    return escape(line if cell_len(line) <= width else "\n".join(parts))


def _function(task: TaskResult) -> str:
    named = task.misconception and task.status != "untouched"
    return f"{MARKS.get(task.status, '!')} {task.task} {task.misconception if named else task.status}"


def _printable(text: str) -> str:
    return escape(tame(text))


def _whole(console: Console, one: Graded) -> None:
    """One submission: everything its student would read."""
    r = one.result
    console.print(
        f"[bold]{_printable(r.student)}[/bold]  {r.assignment or '?'}  {_mark(r)}",
        soft_wrap=True,
    )
    if r.problem:
        console.print(_printable(r.problem), soft_wrap=True)
    for task in r.tasks:
        console.print(f"\n{_points(task)}  {_printable(task.message)}", soft_wrap=True)
    for repair in r.repairs:
        console.print(f"\nrepaired: {_printable(repair)}", soft_wrap=True)


def _points(task: TaskResult) -> str:
    return f"{'?' if task.points is None else f'{task.points:g}'}/{task.max_points:g}"


def _changes(console: Console, done: Sequence[Graded]) -> None:
    for one in done:
        if one.because:
            r = one.result
            now = "error" if r.score is None else f"{r.score:g}"
            console.print(
                f"changed: {_printable(r.student)} {r.assignment}: {one.before:g} → {now}, since {one.because}",
                soft_wrap=True,
            )
