"""Progress while a batch is graded, and the table of marks at its end."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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

from unrolled.check.in_words import plural

from ..collect.hand_in import HandIn
from ..grade.result import Result, TaskResult
from ..grade.told import Feedback
from ..safe.printable import tame, tame_line
from .batch import Batch
from .regrade import Change
from .submissions import Graded, grade_all

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
    batch: Batch,
    hand_ins: Sequence[HandIn],
    jobs: int,
    scheduler: str = "",
    marks: bool = True,
) -> list[Graded]:
    """Grade with progress on the terminal, then print the marks unless told otherwise.

    Parameters
    ----------
    batch : Batch
        What is the same for all.
    hand_ins : sequence of HandIn
        The submissions.
    jobs : int
        Processes on this machine, at least 1.
    scheduler : str
        Address of a cluster's scheduler, to which they are handed instead; "" for none.
    marks : bool
        Whether to print the marks.

    Returns
    -------
    list of Graded
        By exercise and student; of very many without what only a single one's page shows.
    """
    console = Console(highlight=False, emoji=False)
    start = time.monotonic()
    ends = grade_all(batch, hand_ins, jobs, scheduler)
    done = []
    for graded in following(console, ends, len(hand_ins)):
        done.append(_slim(graded) if len(hand_ins) > MANY else graded)
    done.sort(key=_exercise_and_student)
    if marks:
        _print_marks(console, done)
    _print_stale(console, done)
    for graded in done:
        if graded.damage:
            _print_line(console, _printable(graded.damage))
    took = f"{plural(len(done), 'submission')} in {time.monotonic() - start:.1f} s"
    where = _end_text(batch, done) if marks else ""
    _print_line(console, took + where)
    return done


def _exercise_and_student(graded: Graded) -> tuple[str, str]:
    return graded.result.assignment, graded.result.student


def _end_text(batch: Batch, done: Sequence[Graded]) -> str:
    """What the last line says of results that were kept, and of where all are."""
    kept = sum(graded.kept for graded in done)
    before = f", {kept} of them graded before (--again grades anew)" if kept else ""
    return f"{before}; results in {_printable(str(batch.out))}"


def _print_line(console: Console, text: str) -> None:
    """Print a line that the terminal may break, but nobody else: it can be copied whole."""
    console.print(text, soft_wrap=True)


def _print_marks(console: Console, done: Sequence[Graded]) -> None:
    if len(done) == 1:
        _print_whole(console, done[0].result)
    elif len(done) > MANY:
        _print_table(console, [graded for graded in done if _is_problem(graded)])
        _print_line(console, _summary_text(done))
    else:
        _print_table(console, done)
    for graded in done:
        _print_changed(console, graded)


def _is_problem(graded: Graded) -> bool:
    return graded.result.score is None or bool(graded.result.problem)


def _print_table(console: Console, done: Sequence[Graded]) -> None:
    if done:
        console.print(_table([graded.result for graded in done], console.width))


def _slim(graded: Graded) -> Graded:
    """Without what only a single submission's page shows: thousands then take little memory."""
    tasks = [replace(task, feedback=_names_in(task)) for task in graded.result.tasks]
    return replace(graded, result=replace(graded.result, tasks=tasks))


def _names_in(task: TaskResult) -> Feedback:
    """Give of a function's feedback the named mistakes."""
    return Feedback(mistake=task.feedback.mistake, also=task.feedback.also)


def _summary_text(done: Sequence[Graded]) -> str:
    """The marks of many in one line for each exercise."""
    parts: dict[str, list[float]] = defaultdict(list)
    for graded in done:
        result = graded.result
        if result.score is not None:
            part = result.score / result.max_score if result.max_score else 0.0
            parts[result.assignment].append(part)
    texts = [_parts_text(name, sorted(parts[name])) for name in sorted(parts)]
    return "\n".join(texts)


