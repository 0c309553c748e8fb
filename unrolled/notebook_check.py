"""The check in a student's notebook: at once, offline, and by the same comparison as the grader's.

Needs numpy and the standard library only.
"""

from __future__ import annotations

import contextlib
import copy
import linecache
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from unrolled.check.beside import folders_of
from unrolled.check.book_page import find_book
from unrolled.check.calling import (
    call_all,
    call_function,
    call_plainly,
    called_for,
    namespace_of,
    silence,
)
from unrolled.check.landmark_store import FunctionLandmarks, read_landmarks
from unrolled.check.locate import Run, locate
from unrolled.check.numbers import NumbersError, Sheet, VisibleNumbers, read_sheet
from unrolled.check.on_paper import PaperCase, paper_case
from unrolled.check.present import (
    NotDefined,
    RunCells,
    saved_file,
    texts_before,
    twice_defined,
)
from unrolled.check.quiet import QuietError, StoppedError, hide_tracebacks
from unrolled.check.render import as_html, as_text, summary_html, summary_text
from unrolled.check.shown import Shown, display, narrow
from unrolled.check.stray_names import find_stray_names
from unrolled.check.sum_up import Line, Summary, Tested, answers_in_words, line_of
from unrolled.check.verdict import Verdict
from unrolled.check.visible_verdict import (
    EXAMPLES,
    is_right,
    reading_data,
    unchecked,
    verdict_on_calls,
)
from unrolled.check.where import Where

PHRASES = {  # what a kind of call has, where its name does not say it
    "large values": "very large inputs, in the thousands",
    "single precision": "inputs in single precision (float32)",
    "many steps": "a longer sequence",
    "one step": "a sequence of one step",
    "another loss": "another loss than the one that is there",
}


class CheckFailed(QuietError, AssertionError):
    """A check under `nbgrader validate` that did not pass."""


class UnknownExampleError(QuietError, KeyError):
    """An example of a function, or of a kind, that the exercise does not have."""


