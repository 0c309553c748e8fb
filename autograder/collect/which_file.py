"""Which of a student's several files counts: the one rule, for every front and every platform.

1. What Jupyter saves by itself never counts: `.ipynb_checkpoints`, `ex1_rnn_cell-checkpoint.ipynb`;
   nor does what systems put beside files.
2. A notebook that has to do with the exercise, by its name or by what is in it, comes before one
   that has not.
3. Where the platform keeps several hand-ins apart, the last one counts, by the platform's time.
4. In it the notebook of the exercise's name counts. Where a platform puts a number behind the name
   of a file that was there already, that is no part of the name, and the higher number counts: `-1`
   in Canvas, ` (1)` in Canvas and all others. In a folder that is no platform's, ` (1)` is part of
   the name, and so is `-Copy1`, by which Jupyter names a copy of the student's own, everywhere.
5. If none has the name, the notebook counts in which more of the exercise is written.
6. Then the platform's own count of files decides, and what lies less deep.

Where two are equal in all of this and not the same, nobody can tell which is meant: the submission
is refused, and the student told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..grade.notebook_file import LARGEST
from ..safe.plain_files import UnreadableError, read_plain
from .downloads import stem_of
from .hand_in import HandIn

if TYPE_CHECKING:
    from ..unit.unit import Unit

CANVAS_AGAIN = re.compile(r"(?P<name>.+)-(?P<number>\d{1,6})$")
BROWSER_AGAIN = re.compile(r"(?P<name>.+?) ?\((?P<number>\d{1,6})\)$")
CANVAS, OTHERS = (CANVAS_AGAIN, BROWSER_AGAIN), (BROWSER_AGAIN,)
CHECKPOINT = re.compile(r"-checkpoint(\d*)$", re.I)
JUNK = {
    "thumbs.db",
    "desktop.ini",
    "icon\r",
    "timestamp.txt",
    "submission_metadata.yml",
}
NAMED = 5  # files passed over that are named

Weigh = Callable[
    [Path, str], tuple[int, ...]
]  # how much of an exercise is in a notebook


def never_counts(file: str) -> bool:
    """Whether a file is one that Jupyter or a system has put beside others."""
    path = PurePosixPath(file)
    if any(part == "__MACOSX" or part.startswith(".") for part in path.parts):
        return True
    return path.name.casefold() in JUNK or bool(CHECKPOINT.search(stem_of(file)))


def numbered(file: str, key: str) -> tuple[str, int]:
    """A file's name without ending and without a platform's number, and that number."""
    stem = stem_of(file)
    forms = {"canvas": CANVAS, "anonymous": CANVAS, "folder": (), "file": ()}.get(
        key.partition(" ")[0], OTHERS
    )
    for form in forms:
        if match := form.match(stem):
            return match["name"].strip(), int(match["number"])
    return stem, 0


@dataclass(frozen=True)
class _Ranked:
    found: HandIn
    related: bool
    exact: bool
    weight: tuple[int, ...]

    def order(self) -> tuple:
        """What is compared, the most important first."""
        one = self.found
        return (
            self.related,
            one.handed,
            self.exact,
            () if self.exact else self.weight,
            one.turn,
            one.order,
            -len(PurePosixPath(one.file).parts),
            self.weight,
        )


def that_counts(
    several: Sequence[HandIn], exercise: str, weigh: Weigh | None = None
) -> HandIn:
    """Choose the one that counts of one account's files of one exercise.

    Parameters
    ----------
    several : sequence of HandIn
        At least one; all of one account.
    exercise : str
        The exercise that they are taken for.
    weigh : callable, optional
        Says how much of an exercise is in a notebook; raises `OSError` if the system cannot read
        it. Without it only names count.

    Returns
    -------
    HandIn
        With a `note` that says which file it is and which were passed over; `broken` where a file
        that the choice depends on cannot be read, `problem` where nobody could choose.
    """
    files = [one for one in several if one.is_file]
    if not files:
        return several[0]
    if len(files) == 1:
        return replace(files[0], note=_note(files[0], []))
    try:
        ranked = [_ranked(one, exercise, weigh) for one in files]
    except OSError as error:
        why = f"which of {len(files)} files counts could not be told: {error.strerror or error}"
        return replace(files[0], broken=why)
    ranked.sort(key=lambda one: one.found.file)
    ranked.sort(key=_Ranked.order, reverse=True)
    best, second = ranked[0], ranked[1]
    if best.order() == second.order() and not _same(best.found, second.found):
        why, note = _undecided(ranked, exercise), ""
        sources = {one.found.source for one in ranked if one.order() == best.order()}
        if len(sources) > 1:  # what was named to us, and no student's doing
            return replace(
                best.found, broken=f"{why}, of {_listed(sorted(sources))}", note=note
            )
        return replace(
            best.found, problem=f"{why}; hand in the one that counts", note=note
        )
    return replace(
        best.found,
        note=_note(best.found, [(one.found, _why(best, one)) for one in ranked[1:]]),
    )


def _ranked(one: HandIn, exercise: str, weigh: Weigh | None) -> _Ranked:
    name, number = numbered(one.file, one.whose)
    exact = bool(exercise) and name.casefold() == exercise.casefold()
    readable = weigh and not (one.problem or one.broken)
    weight = weigh(one.path, exercise) if readable else ()
    related = (
        exact
        or any(weight)
        or bool(exercise and exercise.casefold() in name.casefold())
    )
    return _Ranked(replace(one, turn=number), related, exact, weight)


def weight(path: Path, unit: Unit) -> tuple[int, int]:
    """How many of an exercise's functions a notebook has, and how many are more than stubs.

    Raises
    ------
    OSError
        If the system cannot read it.
    """
    from ..grade.submission import defines, read

    try:
        submission = read(path, unit)
    except UnreadableError:
        return 0, 0
    there = [
        name
        for name in unit.functions
        if any(defines(text, name) for _, text in submission.cells)
    ]
    return len(there), len([name for name in there if name not in submission.untouched])


def _same(one: HandIn, other: HandIn) -> bool:
    """Whether two files hold the same."""
    try:
        return one.path.stat().st_size == other.path.stat().st_size and _bytes(
            one.path
        ) == _bytes(other.path)
    except OSError:
        return False


def _bytes(path: Path) -> bytes:
    try:
        return read_plain(path, LARGEST)
    except UnreadableError as error:
        raise OSError(str(error)) from None


def _undecided(ranked: Sequence[_Ranked], exercise: str) -> str:
    """What is said where nobody can tell which notebook is meant."""
    equal = [one.found for one in ranked if one.order() == ranked[0].order()]
    if ranked[0].exact:
        what = f"there are {len(equal)} notebooks named {exercise}.ipynb"
    else:
        own = f"{exercise}.ipynb" if exercise else "like an exercise"
        what = f"there are {len(equal)} notebooks, none named {own} in the submission's folder"
    return f"{what}: {_listed([one.file for one in equal])}"


def _note(one: HandIn, others: Sequence[tuple[HandIn, str]]) -> str:
    told = _listed([f"{other.file} ({why})" for other, why in others])
    if told:
        return f"the file that counts is {one.file}; passed over: {told}"
    plain = one.file.lower().endswith(".ipynb") and ".zip/" not in one.file.lower()
    return f"the notebook was taken from {one.file}" if one.file and not plain else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _why(best: _Ranked, other: _Ranked) -> str:
    """The first reason for which a file does not count."""
    if best.related and not other.related:
        return "nothing of the exercise in it"
    if other.found.handed < best.found.handed:
        return "an earlier hand-in"
    if best.exact and not other.exact:
        return "another name"
    if not best.exact and other.weight < best.weight:
        return "less of the exercise in it"
    if (other.found.turn, other.found.order) < (best.found.turn, best.found.order):
        return "an earlier file"
    return (
        "the same again" if _same(best.found, other.found) else "deeper in the folders"
    )
