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
# By the word for where an account comes from: which numbers are no part of a file's name.
NUMBERS: dict[str, tuple[re.Pattern, ...]] = {
    "canvas": CANVAS,
    "anonymous": CANVAS,
    "folder": (),
    "file": (),
}
CHECKPOINT = re.compile(r"-checkpoint(\d*)$", re.I)
JUNK = {
    "thumbs.db",
    "desktop.ini",
    "icon\r",
    "timestamp.txt",
    "submission_metadata.yml",
}
NAMED = 5  # files passed over that are named

# Says how much of an exercise is in a notebook.
Weigh = Callable[[Path, str], tuple[int, ...]]


def never_counts(file: str) -> bool:
    """Say whether a file is one that Jupyter or a system has put beside others."""
    path = PurePosixPath(file)
    if any(part == "__MACOSX" or part.startswith(".") for part in path.parts):
        return True
    return path.name.casefold() in JUNK or bool(CHECKPOINT.search(stem_of(file)))


def numbered(file: str, key: str) -> tuple[str, int]:
    """Tell a file's name, without ending and without a platform's number, from that number.

    Parameters
    ----------
    file : str
        The file as the student named it.
    key : str
        The account, whose first word says which platform it is.

    Returns
    -------
    str
        The name.
    int
        The number; 0 if there is none.
    """
    stem = stem_of(file)
    for form in NUMBERS.get(key.partition(" ")[0], OTHERS):
        if match := form.match(stem):
            return match["name"].strip(), int(match["number"])
    return stem, 0


@dataclass(frozen=True)
class _Candidate:
    """A file that could count, and what is weighed of it.

    Attributes
    ----------
    related : bool
        Whether it has to do with the exercise, by its name or by what is in it.
    exact : bool
        Whether it has the exercise's name.
    weight : tuple of int
        How much of the exercise is in it; () where nobody has looked.
    """

    hand_in: HandIn
    related: bool
    exact: bool
    weight: tuple[int, ...]

    def rank(self) -> tuple:
        """Give what is compared, the most important first."""
        one = self.hand_in
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
        The exercise that they are taken for; "" if it is not known.
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
        candidates = [_candidate(one, exercise, weigh) for one in files]
    except OSError as error:
        which = f"which of {len(files)} files counts could not be told"
        return replace(files[0], broken=f"{which}: {error.strerror or error}")
    candidates.sort(key=lambda one: one.hand_in.file)  # where ranks are equal
    candidates.sort(key=_Candidate.rank, reverse=True)
    best, *others = candidates
    if best.rank() == others[0].rank() and not _same(best, others[0]):
        return _undecided(candidates, exercise)
    passed_over = [(one.hand_in, _why(best, one)) for one in others]
    return replace(best.hand_in, note=_note(best.hand_in, passed_over))


def _candidate(one: HandIn, exercise: str, weigh: Weigh | None) -> _Candidate:
    name, number = numbered(one.file, one.whose)
    own, name = exercise.casefold(), name.casefold()
    weight: tuple[int, ...] = ()
    if weigh and not (one.problem or one.broken):
        weight = weigh(one.path, exercise)
    exact = bool(own) and name == own
    related = any(weight) or (bool(own) and own in name)
    return _Candidate(replace(one, turn=number), related, exact, weight)


def weight(path: Path, unit: Unit) -> tuple[int, int]:
    """Count the functions of an exercise that a notebook has, and those that are more than stubs.

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
    texts = [text for _, text in submission.cells]
    there = [
        name for name in unit.functions if any(defines(text, name) for text in texts)
    ]
    written = [name for name in there if name not in submission.untouched]
    return len(there), len(written)


def _same(one: _Candidate, other: _Candidate) -> bool:
    """Whether two files hold the same; what cannot be read is the same as nothing."""
    first, second = one.hand_in.path, other.hand_in.path
    try:
        if first.stat().st_size != second.stat().st_size:
            return False
        return read_plain(first, LARGEST) == read_plain(second, LARGEST)
    except (OSError, UnreadableError):
        return False


def _undecided(candidates: Sequence[_Candidate], exercise: str) -> HandIn:
    """What comes of files of which nobody can tell which is meant: the first, refused."""
    best = candidates[0]
    equal = [one.hand_in for one in candidates if one.rank() == best.rank()]
    if best.exact:
        what = f"there are {len(equal)} notebooks named {exercise}.ipynb"
    else:
        own = f"{exercise}.ipynb" if exercise else "like an exercise"
        none = f"none named {own} in the submission's folder"
        what = f"there are {len(equal)} notebooks, {none}"
    why = f"{what}: {_listed([one.file for one in equal])}"
    sources = {one.source for one in equal}
    if len(sources) > 1:  # what was named to us, and no student's doing
        broken = f"{why}, of {_listed(sorted(sources))}"
        return replace(best.hand_in, broken=broken, note="")
    problem = f"{why}; hand in the one that counts"
    return replace(best.hand_in, problem=problem, note="")


def _note(one: HandIn, others: Sequence[tuple[HandIn, str]]) -> str:
    """Say which file counts, if that is not plain; others were passed over, with the reasons."""
    if others:
        told = _listed([f"{other.file} ({why})" for other, why in others])
        return f"the file that counts is {one.file}; passed over: {told}"
    file = one.file.lower()
    is_plain = file.endswith(".ipynb") and ".zip/" not in file
    if not file or is_plain:
        return ""
    return f"the notebook was taken from {one.file}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _why(best: _Candidate, other: _Candidate) -> str:
    """The first reason for which a file does not count."""
    one, counts = other.hand_in, best.hand_in
    reasons = (
        (best.related and not other.related, "nothing of the exercise in it"),
        (one.handed < counts.handed, "an earlier hand-in"),
        (best.exact and not other.exact, "another name"),
        (not best.exact and other.weight < best.weight, "less of the exercise in it"),
        ((one.turn, one.order) < (counts.turn, counts.order), "an earlier file"),
    )
    for holds, reason in reasons:
        if holds:
            return reason
    return "the same again" if _same(best, other) else "deeper in the folders"