def _parts_text(assignment: str, parts: Sequence[float]) -> str:
    """Marks of one exercise, each as a part of its points, in rising order."""
    median = parts[len(parts) // 2]
    full = parts.count(1.0)
    none = parts.count(0.0)
    return (
        f"{assignment or 'no exercise'}: {len(parts)} marks, median {median:.0%}, "
        f"{full} full, {none} at 0; `report csv` lists them all"
    )


def _print_stale(console: Console, done: Sequence[Graded]) -> None:
    """Say which results stay though something other than the submission has changed."""
    counts = Counter(graded.stale for graded in done)
    counts.pop("", None)
    for stale, count in sorted(counts.items()):
        what = f"{plural(count, 'result')} of before stay as they are, though {stale}"
        hint = "`regrade` says what would change, and for whom"
        _print_line(console, f"{what}; {hint}")


def show_changes(found: Sequence[Change], done: Sequence[Graded], out: Path) -> None:
    """Print what a regrade would change.

    Parameters
    ----------
    found : sequence of Change
        The changes.
    done : sequence of Graded
        All that was graded again.
    out : Path
        Where the new results wait.
    """
    console = Console(highlight=False, emoji=False)
    for change in found:
        _print_change(console, change)
    up = sum(change.points > 0 for change in found)
    down = sum(change.points < 0 for change in found)
    rest = len(found) - up - down
    place = f"; the new ones wait in {_printable(str(out))}" if found else ""
    _print_line(
        console,
        f"{plural(len(found), 'result')} of {len(done)} would change: {up} up, {down} down, "
        f"{rest} with the same mark or new{place}",
    )


def _print_change(console: Console, change: Change) -> None:
    student = f"[bold]{_printable(change.student)}[/bold] {change.assignment}"
    was = _mark_text(change.before) if change.before else "no result"
    now = f"{_mark_text(change.after)}, since {change.because}"
    _print_line(console, f"{student}: {was} → {now}")
    if change.damage:
        _print_line(console, f"    {_printable(change.damage)}")
    for task in change.tasks:
        points = f"{_points_text(task.before)} → {_points_text(task.after)}"
        why = _printable("; ".join(task.why))
        _print_line(console, f"    {task.task} {points}: {why}")


def _points_text(points: float | None) -> str:
    return "none" if points is None else f"{points:g}"


@dataclass
class _Progress:
    """How far a batch is, and how fast it goes; times in seconds."""

    total: int
    start: float
    number: int = 0
    kept: int = 0
    speed_text: str = ""

    def count(self, graded: Graded, now: float) -> None:
        """Count what is done. What had its result from before took no time, and does not count
        for the rate."""
        self.number += 1
        self.kept += graded.kept
        anew = self.number - self.kept
        if anew:
            rate = anew / max(now - self.start, 1e-3)
            seconds = (self.total - self.number) / rate
            left = timedelta(seconds=round(seconds))
            self.speed_text = f"{rate:.1f} a second, {left} left"

    def __str__(self) -> str:
        count = f"graded {self.number} of {self.total}"
        return f"{count}, {self.speed_text}" if self.speed_text else count


def following(console: Console, ends: Iterable[Graded], total: int) -> Iterator[Graded]:
    """Give what is done, and tell how many, how fast, and how long it will take: a bar, or on
    no terminal a line.

    Parameters
    ----------
    console : Console
        Where it is told.
    ends : iterable of Graded
        What is done, as it comes.
    total : int
        How many there will be.

    Returns
    -------
    iterator of Graded
        The same.
    """
    said = time.monotonic()
    progress = _Progress(total, start=said)
    speed = TextColumn("{task.fields[speed]}")
    counts = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    columns = (TextColumn("grading"), *counts, speed)
    with Progress(*columns, console=console, transient=True) as display:
        bar = display.add_task("grading", total=total, speed="")
        for graded in ends:
            yield graded
            now = time.monotonic()
            progress.count(graded, now)
            display.update(bar, completed=progress.number, speed=progress.speed_text)
            due = now - said >= EVERY and progress.number < total
            if due and not console.is_terminal:
                said = now
                console.print(str(progress))


def _table(results: Sequence[Result], width: int) -> Table:
    """One line a submission where the terminal is wide enough.

    The assignment is in it only where there are several.
    """
    columns = _columns(results)
    names = columns["student"]
    widths = {
        head: max(map(cell_len, (head, *cells))) for head, cells in columns.items()
    }
    widths["student"] = min(widths["student"], _width_of_names(names, width))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head, wide in widths.items():
        table.add_column(
            head,
            justify="right" if head == "mark" else "left",
            no_wrap=True,
            overflow="ellipsis",
            width=wide,
        )
    table.add_column("not passed", overflow="fold")
    left = width - sum(widths.values()) - 2 * len(widths)
    rows = zip(*columns.values(), strict=True)
    for result, row in zip(results, rows, strict=True):
        style = "red" if result.score is None else ""
        table.add_row(*map(escape, row), _functions(result, left), style=style)
    return table


def _columns(results: Sequence[Result]) -> dict[str, list[str]]:
    """The cells of all columns but the last, by their heads."""
    columns = {
        "student": [result.student for result in results],
        "assignment": [result.assignment or "?" for result in results],
        "mark": [_mark_text(result) for result in results],
    }
    if len({result.assignment for result in results}) < 2:
        del columns["assignment"]
    return {head: list(map(tame_line, cells)) for head, cells in columns.items()}


def _width_of_names(names: Sequence[str], width: int) -> int:
    """A quarter of the terminal, or as much as it takes to tell every two students apart."""
    different = len(set(names))
    wide = max(width // 4, 16)
    while len({name[: wide - 1] for name in names}) < different:
        wide += 1
    return wide


def _mark_text(result: Result) -> str:
    if result.score is None:
        return "error"
    return f"{result.score:g} of {result.max_score:g}"


def _functions(result: Result, width: int) -> str:
    """What is not passed, each with its mark, its name and the known mistake.

    They are on one line if they fit on it.
    """
    if result.problem:
        return _printable(result.problem)
    parts = [_function(task) for task in _not_passed(result.tasks)]
    line = "  ".join(parts)
    fits = cell_len(line) <= width
    return escape(line if fits else "\n".join(parts))


def _not_passed(tasks: Sequence[TaskResult]) -> list[TaskResult]:
    """The functions that are not passed: one for all, if all came to the same."""
    not_passed = [task for task in tasks if task.status != "passed"]
    ends = {(task.status, task.mistakes) for task in not_passed}
    all_the_same = len(not_passed) == len(tasks) and len(ends) == 1
    if all_the_same and len(tasks) > 1:
        return [replace(not_passed[0], task="all")]
    return not_passed


def _function(task: TaskResult) -> str:
    named = task.misconception and task.status != "untouched"
    what = task.mistakes if named else task.status
    return f"{MARKS.get(task.status, '!')} {task.task} {what}"


def _printable(text: str) -> str:
    return escape(tame(text))


def _print_whole(console: Console, result: Result) -> None:
    """One submission: everything its student would read."""
    student = f"[bold]{_printable(result.student)}[/bold]"
    mark = _mark_text(result)
    _print_line(console, f"{student}  {result.assignment or '?'}  {mark}")
    if result.problem:
        _print_line(console, _printable(result.problem))
    for task in result.tasks:
        points = "?" if task.points is None else f"{task.points:g}"
        head = f"{points}/{task.max_points:g}"
        _print_line(console, f"\n{head}  {_printable(task.message)}")
    for repair in result.repairs:
        _print_line(console, f"\nrepaired: {_printable(repair)}")


def _print_changed(console: Console, graded: Graded) -> None:
    """Say that a mark is not the one of before, and why."""
    if not graded.because or graded.before is None:
        return
    result = graded.result
    now = "error" if result.score is None else f"{result.score:g}"
    who = f"{_printable(result.student)} {result.assignment}"
    change = f"{graded.before:g} → {now}, since {graded.because}"
    _print_line(console, f"changed: {who}: {change}")
