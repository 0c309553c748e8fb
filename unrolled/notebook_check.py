"""The check in a student's notebook: at once, offline, and by the same comparison as the grader's.

Needs numpy and the standard library only.
"""

from __future__ import annotations

import contextlib
import copy
import linecache
import os
import sys
import textwrap
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check import numbers as visible
from unrolled.check.compare import returned
from unrolled.check.general_mistakes import reads_data
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.render import as_html, as_text
from unrolled.check.stray_names import plain, stray
from unrolled.check.verdict import Verdict, call_text, judge
from unrolled.contract import Function


class CheckFailed(AssertionError):
    """A check under `nbgrader validate` that did not pass."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback through the checker."""
        return str(self).splitlines()


class Check:
    """Checks the functions of one exercise against the numbers beside the notebook.

    Call it with a function: `check(rnn_cell_forward)`. Made by `exercise`.
    """

    def __init__(self, assignment: str, folder: str | Path = "."):
        self.assignment = assignment
        self.path = Path(folder) / f"{assignment}.npz"
        self._numbers: dict[str, visible.VisibleNumbers] | None = None

    def __repr__(self) -> str:
        return f"check for {self.assignment}: call it with one of your functions"

    @property
    def numbers(self) -> dict[str, visible.VisibleNumbers]:
        """The numbers, read once.

        Raises
        ------
        NumbersError
            If they are missing, damaged or of another version.
        """
        if self._numbers is None:
            self._numbers = visible.read(self.path)
        return self._numbers

    def example(self, name: str) -> tuple:
        """Fresh copies of the example's arguments for the function called `name`."""
        if name not in self.numbers:
            raise KeyError(
                f"no example for {name!r}; there are: {', '.join(self.numbers)}"
            )
        return copy.deepcopy(self.numbers[name].cases[0])

    def verdict(self, function: Callable) -> Verdict:
        """Judge a function, without showing anything."""
        name = _name(function, self.numbers)
        if name not in self.numbers:
            names = " or ".join(f"check({one})" for one in self.numbers)
            return Verdict(
                name, False, f"check({name})", failure=f"write {names}", checked=False
            )
        side = self.numbers[name]
        contract = side.function
        called = (
            _namespace(function).get(contract.driver) if contract.driver else function
        )
        if not callable(called):
            failure = f"`{contract.driver}` is not there; run the cell that defines it, then check again"
            return Verdict(
                name, False, f"check({name})", failure=failure, checked=False
            )
        outcomes = [call(called, side.cases[0], function)]
        with _silence():  # what it prints, it prints once, for the example
            outcomes += [call(called, case, function) for case in side.cases[1:]]
        names = stray(function, contract.companions)
        verdict = judge(contract, side.cases, side.want, outcomes, side.known, names)
        if not verdict.right:
            with _silence():
                notes = self._companions(function, side) or _example_only(
                    verdict, contract, side.cases
                )
            return replace(verdict, notes=tuple(notes))
        if names[0]:
            failure = (
                "gives the right numbers, but only beside this notebook's own variables"
            )
            called, mistake = (
                call_text(contract, side.cases[0]),
                reads_data(contract, names[0]),
            )
            return replace(
                verdict, right=False, call=called, failure=failure, mistake=mistake
            )
        return verdict

    def __call__(self, function: Callable) -> None:
        """Check a function and show the result; the notebook runs on.

        Raises
        ------
        CheckFailed
            Only under `nbgrader validate`, where a failure that is merely shown would count as
            success.
        """
        try:
            verdict = self.verdict(function)
        except visible.NumbersError as error:
            name = getattr(function, "__name__", "the function")
            verdict = Verdict(
                name, False, f"check({name})", failure=str(error), checked=False
            )
        if not verdict.right and os.environ.get("NBGRADER_EXECUTION") == "validate":
            raise CheckFailed(_narrow(as_text(verdict)))
        _display(Shown(verdict))

    def _companions(
        self, function: Callable, side: visible.VisibleNumbers
    ) -> list[str]:
        """A note for each companion that is itself not right."""
        notes = []
        for name in side.function.companions:
            mine, other = _namespace(function).get(name), self.numbers.get(name)
            if callable(mine) and other and not _right(mine, other):
                notes.append(
                    f"`{name}`, which this function may call, is not right itself. Mend it first, then check again."
                )
        return notes


