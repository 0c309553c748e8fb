"""What one student's code must not read: where other students' work and marks lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..collect.hand_in import HandIn
from ..grade.result import path_of
from .regrade import folder_beside


def out_of_reach(
    hand_ins: Sequence[HandIn], paths: Sequence[Path], out: Path
) -> tuple[Path, ...]:
    """Name the places of others' work and marks; a link of a student's leads anywhere and is
    not followed.

    Of a single submission they are the marks that are there already, and what lies beside it in
    a submitted tree.

    Parameters
    ----------
    hand_ins : sequence of HandIn
        The submissions.
    paths : sequence of Path
        What was named on the command line.
    out : Path
        Where result files go.

    Returns
    -------
    tuple of Path
        Files and folders that are there, resolved.
    """
    if len(hand_ins) > 1:
        places = _of_several(hand_ins, paths, out)
    elif hand_ins:
        places = _beside(hand_ins[0], out)
    else:
        places = _marks(out)
    there = [place for place in places if place.exists()]
    return tuple(place.resolve() for place in there if not place.is_symlink())


def _of_several(
    hand_ins: Sequence[HandIn], paths: Sequence[Path], out: Path
) -> list[Path]:
    handed_in = [hand_in.path for hand_in in hand_ins]
    downloads = [path for path in paths if path.is_file()]
    kept = out.parent.glob(f"{out.name}.*")  # results of before a regrade, and of after
    return [*handed_in, *downloads, out, *kept]


def _beside(hand_in: HandIn, out: Path) -> list[Path]:
    own_file = hand_in.path.resolve()
    own_result = path_of(out, hand_in.student, hand_in.assignment)
    notebooks: list[Path] = []
    if hand_in.path.parent.name == hand_in.assignment:
        tree = own_file.parents[2]
        notebooks += tree.glob(f"*/{hand_in.assignment}/*.ipynb")
    places = [*notebooks, *_marks(out)]
    return [place for place in places if place not in (own_file, own_result)]


def _marks(out: Path) -> list[Path]:
    return [*out.glob("*/*.json*"), *folder_beside(out).glob("*/*.json*")]