class Check:
    """Checks the functions of one exercise against the numbers beside the notebook.

    Call it with a function, `check(rnn_cell_forward)`, or with nothing for the points of all.
    Made by `exercise`.
    """

    def __init__(
        self, assignment: str, folder: str | Path = ".", cells: RunCells | None = None
    ):
        self.assignment = assignment
        self.path = Path(folder) / f"{assignment}.npz"
        self._sheet: Sheet | None = None
        self._cells = cells
        self._failed: set[str] = set()  # at their last check
        self._landmarks: dict[str, FunctionLandmarks] | None = None

    def __repr__(self) -> str:
        return f"check for {self.assignment}: call it with one of your functions"

    @property
    def sheet(self) -> Sheet:
        """What lies beside the notebook, read once.

        Raises
        ------
        NumbersError
            If it is missing, damaged, another exercise's or of another version.
        """
        if self._sheet is None:
            self._sheet = read_sheet(self.path)
        return self._sheet

    @property
    def numbers(self) -> dict[str, VisibleNumbers]:
        """The numbers, by function; errors as for `sheet`."""
        return self.sheet.functions

    def example(self, name: str, kind: str = "") -> tuple:
        """Give fresh copies of an example's arguments for the function called `name`.

        Parameters
        ----------
        name : str
            The function.
        kind : str, optional
            Another call that the check makes, such as `large values`.

        Raises
        ------
        UnknownExampleError
            If the exercise has no such function, or no such call of it.
        NumbersError
            As `numbers` does.
        """
        if name not in self.numbers:
            there = ", ".join(self.numbers)
            raise UnknownExampleError(f"no example for {name!r}; there are: {there}")
        side = self.numbers[name]
        calls = {trial.label: trial.arguments for trial in side.trials}
        calls |= {
            f"on paper {number}": arguments
            for number, (arguments, _) in enumerate(side.paper, 1)
        }
        calls |= dict(zip(("", *EXAMPLES), (side.cases[0], *side.cases), strict=False))
        if kind not in calls:
            there = ", ".join(repr(one) for one in calls if one)
            raise UnknownExampleError(
                f"no example {kind!r} for {name}; there are: {there}"
            )
        return copy.deepcopy(calls[kind])

    def verdict(self, function: Callable) -> Verdict:
        """Judge a function, without showing anything.

        Raises
        ------
        NumbersError
            As `numbers` does.
        """
        return self._judged(function)[0]

    def _judged(self, function: Callable) -> tuple[Verdict, Tested | None]:
        """Judge a function; give also what its calls came to, if there were any."""
        name = _exercise_name(function, self.numbers)
        if name not in self.numbers:
            names = " or ".join(f"check({one})" for one in self.numbers)
            return unchecked(name, f"write {names}"), None
        side = self.numbers[name]
        if isinstance(function, NotDefined):
            return unchecked(name, self._why_not_defined(name)), None
        contract = side.function
        called = called_for(function, side)
        if not callable(called):
            failure = (
                f"`{contract.driver}` is not there; run the cell that defines it, then "
                "check again"
            )
            return unchecked(name, failure), None
        tested = call_all(called, side, function)
        stray = find_stray_names(function, contract.companions)
        verdict = verdict_on_calls(side, tested, stray)
        verdict = replace(verdict, book=find_book(side.book, self.path.parent))
        if not verdict.right:
            with silence():
                wrong = self._wrong_companions(function, side)
            verdict = replace(verdict, mend_first=wrong)
            verdict = replace(verdict, notes=self._notes(function, side, verdict))
        elif stray[0]:
            verdict = reading_data(verdict, side, stray[0])
        return replace(verdict, before=self._texts_before(side)), tested

    def __call__(self, *functions: Callable) -> None:
        """Check a function and show the result, or the points of all; the notebook runs on.

        Raises
        ------
        CheckFailed
            Only under `nbgrader validate`, where a failure that is merely shown would count as
            success.
        StoppedError
            If the notebook is interrupted meanwhile.
        """
        if not functions:  # the variables are those of the cell that asks
            self._sum_up(sys._getframe(1).f_globals)
        for function in functions:
            self._check(function)

    def _check(self, function: Callable) -> None:
        name = getattr(function, "__name__", "the function")
        stopped = False
        try:
            verdict = self.verdict(function)
            verdict = self.located(function, verdict)
        except NumbersError as error:
            verdict = unchecked(name, str(error))
        except KeyboardInterrupt:
            stopped = True
        if stopped:  # raised here: the interrupt's own way is not shown behind it
            raise StoppedError(_stopped_text(name))
        if not verdict.right and _validates():
            raise CheckFailed(narrow(as_text(verdict)))
        display(Shown(as_text(verdict), as_html(verdict)))

    def located(self, function: Callable, verdict: Verdict) -> Verdict:
        """Say of a wrong function where it departs first, and whether it failed before."""
        name = verdict.function
        if verdict.right or not verdict.checked:
            self._failed.discard(name)
            return verdict
        verdict = replace(verdict, again=name in self._failed)
        self._failed.add(name)
        if verdict.mend_first:
            return verdict
        side = self.numbers[name]
        with silence():
            where = self._where(function, side, verdict.case)
            paper = _on_paper(function, side)
        return replace(verdict, where=where, paper=paper)

    def _where(
        self, function: Callable, side: VisibleNumbers, case: int
    ) -> Where | None:
        """Find where a function departs first in one of the visible cases."""
        if self._landmarks is None:
            self._landmarks = read_landmarks(self.path)
        known = self._landmarks.get(side.function.name)
        if known is None or case >= len(known.cases):
            return None
        called = called_for(function, side)
        run = Run(
            side.function,
            function,
            lambda: call_plainly(called, side.cases[case]),
            side.want[case],
            known.cases[case],
        )
        found = locate(run)
        if found is None:
            return None
        return found.where.with_lines(linecache.getlines(found.file))

    def _sum_up(self, space: dict[str, Any]) -> None:
        """Show how many points the functions have by the visible checks."""
        problem = ""
        try:
            summary = self.summary(space)
        except NumbersError as error:
            problem = f"? The points cannot be summed up. {error}"
        except KeyboardInterrupt:
            problem = "stopped"
        if problem == "stopped":
            raise StoppedError(_stopped_text(""))
        if problem:
            display(Shown(problem))
        else:
            display(Shown(summary_text(summary), summary_html(summary)))

    def summary(self, space: dict[str, Any]) -> Summary:
        """Sum up the exercise, without showing anything.

        Parameters
        ----------
        space : dict
            The notebook's variables.

        Raises
        ------
        NumbersError
            As `numbers` does.
        """
        lines = [
            self._line(side, space.get(name)) for name, side in self.numbers.items()
        ]
        before: dict[str, None] = {}
        for side in self.numbers.values():
            before |= dict.fromkeys(self._texts_before(side))
        written = answers_in_words(self.sheet.written, self._file)
        return Summary((*lines, *written), tuple(before))

    def _line(self, side: VisibleNumbers, function: Any) -> Line:
        name = side.function.name
        if function is None or isinstance(function, NotDefined):
            return Line(name, "–", 0.0, side.points, self._why_not_defined(name))
        with silence():
            verdict, tested = self._judged(function)
        if tested is None:
            return Line(name, "–", 0.0, side.points, verdict.failure)
        line = line_of(side, tested, verdict)
        if verdict.mend_first:
            first = " and ".join(f"`{one}`" for one in verdict.mend_first)
            return replace(line, text=f"{line.text}; mend {first} first")
        return line

    @property
    def _file(self) -> Path | None:
        """The notebook's file, where it is certain which one it is."""
        if self._cells is None:
            return None
        if _validates():  # which runs what is saved, in its folder
            path = Path(f"{self.assignment}.ipynb")
            return path if path.is_file() else None
        return saved_file(self._cells.space)

    def _texts_before(self, side: VisibleNumbers) -> tuple[str, ...]:
        """Say where what was judged may not be what stands in the notebook."""
        names = (side.function.name, *side.function.companions)
        twice = (twice_defined(name, self._file) for name in names)
        return (*texts_before(names, self._cells), *filter(None, twice))

    def _why_not_defined(self, name: str) -> str:
        how = self._cells.failure(name) if self._cells else ""
        if how:
            return f"the cell that defines it failed when it was run ({how})"
        return "not defined yet: run the cell that defines it"

    def _notes(
        self, function: Callable, side: VisibleNumbers, verdict: Verdict
    ) -> tuple[str, ...]:
        """Give what to know before the verdict on a wrong function is read."""
        missing = [
            name
            for name in side.function.companions
            if isinstance(namespace_of(function).get(name), NotDefined)
        ]
        if missing:
            return tuple(f"`{one}`: {self._why_not_defined(one)}." for one in missing)
        if verdict.mend_first:
            return tuple(
                f"`{name}`, which this function may call, is not right itself. "
                "Mend it first, then check again."
                for name in verdict.mend_first
            )
        if not verdict.case:
            return ()
        right = "The notebook's example comes out right. What is called here has"
        if verdict.case < len(side.cases):
            return (f"{right} other sizes.",)
        label = side.trials[verdict.case - len(side.cases)].label
        return (
            f"{right} {PHRASES.get(label, label)}: "
            f"`check.example({side.function.name!r}, {label!r})` gives its arguments.",
        )

    def _wrong_companions(
        self, function: Callable, side: VisibleNumbers
    ) -> tuple[str, ...]:
        """Give the companions in the notebook that are themselves not right."""
        wrong = []
        for name in side.function.companions:
            mine = namespace_of(function).get(name)
            other = self.numbers.get(name)
            if callable(mine) and other and not is_right(mine, other):
                wrong.append(name)
        return tuple(wrong)


