"""Name a known mistake that explains a part of what is off, beside another that nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.leaves import Table, table
from unrolled.check.outcome import Outcome
from unrolled.contract import Function

MOST = 12  # mistakes that are proved on all cases
# Which part of the other mistakes may make an array wrong that is to be evidence of one: by
# itself, and together with all others that this one makes wrong.
RARE, SHARED = 0.3, 0.5


def name_part(
    function: Function,
    got: Sequence[Outcome],
    want: Sequence[Any],
    known: Sequence[KnownAnswer],
    seen: Table,
) -> Misconception | None:
    """Find the known mistake that explains most of what is off, if it is certain.

    Some wrong array is the mistake's own, and few other mistakes make it wrong; or all are its
    own that it makes wrong. It is so in every case, nothing is right that it makes wrong, and
    what its symptom speaks of is as it makes it. What two mistakes explain equally well is
    evidence of neither.

    Parameters
    ----------
    function : Function
        The contract.
    got, want : sequence
        What the function came to, and what the reference returned, case by case.
    known : sequence of KnownAnswer
        The catalogue, on the same cases.
    seen : Table
        The first case that is wrong, array by array.
    """
    possible = _possible(seen, known, function) & _is_evidence(seen, known)
    many = np.where(possible, seen.explained.sum(axis=1), 0)
    proved: dict[int, set[Misconception]] = {}
    for place in np.argsort(-many, kind="stable")[:MOST]:
        one = known[int(place)]
        count = _count_explained(function, got, want, one) if many[place] else 0
        proved.setdefault(count, set()).add(one.misconception)
    best = proved[max(proved)] if max(proved, default=0) else set()
    return best.pop() if len(best) == 1 else None


def _is_evidence(seen: Table, known: Sequence[KnownAnswer]) -> np.ndarray:
    """Say of each mistake whether what it explains is its own more than anybody's."""
    ids = np.array([one.misconception.id for one in known])
    names = np.unique(ids)
    of = names[:, None] == ids[None, :]
    made_wrong = of.astype(int) @ seen.wrong.astype(int) > 0  # by name
    others = made_wrong.sum(axis=0) - seen.wrong
    shares = others / max(len(names) - 1, 1)
    least = np.where(seen.explained, shares, 1.0).min(axis=1, initial=1.0)
    whole = (seen.explained == seen.wrong).all(axis=1)
    return (least < RARE) | (whole & (least < SHARED))


def _count_explained(
    function: Function,
    got: Sequence[Outcome],
    want: Sequence[Any],
    one: KnownAnswer,
) -> int:
    """Count the wrong arrays of all cases that are a mistake's own; 0 if it was not made.

    Parameters as for `name_part`.
    """
    seen = table(function, got, want, [one])
    if seen is None or not _possible(seen, [one], function)[0]:
        return 0
    for output in np.unique(seen.outputs[seen.explained[0]]):
        for case in np.unique(seen.cases):
            here = (seen.outputs == output) & (seen.cases == case)
            if seen.wrong[0, here].any() and not seen.explained[0, here].any():
                return 0
    return int(seen.explained.sum())


def _possible(
    seen: Table, known: Sequence[KnownAnswer], function: Function
) -> np.ndarray:
    """Say of each mistake whether it may be one of those that were made."""
    unlike = seen.wrong & ~seen.same
    said = [
        np.isin(seen.outputs, _outputs_said(one.misconception, function))
        for one in known
    ]
    denied = (unlike & np.array(said, bool).reshape(unlike.shape)).any(axis=1)
    return ~seen.contradicted & ~denied


def _outputs_said(mistake: Misconception, function: Function) -> list[str]:
    """Give the outputs of which the symptom speaks."""
    code = mistake.symptom.split("`")[1::2]
    return [name for name in function.outputs if name in code]
