"""Which exercise a submission is of, by what is in the notebook where its name does not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..collect.find import keep_what_counts
from ..collect.hand_in import HandIn
from ..collect.which_file import weight
from ..grade.notebook_file import UnreadableError, code_cells, contents, parse
from ..grade.redact import words
from ..grade.submission import defines
from ..safe.printable import reason
from ..unit.course import Course
from ..unit.unit import Unit, load


def one_for_each(hand_ins: Sequence[HandIn], course: Course) -> list[HandIn]:
    """Give one submission of each account and exercise.

    Where all that is known is of one exercise, the rest is taken for it: it then has a result,
    if only a refusal.
    """
    known = [_recognised(hand_in, course) for hand_in in hand_ins]
    known = _with_neighbours(known)
    known = _with_the_only_exercise(known, course)

    def weigh(path: Path, exercise: str) -> tuple[int, ...]:
        return weight(path, load(exercise, course)) if exercise else ()

    return keep_what_counts(known, weigh)


def _recognised(hand_in: HandIn, course: Course) -> HandIn:
    try:
        recognised, _ = with_exercise(hand_in, course)
        return recognised
    except (OSError, MemoryError) as error:
        why = reason(error) or "there is no memory left"
        return replace(hand_in, broken=f"it could not be read: {why}")


def _with_neighbours(known: Sequence[HandIn]) -> list[HandIn]:
    """Take a notebook of something else beside the exercise's own, in one folder, for the same
    student's."""
    exact = _with_exercises(known)
    found = []
    for hand_in in known:
        if hand_in.beside in exact and _is_foreign(hand_in):
            hand_in = replace(hand_in, key=hand_in.beside)
        found.append(hand_in)
    return found


def _with_exercises(known: Sequence[HandIn]) -> set[str]:
    """The accounts that have something of a known exercise."""
    return {hand_in.whose for hand_in in known if hand_in.assignment}


def _with_the_only_exercise(known: Sequence[HandIn], course: Course) -> list[HandIn]:
    """Take what is of no exercise for the one that all others are of, if there is one such, and
    its account has nothing else."""
    named = {hand_in.assignment for hand_in in known} - {""}
    exercises = named or set(course.assignments)
    if len(exercises) != 1:
        return list(known)
    (only,) = exercises
    placed = _with_exercises(known)
    found = []
    for hand_in in known:
        if hand_in.whose not in placed:
            hand_in = replace(hand_in, assignment=only)
        found.append(hand_in)
    return found


def _is_foreign(hand_in: HandIn) -> bool:
    """Whether a file is a notebook, and has nothing of any exercise in its name or in it."""
    if not _is_open(hand_in):
        return False
    try:
        parse(contents(hand_in.path))
    except (UnreadableError, OSError):
        return False
    return True


def _is_open(hand_in: HandIn) -> bool:
    """Whether only what is in a file can say of which exercise it is."""
    return hand_in.is_sound and not hand_in.assignment


def with_exercise(hand_in: HandIn, course: Course) -> tuple[HandIn, str]:
    """Give a submission its exercise, by what is in the notebook unless it is known.

    Returns
    -------
    HandIn
        With `assignment`, still "" if it belongs to none.
    str
        Why it belongs to none, if so.
    """
    why = "it belongs to no exercise of this course"
    assignment = hand_in.assignment
    if _is_open(hand_in):
        try:
            assignment = exercise_in(hand_in.path, course)
        except UnreadableError as error:
            why = str(error)
    return replace(hand_in, assignment=assignment), why


def exercise_in(path: Path, course: Course) -> str:
    """Find the exercise whose functions a notebook has most of, or at least names; "" if none."""
    data, _ = parse(contents(path))
    text = "\n".join(source for _, source in code_cells(data))
    used = words([text])
    counts = {
        assignment: _count_functions(load(assignment, course), text, used)
        for assignment in course.assignments
    }
    best = max(counts, key=counts.__getitem__, default="")
    has_some = bool(best) and any(counts[best])
    return best if has_some else ""


def _count_functions(unit: Unit, text: str, used: frozenset[str]) -> tuple[int, int]:
    """Count the functions that a text defines, and those that it has a word of."""
    defined = sum(defines(text, name) for name in unit.functions)
    named = sum(name in used for name in unit.functions)
    return defined, named