def exercise(assignment: str, folder: str | Path | None = None) -> Check:
    """Bind `check` to an exercise: `check = exercise("ex1_rnn_cell")`.

    Parameters
    ----------
    assignment : str
        Name of the exercise.
    folder : path, optional
        Where the numbers are; unless given, the notebook's own folder, wherever it was started.
    """
    hide_tracebacks()
    space = sys._getframe(1).f_globals
    if folder is None:
        places = list(folders_of(assignment, space))
        numbers = f"{assignment}.npz"
        folder = next((one for one in places if (one / numbers).is_file()), places[0])
    check = Check(assignment, folder, _cells_here(space))
    if check._cells is not None:
        with contextlib.suppress(NumbersError):
            for name in check.numbers:
                check._cells.space.setdefault(name, NotDefined(name))
    return check


def _cells_here(space: dict[str, Any]) -> RunCells | None:
    """Follow the cells of the notebook that asks, if it is one that runs in IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or shell.user_ns is not space:
        return None
    if not isinstance(getattr(shell, "_unrolled_cells", None), RunCells):
        shell._unrolled_cells = RunCells(shell)
    return shell._unrolled_cells


def _on_paper(function: Callable, side: VisibleNumbers) -> PaperCase | None:
    """Find a small case on which a function is wrong."""
    called = called_for(function, side)
    return paper_case(
        side.function,
        side.paper,
        lambda arguments: call_function(called, arguments, function),
    )


def _validates() -> bool:
    """Say whether `nbgrader validate` runs the notebook."""
    return os.environ.get("NBGRADER_EXECUTION") == "validate"


def _stopped_text(name: str) -> str:
    what = name or "a function"
    return (
        f"check({name}) was stopped before it had an answer.\n"
        f"If {what} does not end by itself, look for a loop without an end."
    )


def _exercise_name(function: Any, numbers: dict[str, VisibleNumbers]) -> str:
    """Give the exercise's name for what is to be checked.

    It is its own, or the one that the notebook gave it.
    """
    own = getattr(function, "__name__", None)
    if callable(function) and own not in numbers:
        space = namespace_of(function)
        own = next((name for name in numbers if space.get(name) is function), own)
    if isinstance(own, str):
        return own
    return f"an object of type {type(function).__name__}"