class Shown:
    """A verdict as a notebook displays it: HTML where there is a page, plain text elsewhere."""

    def __init__(self, verdict: Verdict):
        self.verdict = verdict

    def __repr__(self) -> str:
        return as_text(self.verdict)

    def _repr_html_(self) -> str:
        return as_html(self.verdict)


def _narrow(text: str) -> str:
    """Break lines that nbgrader's report would cut off."""
    fits = {
        "width": 80,
        "subsequent_indent": " " * 12,
        "break_long_words": False,
        "break_on_hyphens": False,
    }
    lines = (
        line if len(line) <= fits["width"] else textwrap.fill(line, **fits)
        for line in text.splitlines()
    )
    return "\n".join(lines)


def exercise(assignment: str, folder: str | Path = ".") -> Check:
    """Bind `check` to an exercise: `check = exercise("ex1_rnn_cell")`.

    Parameters
    ----------
    assignment : str
        Name of the exercise.
    folder : path, optional
        Where the numbers are; the notebook's own folder unless given.
    """
    return Check(assignment, folder)


def call(
    function: Callable, arguments: tuple, written: Callable | None = None
) -> Outcome:
    """Call a student's function on copies, and say what it came to; only an interrupt passes
    through.

    What the notebook has set for numpy's errors and for warnings does not hold here, nor does
    it when it is graded.

    Where another function calls what the student has `written`, such as a class, a failure is
    told of the latter.
    """
    given = copy.deepcopy(arguments)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = function(*given)
    except (Exception, SystemExit) as error:
        return _raised(written or function, error)
    return Returned(value, given)


def _raised(function: Callable, error: BaseException) -> Raised:
    """The exception with the last line of the student's own code on its way."""
    try:
        text = str(error)
    except Exception:
        text = ""
    own = {one.__code__.co_filename for one in plain(function)}
    steps = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    mine = [step for step in steps if step[0] in own]
    if not mine:
        return Raised(type(error).__name__, text)
    file, number = mine[-1]
    return Raised(
        type(error).__name__, text, linecache.getline(file, number).strip(), number
    )


def _right(function: Callable, side: visible.VisibleNumbers) -> bool:
    outcomes = [call(function, case) for case in side.cases]
    agree = all(
        isinstance(o, Returned) and not returned(side.function.returns, o.value, want)
        for o, want in zip(outcomes, side.want, strict=True)
    )
    return agree and not stray(function, side.function.companions)[0]


def _example_only(
    verdict: Verdict, contract: Function, cases: list[tuple]
) -> list[str]:
    """A note where the first fault shows in the second case."""
    if verdict.call == call_text(contract, cases[0]):
        return []
    return [
        "The notebook's example comes out right. What is called here has other sizes."
    ]


def _name(function: Any, numbers: dict[str, visible.VisibleNumbers]) -> str:
    """The exercise's name for what is to be checked: its own, or the one that the notebook gave it."""
    own = getattr(function, "__name__", None)
    if callable(function) and own not in numbers:
        space = _namespace(function)
        own = next((name for name in numbers if space.get(name) is function), own)
    return (
        own if isinstance(own, str) else f"an object of type {type(function).__name__}"
    )


def _namespace(function: Any) -> dict[str, Any]:
    """The notebook's variables, for a callable without code of its own too."""
    methods = plain(function) if isinstance(function, type) else ()
    space = getattr(methods[0] if methods else function, "__globals__", None)
    return space if isinstance(space, dict) else vars(sys.modules["__main__"])


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield


def _display(shown: Shown) -> None:
    """Show in the notebook, or print where there is none. IPython is asked only where it runs already."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(shown)
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(str(shown).encode(encoding, "replace").decode(encoding))
