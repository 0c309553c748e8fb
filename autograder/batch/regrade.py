"""Grade again beside the results that are there, say what would change for whom and why, and only then replace them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..grade import result
from ..grade.result import Result, TaskResult
from ..safe.csv_cells import lines, number
from .batch import Graded, causes


@dataclass(frozen=True)
class TaskChange:
    """One function whose points, status or named mistake differ; `why` names the hidden tests that turned."""

    task: str
    before: float | None
    after: float | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One submission whose result differs; `before` is None where there was no mark.

    `damage` says what is wrong with the file in place of the result of before, if it cannot be
    read.
    """

    student: str
    assignment: str
    before: Result | None
    after: Result
    tasks: tuple[TaskChange, ...]
    because: str
    damage: str = ""

    @property
    def points(self) -> float:
        """Points won, or lost if below 0; 0 where there was no mark before."""
        return round(self.after.score - self.before.score, 2) if self.before else 0.0


def beside(out: Path) -> Path:
    """The folder in which results wait to take the place of those in `out`."""
    return out.with_name(f"{out.name}.regrade")


def changes(out: Path, done: Sequence[Graded]) -> list[Change]:
    """What differs between the results in `out` and those of `done`, the largest change first.

    A failure of the machinery changes nothing and is left out.
    """
    graded = [d.result for d in done if d.result.score is not None]
    found = [_change(result.path_of(out, r.student, r.assignment), r) for r in graded]
    return sorted(
        filter(None, found), key=lambda c: (-abs(c.points), c.assignment, c.student)
    )


def _change(path: Path, after: Result) -> Change | None:
    try:
        before = result.read(path)
    except FileNotFoundError:
        return Change(
            after.student,
            after.assignment,
            None,
            after,
            (),
            "there was no result before",
        )
    except (result.DamagedError, OSError) as error:
        because = "the result of before cannot be read"
        return Change(
            after.student,
            after.assignment,
            None,
            after,
            (),
            because,
            f"{path}: {error}",
        )
    if before.score is None:
        return Change(
            after.student, after.assignment, None, after, (), "there was no mark before"
        )
    olds = {t.task: t for t in before.tasks}
    news = {t.task: t for t in after.tasks}
    tasks = tuple(
        filter(
            None,
            (_task(name, olds.get(name), news.get(name)) for name in {**olds, **news}),
        )
    )
    if not tasks and (before.score, before.max_score, before.problem) == (
        after.score,
        after.max_score,
        after.problem,
    ):
        return None
    because = (
        " and ".join(causes(before, after))
        or "it came out otherwise this time, with nothing changed"
    )
    return Change(after.student, after.assignment, before, after, tasks, because)


def _task(
    name: str, old: TaskResult | None, new: TaskResult | None
) -> TaskChange | None:
    if old is None or new is None:
        why = (
            ("the exercise has this function no more",)
            if new is None
            else ("the function is new in the exercise",)
        )
        return TaskChange(name, old and old.points, new and new.points, why)
    why = []
    if old.max_points != new.max_points:
        why.append(f"worth {new.max_points:g} points, was {old.max_points:g}")
    if old.status != new.status:
        why.append(f"{old.status}, now {new.status}")
    if old.misconception != new.misconception:
        why.append(
            f"mistake {old.misconception or 'unnamed'}, now {new.misconception or 'unnamed'}"
        )
    before, after = ({t.name: t for t in task.tests} for task in (old, new))
    for test in {**before, **after}:
        was, now = (t[test].outcome if test in t else "absent" for t in (before, after))
        if was != now:
            why.append(f"test {test}: {was}, now {now}")
    if old.points == new.points and not why:
        return None
    return TaskChange(
        name, old.points, new.points, tuple(why) or ("the tests weigh otherwise",)
    )


def apply(
    out: Path, done: Sequence[Graded], now: datetime | None = None
) -> Path | None:
    """Put the results that wait beside `out` in their places; the old ones move to a folder
    named by the time in UTC.

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
    waiting, kept = beside(out), out.with_name(f"{out.name}.before-{stamp}")
    for one in done:
        new = result.path_of(waiting, one.result.student, one.result.assignment)
        path = out / new.relative_to(waiting)
        if one.result.score is None or not new.is_file():
            continue
        data = new.read_bytes()
        if path.is_file() and (old := path.read_bytes()) != data:
            if not kept.exists():
                kept.mkdir(mode=0o700)
            result.write_bytes(old, kept / path.relative_to(out))
        result.write_bytes(data, path)
    shutil.rmtree(waiting, ignore_errors=True)
    return kept if kept.exists() else None


def as_csv(found: Sequence[Change]) -> str:
    """The changes, one line for each function that changed."""
    rows: list[list[object]] = [
        [
            "student",
            "assignment",
            "mark before",
            "mark now",
            "because",
            "function",
            "before",
            "now",
            "why",
        ]
    ]
    for change in found:
        before = change.before and change.before.score
        head = [
            change.student,
            change.assignment,
            before,
            change.after.score,
            change.because,
        ]
        for task in change.tasks or [None]:
            rest = (
                [task.task, task.before, task.after, "; ".join(task.why)]
                if task
                else [None] * 4
            )
            rows.append(["" if cell is None else _cell(cell) for cell in head + rest])
    return lines(rows)


def _cell(value: object) -> object:
    return number(value) if isinstance(value, float) else value
