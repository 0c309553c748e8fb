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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check.book_page import find_book
from unrolled.check.compare import compare_returned
from unrolled.check.general_mistakes import mistake_of_reading_data
from unrolled.check.landmark_store import FunctionLandmarks, read_landmarks
from unrolled.check.locate import Run, locate
from unrolled.check.numbers import NumbersError, Sheet, VisibleNumbers, read_sheet
from unrolled.check.on_paper import PaperCase, paper_case
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.present import (
    NotDefined,
    RunCells,
    saved_file,
    texts_before,
    twice_defined,
)
from unrolled.check.quiet import QuietError, StoppedError, hide_tracebacks
from unrolled.check.render import as_html, as_text, summary_html, summary_text
from unrolled.check.stray_names import find_stray_names, functions_behind
from unrolled.check.sum_up import (
    IN_EXAMPLES,
    Line,
    Summary,
    Tested,
    answers_in_words,
    line_of,
)
from unrolled.check.verdict import Verdict, call_text, judge_outcomes
from unrolled.check.where import Where

WIDTH = 80  # of what nbgrader's report shows
EXAMPLES = (
    "the example",
    "other sizes",
)  # what the visible cases before the trials are
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
            return _unchecked(name, f"write {names}"), None
        side = self.numbers[name]
        if isinstance(function, NotDefined):
            return _unchecked(name, self._why_not_defined(name)), None
        contract = side.function
        called = _called_for(function, side)
        if not callable(called):
            failure = (
                f"`{contract.driver}` is not there; run the cell that defines it, then "
                "check again"
            )
            return _unchecked(name, failure), None
        tested = _called(called, side, function)
        stray = find_stray_names(function, contract.companions)
        verdict = _verdict_on(side, tested, stray)
        verdict = replace(verdict, book=find_book(side.book, self.path.parent))
        if not verdict.right:
            with _silence():
                wrong = self._wrong_companions(function, side)
            verdict = replace(verdict, mend_first=wrong)
            verdict = replace(verdict, notes=self._notes(function, side, verdict))
        elif stray[0]:
            verdict = _reading_data(verdict, side, stray[0])
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
            verdict = _unchecked(name, str(error))
        except KeyboardInterrupt:
            stopped = True
        if stopped:  # raised here: the interrupt's own way is not shown behind it
            raise StoppedError(_stopped_text(name))
        if not verdict.right and _validates():
            raise CheckFailed(_narrow(as_text(verdict)))
        _display(Shown(as_text(verdict), as_html(verdict)))

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
        with _silence():
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
        called = _called_for(function, side)
        run = Run(
            side.function,
            function,
            lambda: _plain_call(called, side.cases[case]),
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
            _display(Shown(problem))
        else:
            _display(Shown(summary_text(summary), summary_html(summary)))

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
        with _silence():
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
            if isinstance(_namespace(function).get(name), NotDefined)
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
            mine = _namespace(function).get(name)
            other = self.numbers.get(name)
            if callable(mine) and other and not _is_right(mine, other):
                wrong.append(name)
        return tuple(wrong)


class Shown:
    """What a notebook displays: HTML where there is a page, plain text elsewhere."""

    def __init__(self, text: str, html: str = ""):
        self.text, self.html = text, html

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str | None:
        return self.html or None


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


def _called_for(function: Callable, side: VisibleNumbers) -> Any:
    """Give what is called: the function, or what drives a class."""
    driver = side.function.driver
    return _namespace(function).get(driver) if driver else function


def _on_paper(function: Callable, side: VisibleNumbers) -> PaperCase | None:
    """Find a small case on which a function is wrong."""
    called = _called_for(function, side)
    return paper_case(
        side.function,
        side.paper,
        lambda arguments: call_function(called, arguments, function),
    )


def _plain_call(called: Callable, arguments: tuple) -> Any:
    """Call a function on copies, as it is called when it is judged."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return called(*copy.deepcopy(arguments))


def _called(called: Callable, side: VisibleNumbers, written: Callable) -> Tested:
    """Call a function on all visible cases; what it prints, it prints once, for the example."""
    space = _namespace(written)
    companions = {name: space.get(name) for name in side.function.companions}

    def outcome(function: Callable, arguments: tuple) -> Outcome:
        return call_function(function, arguments, written, companions)

    first = outcome(called, side.cases[0])
    with _silence():
        others = [outcome(called, case) for case in side.cases[1:]]
        tried = [
            outcome(space.get(one.by, called), one.arguments) for one in side.trials
        ]
    return Tested([first, *others], tried)


def _verdict_on(
    side: VisibleNumbers, tested: Tested, stray: tuple[Sequence[str], Sequence[str]]
) -> Verdict:
    """Judge a function by the examples, then, if these are right, by the trials."""
    verdict = judge_outcomes(
        side.function,
        side.cases,
        side.want,
        tested.examples,
        side.known,
        stray,
        side.pairs,
    )
    if not verdict.right or not side.trials:
        return verdict
    tried = judge_outcomes(
        side.function,
        [one.arguments for one in side.trials],
        [one.want for one in side.trials],
        tested.trials,
        side.known_in_trials,
        stray,
    )
    labels = [one.label for one in side.trials]
    left = dict.fromkeys(one.of for one in side.parts if one.kind == "robustness")
    return replace(
        tried,
        case=tried.case + len(side.cases),
        tried=(*EXAMPLES, *labels),
        untried=tuple(
            one for one in left if one and one not in (*labels, *IN_EXAMPLES)
        ),
    )


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
    function: Callable,
    arguments: tuple,
    written: Callable | None = None,
    companions: Mapping[str, Any] | None = None,
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
    companions : mapping, optional
        The notebook's other functions that it may call, by name: a failure in one of them is told
        with its name.

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
        return _raised(written or function, error, companions or {})
    return Returned(value, given)


def _raised(
    function: Callable, error: BaseException, companions: Mapping[str, Any]
) -> Raised:
    """Give the exception with the last line of the student's own code on its way.

    Parameters
    ----------
    function : callable
        What was called.
    error : BaseException
        What it raised.
    companions : mapping
        Other functions of the student's, by name.
    """
    kind = type(error).__name__
    try:
        text = str(error)
    except Exception:
        text = ""
    owners = {file: name for name, one in companions.items() for file in _files(one)}
    owners |= dict.fromkeys(_files(function), "")
    place = None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename in owners:
            place = (frame.f_code.co_filename, number)
    if place is None:
        return Raised(kind, text)
    line = linecache.getline(*place).strip()
    return Raised(kind, text, line, place[1], owners[place[0]])


def _files(function: Any) -> set[str]:
    """Give where the code behind a callable stands: a name for each cell."""
    return {one.__code__.co_filename for one in functions_behind(function)}


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


def _validates() -> bool:
    """Say whether `nbgrader validate` runs the notebook."""
    return os.environ.get("NBGRADER_EXECUTION") == "validate"


def _stopped_text(name: str) -> str:
    what = name or "a function"
    return (
        f"check({name}) was stopped before it had an answer.\n"
        f"If {what} does not end by itself, look for a loop without an end."
    )


def _is_right(function: Callable, side: VisibleNumbers) -> bool:
    """Say whether a function is right by the numbers, and reads no data of the notebook."""
    contract = side.function
    calls = [*zip(side.cases, side.want, strict=True)]
    calls += [(one.arguments, one.want) for one in side.trials]
    for case, want in calls:
        outcome = call_function(function, case)
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
    return "\n".join(map(_narrow_line, text.splitlines()))


def _narrow_line(line: str) -> str:
    """Break a line, what follows below its text."""
    if len(line) <= WIDTH:
        return line
    below = 12 if line.startswith("  ") else 2
    return textwrap.fill(
        line,
        WIDTH,
        subsequent_indent=" " * below,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _display(shown: Shown) -> None:
    """Show in the notebook, or print where there is none.

    IPython is asked only where it runs already.
    """
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(shown)
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(str(shown).encode(encoding, "replace").decode(encoding))
