"""The verb `unexplained`: what no known mistake explains, and drafts of new ones."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..collect.folder_names import in_results, told_apart
from ..collect.sources import Known
from ..collect.who import WhoError, read_who
from ..confine import NotConfined
from ..exits import NOT_GRADED, OK, USAGE
from ..grade.rehearsal import RehearsalError
from ..grade.result import write_text
from ..safe.printable import complain, say, tame_line
from ..safe.whole_file import write_whole
from ..system.scratch import scratch_folder
from ..unit.course import Course
from ..unit.draft import draft as draft_of
from ..unit.unit import load
from .batch import Batch
from .commands import find_all
from .out_of_reach import out_of_reach
from .unexplained import NOTE, Group, as_json, unexplained


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `unexplained`."""
    parser.description = (
        "Call wrong functions that no known mistake explains once more, on the visible "
        "numbers, and group the students who came to the same. The groups are written "
        f"beside the results ({NOTE}), where `report class` finds them."
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--assignment", default="", help="as for grade")
    parser.add_argument("--who", default="", help="as for grade")
    parser.add_argument(
        "--out", type=Path, default=Path("results"), help="the results (results)"
    )
    parser.add_argument(
        "--draft",
        type=Path,
        metavar="FOLDER",
        help="write the draft of a catalogue's entry for each group there",
    )
    parser.add_argument(
        "--names", action="store_true", help="name the students of each group"
    )
    parser.add_argument(
        "--sandbox", default="auto", choices=["auto", "bubblewrap", "user", "none"]
    )


def run(
    course: Course,
    paths: Sequence[Path],
    assignment: str,
    who: str,
    out: Path,
    draft: Path | None,
    names: bool,
    sandbox: str,
) -> int:
    """Group, show, and write down.

    Parameters
    ----------
    course : Course
        The course.
    paths, assignment, who
        The submissions, as `grade` is told.
    out : Path
        Their results.
    draft : Path or None
        A folder for drafts.
    names : bool
        Whether students are named.
    sandbox : str
        How code is confined.

    Returns
    -------
    int
        One of `exits`.
    """
    if not out.is_dir():
        complain(f"there are no results in {out}; `grade` writes them")
        return USAGE
    try:
        known = Known(read_who(who))
        with scratch_folder() as scratch:
            found, code = find_all(course, paths, assignment, scratch, known)
            hand_ins = told_apart(found, in_results(out, found))
            others = out_of_reach(hand_ins, paths, out)
            batch = Batch(
                course.root,
                course.solutions,
                out.resolve(),
                None,
                sandbox,
                others=others,
            )
            groups = unexplained(batch, hand_ins)
    except WhoError as error:
        complain(str(error))
        return USAGE
    except (NotConfined, RehearsalError) as error:
        complain(str(error))
        return NOT_GRADED
    write_whole(out / NOTE, as_json(groups).encode("utf-8", "replace"), 0o600)
    _show(groups, names)
    if draft and groups:
        _write_drafts(course, groups, draft)
    return code or OK


def _show(groups: Sequence[Group], names: bool) -> None:
    """Say how many there are of each, and what was found."""
    if not groups:
        say("every wrong answer is explained by a known mistake")
    for group in groups:
        count = len(group.students)
        who = f": {', '.join(sorted(group.students))}" if names else ""
        head = f"{count} × {group.function} of {group.assignment}{who}"
        say(tame_line(head))
        for line in group.said.splitlines():
            say(f"    {tame_line(line)}")


def _write_drafts(course: Course, groups: Sequence[Group], folder: Path) -> None:
    for number, group in enumerate(groups, 1):
        unit = load(group.assignment, course)
        text = draft_of(unit, group.function, group.code, len(group.students))
        path = folder / f"{group.assignment}-{group.function}-{number}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(text, path)
        say(f"a draft is in {path}")
