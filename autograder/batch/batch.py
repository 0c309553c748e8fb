"""What is the same for every submission of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Batch:
    """Where submissions are graded from and to, and how; plain values, so that it can travel to
    another process.

    Attributes
    ----------
    root, solutions : Path
        The course.
    out : Path
        Where result files go.
    seed : int or None
        What hidden inputs are drawn from; None for the course's own, which its machines read for
        themselves.
    sandbox : str
        The way of confinement, or `auto`.
    again : bool
        Grade anew what has a result already.
    keep : bool
        Keep the result that is there of an unchanged submission, though other tests or versions
        made it.
    others : tuple of Path
        What one student's code must not read of another's.
    fresh : bool
        Start each worker for itself, in place of forking it from a prepared process.
    """

    root: Path
    solutions: Path
    out: Path
    seed: int | None = field(default=None, repr=False)
    sandbox: str = "auto"
    again: bool = False
    keep: bool = False
    others: tuple[Path, ...] = ()
    fresh: bool = False
