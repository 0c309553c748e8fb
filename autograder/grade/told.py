"""What a student is told of one function, as data: what a result file keeps of a verdict.

Text and page are made of it where it is shown, by `unrolled.check.render` as in the notebook.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unrolled.check.compare import Difference
from unrolled.check.known_mistakes import Misconception
from unrolled.check.outcome import Raised
from unrolled.check.picture import LARGEST
from unrolled.check.verdict import Verdict, failure_text, shown_line
from unrolled.check.where import Where


@dataclass(frozen=True)
class Mistake:
    """A mistake that has a name.

    Attributes
    ----------
    id : str
        Its name, such as `sigmoid-for-tanh`.
    symptom, hint : str
        What is seen, and what to look at.
    section : str
        Where the book explains it: `slips1_rnn_cell#slip-tanh`.
    """

    id: str
    symptom: str
    hint: str
    section: str


@dataclass(frozen=True)
class Error:
    """What the function raised, as far as it may be told.

    Attributes
    ----------
    kind, text : str
        The exception's type and message.
    line : int
        In its cell, from 1; 0 if it is not known.
    code : str
        The line itself.
    owner : str
        The function that the cell defines, where that is another one than was called.
    """

    kind: str
    text: str = ""
    line: int = 0
    code: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Off:
    """Entries that are off, where rows, columns and steps meet.

    Attributes
    ----------
    shape : tuple of int
        Of the array; its steps, if it has any, are the last axis.
    at : tuple of tuple of int
        For each axis the indices that are off.
    """

    shape: tuple[int, ...]
    at: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Found:
    """One place where what was returned differs.

    Attributes
    ----------
    kind : str
        `structure`, `shape` or `value`.
    output : str
        The return value or gradient concerned.
    path : str
        The place in it, such as `caches[0][2][1] (a_prev)`.
    text : str
        What differs, as a sentence without a subject.
    step : int or None
        The first step that differs.
    index : tuple of int or None
        The first entry that differs.
    shape, expected_shape : tuple of int or None
        Where these differ.
    off : Off or None
        Which entries are off.
    """

    kind: str
    output: str
    path: str
    text: str
    step: int | None = None
    index: tuple[int, ...] | None = None
    shape: tuple[int, ...] | None = None
    expected_shape: tuple[int, ...] | None = None
    off: Off | None = None


@dataclass(frozen=True)
class Feedback:
    """What is told of one function. Nothing in it is secret.

    Attributes
    ----------
    said : str
        A sentence in place of all else, where the function was not judged.
    right : bool
        Whether nothing is wrong with it.
    before, notes : tuple of str
        What to know before the verdict, and before what was found.
    call : str
        The call that shows the first fault, with shapes.
    found : tuple of Found
        What differs in that call.
    raised : Error or None
        What it raised instead.
    failure : str
        Why else there is nothing to compare.
    mistake, also : Mistake or None
        The mistake that it looks like, and a second one made beside it.
    where : Where or None
        The first line that departs.
    outputs : tuple of str
        Names of all that the function returns.
    section : str
        Where the book explains the function.
    """

    said: str = ""
    right: bool = False
    before: tuple[str, ...] = ()
    call: str = ""
    notes: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()
    raised: Error | None = None
    failure: str = ""
    mistake: Mistake | None = None
    also: Mistake | None = None
    where: Where | None = None
    outputs: tuple[str, ...] = ()
    section: str = ""

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All that have a name."""
        return tuple(one for one in (self.mistake, self.also) if one)

    @property
    def best_section(self) -> str:
        """Where to read first; "" if there is nothing to read."""
        return self.mistake.section if self.mistake else self.section


def feedback_of(verdict: Verdict) -> Feedback:
    """Give what a verdict says, as data; it may hold only what a student may read."""
    return Feedback(
        right=verdict.right,
        before=verdict.before,
        call=verdict.call,
        notes=verdict.notes,
        found=tuple(map(_found, verdict.differences)),
        raised=_error(verdict.raised) if verdict.raised else None,
        failure="" if verdict.raised else verdict.failure,
        mistake=_mistake(verdict.mistake),
        also=_mistake(verdict.also),
        where=verdict.where,
        outputs=verdict.outputs,
        section=verdict.section,
    )


def verdict_of(function: str, feedback: Feedback) -> Verdict:
    """Give the verdict that says what some feedback holds.

    Parameters
    ----------
    function : str
        The name of what was judged.
    feedback : Feedback
        Of a function that was judged: it has no `said`.
    """
    return Verdict(
        function,
        feedback.right,
        feedback.call,
        tuple(map(_difference, feedback.found)),
        _failure(feedback),
        _misconception(function, feedback.mistake),
        feedback.notes,
        feedback.section,
        feedback.outputs,
        before=feedback.before,
        also=_misconception(function, feedback.also),
        where=feedback.where,
    )


def _failure(feedback: Feedback) -> str:
    """Say why there is nothing to compare, in one line."""
    raised = feedback.raised
    if raised is None:
        return feedback.failure
    return failure_text(
        Raised(raised.kind, raised.text, raised.code, raised.line, raised.owner)
    )


def _error(raised: Raised) -> Error:
    shown = shown_line(raised.cell)
    return Error(raised.kind, raised.text, raised.line, shown, raised.owner)


def _mistake(one: Misconception | None) -> Mistake | None:
    if one is None:
        return None
    return Mistake(one.id, one.symptom, one.hint, one.section)


def _misconception(function: str, one: Mistake | None) -> Misconception | None:
    if one is None:
        return None
    return Misconception(one.id, function, one.symptom, one.hint, one.section)


def _found(one: Difference) -> Found:
    return Found(
        one.kind,
        one.output,
        one.path,
        one.text,
        one.step,
        one.index,
        one.shape,
        one.expected_shape,
        _off(one.wrong),
    )


def _difference(one: Found) -> Difference:
    plain = Difference(one.kind, one.output, one.path, one.text, one.step, one.index)
    return replace(
        plain,
        shape=one.shape,
        expected_shape=one.expected_shape,
        wrong=_mask(one.off),
    )


def _off(wrong: np.ndarray | None) -> Off | None:
    """Give a mask axis by axis; None where that is not the whole of it, or nobody draws it."""
    if wrong is None or not wrong.ndim or wrong.size > LARGEST:
        return None
    axes = range(wrong.ndim)
    at: list[tuple[int, ...]] = []
    for axis in axes:
        others = tuple(i for i in axes if i != axis)
        at.append(tuple(np.flatnonzero(wrong.any(axis=others)).tolist()))
    found = Off(wrong.shape, tuple(at))
    return found if np.array_equal(_mask(found), wrong) else None


def _mask(off: Off | None) -> Any:
    """Give which entries are off; None where they are not there or make no array."""
    if off is None or len(off.shape) != len(off.at):
        return None
    if min(off.shape) < 0 or math.prod(off.shape) > LARGEST:
        return None
    mask = np.zeros(off.shape, bool)
    try:
        mask[np.ix_(*off.at)] = True
    except IndexError:
        return None
    return mask
