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

from unrolled.check.book_page import find_book
from unrolled.check.compare import compare_returned
from unrolled.check.general_mistakes import mistake_of_reading_data
from unrolled.check.numbers import NumbersError, VisibleNumbers, read_numbers
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.render import as_html, as_text
from unrolled.check.stray_names import find_stray_names, functions_behind
from unrolled.check.verdict import Verdict, call_text, judge_outcomes

WIDTH = 80  # of what nbgrader's report shows


class CheckFailed(AssertionError):
    """A check under `nbgrader validate` that did not pass."""

    def _render_traceback_(self) -> list[str]:
        """Give what IPython shows in place of a traceback through the checker."""
        return str(self).splitlines()


class Check:
    """Checks the functions of one exercise against the numbers beside the notebook.

    Call it with a function: `check(rnn_cell_forward)`. Made by `exercise`.
    """

    def __init__(self, assignment: str, folder: str | Path = "."):
        self.assignment = assignment
        self.path = Path(folder) / f"{assignment}.npz"
        self._numbers: dict[str, VisibleNumbers] | None = None

    def __repr__(self) -> str:
        return f"check for {self.assignment}: call it with one of your functions"

    @property
    def numbers(self) -> dict[str, VisibleNumbers]:
        """The numbers, read once.

        Raises
        ------
        NumbersError
            If they are missing, damaged or of another version.
        """
        if self._numbers is None:
            self._numbers = read_numbers(self.path)
        return self._numbers

    def example(self, name: str) -> tuple:
        """Give fresh copies of the example's arguments for the function called `name`.

        Raises
        ------
        KeyError
            If the exercise has no such function.
        NumbersError
            As `numbers` does.
        """
        if name not in self.numbers:
            there = ", ".join(self.numbers)
            raise KeyError(f"no example for {name!r}; there are: {there}")
        return copy.deepcopy(self.numbers[name].cases[0])

    def verdict(self, function: Callable) -> Verdict:
        """Judge a function, without showing anything.

        Raises
        ------
        NumbersError
            As `numbers` does.
        """
        name = _exercise_name(function, self.numbers)
        if name not in self.numbers:
            names = " or ".join(f"check({one})" for one in self.numbers)
            return _unchecked(name, f"write {names}")
        side = self.numbers[name]
        contract = side.function
        called: Any = function
        if contract.driver:
            called = _namespace(function).get(contract.driver)
        if not callable(called):
            failure = (
                f"`{contract.driver}` is not there; run the cell that defines it, then "
                "check again"
            )
            return _unchecked(name, failure)
        outcomes = [call_function(called, side.cases[0], function)]
        with _silence():  # what it prints, it prints once, for the example
            for case in side.cases[1:]:
                outcomes.append(call_function(called, case, function))
        stray = find_stray_names(function, contract.companions)
        verdict = judge_outcomes(
            contract, side.cases, side.want, outcomes, side.known, stray
        )
        verdict = replace(verdict, book=find_book(side.book, self.path.parent))
        if not verdict.right:
            return replace(verdict, notes=self._notes(function, side, verdict))
        data, _ = stray
        return _reading_data(verdict, side, data) if data else verdict

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
        except NumbersError as error:
            name = getattr(function, "__name__", "the function")
            verdict = _unchecked(name, str(error))
        if not verdict.right and os.environ.get("NBGRADER_EXECUTION") == "validate":
            raise CheckFailed(_narrow(as_text(verdict)))
        _display(ShownVerdict(verdict))

    def _notes(
        self, function: Callable, side: VisibleNumbers, verdict: Verdict
    ) -> tuple[str, ...]:
        """Give what to know before the verdict on a wrong function is read."""
        with _silence():
            wrong = self._wrong_companions(function, side)
        if wrong:
            return tuple(
                f"`{name}`, which this function may call, is not right itself. "
                "Mend it first, then check again."
                for name in wrong
            )
        if verdict.call == call_text(side.function, side.cases[0]):
            return ()
        return (
            "The notebook's example comes out right. What is called here has other "
            "sizes.",
        )

    def _wrong_companions(self, function: Callable, side: VisibleNumbers) -> list[str]:
        """Give the companions in the notebook that are themselves not right."""
        wrong = []
        for name in side.function.companions:
            mine = _namespace(function).get(name)
            other = self.numbers.get(name)
            if callable(mine) and other and not _is_right(mine, other):
                wrong.append(name)
        return wrong


class ShownVerdict:
    """A verdict as a notebook displays it: HTML where there is a page, plain text elsewhere."""

    def __init__(self, verdict: Verdict):
        self.verdict = verdict

    def __repr__(self) -> str:
        return as_text(self.verdict)

    def _repr_html_(self) -> str:
        return as_html(self.verdict)


