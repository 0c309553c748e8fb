"""The verb `similar`: pairs of submissions side by side that share what few others have."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from unrolled.check.in_words import plural

from ..batch.commands import find_all
from ..collect.folder_names import told_apart
from ..collect.hand_in import HandIn
from ..collect.sources import Known
from ..collect.who import WhoError, read_who
from ..exits import OK, USAGE
from ..grade.notebook_file import UnreadableError, code_cells, contents, parse
from ..grade.submission import defines, read
from ..safe.harmless import shown
from ..safe.printable import complain, say, tame_line
from ..safe.whole_file import write_whole
from ..system.scratch import scratch_folder
from ..unit.course import Course
from ..unit.unit import Unit, load
from .own_lines import Line, Released
from .similarity import LEAST, Pair, Submitted, clusters, suspicious

MOST = 60  # pairs on a page


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `similar`."""
    parser.description = (
        "Put pairs of submissions side by side that share lines which few others of the "
        "class have. Lines of the released notebook, and names that a student chose, do "
        "not count. It is a reason to ask two people, and no proof of anything."
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--assignment", default="", help="as for grade")
    parser.add_argument("--who", default="", help="as for grade")
    parser.add_argument(
        "--out", type=Path, default=Path("similar.html"), help="the page (similar.html)"
    )
    parser.add_argument(
        "--least",
        type=float,
        default=LEAST,
        metavar="BITS",
        help=f"what the shared lines of a pair weigh at least ({LEAST:g})",
    )


def run(
    course: Course,
    paths: Sequence[Path],
    assignment: str,
    who: str,
    out: Path,
    least: float,
) -> int:
    """Write the page, and say how many pairs are on it.

    Parameters
    ----------
    course : Course
        The course.
    paths, assignment, who
        The submissions, as `grade` is told.
    out : Path
        The page.
    least : float
        Bits from which a pair is shown.

    Returns
    -------
    int
        One of `exits`.
    """
    from .page import render

    try:
        known = Known(read_who(who))
    except WhoError as error:
        complain(str(error))
        return USAGE
    with scratch_folder() as scratch:
        found, code = find_all(course, paths, assignment, scratch, known)
        submitted = list(_read(course, told_apart(found, {})))
    pairs = suspicious(submitted, least)
    page = render(
        "similar.html",
        title="Similar submissions",
        pairs=[_shown(pair) for pair in pairs[:MOST]],
        said=f"{len(submitted)} submissions, {plural(len(pairs), 'pair')} from "
        f"{least:g} bits on",
        left_out=max(0, len(pairs) - MOST),
        often=_often(pairs),
    )
    write_whole(out, page.encode("utf-8", "replace"), 0o600)
    say(
        tame_line(
            f"{plural(len(pairs), 'pair')} of {len(submitted)} submissions in {out}"
        )
    )
    return code or OK


def _read(course: Course, found: Sequence[HandIn]) -> Iterator[Submitted]:
    """Give the lines of each submission that can be read."""
    released: dict[str, Released] = {}
    sound = [hand_in for hand_in in found if hand_in.is_sound]
    for hand_in in sound:
        name = hand_in.assignment
        if not name:
            continue
        unit = load(name, course)
        if name not in released:
            released[name] = _released(course, name)
        try:
            functions = _functions(unit, hand_in.path, released[name])
        except (UnreadableError, OSError):
            continue
        yield Submitted(hand_in.student, name, functions)


def _released(course: Course, assignment: str) -> Released:
    path = course.exercises / assignment / f"{assignment}.ipynb"
    data, _ = parse(contents(path))
    return Released([text for _, text in code_cells(data)])


def _functions(unit: Unit, path: Path, released: Released) -> dict[str, list[Line]]:
    """Give the lines of each function's cell; of untouched ones there are none."""
    submission = read(path, unit)
    found: dict[str, list[Line]] = {}
    for name in unit.functions:
        texts = [text for _, text in submission.cells if defines(text, name)]
        if texts and name not in submission.untouched:
            found[name] = released.own(shown(texts[-1]))
    return found


@dataclass(frozen=True)
class Side:
    """One student's function: lines, each with whether the other has it, too."""

    student: str
    lines: list[tuple[str, bool]]


@dataclass(frozen=True)
class Shown:
    """A pair as it stands on the page."""

    title: str
    bits: str
    said: str
    functions: list[tuple[str, Side, Side]]


def _shown(pair: Pair) -> Shown:
    """Put the functions in which something is shared side by side."""
    both = []
    for name, lines in pair.first.functions.items():
        others = pair.second.functions.get(name, ())
        if any(line.form in pair.shared for line in (*lines, *others)):
            first = _side(pair.first.student, lines, pair)
            second = _side(pair.second.student, others, pair)
            both.append((name, first, second))
    return Shown(
        title=f"{pair.first.student} and {pair.second.student}",
        bits=f"{pair.bits:.0f}",
        said=f"{pair.first.assignment}: {len(pair.shared)} lines that few others have",
        functions=both,
    )


def _side(student: str, lines: Sequence[Line], pair: Pair) -> Side:
    """Give a function without its docstring, which everybody has."""
    own = [(line.text, line.form in pair.shared) for line in lines]
    return Side(student, _without_docstring(own))


def _without_docstring(lines: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    quotes = [n for n, (text, _) in enumerate(lines) if '"""' in text]
    if len(quotes) < 2:
        return lines
    return lines[: quotes[0]] + lines[quotes[1] + 1 :]


def _often(pairs: Sequence[Pair]) -> list[str]:
    """Name who is in several pairs: there a source may be."""
    counts = sorted(clusters(pairs).items(), key=lambda item: (-item[1], item[0]))
    return [f"{student} ({count})" for (_, student), count in counts if count > 2]
