"""Find submissions: notebooks, folders, an nbgrader `submitted/` tree, or an LMS's zip."""

from __future__ import annotations

import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

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

    Parameters and errors are those of `find_hand_ins`; `known` is what the instructor says of
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
    named = [replace(one, assignment=one.assignment or wanted) for one in found]
    kept = [one for one in named if one.assignment == wanted]
    if not kept:
        raise CollectError(f"{path} holds nothing of {wanted}")
    return kept


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
    for one in _without_doubles(found):
        accounts[one.whose, one.source if _is_local(one) else ""].append(one)
    kept: list[HandIn] = []
    for several in accounts.values():
        kept += _of_account(several, weigh)
    return _of_several_sources(kept)


def _without_doubles(found: Sequence[HandIn]) -> list[HandIn]:
    """Each file once for an exercise, and each account without a file: paths may be named twice."""
    once: dict[tuple[str, ...], HandIn] = {}
    for one in found:
        own = ("file",) if one.is_file else ("account", one.whose)
        once.setdefault((*own, str(one.path.absolute()), one.assignment), one)
    return list(once.values())


def _is_local(one: HandIn) -> bool:
    """Whether a name says whose a file is within its source only."""
    return one.whose.startswith(("folder ", "file "))


def _of_account(several: Sequence[HandIn], weigh: Weigh | None) -> Iterator[HandIn]:
    """The one that counts of each exercise of one account."""
    files = [one for one in several if one.is_file] or several
    exercises = dict.fromkeys(one.assignment for one in files if one.assignment)
    for exercise in exercises or [""]:
        its_own = [
            replace(one, assignment=exercise)
            for one in files
            if one.assignment in ("", exercise)
        ]
        yield that_counts(its_own, exercise, weigh)


def _of_several_sources(kept: Sequence[HandIn]) -> list[HandIn]:
    """Tell apart those of one name and exercise in several folders: `a/ann` and `b/ann`."""
    counts = Counter((one.whose, one.assignment) for one in kept)
    found = []
    for one in kept:
        if counts[one.whose, one.assignment] > 1:
            place = Path(one.source).resolve()
            longer = safe_name(f"{place.name}-{one.student}")
            one = replace(one, key=f"{one.whose}@{digest(str(place))}", longer=longer)
        found.append(one)
    return found


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
        why = f"its folder could not be read: {error.strerror or error}"
        return replace(own, broken=why)
    if own.path.name in files:
        return own
    notebooks = [
        HandIn(student, exercise, place / name, key=f"folder {student}", file=name)
        for name in files
        if name.lower().endswith(".ipynb") and not never_counts(name)
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
