"""Points as a person reads them."""

from __future__ import annotations

from ..safe.csv_cells import number


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
