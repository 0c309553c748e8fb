"""What loading a notebook's cells showed, and what is left out when they are loaded again.

A worker that died is started anew, and a served companion wants a fresh one. Then the
notebook's own experiments need not run again: a statement that took long, ended the worker, or
was never reached is left out unless what is defined needs it (the worker finds that out, since
it alone parses the student's code).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from unrolled.check.outcome import Lost, Raised

from ..confine import Limits
from ..confine.clock import Budget, Stretch
from .input_rules import Cell

# of the seconds for loading: a notebook that takes more is not loaded again as a whole
SLOW = 1 / 50
# of them: a statement that takes more is left out then
LONG = 1 / 1000


@dataclass
class Loaded:
    """What loading the notebook's cells showed.

    Attributes
    ----------
    errors : dict
        Exceptions, by cell.
    repairs : list of (cell, what)
        What was made of cells, as in `client.REPAIRS`.
    skipped : dict
        What was left out of a cell, by cell, and why.
    foreign : set
        Cells that are not this notebook's Python.
    cut : str
        Told if the time for loading was used up.
    """

    errors: dict[str, Raised] = field(default_factory=dict)
    repairs: list[tuple[str, str]] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    cut: str = ""


class Reloading:
    """Keeps the times and the ends of a notebook's statements.

    Parameters
    ----------
    cells : sequence of Cell
        The student's cells.
    limits : Limits
        The seconds.
    loaded : Loaded
        Where what is to be told is written.
    """

    def __init__(self, cells: Sequence[Cell], limits: Limits, loaded: Loaded):
        self.limits, self.loaded = limits, loaded
        self.cells = [cell for cell in cells if cell.run]
        loaded.foreign = {cell.id for cell in cells if not cell.run}
        loaded.repairs = [(cell.id, "foreign") for cell in cells if not cell.run]
        self._order = {cell.id: number for number, cell in enumerate(cells)}
        text = f"the notebook's own cells took more than {limits.loading_seconds:g} s in all"
        self.budget = Budget(limits.loading_seconds, text)
        self._took: dict[tuple[str, int], float] = {}
        self._ended: dict[tuple[str, int], str] = {}
        self._cautious: list[str] = []
        self._failed: dict[str, int] | None = None
        self.begin()

    def begin(self) -> None:
        """Begin with a new worker."""
        self._running: tuple[str, int] | None = None
        self._ids = {cell.id for cell in self._present}
        self._cell = self.cell_budget()

    def cell_budget(self) -> Budget:
        """Give the seconds of one cell."""
        seconds = self.limits.cell_seconds
        self._cell = Budget(seconds, f"it took more than {seconds:g} s")
        return self._cell

    def known(self, cell: str) -> bool:
        """Say whether a cell of this id was handed to the worker."""
        return cell in self._ids

    @property
    def _present(self) -> list[Cell]:
        return [cell for cell in self.cells if (cell.id, 0) not in self._ended]

    @property
    def most_announced(self) -> int:
        """How many messages loading can bring: three for each cell, and each of its lines."""
        return 1 + sum(3 + one.text.count("\n") for one in self._present)

    def request(self) -> dict[str, Any]:
        """Say what the worker is told to load and to leave out."""
        slow: list[tuple[str, int]] = []
        if sum(self._took.values()) > SLOW * self.limits.loading_seconds:
            long = LONG * self.limits.loading_seconds
            slow = [place for place, seconds in self._took.items() if seconds > long]
        return {
            "cells": [[cell.id, cell.text, cell.python] for cell in self._present],
            "slow": slow,
            "ended": [[cell, line, how] for (cell, line), how in self._ended.items()],
            "cautious": self._cautious,
            "failed": None if self._failed is None else list(self._failed.items()),
        }

    def announced(self, cell: str, line: int, stretch: Stretch) -> None:
        """Note that a statement is about to run.

        The time since the last one was that one's.

        Parameters
        ----------
        cell : str
            The id of the statement's cell.
        line : int
            Its line there, as the worker counts.
        stretch : Stretch
            The time that was taken; in a new cell it gets that cell's budget and that of all
            loading.
        """
        self._note(stretch)
        if self._running is None or self._running[0] != cell:
            stretch.budgets = (self.cell_budget(), self.budget)
        self._running = (cell, line)

    def _note(self, stretch: Stretch) -> None:
        seconds = stretch.charge()
        if self._running is not None and self._failed is None:
            self._took[self._running] = max(seconds, self._took.get(self._running, 0.0))

    def done(
        self,
        errors: dict[str, Raised],
        repairs: list[tuple[str, str]],
        failed: dict[str, int],
    ) -> None:
        """Note that the notebook was loaded.

        The first time shows what it does as a whole; later ones change nothing.

        Parameters
        ----------
        errors : dict of Raised
            Exceptions, by cell.
        repairs : list of (cell, what)
            What was made of cells, as in `client.REPAIRS`.
        failed : dict of int
            As the worker tells it; handed back to it with each later `request`.
        """
        if self._failed is not None:
            return
        self._failed = failed
        self.loaded.errors = errors
        found = dict.fromkeys([*self.loaded.repairs, *repairs])
        self.loaded.repairs = sorted(found, key=lambda pair: self._order[pair[0]])

    def goes_on(self, lost: Lost, budget: Budget | None) -> bool:
        """Note how a worker ended while it loaded; whether there is sense in loading again."""
        if budget is self.budget:
            return self._cut()
        if self._running is None:
            return False
        cell, line = self._running
        # it was left out, so what ends the worker is something else
        again = self._running in self._ended
        place = (cell, 0) if again or not line else self._running
        self._ended[place] = lost.how
        before = self.loaded.skipped.get(cell, "") if place[1] else ""
        told = f"at line {line}: {lost.text}" if place[1] else lost.text
        self.loaded.skipped[cell] = f"{before}; {told}" if before else told
        return True

    def _cut(self) -> bool:
        """The time for loading is used up: the first time, what defines is loaded once more."""
        if self.loaded.cut or self._running is None:
            return False
        ids = [cell.id for cell in self.cells]
        self._cautious = ids[ids.index(self._running[0]) :]
        self.loaded.cut = (
            f"{self.budget.text}: from code cell {self._running[0]} on "
            "only what defines was run"
        )
        text = (
            f"{self.budget.text}, and as long again although only what defines was run"
        )
        self.budget = Budget(self.limits.loading_seconds, text)
        return True
