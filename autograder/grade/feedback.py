"""What a student is told of a function: the verdict on it, with nothing in it that is hidden.

What the worker said is compared and named as it came; of that only what `redact` lets through is
told.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from unrolled.check.compare import Difference
from unrolled.check.outcome import Lost, Raised, Returned
from unrolled.check.raising_line import assigned
from unrolled.check.verdict import Verdict, shown_line
from unrolled.contract import Function, names_in

from ..unit.unit import Unit
from .client import REPAIRS
from .hidden_tests import Attempt
from .judge import Judged, Stray, compared, failure_of, first_wrong, verdict_on
from .narrow import narrowed
from .redact import line, redacted, without_kinds, words
from .reloading import Loaded
from .submission import Submission, defines, twice_defined


def explained(
    unit: Unit,
    loaded: Loaded,
    submission: Submission,
    attempt: Attempt,
    stray: Stray = ((), ()),
) -> Verdict:
    """Give the verdict on one function, with nothing in it that a student may not see.

    Parameters
    ----------
    unit : Unit
        The exercise.
    loaded : Loaded
        What loading the notebook showed.
    submission : Submission
        The notebook's code, whose words may be repeated.
    attempt : Attempt
        What came of the function's hidden tests.
    stray : pair of sequences of str
        Names that it takes from the notebook, and unknown ones.
    """
    name, judge = attempt.name, attempt.judge
    calls = {
        label: _with_reason(call, name, loaded, submission)
        for label, call in judge.calls(name).items()
    }
    verdict = verdict_on(unit, name, calls, judge.seed, stray)
    wrong = first_wrong(calls.values())
    if wrong is not None:
        function = unit.functions[name]
        served = frozenset(names_in(function)) if attempt.served else None
        raised = _raised_told(wrong, function, submission, served)
        verdict = replace(
            verdict,
            differences=_differences_told(wrong, function, submission, served),
            failure=failure_of(raised or wrong.outcome),
            raised=raised,
            also=None if attempt.served else verdict.also,
        )
    elif not attempt.whole:
        verdict = replace(
            verdict, right=False, call=name, failure=_failed_kinds(attempt)
        )
    twice = twice_defined(submission.cells, (name,))
    before = [_twice_text(name, numbers) for numbers in twice.values()]
    return replace(
        verdict,
        before=(*verdict.before, *before),
        notes=(*verdict.notes, *_notes(unit, attempt)),
    )


def _twice_text(name: str, numbers: str) -> str:
    return (
        f"Code cells {numbers} define `{name}` each. The lowest counts, as when all cells "
        "run from top to bottom."
    )


def _with_reason(
    call: Judged, name: str, loaded: Loaded, submission: Submission
) -> Judged:
    """Complete what the worker says: why there is no such function, or what the line does that
    raised.
    """
    outcome = call.outcome
    if isinstance(outcome, Raised):
        on = assigned(submission.line(outcome.cell, outcome.line))
        return replace(call, outcome=replace(outcome, on=on))
    if not isinstance(outcome, Lost) or outcome.how != "missing":
        return call
    return replace(
        call, outcome=Lost("missing", _why_missing(name, loaded, submission))
    )


def _differences_told(
    call: Judged,
    function: Function,
    submission: Submission,
    served: frozenset[str] | None,
) -> tuple[Difference, ...]:
    outcome = call.outcome
    if not isinstance(outcome, Returned):
        return ()
    # a difference can name the class of what was returned: of one without such names none does
    own = _own_words(submission) if served is None else served
    harmless = replace(outcome, value=without_kinds(outcome.value, own))
    told = compared(function, call.arguments, call.want, harmless)
    found = told.changed + told.off
    return narrowed(found, call.arguments, served is not None)


def _raised_told(
    call: Judged,
    function: Function,
    submission: Submission,
    served: frozenset[str] | None,
) -> Raised | None:
    """Give the exception of a call as it may be told, with its line in place of its cell."""
    outcome = call.outcome
    if not isinstance(outcome, Raised):
        return None
    text = submission.line(outcome.cell, outcome.line)
    shown = line(text, (one for _, one in submission.cells))
    told = redacted(outcome, _own_words(submission), call.arguments, served)
    owner = _owner(outcome.cell, function, submission)
    return replace(told, cell=shown, owner=owner)


def _owner(cell: str, function: Function, submission: Submission) -> str:
    """Give the companion that a cell defines; "" if it defines the function itself, or none."""
    text = dict(submission.cells).get(cell, "")
    if defines(text, function.name):
        return ""
    return next((one for one in function.companions if defines(text, one)), "")


def _own_words(submission: Submission) -> frozenset[str]:
    return words(text for _, text in (*submission.given, *submission.cells))


def _failed_kinds(attempt: Attempt) -> str:
    kinds = dict.fromkeys(r.kind for r in attempt.records if r.outcome != "passed")
    return f"does not pass all tests of {', '.join(kinds)}"


def _notes(unit: Unit, attempt: Attempt) -> list[str]:
    if not attempt.served:
        return []
    names = unit.functions[attempt.name].companions
    companions = ", ".join(f"`{name}`" for name in names)
    return [
        f"Judged with a right {companions}, since your own is not right: "
        "its mistake costs nothing here."
    ]


def _why_missing(name: str, loaded: Loaded, submission: Submission) -> str:
    """Say where a function would be defined, and why it is not."""
    for cell, text in submission.cells:
        if not defines(text, name):
            continue
        if cell in loaded.foreign:
            return f"code cell {cell}, which would define it, is {REPAIRS['foreign']}"
        which = f"code cell {cell}, which defines it,"
        if cell in loaded.skipped:
            return f"{which} does not run to its end: {loaded.skipped[cell]}"
        if error := loaded.errors.get(cell):
            return f"{which} fails with {_error_told(error, cell, submission)}"
    return f"there is no function `{name}` in the notebook"


def _error_told(error: Raised, cell: str, submission: Submission) -> str:
    told = redacted(error, words(text for _, text in submission.cells))
    shown = shown_line(submission.line(cell, error.line))
    return f"{told.kind}, line {error.line}: `{shown}`" if shown else told.kind


def repairs_of(loaded: Loaded) -> list[str]:
    """Say what was made of cells when they were loaded, and what of them was left out."""
    made = [f"code cell {cell}: {REPAIRS[what]}" for cell, what in loaded.repairs]
    left_out = [
        f"code cell {cell} is left out {_extent(why)}"
        for cell, why in loaded.skipped.items()
    ]
    cut = [loaded.cut] if loaded.cut else []
    return made + left_out + cut


def _extent(why: str) -> str:
    return why if why.startswith("at line") else f"as a whole: {why}"


def names_told(
    stray: Stray, submission: Submission, companions: Collection[str]
) -> Stray:
    """Give the stray names of a function as far as they stand in the student's cells.

    Parameters
    ----------
    stray : pair of sequences of str
        Data that it reads and unknown names, as the worker says.
    submission : Submission
        The notebook's code.
    companions : collection of str
        Functions that it calls: one that is missing is judged, and told, for itself.
    """
    own = words(text for _, text in submission.cells)
    data, unknown = stray
    known_here = own.difference(companions)
    return [n for n in data if n in own], [n for n in unknown if n in known_here]