def exercise(assignment: str, folder: str | Path | None = None) -> Check:
    """Bind `check` to an exercise: `check = exercise("ex1_rnn_cell")`.

    Parameters
    ----------
    assignment : str
        Name of the exercise.
    folder : path, optional
        Where the numbers are; unless given, the notebook's own folder, wherever it was started.
    """
    if folder is None:
        places = list(folders_of(assignment, sys._getframe(1).f_globals))
        numbers = f"{assignment}.npz"
        folder = next((one for one in places if (one / numbers).is_file()), places[0])
    return Check(assignment, folder)


def folders_of(assignment: str, variables: dict[str, Any]) -> Iterator[Path]:
    """Give the folders in which an exercise may lie, likeliest first.

    It is the working folder, as Jupyter has it. A script or VS Code may work in another one: then
    it is beside the file that runs, or below.

    Parameters
    ----------
    assignment : str
        Name of the exercise.
    variables : dict
        Of the notebook or script, among which may be its own path.
    """
    yield Path()
    for name in ("__vsc_ipynb_file__", "__file__"):
        path = variables.get(name)
        if isinstance(path, str):
            yield Path(path).parent
    yield Path(assignment)
    yield Path("..", assignment)


def call_function(
    function: Callable, arguments: tuple, written: Callable | None = None
) -> Outcome:
    """Call a student's function on copies, and say what it came to.

    Only an interrupt passes through. What the notebook has set for numpy's errors and for
    warnings does not hold here, nor does it when it is graded.

    Parameters
    ----------
    function : callable
        What is called.
    arguments : tuple
        Left as they are.
    written : callable, optional
        What the student wrote, such as a class, where `function` is another one that calls it:
        a failure is told of this.

    Returns
    -------
    Outcome
        A `Returned`, with the copies as the call left them, or a `Raised`.
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
    """Give the exception with the last line of the student's own code on its way."""
    kind = type(error).__name__
    try:
        text = str(error)
    except Exception:
        text = ""
    own = {one.__code__.co_filename for one in functions_behind(function)}
    place = None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename in own:
            place = (frame.f_code.co_filename, number)
    if place is None:
        return Raised(kind, text)
    return Raised(kind, text, linecache.getline(*place).strip(), place[1])


def _unchecked(name: str, failure: str) -> Verdict:
    """Give the verdict on what could not be called, and why."""
    return Verdict(name, False, f"check({name})", failure=failure, checked=False)


def _reading_data(verdict: Verdict, side: VisibleNumbers, data: list[str]) -> Verdict:
    """Give the verdict on a function whose numbers are right in this notebook only.

    Parameters
    ----------
    verdict : Verdict
        On its numbers.
    side : VisibleNumbers
        The exercise's.
    data : list of str
        The notebook's variables that it reads.
    """
    return replace(
        verdict,
        right=False,
        call=call_text(side.function, side.cases[0]),
        failure="gives the right numbers, but only beside this notebook's own variables",
        mistake=mistake_of_reading_data(side.function, data),
    )


def _is_right(function: Callable, side: VisibleNumbers) -> bool:
    """Say whether a function is right by the numbers, and reads no data of the notebook."""
    contract = side.function
    outcomes = [call_function(function, case) for case in side.cases]
    for outcome, want in zip(outcomes, side.want, strict=True):
        if not isinstance(outcome, Returned):
            return False
        if compare_returned(contract.returns, outcome.value, want):
            return False
    data, _ = find_stray_names(function, contract.companions)
    return not data


def _exercise_name(function: Any, numbers: dict[str, VisibleNumbers]) -> str:
    """Give the exercise's name for what is to be checked.

    It is its own, or the one that the notebook gave it.
    """
    own = getattr(function, "__name__", None)
    if callable(function) and own not in numbers:
        space = _namespace(function)
        own = next((name for name in numbers if space.get(name) is function), own)
    if isinstance(own, str):
        return own
    return f"an object of type {type(function).__name__}"


def _namespace(function: Any) -> dict[str, Any]:
    """Give the notebook's variables, for a callable without code of its own too."""
    methods = functions_behind(function) if isinstance(function, type) else ()
    written = methods[0] if methods else function
    space = getattr(written, "__globals__", None)
    return space if isinstance(space, dict) else vars(sys.modules["__main__"])


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Throw away what is printed meanwhile."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield


def _narrow(text: str) -> str:
    """Break lines that nbgrader's report would cut off."""
    wrapper = textwrap.TextWrapper(
        width=WIDTH,
        subsequent_indent=" " * 12,
        break_long_words=False,
        break_on_hyphens=False,
    )
    lines = text.splitlines()
    fitting = [one if len(one) <= WIDTH else wrapper.fill(one) for one in lines]
    return "\n".join(fitting)


def _display(shown: ShownVerdict) -> None:
    """Show in the notebook, or print where there is none.

    IPython is asked only where it runs already.
    """
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(shown)
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(str(shown).encode(encoding, "replace").decode(encoding))
