"""Grade again beside the results that are there, say what would change for whom and why, and
only then replace them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..grade import result as results
from ..grade.result import Result, TaskResult
from ..safe.csv_cells import lines, number
from .provenance import causes_text
from .submissions import Graded

HEADS = (
    "student",
    "assignment",
    "mark before",
    "mark now",
    "because",
    "function",
    "before",
    "now",
    "why",
)


@dataclass(frozen=True)
class TaskChange:
    """One function whose points, status or named mistake differ.

    `why` names the hidden tests that turned.
    """

    task: str
    before: float | None
    after: float | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One submission whose result differs.

    Attributes
    ----------
    before : Result or None
        None where there was no mark.
    after : Result
        The new one; it has a mark.
    because : str
        Why it differs, or why there is none to compare with.
    tasks : tuple of TaskChange
        What differs in it.
    damage : str
        What is wrong with the file in place of the result of before, if it cannot be read.
    """

    before: Result | None
    after: Result
    because: str
    tasks: tuple[TaskChange, ...] = ()
    damage: str = ""

    @property
    def student(self) -> str:
        """Whose it is."""
        return self.after.student

    @property
    def assignment(self) -> str:
        """Of which exercise."""
        return self.after.assignment

    @property
    def points(self) -> float:
        """Points won, or lost if below 0; 0 where there was no mark before."""
        before = self.before.score if self.before else None
        if before is None or self.after.score is None:
            return 0.0
        return round(self.after.score - before, 2)


def folder_beside(out: Path) -> Path:
    """Name the folder in which results wait to take the place of those in `out`."""
    return out.with_name(f"{out.name}.regrade")


def find_changes(out: Path, done: Sequence[Graded]) -> list[Change]:
    """Find what differs between the results in `out` and those of `done`, the largest change first.

    A failure of the machinery changes nothing and is left out.
    """
    found = []
    marked = [graded.result for graded in done if graded.result.score is not None]
    for after in marked:
        path = results.path_of(out, after.student, after.assignment)
        if change := _change(path, after):
            found.append(change)
    return sorted(found, key=_largest_first)


def _largest_first(change: Change) -> tuple[float, str, str]:
    return -abs(change.points), change.assignment, change.student


def _change(path: Path, after: Result) -> Change | None:
    try:
        before = results.read(path)
    except FileNotFoundError:
        return Change(None, after, "there was no result before")
    except (results.DamagedError, OSError) as error:
        because = "the result of before cannot be read"
        return Change(None, after, because, damage=f"{path}: {error}")
    if before.score is None:
        return Change(None, after, "there was no mark before")
    tasks = tuple(_task_changes(before, after))
    if not tasks and _told(before) == _told(after):
        return None
    return Change(before, after, causes_text(before, after), tasks)


def _told(result: Result) -> tuple[float | None, float, str]:
    """What a result says of the submission as a whole."""
    return result.score, result.max_score, result.problem


def _task_changes(before: Result, after: Result) -> Iterator[TaskChange]:
    """Compare two results function by function, in the order of the one of before."""
    olds = {task.task: task for task in before.tasks}
    news = {task.task: task for task in after.tasks}
    for name in {**olds, **news}:
        old = olds.get(name)
        new = news.get(name)
        if old is None:
            why = "the function is new in the exercise"
            yield TaskChange(name, None, news[name].points, (why,))
        elif new is None:
            why = "the exercise has this function no more"
            yield TaskChange(name, old.points, None, (why,))
        elif change := _task_change(old, new):
            yield change


def _task_change(old: TaskResult, new: TaskResult) -> TaskChange | None:
    why = [*_rating_changes(old, new), *_test_changes(old, new)]
    if old.points == new.points and not why:
        return None
    reasons = tuple(why) or ("the tests weigh otherwise",)
    return TaskChange(old.task, old.points, new.points, reasons)


def _rating_changes(old: TaskResult, new: TaskResult) -> Iterator[str]:
    if old.max_points != new.max_points:
        yield f"worth {new.max_points:g} points, was {old.max_points:g}"
    if old.status != new.status:
        yield f"{old.status}, now {new.status}"
    if old.mistakes != new.mistakes:
        was = old.mistakes or "unnamed"
        now = new.mistakes or "unnamed"
        yield f"mistake {was}, now {now}"


def _test_changes(old: TaskResult, new: TaskResult) -> Iterator[str]:
    before = {test.name: test.outcome for test in old.tests}
    after = {test.name: test.outcome for test in new.tests}
    for name in {**before, **after}:
        was = before.get(name, "absent")
        now = after.get(name, "absent")
        if was != now:
            yield f"test {name}: {was}, now {now}"


def put_in_place(
    out: Path, done: Sequence[Graded], now: datetime | None = None
) -> Path | None:
    """Put the results that wait beside `out` in their places; the old ones move to a folder
    named by the time in UTC.

    Parameters
    ----------
    out : Path
        Where result files go.
    done : sequence of Graded
        What was graded into the folder beside it.
    now : datetime, optional
        The time that names the folder; this moment's unless given.

    Returns
    -------
    Path or None
        Where the old results are; None if none had to give way.

    Notes
    -----
    Each file is replaced whole, after its old contents are safe. Stopped on the way and begun
    again, it ends the same.
    """
    stamp = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H%M%SZ")
    waiting = folder_beside(out)
    kept = out.with_name(f"{out.name}.before-{stamp}")
    marked = [graded.result for graded in done if graded.result.score is not None]
    for result in marked:
        new = results.path_of(waiting, result.student, result.assignment)
        if not new.is_file():
            continue
        place = new.relative_to(waiting)
        data = new.read_bytes()
        old = _bytes_of(out / place)
        if old is not None and old != data:
            if not kept.exists():  # marks are nobody's but the instructor's
                kept.mkdir(mode=0o700)
            results.write_bytes(old, kept / place)
        results.write_bytes(data, out / place)
    shutil.rmtree(waiting, ignore_errors=True)
    return kept if kept.exists() else None


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def changes_as_csv(found: Sequence[Change]) -> str:
    """Give the changes as CSV, one line for each function that changed."""
    rows: list[Sequence[object]] = [HEADS]
    for change in found:
        before = change.before.score if change.before else None
        head = (change.student, change.assignment, before, change.after.score)
        for rest in _task_cells(change):
            cells = (*head, change.because, *rest)
            rows.append([_cell(value) for value in cells])
    return lines(rows)


def _task_cells(change: Change) -> list[tuple[object, ...]]:
    """What stands behind the mark in each line of a change."""
    if not change.tasks:
        return [(None, None, None, None)]
    return [
        (task.task, task.before, task.after, "; ".join(task.why))
        for task in change.tasks
    ]


def _cell(value: object) -> object:
    """A value as one cell: a number as people write it, nothing for None."""
    if value is None:
        return ""
    return number(value) if isinstance(value, float) else value
