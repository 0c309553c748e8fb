"""Find submissions: notebooks, folders, an nbgrader `submitted/` tree, or an LMS's zip."""

from __future__ import annotations

import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..safe.listing import is_notebook
from ..safe.printable import reason
from .folder_names import digest, safe_name, told_apart
from .hand_in import HandIn
from .sources import CollectError, Known, candidates_in
from .which_file import Weigh, never_counts, that_counts


def find_hand_ins(
    path: Path, assignments: Sequence[str], scratch: Path, wanted: str = ""
) -> list[HandIn]:
    """Find the submissions in a path, as far as names tell which is whose and which counts.

    Parameters
    ----------
    path : Path
        A notebook, a folder or a zip.
    assignments : sequence of str
        The course's exercises.
    scratch : Path
        An empty folder that outlives the grading; a zip's notebooks are put there.
    wanted : str, optional
        Take what does not say its assignment for this one, and leave out what says another.

    Returns
    -------
    list of HandIn
        One of each account and exercise.

    Raises
    ------
    CollectError
        If the path does not exist or holds nothing.
    """
    found = find_candidates(path, assignments, scratch, wanted)
    return told_apart(keep_what_counts(found), {})


def find_candidates(
    path: Path,
    assignments: Sequence[str],
    scratch: Path,
    wanted: str = "",
    known: Known | None = None,
) -> list[HandIn]:
    """Find all that could count.

    Parameters and errors as for `find_hand_ins`; `known` is what the instructor says of
    whose a file is, and gets to know what is seen.

    Returns
    -------
    list of HandIn
        With one entry for each account that has nothing of the kind.
    """
    if not os.path.lexists(path):
        raise CollectError(f"{path} does not exist")
    place = Path(tempfile.mkdtemp(dir=scratch))
    known = known or Known()
    found = known.who.renamed(candidates_in(path, assignments, place, known))
    if not found:
        expected = "expected .ipynb files, a submitted/ tree or an LMS's zip"
        raise CollectError(f"{path} holds no notebooks; {expected}")
    if not wanted:
        return found
    kept = [hand_in for hand_in in found if hand_in.assignment in ("", wanted)]
    if not kept:
        raise CollectError(f"{path} holds nothing of {wanted}")
    return [replace(hand_in, assignment=wanted) for hand_in in kept]


def keep_what_counts(
    found: Sequence[HandIn], weigh: Weigh | None = None
) -> list[HandIn]:
    """Keep one submission of each account and exercise: the one that counts.

    Parameters
    ----------
    found : sequence of HandIn
        All that could count, with their exercises as far as they are known.
    weigh : callable, optional
        Says how much of an exercise is in a notebook.

    Returns
    -------
    list of HandIn
        In the order in which the accounts were found. A file of no known exercise counts for none
        if its account has handed in another that does; it is named as passed over there.
    """
    accounts: dict[tuple[str, str], list[HandIn]] = defaultdict(list)
    for hand_in in _without_doubles(found):
        source = hand_in.source if hand_in.is_local else ""
        accounts[hand_in.whose, source].append(hand_in)
    kept: list[HandIn] = []
    for several in accounts.values():
        kept += _of_account(several, weigh)
    return _of_several_sources(kept)


def _without_doubles(found: Sequence[HandIn]) -> list[HandIn]:
    """Each file once for an exercise, and each account without a file: paths may be named twice."""
    once: dict[tuple[str, ...], HandIn] = {}
    for hand_in in found:
        own = ("file",) if hand_in.is_file else ("account", hand_in.whose)
        place = str(hand_in.path.absolute())
        once.setdefault((*own, place, hand_in.assignment), hand_in)
    return list(once.values())


def _of_account(several: Sequence[HandIn], weigh: Weigh | None) -> Iterator[HandIn]:
    """The one that counts of each exercise of one account."""
    files = [hand_in for hand_in in several if hand_in.is_file] or several
    named = dict.fromkeys(hand_in.assignment for hand_in in files)  # in their order
    exercises = [exercise for exercise in named if exercise]
    for exercise in exercises or [""]:
        could_be = [file for file in files if file.assignment in ("", exercise)]
        its_own = [replace(file, assignment=exercise) for file in could_be]
        yield that_counts(its_own, exercise, weigh)


def _of_several_sources(kept: Sequence[HandIn]) -> list[HandIn]:
    """Tell apart those of one name and exercise in several folders: `a/ann` and `b/ann`."""
    counts = Counter((hand_in.whose, hand_in.assignment) for hand_in in kept)
    found = []
    for hand_in in kept:
        is_only_one = counts[hand_in.whose, hand_in.assignment] == 1
        found.append(hand_in if is_only_one else _with_source(hand_in))
    return found


def _with_source(hand_in: HandIn) -> HandIn:
    """A submission whose account and longer name say in which source it lies."""
    place = Path(hand_in.source).resolve()
    key = f"{hand_in.whose}@{digest(str(place))}"
    longer = safe_name(f"{place.name}-{hand_in.student}")
    return replace(hand_in, key=key, longer=longer)


def find_in_folder(student: str, place: Path, weigh: Weigh | None = None) -> HandIn:
    """Find the submission in one folder of a tree, which is named like its exercise.

    Parameters
    ----------
    student : str
        The folder's student, by nbgrader's name.
    place : Path
        The folder; nothing in it is followed.
    weigh : callable, optional
        Says how much of an exercise is in a notebook.

    Returns
    -------
    HandIn
        `problem` says that there is none, `broken` that the folder cannot be read.
    """
    exercise = place.name
    own = HandIn(student, exercise, place / f"{exercise}.ipynb")
    try:
        files = sorted(os.listdir(place))
    except (FileNotFoundError, NotADirectoryError):
        files = []
    except OSError as error:
        why = f"its folder could not be read: {reason(error)}"
        return replace(own, broken=why)
    if own.path.name in files:
        return own
    could_count = [name for name in files if not never_counts(name)]
    notebooks = [
        HandIn(student, exercise, place / name, key=f"folder {student}", file=name)
        for name in could_count
        if is_notebook(name)
    ]
    if not notebooks:
        why = "there is no notebook in the submission's folder"
        return replace(own, problem=why)
    chosen = that_counts(notebooks, exercise, weigh)
    return replace(
        own,
        path=chosen.path,
        problem=chosen.problem,
        broken=chosen.broken,
        note=chosen.note,
    )
