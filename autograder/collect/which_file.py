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
from ..safe.listing import MACS_OWN, is_notebook
from ..safe.plain_files import UnreadableError, read_plain
from ..safe.printable import first_few, reason
from .downloads import stem_of
from .hand_in import HandIn, kind_of

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
    hidden = any(part.startswith(".") for part in path.parts)
    if hidden or MACS_OWN in path.parts:
        return True
    is_checkpoint = bool(CHECKPOINT.search(stem_of(file)))
    return is_checkpoint or path.name.casefold() in JUNK


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
    for form in NUMBERS.get(kind_of(key), OTHERS):
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
        hand_in = self.hand_in
        depth = len(PurePosixPath(hand_in.file).parts)
        return (
            self.related,
            hand_in.handed,
            self.exact,
            () if self.exact else self.weight,
            hand_in.turn,
            hand_in.order,
            -depth,
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
    files = [hand_in for hand_in in several if hand_in.is_file]
    if not files:
        return several[0]
    if len(files) == 1:
        return replace(files[0], note=_note_of_only(files[0].file))
    try:
        candidates = [_candidate(file, exercise, weigh) for file in files]
    except OSError as error:
        which = f"which of {len(files)} files counts could not be told"
        return replace(files[0], broken=f"{which}: {reason(error)}")
    return _best_of(candidates, exercise)


def _best_of(candidates: list[_Candidate], exercise: str) -> HandIn:
    """The one of highest rank, refused if another is as high and not the same."""
    candidates.sort(key=lambda candidate: candidate.hand_in.file)  # of equal ranks
    candidates.sort(key=_Candidate.rank, reverse=True)
    best, second = candidates[:2]
    if best.rank() == second.rank() and not _same(best, second):
        return _undecided(candidates, exercise)
    return replace(best.hand_in, note=_note(best, candidates[1:]))


def _candidate(file: HandIn, exercise: str, weigh: Weigh | None) -> _Candidate:
    named, number = numbered(file.file, file.whose)
    name = named.casefold()
    own = exercise.casefold()
    weight: tuple[int, ...] = ()
    if weigh and file.is_sound:
        weight = weigh(file.path, exercise)
    has_name = bool(own) and own in name
    return _Candidate(
        hand_in=replace(file, turn=number),
        related=has_name or any(weight),
        exact=has_name and name == own,
        weight=weight,
    )


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

    def is_there(name: str) -> bool:
        return any(defines(text, name) for text in texts)

    there = [name for name in unit.functions if is_there(name)]
    written = [name for name in there if name not in submission.untouched]
    return len(there), len(written)


def _same(candidate: _Candidate, other: _Candidate) -> bool:
    """Whether two files hold the same; what cannot be read is the same as nothing."""
    first = candidate.hand_in.path
    second = other.hand_in.path
    try:
        if first.stat().st_size != second.stat().st_size:
            return False
        return read_plain(first, LARGEST) == read_plain(second, LARGEST)
    except (OSError, UnreadableError):
        return False


def _undecided(candidates: Sequence[_Candidate], exercise: str) -> HandIn:
    """What comes of files of which nobody can tell which is meant: the first, refused."""
    best = candidates[0]
    equal = [c.hand_in for c in candidates if c.rank() == best.rank()]
    files = first_few([hand_in.file for hand_in in equal], NAMED)
    why = f"there are {len(equal)} notebooks{_how_named(best, exercise)}: {files}"
    sources = {hand_in.source for hand_in in equal}
    if len(sources) > 1:  # what was named to us, and no student's doing
        broken = f"{why}, of {first_few(sorted(sources), NAMED)}"
        return replace(best.hand_in, broken=broken, note="")
    problem = f"{why}; hand in the one that counts"
    return replace(best.hand_in, problem=problem, note="")


def _how_named(best: _Candidate, exercise: str) -> str:
    """Say of several notebooks that they have the exercise's name, or that none has it."""
    if best.exact:
        return f" named {exercise}.ipynb"
    own = f"{exercise}.ipynb" if exercise else "like an exercise"
    return f", none named {own} in the submission's folder"


def _note(best: _Candidate, others: Sequence[_Candidate]) -> str:
    """Say which file counts, and which were passed over, with the reasons."""
    told = [f"{other.hand_in.file} ({_why(best, other)})" for other in others]
    passed_over = first_few(told, NAMED)
    return f"the file that counts is {best.hand_in.file}; passed over: {passed_over}"


def _note_of_only(file: str) -> str:
    """Say what the only file is, if that is not plain."""
    out_of_zip = ".zip/" in file.lower()
    is_plain = is_notebook(file) and not out_of_zip
    if not file or is_plain:
        return ""
    return f"the notebook was taken from {file}"


def _why(best: _Candidate, other: _Candidate) -> str:
    """The first reason for which a file does not count."""
    counts, passed_over = best.hand_in, other.hand_in
    if best.related and not other.related:
        return "nothing of the exercise in it"
    if passed_over.handed < counts.handed:
        return "an earlier hand-in"
    if best.exact and not other.exact:
        return "another name"
    if not best.exact and other.weight < best.weight:
        return "less of the exercise in it"
    if (passed_over.turn, passed_over.order) < (counts.turn, counts.order):
        return "an earlier file"
    return "the same again" if _same(best, other) else "deeper in the folders"
