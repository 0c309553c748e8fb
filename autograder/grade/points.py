"""Points as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable

from ..safe.csv_cells import number

KINDS = ("shapes", "values", "gradients", "robustness")  # others behind them
EXPLAINED = {
    "shapes": "structure and shapes of what is returned",
    "values": "the numbers of each output",
    "gradients": "each gradient, or each output that was wrong",
    "robustness": "the same on other sizes, long sequences, single precision and very large inputs",
    "the rest": "what was right and has to stay so",
}


def in_order(kinds: Iterable[str]) -> list[str]:
    """Give kinds of hidden tests in the order in which all tables have them, each once."""
    distinct = list(dict.fromkeys(kinds))
    return sorted(distinct, key=lambda kind: (*KINDS, kind).index(kind))


def points_text(points: float | None, most: float, unknown: str = "–") -> str:
    """Say how many points were had of how many.

    Parameters
    ----------
    points : float or None
        None where the machinery failed.
    most : float
        How many there are to be had.
    unknown : str, optional
        What stands where there are no points.

    Returns
    -------
    str
        Such as `2.5 of 10`: two decimal places at most.
    """
    if points is None:
        return unknown
    return f"{number(points)} of {number(most)}"
